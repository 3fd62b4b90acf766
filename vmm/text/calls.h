/* SPDX-License-Identifier: MIT */
/*
 * The last system call of each process and its arguments, as the guest's events have told up to the present record.
 * Takes a fixed amount of memory for any trace. Used by the text printer and by the tools.
 */
#ifndef VMM_TEXT_CALLS_H
#define VMM_TEXT_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pid_table.h"
#include "record/record.h"
#include "ringside/syscalls.h"
#include "symbols/symbols.h"

enum { CALLS_MAX = 1024 }; /* processes in the table; one more may replace another (base/pid_table.h) */

struct call {
	struct pid_slot slot;
	uint64_t number;
	uint64_t begun; /* TSC */
	uint64_t arguments[RINGSIDE_SYSCALL_ARGUMENTS_MAX];
	int image;     /* of the calling program, as calls_learn_image() was told; else IMAGE_UNKNOWN */
	uint8_t count; /* arguments that are known */
	uint8_t open;  /* 1 = the call has no result yet */
};

struct calls {
	struct call list[CALLS_MAX];
};

/* Takes note of an event; events that are not about calls change nothing. */
void calls_learn(struct calls *calls, const struct event_record *event);

/* Stores the program (an image in the symbols) that makes the present call of a process. */
void calls_learn_image(struct calls *calls, uint32_t pid, int image);

/* The last call of a process, also after its result; NULL = the process has made none. */
const struct call *calls_find(const struct calls *calls, uint32_t pid);

/* Stores how many ticks a call took from its trap to its result, whoever ran meanwhile; false = `event` is no result of
 * `call`, which may be NULL. */
bool call_took(const struct call *call, const struct event_record *event, uint64_t *ticks);

/* Whether an event (enum ringside_event) is the beginning of a system call or of a call of a service. */
static inline bool event_begins_call(unsigned event)
{
	return event == RINGSIDE_EVENT_SYSCALL || event == RINGSIDE_EVENT_SERVICE;
}

/* Whether an event is the beginning or the result of a call, so that its first argument is the number of the call. */
static inline bool event_names_call(unsigned event)
{
	return event_begins_call(event) || event == RINGSIDE_EVENT_SYSCALL_RESULT;
}

static inline bool call_never_returns(uint64_t number)
{
	return number == RINGSIDE_SYS_exit || number == RINGSIDE_SYS_exit_group;
}

/* Whether ringside/syscalls.h has the call, so that the kinds of its arguments are known. */
bool syscall_is_known(uint64_t number);

/* How many arguments a call has; 0 for one that ringside/syscalls.h does not have. */
unsigned syscall_arguments(uint64_t number);

#endif
