/* SPDX-License-Identifier: MIT */
/* Says in words what an event told: by the names and kinds of its arguments in ringside/events.h. */
#include <string.h>

#include "trace/names.h"
#include "trace/text_internal.h"

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

static void put_syscall(struct layout *line, uint64_t number)
{
	const char *name = syscall_name(number);

	if (name != NULL)
		layout_text(line, name);
	else
		layout_decimal(line, "syscall ", number);
}

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
	const char *name = number > 0 && number < 64 ? sigabbrev_np((int)number) : NULL;

	layout_decimal(line, "signal=", number);
	if (name != NULL) {
		layout_text(line, " SIG");
		layout_text(line, name);
	}
}

/* As strace prints it: errors by name, addresses in hexadecimal. */
static void put_result(struct layout *line, uint64_t result)
{
	const uint64_t error_max = 4095; /* Linux's MAX_ERRNO */

	layout_text(line, "= ");
	if (-result - 1 < error_max) {
		const char *name = strerrorname_np((int)-result);
		layout_coded(line, "-", -result, name);
	} else if (result <= UINT32_MAX) {
		layout_decimal(line, "", result);
	} else {
		layout_hex(line, "", result);
	}
}

static void put_argument(struct layout *line, const char *name, uint64_t value, const struct symbols *symbols)
{
	if (strcmp(name, "#number") == 0) {
		put_syscall(line, value);
	} else if (strcmp(name, "#vector") == 0) {
		detail_vector(line, value);
	} else if (strcmp(name, "#signal") == 0) {
		put_signal(line, value);
	} else if (strcmp(name, "archive") == 0) {
		put_program(line, value, symbols);
	} else if (strcmp(name, "result") == 0) {
		put_result(line, value);
	} else if (name[0] == '#') {
		layout_text(line, name + 1);
		layout_decimal(line, "=", value);
	} else {
		layout_text(line, name);
		layout_hex(line, "=", value);
	}
}

/* The names of the arguments of each event. */
static const char *const argument_names[RINGSIDE_EVENT_COUNT][2] = {
#define ROW(kind, name, column, step, a, b) [RINGSIDE_EVENT_##kind] = {a, b},
	RINGSIDE_EVENTS(ROW)
#undef ROW
};

void detail_event(struct layout *line, const struct event_record *event, const struct symbols *symbols)
{
	unsigned start = layout_column(line), kind = event->kind - RECORD_EVENT;
	const uint64_t values[] = {event->a, event->b};

	for (unsigned i = 0; i < 2 && kind < RINGSIDE_EVENT_COUNT; i++) {
		const char *name = argument_names[kind][i];
		if (name[0] == '\0' || name[0] == '@')
			continue;
		if (layout_column(line) > start)
			layout_text(line, " ");
		put_argument(line, name, values[i], symbols);
	}
}

bool detail_event_address(const struct event_record *event, uint64_t *address)
{
	unsigned kind = event->kind - RECORD_EVENT;

	if (kind >= RINGSIDE_EVENT_COUNT)
		return false;
	if (argument_names[kind][0][0] == '@')
		*address = event->a;
	else if (argument_names[kind][1][0] == '@')
		*address = event->b;
	else
		return false;
	return true;
}
