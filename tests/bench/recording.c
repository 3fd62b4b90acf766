/* SPDX-License-Identifier: MIT */
/*
 * Measures the cost of recording one exit: `recording RECORDS FILE` appends that many records as the run loop does, to
 * the flight recorder and the trace file, and prints two numbers: ns of CPU time per record (user and kernel), bytes of
 * the file per record. The time includes mapping the file's chunks, but not opening and closing it. Called by trace.py.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <time.h>

#include "record/recorder.h"
#include "record/trace_format.h"

static uint64_t cpu_time(void)
{
	struct timespec time;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

/* Each record has other values, or the compiler would compute them only once. */
static void append(struct recorder *recorder, uint64_t i)
{
	const union record record = {.exit = {.tsc = 2 * i + 2,
					      .entry = 2 * i + 1,
					      .rip = 0xffffffff80100000 + i % 4096,
					      .address = 0x3f8 + i % 8,
					      .value = i,
					      .frame = 0x41,
					      .kind = RINGSIDE_EXIT_IO,
					      .cpl_size = 1 << 4}};

	recorder_append(recorder, &record);
}

int main(int argc, char **argv)
{
	static struct recorder recorder;
	const struct trace_clock clock = {.tsc_khz = 1000000};
	struct trace_writer writer;
	struct stat status;
	struct error error;
	const uint64_t count = argc == 3 ? strtoull(argv[1], NULL, 10) : 0;

	if (count == 0)
		return 2;
	if (trace_writer_open(&writer, argv[2], &clock, NULL, NULL, &error) < 0) {
		fprintf(stderr, "recording: %s\n", error.text);
		return 1;
	}
	recorder_init(&recorder);
	recorder.writer = &writer;
	uint64_t start = cpu_time();
	for (uint64_t i = 0; i < count; i++)
		append(&recorder, i);
	uint64_t took = cpu_time() - start;
	if (trace_writer_close(&writer, 2 * count + 2, &error) < 0 || stat(argv[2], &status) < 0) {
		fprintf(stderr, "recording: %s\n", error.text);
		return 1;
	}
	printf("%.2f %.3f\n", (double)took / (double)count, (double)(status.st_size - FILE_ALIGNMENT) / (double)count);
	return 0;
}
