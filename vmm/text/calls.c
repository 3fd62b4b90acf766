/* SPDX-License-Identifier: MIT */
/* Keeps the last call of each process: see calls.h. */
#include "text/calls.h"

#include <stddef.h>

#include "base/array.h"

static const struct signature {
	bool known;
	uint8_t count;
} signatures[] = {
#define ROW(number, name, arguments, names) [number] = {true, RINGSIDE_SYSCALL_ARGUMENTS(arguments)},
	RINGSIDE_SYSCALLS(ROW)
#undef ROW
};

bool syscall_is_known(uint64_t number)
{
	return number < COUNT(signatures) && signatures[number].known;
}

unsigned syscall_arguments(uint64_t number)
{
	return number < COUNT(signatures) ? signatures[number].count : 0;
}

static void begin(struct calls *calls, const struct event_record *event)
{
	struct call *call = PID_ADD_DISPLACING(calls->list, event->pid);

	*call = (struct call){
		.slot = call->slot, .number = event->a, .begun = event->tsc, .image = IMAGE_UNKNOWN, .open = 1};
}

static void add_arguments(struct call *call, const struct event_record *event)
{
	const uint64_t values[] = {event->a, event->b};
	unsigned wanted = syscall_arguments(call->number);

	for (unsigned i = 0; i < COUNT(values) && call->count < wanted; i++)
		call->arguments[call->count++] = values[i];
}

void calls_learn(struct calls *calls, const struct event_record *event)
{
	struct call *call;

	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_SYSCALL:
	case RINGSIDE_EVENT_SERVICE:
		begin(calls, event);
		break;
	case RINGSIDE_EVENT_ARGUMENTS:
		call = PID_FIND(calls->list, event->pid);
		if (call != NULL && call->open)
			add_arguments(call, event);
		break;
	case RINGSIDE_EVENT_SYSCALL_RESULT:
		call = PID_FIND(calls->list, event->pid);
		if (call != NULL && call->number == event->a)
			call->open = 0;
		break;
	}
}

void calls_learn_image(struct calls *calls, uint32_t pid, int image)
{
	struct call *call = PID_FIND(calls->list, pid);

	if (call != NULL)
		call->image = image;
}

const struct call *calls_find(const struct calls *calls, uint32_t pid)
{
	return PID_FIND(calls->list, pid);
}

bool call_took(const struct call *call, const struct event_record *event, uint64_t *ticks)
{
	if (event->kind != RECORD_EVENT + RINGSIDE_EVENT_SYSCALL_RESULT || call == NULL || call->number != event->a ||
	    event->tsc < call->begun)
		return false;
	*ticks = event->tsc - call->begun;
	return true;
}
