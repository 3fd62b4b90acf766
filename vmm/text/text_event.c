/* SPDX-License-Identifier: MIT */
/* Says in words what an event told: by the names and kinds of its arguments in ringside/events.h. */
#include <string.h>

#include "text/names.h"
#include "text/text_internal.h"

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

static void put_argument(struct layout *line, const char *name, uint64_t value, const struct symbols *symbols)
{
	if (strcmp(name, "#vector") == 0) {
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

static bool never_returns(uint64_t number)
{
	return number == RINGSIDE_SYS_exit || number == RINGSIDE_SYS_exit_group;
}

/* A call when it is made, and again with what came of it. */
static void put_call(struct layout *line, const struct event_record *event, const struct call *call,
		     const struct text_constants *constants)
{
	const struct call unknown = {.number = event->a};

	detail_call(line, call != NULL && call->number == event->a ? call : &unknown, constants);
	if (event->kind == RECORD_EVENT + RINGSIDE_EVENT_SYSCALL_RESULT) {
		layout_text(line, " = ");
		detail_result(line, event->a, event->b);
	} else if (never_returns(event->a)) {
		layout_text(line, " = ?");
	}
}

static bool is_of_call(unsigned kind)
{
	return kind == RINGSIDE_EVENT_SYSCALL || kind == RINGSIDE_EVENT_SERVICE ||
	       kind == RINGSIDE_EVENT_SYSCALL_RESULT;
}

void detail_event_of(struct layout *line, const struct event_record *event, const struct symbols *symbols,
		     const struct call *call, const struct text_constants *constants)
{
	unsigned start = layout_column(line), kind = event->kind - RECORD_EVENT;
	const uint64_t values[] = {event->a, event->b};

	if (is_of_call(kind)) {
		put_call(line, event, call, constants);
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

void detail_event(struct layout *line, const struct event_record *event, const struct symbols *symbols)
{
	detail_event_of(line, event, symbols, NULL, NULL);
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
