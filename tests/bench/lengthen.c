/* SPDX-License-Identifier: MIT */
/*
 * Makes a long trace from a short one: `lengthen TRACE RECORDS OUT`. Repeats the records between the first and the last
 * return of init (process 1) to ring 3, each time with later times. At both returns only init runs, so the long trace
 * is as consistent as the short one (vmm trace check). Called by tests/bench/trace.py.
 */
#include <stdio.h>
#include <stdlib.h>

#include "record/trace_writer.h"
#include "tools/trace/read/trace_reader.h"

enum { INIT = 1 };

struct records {
	union record *all;
	size_t count, capacity;
	size_t first, last; /* the records to repeat: [first, last) */
};

static void die(const char *why)
{
	fprintf(stderr, "lengthen: %s\n", why);
	exit(1);
}

static void add(struct records *records, const union record *record)
{
	if (records->count == records->capacity) {
		records->capacity = records->capacity * 2 + 1024;
		records->all = realloc(records->all, records->capacity * sizeof(*record));
		if (records->all == NULL)
			die("no memory");
	}
	records->all[records->count++] = *record;
}

static void read_all(struct trace_reader *reader, struct records *records)
{
	struct error error;
	union record record;
	int more;

	while ((more = trace_reader_next(reader, &record, &error)) > 0) {
		const struct event_record *event = &record.event;
		if (event->kind == RECORD_EVENT + RINGSIDE_EVENT_RETURN && event->pid == INIT) {
			records->last = records->count;
			records->first = records->first == 0 ? records->count : records->first;
		}
		add(records, &record);
	}
	if (more < 0)
		die(error.text);
	if (records->first >= records->last)
		die("the trace has no two returns of process 1");
}

/* Returns when the guest was entered before record `i`, which the next exit's record says. */
static uint64_t entry_at(const struct records *records, size_t i)
{
	while (i < records->count && record_is_event(&records->all[i]))
		i++;
	return i < records->count ? records->all[i].exit.entry : 0;
}

/* Returns by how many ticks the trace's end is later. */
static uint64_t write_all(struct trace_writer *writer, const struct records *records, uint64_t count)
{
	const uint64_t span = records->all[records->last].exit.tsc - records->all[records->first].exit.tsc;
	const uint64_t seam = entry_at(records, records->last);
	uint64_t later = 0, written = 0, entry = 0;

	for (size_t i = 0; i < records->count && written < count; i++, written++) {
		union record record = records->all[i];
		record.exit.tsc += later;
		if (!record_is_event(&record)) {
			record.exit.entry = entry != 0 ? entry : record.exit.entry + later;
			entry = 0;
		}
		trace_writer_append(writer, &record);
		if (i + 1 == records->last && written + 1 + (records->count - records->last) < count) {
			entry = seam + later;
			later += span;
			i = records->first - 1;
		}
	}
	return later;
}

int main(int argc, char **argv)
{
	struct records records = {0};
	struct trace_writer writer;
	struct error error;

	if (argc != 4)
		die("usage: lengthen TRACE RECORDS OUT");
	struct trace_reader *reader = trace_reader_open(argv[1], &error);
	if (reader == NULL)
		die(error.text);
	read_all(reader, &records);
	const struct trace_clock *clock = trace_reader_clock(reader);
	if (trace_writer_open(&writer, argv[3], clock, trace_reader_environment(reader), trace_reader_symbols(reader),
			      &error) < 0)
		die(error.text);
	uint64_t later = write_all(&writer, &records, strtoull(argv[2], NULL, 10));
	if (trace_writer_close(&writer, clock->tsc_end + later, &error) < 0)
		die(error.text);
	trace_reader_close(reader);
	free(records.all);
	return 0;
}
