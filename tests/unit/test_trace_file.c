/* SPDX-License-Identifier: MIT */
/* Unit tests of reading trace files: written records are read back; truncated and damaged files are refused or noted.
 */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/image_file.h"
#include "record/trace_format.h"
#include "trace_files.h"

Test(trace_file, round_trip)
{
	char path[32];
	int fd = anonymous_file(path), last;
	struct error error;
	struct stat status;
	const uint64_t count = 100000; /* more than several chunks and buffers hold */

	write_trace(path, count);
	struct trace_reader *reader = trace_reader_open(path, &error);
	cr_assert_not_null(reader, "%s", error.text);
	cr_assert_eq(trace_reader_clock(reader)->tsc_start, 100);
	cr_assert_eq(trace_reader_clock(reader)->tsc_end, 999);
	cr_assert_eq(trace_reader_clock(reader)->tsc_khz, 2400000);
	cr_assert_eq(trace_reader_clock(reader)->realtime_start, 12345);
	cr_assert_str_eq(trace_reader_environment(reader), "host=test\n");
	cr_assert_eq(count_records(reader, &last, &error), count);
	cr_assert_eq(last, 0);
	cr_assert_eq(trace_reader_next(reader, &(union record){0}, &error), 0,
		     "reading at the end returns the end again");
	cr_assert_null(trace_reader_note(reader));
	trace_reader_close(reader);

	fstat(fd, &status);
	cr_assert_eq(status.st_size, (off_t)(FILE_ALIGNMENT + count * sizeof(union record)), "exact length");
}

/* Returns the note of a trace of these events, as its last reader says it; "" = none. */
static const char *note_of(const union record *events, size_t count, bool keeps_last)
{
	static char note[256];
	struct trace_writer writer;
	union record record;
	struct error error;
	char path[32];
	int fd = anonymous_file(path);

	cr_assert_eq(trace_writer_prepare(&writer, path, &test_clock, NULL, NULL, &error), 0, "%s", error.text);
	cr_assert_eq(trace_writer_limit(&writer, 1 << 20, keeps_last, &error), 0, "%s", error.text);
	cr_assert_eq(trace_writer_start(&writer, &error), 0, "%s", error.text);
	for (size_t i = 0; i < count; i++)
		trace_writer_append(&writer, &events[i]);
	cr_assert_eq(trace_writer_close(&writer, 999, &error), 0, "%s", error.text);
	struct trace_reader *reader = trace_reader_open(path, &error);
	cr_assert_not_null(reader, "%s", error.text);
	while (trace_reader_next(reader, &record, &error) > 0)
		;
	snprintf(note, sizeof(note), "%s", trace_reader_note(reader) != NULL ? trace_reader_note(reader) : "");
	trace_reader_close(reader);
	close(fd);
	return note;
}

#define EVENT(event_kind, process, argument)                                                                           \
	{                                                                                                              \
		.event = {                                                                                             \
			.tsc = 1,                                                                                      \
			.kind = RECORD_EVENT + RINGSIDE_EVENT_##event_kind,                                            \
			.pid = (process),                                                                              \
			.a = (argument)                                                                                \
		}                                                                                                      \
	}
#define NOTE_OF(keeps_last, ...)                                                                                       \
	note_of((const union record[]){__VA_ARGS__},                                                                   \
		sizeof((const union record[]){__VA_ARGS__}) / sizeof(union record), keeps_last)

/* A guest that reports something of processes that it has never created lies, and each reader says so. */
Test(trace_file, events_of_processes_that_nobody_created)
{
	cr_expect_str_empty(NOTE_OF(false, EVENT(RETURN, 0, 0), EVENT(PROC_CREATE, 1, 0), EVENT(RETURN, 1, 0),
				    EVENT(FORK, 1, 2), EVENT(RETURN, 2, 0)));
	cr_expect_str_eq(NOTE_OF(false, EVENT(PROC_CREATE, 1, 0), EVENT(RETURN, 77, 0)),
			 "cannot be trusted: 1 of the guest's events is about processes that none has created");
	cr_expect_str_eq(NOTE_OF(false, EVENT(PROC_CREATE, 1, 0), EVENT(RETURN, UINT32_MAX, 0), EVENT(SYSCALL, 3, 0)),
			 "cannot be trusted: 2 of the guest's events are about processes that none has created");
	cr_expect_str_empty(NOTE_OF(false, EVENT(RETURN, 77, 0)), "this guest does not tell of creations");
	cr_expect_str_empty(NOTE_OF(true, EVENT(RETURN, 77, 0), EVENT(PROC_CREATE, 1, 0)),
			    "the beginning may be missing");
}

Test(trace_file, symbols_travel_along)
{
	char path[32];
	struct error error;
	struct trace_writer writer;
	struct symbols *symbols = symbols_new();
	uint64_t offset;

	anonymous_file(path);
	int self = image_file_open("/proc/self/exe");
	symbols_add_files(symbols, "/proc/self/exe", self, -1);
	close(self);
	cr_assert_eq(trace_writer_open(&writer, path, &test_clock, NULL, symbols, &error), 0, "%s", error.text);
	append_numbered(&writer, 0, 5);
	cr_assert_eq(trace_writer_close(&writer, 1, &error), 0);
	struct trace_reader *reader = trace_reader_open(path, &error);
	cr_assert_not_null(reader, "%s", error.text);
	const struct symbols *read = trace_reader_symbols(reader);
	cr_assert_str_eq(symbols_image_name(read, 0), symbols_image_name(symbols, 0));
	cr_assert_eq(symbols_section_size(read), symbols_section_size(symbols));
	cr_assert_gt(symbols_section_size(read), 1000, "this test program has symbols");
	cr_assert_null(symbols_lookup(read, 0, 0, &offset));
	trace_reader_close(reader);
	symbols_free(symbols);
}

/* What the host and KVM say before and after the run, in a header that grows by more than a page for it. */
Test(trace_file, what_the_host_says_travels_along)
{
	enum { COUNTERS = 80 };
	struct file_counter counters[COUNTERS] = {0};
	char path[32];
	struct error error;
	struct trace_writer writer;
	size_t count;

	anonymous_file(path);
	for (unsigned i = 0; i < COUNTERS; i++) {
		memset(counters[i].name, 'x', sizeof(counters[i].name));
		counters[i].start = counters[i].end = i;
	}
	cr_assert_eq(trace_writer_prepare(&writer, path, &test_clock, NULL, NULL, &error), 0, "%s", error.text);
	trace_writer_add_counters(&writer, counters, COUNTERS);
	cr_assert_eq(trace_writer_start(&writer, &error), 0, "%s", error.text);
	append_numbered(&writer, 0, 5);
	counters[COUNTERS - 1].end = 1000;
	trace_writer_end_counters(&writer, counters, COUNTERS);
	writer.host = (struct file_host){.run_ns = 7, .wait_ns = 8, .lost = 9};
	cr_assert_eq(trace_writer_close(&writer, 1, &error), 0);
	struct trace_reader *reader = trace_reader_open(path, &error);
	cr_assert_not_null(reader, "%s", error.text);
	const struct file_counter *read = trace_reader_counters(reader, &count);
	cr_assert_eq(count, COUNTERS);
	cr_assert_arr_eq(read, counters, sizeof(counters));
	cr_expect_eq(trace_reader_header(reader)->host.run_ns, 7);
	cr_expect_eq(trace_reader_header(reader)->host.wait_ns, 8);
	cr_expect_eq(trace_reader_header(reader)->host.lost, 9);
	trace_reader_close(reader);
}

Test(trace_file, truncated_at_every_byte)
{
	char path[32], note[80];
	int fd = anonymous_file(path);
	const size_t records = FILE_ALIGNMENT, size = records + 3 * sizeof(union record);
	struct error error;

	write_trace(path, 3);
	for (size_t length = size; length-- > 0;) {
		cr_assert_eq(ftruncate(fd, (off_t)length), 0);
		if (length < records) {
			cr_assert_null(trace_reader_open(path, &error), "%zu bytes", length);
			continue;
		}
		cr_assert_eq(count_in_file(path, note), (length - records) / sizeof(union record));
		bool torn = (length - records) % sizeof(union record) != 0;
		cr_assert_str_eq(note, torn ? "ends in the middle of a record" : "", "%zu bytes", length);
	}
	cr_assert_neq(strstr(error.text, "empty"), NULL);
}

/* Writes `value` over the header of a good trace and returns why it is refused. */
static const char *refusal(size_t offset, const void *value, size_t size)
{
	static struct error error;
	char path[32];
	int fd = anonymous_file(path);

	write_trace(path, 1);
	cr_assert_eq(pwrite(fd, value, size, (off_t)offset), (ssize_t)size);
	cr_assert_null(trace_reader_open(path, &error));
	close(fd);
	return error.text;
}

#define REFUSAL(member, ...)                                                                                           \
	refusal(offsetof(struct file_header, member), &(__typeof__(((struct file_header *)0)->member))__VA_ARGS__,     \
		sizeof(((struct file_header *)0)->member))

Test(trace_file, wrong_headers_are_refused)
{
	ASSERT_SAYS(refusal(0, "\x7f", 1), "not a ringside trace");
	ASSERT_SAYS(REFUSAL(version, {FILE_VERSION + 1}), "made by a newer ringside: version 4, this one reads 3");
	ASSERT_SAYS(REFUSAL(version, {2}), "made by an older ringside: version 2, this one reads 3; record it again");
	ASSERT_SAYS(REFUSAL(record_size, {40}), "records of 40 bytes");
	ASSERT_SAYS(REFUSAL(header_size, {95}), "a header of 95 bytes");
	ASSERT_SAYS(REFUSAL(header_size, {UINT32_MAX}), "a header of 4294967295 bytes");
	ASSERT_SAYS(REFUSAL(header_size, {1 << 20}), "ends inside the header");
	ASSERT_SAYS(REFUSAL(clock.tsc_khz, {0}), "0 kHz");
	ASSERT_SAYS(REFUSAL(environment, {0, 10}), "environment");
	ASSERT_SAYS(REFUSAL(environment, {4097, 1}), "environment");
	ASSERT_SAYS(REFUSAL(environment, {UINT64_MAX, 2}), "environment");
	ASSERT_SAYS(REFUSAL(environment, {96, UINT64_MAX}), "environment");
	ASSERT_SAYS(REFUSAL(environment, {96, 4}), "environment"); /* without a NUL at its end */
	ASSERT_SAYS(REFUSAL(symbols, {96, 5}), "symbol");
	ASSERT_SAYS(REFUSAL(symbols, {100, UINT64_MAX - 50}), "symbol");
}

/* A recording that is faster than its reader: the file grows by a record for each that is read. */
Test(trace_file, a_reader_ends_though_the_file_grows)
{
	enum { MANY = 40000, MORE = 100000 };
	char path[32];
	struct error error;
	const int fd = anonymous_file(path);

	write_trace(path, MANY);
	struct trace_reader *reader = trace_reader_open(path, &error);
	cr_assert_not_null(reader, "%s", error.text);
	cr_assert_geq(lseek(fd, 0, SEEK_END), 0);
	union record record;
	uint64_t count = 0;
	while (count < MORE && trace_reader_next(reader, &record, &error) > 0) {
		const union record another = numbered(MANY + count++);
		cr_assert_eq(write(fd, &another, sizeof(another)), sizeof(another));
	}
	cr_assert_eq(count, MANY);

	/* Asked again, it goes on with what came meanwhile. */
	cr_assert(trace_reader_resume(reader));
	cr_assert_eq(trace_reader_next(reader, &record, &error), 1);
	const union record expected = numbered(MANY);
	cr_assert_eq(memcmp(&record, &expected, sizeof(record)), 0);
	trace_reader_close(reader);
	close(fd);
}

Test(trace_file, unknown_kind_ends_the_reading)
{
	const uint8_t kinds[] = {RINGSIDE_EXIT_LIMIT, RECORD_EVENT - 1, RECORD_EVENT + RINGSIDE_EVENT_COUNT, 255};
	struct error error;
	char path[32];
	int last;

	for (unsigned i = 0; i < sizeof(kinds); i++) {
		int fd = anonymous_file(path);
		write_trace(path, 3);
		off_t where = FILE_ALIGNMENT + 2 * sizeof(union record) + offsetof(struct exit_record, kind);
		cr_assert_eq(pwrite(fd, &kinds[i], 1, where), 1);
		struct trace_reader *reader = trace_reader_open(path, &error);
		cr_assert_eq(count_records(reader, &last, &error), 2);
		cr_assert_eq(last, -1);
		ASSERT_SAYS(error.text, "record 2 is of unknown kind");
		cr_assert_eq(trace_reader_next(reader, &(union record){0}, &error), -1);
		trace_reader_close(reader);
		close(fd);
	}
}

Test(trace_file, random_mutations)
{
	unsigned char good[FILE_ALIGNMENT + 4 * sizeof(union record)], bad[sizeof(good)];
	char path[32];
	int fd = anonymous_file(path);
	struct error error;
	union record record;

	srand(1);
	write_trace(path, 4);
	cr_assert_eq(pread(fd, good, sizeof(good), 0), (ssize_t)sizeof(good));
	for (unsigned round = 0; round < 20000; round++) {
		memcpy(bad, good, sizeof(good));
		for (int n = rand() % 8; n >= 0; n--)
			bad[rand() % (rand() % 2 ? (int)sizeof(bad) : 256)] = (unsigned char)rand();
		cr_assert_eq(pwrite(fd, bad, sizeof(bad), 0), (ssize_t)sizeof(bad));
		struct trace_reader *reader = trace_reader_open(path, &error);
		unsigned count = 0;
		while (reader != NULL && trace_reader_next(reader, &record, &error) > 0)
			count++;
		cr_assert_leq(count, sizeof(good) / sizeof(union record));
		trace_reader_close(reader);
	}
}
