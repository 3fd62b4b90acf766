/* SPDX-License-Identifier: MIT */
/* Whose story, and which protocol: what a protocol log knows, and what it would show by itself. */
#include <stdlib.h>
#include <string.h>

#include "tools/trace/protocol/protocol_log.h"

bool protocol_has_events(const struct protocol_log *log)
{
	return log->events;
}

enum protocol protocol_seen(const struct protocol_log *log)
{
	if (!log->limited)
		return PROTOCOL_DIRECT;
	return log->timer ? PROTOCOL_TIMER : PROTOCOL_LIMITED;
}

size_t protocol_count(const struct protocol_log *log)
{
	return log->count;
}

struct protocol_process protocol_process(const struct protocol_log *log, size_t index)
{
	return (struct protocol_process){log->lives[index]->pid, log->lives[index]->name};
}

int protocol_find(const struct protocol_log *log, const char *word)
{
	char *end;
	unsigned long pid = strtoul(word, &end, 10);
	bool number = *word >= '0' && *word <= '9' && *end == '\0';

	for (size_t i = 0; i < log->count; i++)
		if (number ? log->lives[i]->pid == pid : strcmp(log->lives[i]->name, word) == 0)
			return (int)i;
	return -1;
}

/* Born, loaded, run, trapped and removed; of several, the one with most to tell. */
static size_t completeness(const struct life *life)
{
	size_t parts = (size_t)life->loaded + life->called + life->returned + life->removed;

	return parts * (LIFE_STEPS_MAX + 1) + (life->count < LIFE_STEPS_MAX ? life->count : LIFE_STEPS_MAX);
}

int protocol_choose(const struct protocol_log *log)
{
	int best = -1;

	for (size_t i = 0; i < log->count; i++)
		if (best < 0 || completeness(log->lives[i]) > completeness(log->lives[best]))
			best = (int)i;
	return best;
}

int protocol_partner(const struct protocol_log *log, int index)
{
	const struct timer_switch *best = NULL;

	for (size_t i = 0; index >= 0 && i < log->switch_count; i++) {
		const struct timer_switch *here = &log->switches[i];
		if (here->from == log->lives[index]->pid && (best == NULL || here->count > best->count))
			best = here;
	}
	for (size_t i = 0; best != NULL && i < log->count; i++)
		if (log->lives[i]->pid == best->to)
			return (int)i;
	return -1;
}
