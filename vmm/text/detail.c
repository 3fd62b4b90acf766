/* SPDX-License-Identifier: MIT */
/*
 * Formats the details of a record (see detail.h): of an exit, its reason and what the VMM did; of an event, its
 * arguments by their names and kinds in ringside/events.h.
 */
#include "text/detail.h"

#include <string.h>

#include "base/array.h"
#include "base/linux_names.h"
#include "devices/devices.h"
#include "ringside/traps.h"
#include "text/call_text.h"
#include "text/names.h"

void detail_vector(struct layout *line, uint64_t vector)
{
	const char *name = trap_name(vector);

	if (name != NULL && vector < 32) {
		layout_text(line, "#");
		layout_text(line, trap_mnemonic(vector));
	} else {
		layout_hex(line, "", vector);
	}
	if (name != NULL) {
		layout_text(line, " ");
		layout_text(line, name);
	}
}

/* ---- exits ---- */

static void put_character(struct layout *line, uint64_t value)
{
	const char *escape = value == '\n' ? "\\n" : value == '\r' ? "\\r" : value == '\t' ? "\\t" : NULL;
	char plain = (char)value;

	if (escape == NULL && (value < ' ' || value > '~'))
		return;
	layout_text(line, " '");
	if (escape != NULL)
		layout_text(line, escape);
	else
		layout_bytes(line, &plain, 1);
	layout_text(line, "'");
}

/* Appends the value that was written, or the value that a read returned. */
static void put_datum(struct layout *line, const struct exit_record *exit, bool text)
{
	if ((exit->flags & RECORD_WRITE) == 0)
		layout_utf8(line, " →");
	if (text && exit_size(exit) == 1)
		put_character(line, exit->value);
	layout_hex(line, " ", exit->value);
}

/* The suffix of an instruction in AT&T syntax; "" for a size that no instruction has. */
static const char *size_suffix(unsigned size)
{
	static const char *const suffixes[] = {[1] = "b", [2] = "w", [4] = "l", [8] = "q"};

	return size < COUNT(suffixes) && suffixes[size] != NULL ? suffixes[size] : "";
}

static void put_io(struct layout *line, const struct exit_record *exit)
{
	const struct device_register *port = device_register_at((uint16_t)exit->address);
	bool write = (exit->flags & RECORD_WRITE) != 0;

	layout_text(line, write ? "out" : "in");
	layout_text(line, (exit->flags & RECORD_STRING) != 0 ? "s" : "");
	layout_text(line, size_suffix(exit_size(exit)));
	layout_hex(line, " ", exit->address & UINT16_MAX);
	if ((exit->flags & RECORD_STRING) != 0) {
		layout_utf8(line, " ×");
		layout_decimal(line, "", exit->address >> RECORD_COUNT_SHIFT);
	}
	put_datum(line, exit, port != NULL && port->is_text);
	if (port != NULL) {
		layout_text(line, "  ");
		layout_text(line, device_register_name(port, write));
	}
}

static void put_mmio(struct layout *line, const struct exit_record *exit)
{
	layout_text(line, (exit->flags & RECORD_WRITE) != 0 ? "write" : "read");
	layout_text(line, size_suffix(exit_size(exit)));
	layout_hex(line, " ", exit->address);
	put_datum(line, exit, false);
}

static void put_system_event(struct layout *line, uint64_t type)
{
	/* KVM_SYSTEM_EVENT_* */
	static const char *const names[] = {[1] = "shutdown", [2] = "reset", [3] = "crash"};

	layout_coded(line, "type ", type, type < COUNT(names) ? names[type] : NULL);
}

static void put_interrupted(struct layout *line, uint64_t why)
{
	static const char *const names[] = {[RECORD_INTR_TICK] = "tick", [RECORD_INTR_SIGNAL] = "signal"};

	layout_text(line, why < COUNT(names) && names[why] != NULL ? names[why] : "");
}

static void put_other(struct layout *line, const struct exit_record *exit)
{
	if (exit_slept(exit) != 0) /* then both are about the sleep */
		return;
	if (exit->address != 0 || exit->value != 0)
		layout_hex(line, "address ", exit->address);
	if (exit->value != 0)
		layout_hex(line, " value ", exit->value);
}

static void put_reason(struct layout *line, const struct exit_record *exit)
{
	switch (exit->kind) {
	case RINGSIDE_EXIT_IO:
		put_io(line, exit);
		break;
	case RINGSIDE_EXIT_MMIO:
		put_mmio(line, exit);
		break;
	case RINGSIDE_EXIT_SHUTDOWN:
		layout_text(line, "triple fault");
		break;
	case RINGSIDE_EXIT_FAIL_ENTRY:
		layout_hex(line, "hardware reason ", exit->value);
		break;
	case RINGSIDE_EXIT_INTERNAL_ERROR:
		layout_coded(line, "suberror ", exit->value, suberror_name(exit->value));
		break;
	case RINGSIDE_EXIT_SYSTEM_EVENT:
		put_system_event(line, exit->value);
		break;
	case RINGSIDE_EXIT_INTR:
		put_interrupted(line, exit->value);
		break;
	default:
		put_other(line, exit);
	}
}

/* Appends a duration: "9.8 ms". */
static void put_duration(struct layout *line, uint64_t ns)
{
	static const struct {
		uint64_t tenth;
		const char *name;
	} units[] = {{100000000, " s"}, {100000, " ms"}, {100, " µs"}};
	unsigned i = 0;

	while (i < 2 && ns < units[i].tenth * 10)
		i++;
	uint64_t tenths = (ns + units[i].tenth / 2) / units[i].tenth;
	layout_decimal(line, "", tenths / 10);
	layout_decimal(line, ".", tenths % 10);
	layout_utf8(line, units[i].name);
}

/* Begins a remark in a colour, after a comma if there is text from column `start` on. */
static void begin_remark(struct layout *line, unsigned start, const char *colour)
{
	if (layout_column(line) > start)
		layout_text(line, ", ");
	layout_colour(line, colour);
}

void detail_exit(struct layout *line, const struct exit_record *exit, uint64_t idle_ns)
{
	unsigned start = layout_column(line);

	put_reason(line, exit);
	if ((exit->flags & RECORD_UNCLAIMED) != 0) {
		begin_remark(line, start, COLOUR_BAD);
		layout_text(line, "unclaimed");
		layout_colour(line, LAYOUT_PLAIN);
	}
	if ((exit->flags & RECORD_WAITED) != 0 && idle_ns != DETAIL_TIME_UNKNOWN) {
		begin_remark(line, start, COLOUR_FAINT);
		layout_text(line, "idle for ");
		put_duration(line, idle_ns);
		layout_colour(line, LAYOUT_PLAIN);
	}
	if ((exit->flags & RECORD_INJECTED) != 0) {
		begin_remark(line, start, COLOUR_INJECT);
		layout_text(line, "inject ");
		detail_vector(line, exit->vector);
		layout_colour(line, LAYOUT_PLAIN);
	}
	if ((exit->flags & RECORD_WINDOW) != 0) {
		begin_remark(line, start, COLOUR_INJECT);
		layout_text(line, "window requested");
		layout_colour(line, LAYOUT_PLAIN);
	}
}

/* ---- events ---- */

static void put_program(struct layout *line, uint64_t archive, const struct symbols *symbols)
{
	const char *name = symbols != NULL ? symbols_image_name(symbols, symbols_program(symbols, archive)) : NULL;

	if (name != NULL)
		layout_text(line, name);
	else
		layout_hex(line, "archive=", archive);
}

static void put_signal(struct layout *line, uint64_t number)
{
	const char *name = signal_name(number);

	layout_decimal(line, "signal=", number);
	if (name != NULL) {
		layout_text(line, " SIG");
		layout_text(line, name);
	}
}

static void put_argument(struct layout *line, const char *name, uint64_t value, const struct symbols *symbols)
{
	const char *words = argument_words(name, value);

	if (words != NULL) {
		layout_text(line, words);
	} else if (strcmp(name, "#vector") == 0) {
		detail_vector(line, value);
	} else if (strcmp(name, "#signal") == 0) {
		put_signal(line, value);
	} else if (strcmp(name, "archive") == 0) {
		put_program(line, value, symbols);
	} else if (name[0] == '#') {
		layout_text(line, name + 1);
		layout_decimal(line, "=", value);
	} else {
		layout_text(line, name);
		layout_hex(line, "=", value);
	}
}

/* Appends the call of an event; after it the result, if the event has one. */
static void put_call(struct layout *line, const struct event_record *event, const struct call *call,
		     const struct text_constants *constants)
{
	const struct call unknown = {.number = event->a};

	call_text(line, call != NULL && call->number == event->a ? call : &unknown, constants);
	if (event->kind == RECORD_EVENT + RINGSIDE_EVENT_SYSCALL_RESULT) {
		layout_text(line, " = ");
		call_text_result(line, event->a, event->b);
	} else if (call_never_returns(event->a)) {
		layout_text(line, " = ?");
	}
}

/* Appends what a VMM's event tells. */
static void put_absence(struct layout *line, const struct event_record *event)
{
	static const char *const words[] = {
		[RINGSIDE_EVENT_HOST_TOOK - RINGSIDE_EVENT_GUEST_COUNT] = "the host took the CPU for ",
		[RINGSIDE_EVENT_HOST_BLOCK - RINGSIDE_EVENT_GUEST_COUNT] = "the VMM waited for the host for ",
		[RINGSIDE_EVENT_HOST_HALT - RINGSIDE_EVENT_GUEST_COUNT] = "the guest had halted in KVM for ",
	};

	layout_text(line, words[event->kind - RECORD_EVENT - RINGSIDE_EVENT_GUEST_COUNT]);
	put_duration(line, event->b);
}

static void put_tick(struct layout *line, const struct event_record *event)
{
	layout_text(line, "IRQ 0 raised ");
	put_duration(line, event->a);
	layout_text(line, " after it was due");
	if (event->b > 0) {
		layout_decimal(line, ", ", event->b);
		layout_text(line, " coalesced");
	}
}

static void put_kvm_exit(struct layout *line, const struct event_record *event)
{
	const char *why = argument_words("#left", event->b);

	layout_text(line, why != NULL ? why : "?");
	layout_text(line, " took KVM ");
	put_duration(line, event->ns);
}

void detail_event(struct layout *line, const struct event_record *event, const struct symbols *symbols,
		  const struct call *call, const struct text_constants *constants)
{
	unsigned start = layout_column(line), kind = event->kind - RECORD_EVENT;
	const uint64_t values[] = {event->a, event->b};

	if (event_names_call(kind)) {
		put_call(line, event, call, constants);
		return;
	}
	if (kind >= RINGSIDE_EVENT_GUEST_COUNT && kind <= RINGSIDE_EVENT_HOST_HALT) {
		put_absence(line, event);
		return;
	}
	if (kind == RINGSIDE_EVENT_TICK) {
		put_tick(line, event);
		return;
	}
	if (kind == RINGSIDE_EVENT_KVM_EXIT) {
		put_kvm_exit(line, event);
		return;
	}
	for (unsigned i = 0; i < 2 && kind < RINGSIDE_EVENT_COUNT; i++) {
		const char *name = event_argument(kind, i);
		if (name[0] == '\0' || name[0] == '@')
			continue;
		if (layout_column(line) > start)
			layout_text(line, " ");
		put_argument(line, name, values[i], symbols);
	}
}

void detail_fault(struct layout *line, uint64_t vector, const struct event_record *fault)
{
	/* The page-fault error code, Intel SDM vol. 3A, 4.7. */
	enum { WRITE = 0x2, FETCH = 0x10 };

	if (vector == RINGSIDE_TRAP_PF) {
		layout_text(line, fault->b & FETCH ? ", fetch" : fault->b & WRITE ? ", write" : ", read");
		layout_hex(line, " ", fault->a);
	}
	layout_hex(line, ", error ", fault->b);
}

bool detail_event_address(const struct event_record *event, uint64_t *address)
{
	unsigned kind = event->kind - RECORD_EVENT;

	if (kind >= RINGSIDE_EVENT_COUNT)
		return false;
	if (event_argument(kind, 0)[0] == '@')
		*address = event->a;
	else if (event_argument(kind, 1)[0] == '@')
		*address = event->b;
	else
		return false;
	return true;
}
