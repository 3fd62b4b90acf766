/* SPDX-License-Identifier: MIT */
/* The flight recorder's slow side: set up by the machine, read back when the guest has crashed. */
#include "record/recorder.h"

void recorder_init(struct recorder *recorder, struct trace_writer *writer)
{
	/* The ring itself stays untouched: `count` says what is valid, and untouched pages cost nothing. */
	recorder->count = 0;
	recorder->exits = 0;
	recorder->writer = writer;
}

const union record *recorder_last(const struct recorder *recorder, unsigned n)
{
	if (n >= FLIGHT_RECORDER_SIZE || n >= recorder->count)
		return NULL;
	return &recorder->flight[(recorder->count - 1 - n) % FLIGHT_RECORDER_SIZE];
}
