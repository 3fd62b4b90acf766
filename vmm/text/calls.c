/* SPDX-License-Identifier: MIT */
/* One slot a process, found by its pid: a call is open for as long as its process wants, so none is older. */
#include "text/calls.h"

#include <stddef.h>

#include "base/array.h"
static const struct signature {
	bool known;
	uint8_t count;
} signatures[] = {
#define ROW(number, name, arguments) [number] = {true, RINGSIDE_SYSCALL_ARGUMENTS(arguments)},
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

static void begin(struct call *call, const struct event_record *event)
{
	*call = (struct call){.number = event->a, .pid = event->pid, .image = -1, .open = 1};
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
	struct call *call = &calls->list[event->pid % CALLS_MAX];

	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_SYSCALL:
	case RINGSIDE_EVENT_SERVICE:
		begin(call, event);
		break;
	case RINGSIDE_EVENT_ARGUMENTS:
		if (call->pid == event->pid && call->open)
			add_arguments(call, event);
		break;
	case RINGSIDE_EVENT_SYSCALL_RESULT:
		if (call->pid == event->pid && call->number == event->a)
			call->open = 0;
		break;
	}
}

void calls_learn_image(struct calls *calls, uint32_t pid, int image)
{
	struct call *call = &calls->list[pid % CALLS_MAX];

	if (call->pid == pid)
		call->image = image;
}

const struct call *calls_find(const struct calls *calls, uint32_t pid)
{
	const struct call *call = &calls->list[pid % CALLS_MAX];

	return call->pid == pid && (call->open || call->count > 0 || call->number != 0) ? call : NULL;
}
