/* SPDX-License-Identifier: MIT */
/* Expands the tables of include/ringside into arrays of names: see names.h. */
#include "text/names.h"

#include <stddef.h>
#include <string.h>

#include "base/array.h"
#include "ringside/events.h"
#include "ringside/exits.h"
#include "ringside/traps.h"

const char *exit_name(unsigned reason)
{
	static const char *const names[RINGSIDE_EXIT_LIMIT] = {
#define ROW(number, name) [number] = #name,
		RINGSIDE_EXITS(ROW)
#undef ROW
	};
	return reason < COUNT(names) ? names[reason] : NULL;
}

static const struct event {
	const char *name, *step;
	const char *arguments[2];
} events[RINGSIDE_EVENT_COUNT] = {
#define ROW(kind, name, column, step, a, b) [RINGSIDE_EVENT_##kind] = {name, step, {a, b}},
	RINGSIDE_EVENTS(ROW) RINGSIDE_VMM_EVENTS(ROW)
#undef ROW
};

const char *event_name(unsigned event)
{
	return event < COUNT(events) ? events[event].name : NULL;
}

const char *event_step(unsigned event)
{
	return event < COUNT(events) ? events[event].step : NULL;
}

const char *event_argument(unsigned event, unsigned i)
{
	return event < COUNT(events) && i < COUNT(events->arguments) ? events[event].arguments[i] : NULL;
}

/* ---- arguments that are codes ---- */

struct code {
	const char *code, *words;
};

#define CODE(code, words, ...) {#code, words},
#define LIST(argument, prefix, table) static const struct code prefix##_codes[] = {table(CODE)};
RINGSIDE_CODED_ARGUMENTS(LIST)
#undef LIST
#undef CODE

/* The row of the code `value` of an argument of that name; NULL if it is no code, or has no row. */
static const struct code *find_code(const char *argument, uint64_t value)
{
	static const struct {
		const char *argument;
		const struct code *codes;
		uint64_t count;
	} lists[] = {
#define ROW(argument, prefix, table) {argument, prefix##_codes, COUNT(prefix##_codes)},
		RINGSIDE_CODED_ARGUMENTS(ROW)
#undef ROW
	};

	for (unsigned i = 0; argument != NULL && i < COUNT(lists); i++) /* an unknown event has no arguments */
		if (strcmp(lists[i].argument, argument) == 0)
			return value < lists[i].count ? &lists[i].codes[value] : NULL;
	return NULL;
}

const char *argument_code(const char *argument, uint64_t value)
{
	const struct code *code = find_code(argument, value);

	return code != NULL ? code->code : NULL;
}

const char *argument_words(const char *argument, uint64_t value)
{
	const struct code *code = find_code(argument, value);

	return code != NULL ? code->words : NULL;
}

const char *argument_code_at(unsigned n)
{
	static const char *const codes[] = {
#define CODE(code, words, ...) #code,
#define LIST(argument, prefix, table) table(CODE)
		RINGSIDE_CODED_ARGUMENTS(LIST)
#undef LIST
#undef CODE
	};

	return n < COUNT(codes) ? codes[n] : NULL;
}

/* ---- traps ---- */

struct trap {
	const char *mnemonic;
	const char *name;
	bool has_error_code;
};

static const struct trap *find_trap(uint64_t vector)
{
	static const struct trap traps[] = {
#define ROW(vector, mnemonic, name, dpl, error, signal) [vector] = {#mnemonic, name, error},
		RINGSIDE_TRAPS(ROW)
#undef ROW
	};
	return vector < COUNT(traps) ? &traps[vector] : NULL;
}

const char *trap_name(uint64_t vector)
{
	const struct trap *trap = find_trap(vector);

	return trap != NULL ? trap->name : NULL;
}

const char *trap_mnemonic(uint64_t vector)
{
	const struct trap *trap = find_trap(vector);

	return trap != NULL ? trap->mnemonic : NULL;
}

bool trap_has_error_code(uint64_t vector)
{
	const struct trap *trap = find_trap(vector);

	return trap != NULL && trap->has_error_code;
}

const char *suberror_name(uint64_t suberror)
{
	/* KVM_INTERNAL_ERROR_* of <linux/kvm.h>, named by number as exits are. */
	static const char *const names[] = {
		[1] = "emulation failure",
		[2] = "exceptions while delivering one",
		[3] = "exit while delivering an event",
		[4] = "unexpected exit reason",
	};
	return suberror < COUNT(names) ? names[suberror] : NULL;
}
