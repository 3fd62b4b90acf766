/* SPDX-License-Identifier: MIT */
/*
 * Which system call each process is in, with its arguments, at this point of a trace: learnt from the guest's events,
 * in bounded memory whatever a trace says. Asked by whoever shows calls.
 */
#ifndef VMM_TEXT_CALLS_H
#define VMM_TEXT_CALLS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/pid_table.h"
#include "record/record.h"
#include "ringside/syscalls.h"
#include "symbols/symbols.h"

enum { CALLS_MAX = 1024 }; /* processes remembered; of more, some displace others */

struct call {
	struct pid_slot slot;
	uint64_t number;
	uint64_t arguments[RINGSIDE_SYSCALL_ARGUMENTS_MAX];
	int image;     /* of the program that makes the call, where calls_learn_image() was told; else IMAGE_UNKNOWN */
	uint8_t count; /* of the arguments that are known */
	uint8_t open;  /* there is no result yet */
};

struct calls {
	struct call list[CALLS_MAX];
};

/* Learns from an event about calls. */
void calls_learn(struct calls *calls, const struct event_record *event);

/* Notes which program makes the call that a process is in. */
void calls_learn_image(struct calls *calls, uint32_t pid, int image);

/* The last call of a process, or NULL. After its result it stays, with `open` 0, until the next. */
const struct call *calls_find(const struct calls *calls, uint32_t pid);

/* Whether an event (enum ringside_event) is a process's way into a system call, or a service of the kernel. */
static inline bool event_begins_call(unsigned event)
{
	return event == RINGSIDE_EVENT_SYSCALL || event == RINGSIDE_EVENT_SERVICE;
}

/* Whether an event is that or its result, so that its first argument is the number of the call. */
static inline bool event_names_call(unsigned event)
{
	return event_begins_call(event) || event == RINGSIDE_EVENT_SYSCALL_RESULT;
}

/* Whether ringside/syscalls.h has the call, so that its arguments are known. */
bool syscall_is_known(uint64_t number);

/* How many arguments a call has; 0 for one that ringside/syscalls.h does not have. */
unsigned syscall_arguments(uint64_t number);

#endif
