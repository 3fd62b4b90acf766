/* SPDX-License-Identifier: MIT */
/* The fields of a filter: how each is read from a record, and what its names stand for. See filter_fields.h. */
#include "tools/trace/filter/filter_fields.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/array.h"
#include "base/linux_names.h"
#include "text/calls.h"
#include "text/detail.h"
#include "text/names.h"
#include "text/place.h"
#include "tools/output/hash.h"
#include "tools/trace/filter/filter.h"

/* Values that stand for names. */
enum { KIND_VMEXIT = 0, KIND_FIRST_EVENT = 1 };
#define NAME_OF_TRAP (UINT64_C(1) << 32) /* keeps vectors apart from the numbers of system calls */

enum { VECTORS = 256, SYSCALLS_MAX = 1024 };

static bool give(uint64_t *value, uint64_t number)
{
	*value = number;
	return true;
}

/* A name may stand in the symbols more than once, so that its hash, not its place there, is its value. */
static uint64_t value_of_symbol(const char *name)
{
	return hash_bytes(name, strlen(name));
}

/* ---- fields of records ---- */

static const struct exit_record *as_exit(const struct text_moment *moment)
{
	return record_is_event(moment->record) ? NULL : &moment->record->exit;
}

static bool is_event(const struct text_moment *moment, unsigned event)
{
	return moment->record->event.kind == RECORD_EVENT + event;
}

static bool get_kind(const struct text_moment *moment, uint64_t *value)
{
	unsigned kind = moment->record->exit.kind;

	return give(value, kind < RECORD_EVENT ? KIND_VMEXIT : kind - RECORD_EVENT + KIND_FIRST_EVENT);
}

static bool get_reason(const struct text_moment *moment, uint64_t *value)
{
	const struct exit_record *exit = as_exit(moment);

	return exit != NULL && give(value, exit->kind);
}

static bool get_syscall(const struct text_moment *moment, uint64_t *value)
{
	const struct event_record *event = &moment->record->event;

	return event_names_call(event->kind - RECORD_EVENT) && give(value, event->a);
}

static bool get_result(const struct text_moment *moment, uint64_t *value)
{
	return is_event(moment, RINGSIDE_EVENT_SYSCALL_RESULT) && give(value, moment->record->event.b ^ FILTER_SIGN);
}

static bool get_vector(const struct text_moment *moment, uint64_t *value)
{
	const struct exit_record *exit = as_exit(moment);

	if (is_event(moment, RINGSIDE_EVENT_EXCEPTION) || is_event(moment, RINGSIDE_EVENT_INTERRUPT) ||
	    is_event(moment, RINGSIDE_EVENT_NESTED))
		return give(value, moment->record->event.a);
	return exit != NULL && (exit->flags & RECORD_INJECTED) != 0 && give(value, exit->vector);
}

static bool get_name(const struct text_moment *moment, uint64_t *value)
{
	if (get_syscall(moment, value))
		return true;
	return record_is_event(moment->record) && get_vector(moment, value) && give(value, *value | NAME_OF_TRAP);
}

static bool get_program(const struct text_moment *moment, uint64_t *value)
{
	return process_image(moment->process) >= 0 && give(value, (uint64_t)moment->process->image);
}

static bool get_pid(const struct text_moment *moment, uint64_t *value)
{
	if (record_is_of_vmm(moment->record))
		return false;
	if (record_is_event(moment->record))
		return give(value, moment->record->event.pid);
	return moment->process != NULL && give(value, moment->process->pid);
}

static bool get_cpl(const struct text_moment *moment, uint64_t *value)
{
	return give(value, moment->cpl);
}

static bool get_exit(const struct text_moment *moment, uint64_t *value)
{
	return as_exit(moment) != NULL && give(value, moment->sequence);
}

static bool get_time(const struct text_moment *moment, uint64_t *value)
{
	return give(value, trace_clock_ns(moment->clock, moment->record->exit.tsc));
}

static bool give_interval(const struct text_moment *moment, uint64_t from, uint64_t to, uint64_t *value)
{
	return give(value, trace_clock_ticks_ns(moment->clock, to > from ? to - from : 0));
}

static bool get_guest(const struct text_moment *moment, uint64_t *value)
{
	const struct exit_record *exit = as_exit(moment);

	return exit != NULL && give_interval(moment, exit->entry, exit->tsc, value);
}

static bool get_vmm(const struct text_moment *moment, uint64_t *value)
{
	const struct exit_record *exit = as_exit(moment);

	return exit != NULL && moment->entered != 0 &&
	       give_interval(moment, exit->tsc + exit_slept(exit), moment->entered, value);
}

static bool get_port(const struct text_moment *moment, uint64_t *value)
{
	const struct exit_record *exit = as_exit(moment);

	return exit != NULL && exit->kind == RINGSIDE_EXIT_IO && give(value, exit->address & UINT16_MAX);
}

static bool get_address(const struct text_moment *moment, uint64_t *value)
{
	const struct exit_record *exit = as_exit(moment);

	return exit != NULL && exit->kind == RINGSIDE_EXIT_MMIO && give(value, exit->address);
}

static bool get_value(const struct text_moment *moment, uint64_t *value)
{
	const struct exit_record *exit = as_exit(moment);

	return exit != NULL && give(value, exit->value);
}

static bool get_size(const struct text_moment *moment, uint64_t *value)
{
	const struct exit_record *exit = as_exit(moment);
	bool access = exit != NULL && (exit->kind == RINGSIDE_EXIT_IO || exit->kind == RINGSIDE_EXIT_MMIO);

	return access && give(value, exit_size(exit));
}

/* The address in the last column of `vmm trace print`. */
static bool get_rip(const struct text_moment *moment, uint64_t *value)
{
	const struct exit_record *exit = as_exit(moment);

	return exit != NULL ? give(value, exit->rip) : detail_event_address(&moment->record->event, value);
}

/* The name in the column before the address. */
static bool get_symbol(const struct text_moment *moment, uint64_t *value)
{
	bool user = record_is_event(moment->record) || moment->cpl == CPL_USER;
	uint64_t address, offset;

	if (moment->symbols == NULL || !get_rip(moment, &address))
		return false;
	const char *name = symbols_lookup(moment->symbols, place_image(process_image(moment->process), user, address),
					  address, &offset);
	return name != NULL && give(value, value_of_symbol(name));
}

static bool get_cr3(const struct text_moment *moment, uint64_t *value)
{
	const struct exit_record *exit = as_exit(moment);

	return exit != NULL && give(value, (uint64_t)exit->frame << CR3_FRAME_SHIFT);
}

/* The same code may stand in several lists, so its hash is its value. */
static bool get_why(const struct text_moment *moment, uint64_t *value)
{
	const struct event_record *event = &moment->record->event;
	const uint64_t values[] = {event->a, event->b};

	for (unsigned i = 0; record_is_event(moment->record) && i < COUNT(values); i++) {
		const char *code = argument_code(event_argument(event->kind - RECORD_EVENT, i), values[i]);
		if (code != NULL)
			return give(value, hash_bytes(code, strlen(code)));
	}
	return false;
}

#define FLAG_GETTER(function, flag)                                                                                    \
	static bool function(const struct text_moment *moment, uint64_t *value)                                        \
	{                                                                                                              \
		const struct exit_record *exit = as_exit(moment);                                                      \
		return exit != NULL && give(value, (exit->flags & (flag)) != 0);                                       \
	}
FLAG_GETTER(get_write, RECORD_WRITE)
FLAG_GETTER(get_unclaimed, RECORD_UNCLAIMED)
FLAG_GETTER(get_string, RECORD_STRING)
FLAG_GETTER(get_injected, RECORD_INJECTED)
FLAG_GETTER(get_window, RECORD_WINDOW)
FLAG_GETTER(get_waited, RECORD_WAITED)

/* ---- names ---- */

/* The page of a trace asks this some million times: most names differ in the first letter. */
static bool is_name(const char *name, const char *known)
{
	return known != NULL && (name[0] | ' ') == (known[0] | ' ') && strcasecmp(name, known) == 0;
}

static bool resolve_kind(const char *name, const struct symbols *symbols, uint64_t *value)
{
	(void)symbols;
	if (is_name(name, "vmexit"))
		return give(value, KIND_VMEXIT);
	for (unsigned i = 0; i < RINGSIDE_EVENT_COUNT; i++)
		if (is_name(name, event_name(i)))
			return give(value, i + KIND_FIRST_EVENT);
	return false;
}

static bool resolve_reason(const char *name, const struct symbols *symbols, uint64_t *value)
{
	(void)symbols;
	for (unsigned i = 0; i < RINGSIDE_EXIT_LIMIT; i++)
		if (is_name(name, exit_name(i)))
			return give(value, i);
	return false;
}

static bool resolve_syscall(const char *name, const struct symbols *symbols, uint64_t *value)
{
	(void)symbols;
	for (unsigned i = 0; i < SYSCALLS_MAX; i++)
		if (is_name(name, syscall_name(i)))
			return give(value, i);
	return false;
}

static bool resolve_vector(const char *name, const struct symbols *symbols, uint64_t *value)
{
	(void)symbols;
	for (unsigned i = 0; i < VECTORS; i++)
		if (is_name(name, trap_mnemonic(i)))
			return give(value, i);
	return false;
}

static bool resolve_name(const char *name, const struct symbols *symbols, uint64_t *value)
{
	if (resolve_syscall(name, symbols, value))
		return true;
	return resolve_vector(name, symbols, value) && give(value, *value | NAME_OF_TRAP);
}

static bool resolve_program(const char *name, const struct symbols *symbols, uint64_t *value)
{
	const char *known;

	for (int i = 0; symbols != NULL && (known = symbols_image_name(symbols, i)) != NULL; i++)
		if (strcmp(name, known) == 0)
			return give(value, (uint64_t)i);
	return false;
}

static bool resolve_error(const char *name, const struct symbols *symbols, uint64_t *value)
{
	(void)symbols;
	for (unsigned i = 1; i <= ERRNO_MAX; i++)
		if (is_name(name, errno_name(i)))
			return give(value, -(uint64_t)i);
	return false;
}

static bool resolve_why(const char *name, const struct symbols *symbols, uint64_t *value)
{
	const char *code;

	(void)symbols;
	for (unsigned i = 0; (code = argument_code_at(i)) != NULL; i++)
		if (is_name(name, code))
			return give(value, hash_bytes(code, strlen(code)));
	return false;
}

static bool resolve_symbol(const char *name, const struct symbols *symbols, uint64_t *value)
{
	return symbols != NULL && symbols_have(symbols, name) && give(value, value_of_symbol(name));
}

/* ---- the table ---- */

/* clang-format off */
static const struct filter_field fields[] = {
	{"kind",      "vmexit, or an event: syscall, result, interrupt, return...", FILTER_NAME, get_kind, resolve_kind, false},
	{"reason",    "why the VM exited: IO, MMIO, HLT, INTR...",           FILTER_NAME,   get_reason,    resolve_reason, true},
	{"name",      "of a system call or trap: write, PF, TIMER...",       FILTER_NAME,   get_name,      resolve_name, false},
	{"program",   "that the process runs",                               FILTER_NAME,   get_program,   resolve_program, false},
	{"pid",       "process",                                             FILTER_NUMBER, get_pid,       NULL, false},
	{"cpl",       "the ring the record leaves the CPU in: 0 or 3",       FILTER_NUMBER, get_cpl,       NULL, false},
	{"exit",      "number of a VM exit, as in the first column",         FILTER_NUMBER, get_exit,      NULL, false},
	{"time",      "since the start: 10ms, 1.5s, 300us, 20ns",            FILTER_TIME,   get_time,      NULL, false},
	{"guest",     "time the guest ran before the VM exit",               FILTER_TIME,   get_guest,     NULL, false},
	{"vmm",       "time the VMM took over the VM exit",                  FILTER_TIME,   get_vmm,       NULL, false},
	{"port",      "of an IO exit",                                       FILTER_NUMBER, get_port,      NULL, false},
	{"address",   "guest-physical, of an MMIO exit",                     FILTER_NUMBER, get_address,   NULL, false},
	{"value",     "that was written or read",                            FILTER_NUMBER, get_value,     NULL, false},
	{"size",      "of the access in bytes",                              FILTER_NUMBER, get_size,      NULL, false},
	{"rip",       "the address in the last column",                      FILTER_NUMBER, get_rip,       NULL, false},
	{"symbol",    "the function in the column before it: memset",       FILTER_NAME,   get_symbol,    resolve_symbol, false},
	{"cr3",       "at a VM exit",                                        FILTER_NUMBER, get_cr3,       NULL, false},
	{"vector",    "of an exception, an interrupt or an injection",       FILTER_NUMBER, get_vector,    resolve_vector, true},
	{"syscall",   "number of a system call",                             FILTER_NUMBER, get_syscall,   resolve_syscall, true},
	{"result",    "of a system call; errors as -2 or ENOENT",            FILTER_SIGNED, get_result,    resolve_error, true},
	{"why",       "of a switch, wake or page: slice, yield, child, zero, copy...", FILTER_NAME, get_why,   resolve_why, false},
	{"write",     "flag: the guest wrote",                               FILTER_FLAG,   get_write,     NULL, false},
	{"unclaimed", "flag: no device was there",                           FILTER_FLAG,   get_unclaimed, NULL, false},
	{"string",    "flag: a string instruction",                          FILTER_FLAG,   get_string,    NULL, false},
	{"injected",  "flag: an interrupt was injected",                     FILTER_FLAG,   get_injected,  NULL, false},
	{"window",    "flag: an interrupt window was asked for",             FILTER_FLAG,   get_window,    NULL, false},
	{"waited",    "flag: the VMM slept until an interrupt came",         FILTER_FLAG,   get_waited,    NULL, false},
};
/* clang-format on */

enum { FIELDS = COUNT(fields) };

unsigned filter_field_count(void)
{
	return FIELDS;
}

const struct filter_field *filter_field_at(unsigned i)
{
	return &fields[i];
}

const struct filter_field *filter_field_find(const char *name, size_t length)
{
	for (unsigned i = 0; i < FIELDS; i++)
		if (strncasecmp(fields[i].name, name, length) == 0 && fields[i].name[length] == '\0')
			return &fields[i];
	return NULL;
}

const char *filter_field_offer(const char *name, size_t length, char offer[NEAREST_OFFER_SIZE])
{
	struct nearest nearest = nearest_start(name, length);

	for (unsigned i = 0; i < FIELDS; i++)
		nearest_try(&nearest, fields[i].name, strlen(fields[i].name));
	return nearest_offer(&nearest, "", offer);
}

char *filter_fields(void)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (out == NULL)
		return NULL;
	for (unsigned i = 0; i < FIELDS; i++)
		fprintf(out, "  %-10s %s\n", fields[i].name, fields[i].help);
	if (fclose(out) == 0)
		return text;
	free(text);
	return NULL;
}
