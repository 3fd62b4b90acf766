/* SPDX-License-Identifier: MIT */
/* The recorder outside the run loop: its set-up before the run, and reading it back for reports after the run. */
#include "record/recorder.h"

void recorder_init(struct recorder *recorder)
{
	/*
	 * `flight` needs no clearing, because `count` says which records are valid; pages never written take no memory.
	 */
	recorder->count = 0;
	recorder->writer = NULL;
	recorder->watcher = NULL;
	recorder->source = (struct record_source){NULL, NULL};
	recorder->due_tsc = UINT64_MAX;
	memset(recorder->counts, 0, sizeof(recorder->counts));
}

void recorder_take_source(struct recorder *recorder)
{
	if (recorder->due_tsc == UINT64_MAX && recorder->source.next(recorder->source.context, &recorder->due))
		recorder->due_tsc = recorder->due.exit.tsc;
}

void recorder_append_due(struct recorder *recorder, uint64_t tsc)
{
	while (recorder->due_tsc <= tsc && recorder->due_tsc != UINT64_MAX) {
		recorder->due_tsc = UINT64_MAX;
		recorder_put(recorder, &recorder->due);
		recorder_take_source(recorder);
	}
}

uint64_t recorder_exits(const struct recorder *recorder)
{
	uint64_t exits = 0;

	for (unsigned kind = 0; kind < RECORD_EVENT; kind++)
		exits += recorder->counts[kind];
	return exits;
}

const union record *recorder_last(const struct recorder *recorder, unsigned n)
{
	if (n >= FLIGHT_RECORDER_SIZE || n >= recorder->count)
		return NULL;
	return &recorder->flight[(recorder->count - 1 - n) % FLIGHT_RECORDER_SIZE];
}
