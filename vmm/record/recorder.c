/* SPDX-License-Identifier: MIT */
/* The recorder's slow side: set up before the run, read back by the reports after it. */
#include "record/recorder.h"

void recorder_init(struct recorder *recorder, struct trace_writer *writer)
{
	/* The ring itself stays untouched: `count` says what is valid, and untouched pages cost nothing. */
	recorder->count = 0;
	recorder->writer = writer;
	recorder->watcher = NULL;
	memset(recorder->counts, 0, sizeof(recorder->counts));
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
