/* SPDX-License-Identifier: MIT */
/* Trace files: what is written is read back, whatever happened in between. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "trace/file.h"
#include "trace/file_format.h"

static const struct trace_clock test_clock = {.tsc_start = 100, .tsc_khz = 2400000, .realtime_start = 12345};

/* A file without a name; `path` leads to it. */
static int anonymous_file(char path[32])
{
	int fd = memfd_create("trace", MFD_CLOEXEC);

	cr_assert_geq(fd, 0);
	snprintf(path, 32, "/proc/self/fd/%d", fd);
	return fd;
}

static union record numbered(uint64_t n)
{
	union record record = {.exit = {.tsc = n + 1, .rip = ~n, .address = n * 3, .kind = (uint8_t)(n % 13)}};

	return record;
}

static void append_numbered(struct trace_writer *writer, uint64_t from, uint64_t to)
{
	for (uint64_t n = from; n < to; n++) {
		union record record = numbered(n);
		trace_writer_append(writer, &record);
	}
}

/* A finished trace of `count` records. */
static void write_trace(const char *path, uint64_t count)
{
	struct trace_writer writer;
	struct error error;

	cr_assert_eq(trace_writer_open(&writer, path, &test_clock, "host=test\n", NULL, &error), 0, "%s", error.text);
	append_numbered(&writer, 0, count);
	cr_assert_eq(trace_writer_close(&writer, 999, &error), 0, "%s", error.text);
}

/* Reads all records, which must be those of numbered(). Returns how many; *last is the last return value. */
static uint64_t count_records(struct trace_reader *reader, int *last, struct error *error)
{
	union record record;
	uint64_t count = 0;

	while ((*last = trace_reader_next(reader, &record, error)) > 0) {
		union record expected = numbered(count++);
		cr_assert_eq(memcmp(&record, &expected, sizeof(record)), 0, "record %lu differs", count - 1);
	}
	return count;
}

static uint64_t count_in_file(const char *path, char note[80])
{
	struct error error;
	struct trace_reader *reader = trace_reader_open(path, &error);
	int last;

	cr_assert_not_null(reader, "%s", error.text);
	uint64_t count = count_records(reader, &last, &error);
	cr_assert_eq(last, 0);
	snprintf(note, 80, "%s", trace_reader_note(reader) != NULL ? trace_reader_note(reader) : "");
	trace_reader_close(reader);
	return count;
}

Test(trace_file, round_trip)
{
	char path[32];
	int fd = anonymous_file(path), last;
	struct error error;
	struct stat status;
	const uint64_t count = 100000; /* several chunks and buffers */

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
	cr_assert_eq(trace_reader_next(reader, &(union record){0}, &error), 0, "the end stays the end");
	cr_assert_null(trace_reader_note(reader));
	trace_reader_close(reader);

	fstat(fd, &status);
	cr_assert_eq(status.st_size, (off_t)(FILE_ALIGNMENT + count * sizeof(union record)), "exact length");
}

Test(trace_file, symbols_travel_along)
{
	char path[32];
	struct error error;
	struct trace_writer writer;
	struct symbols *symbols = symbols_new();
	uint64_t offset;

	anonymous_file(path);
	symbols_add_files(symbols, "/proc/self/exe", NULL);
	cr_assert_eq(trace_writer_open(&writer, path, &test_clock, NULL, symbols, &error), 0, "%s", error.text);
	append_numbered(&writer, 0, 5);
	cr_assert_eq(trace_writer_close(&writer, 1, &error), 0);
	struct trace_reader *reader = trace_reader_open(path, &error);
	cr_assert_not_null(reader, "%s", error.text);
	const struct symbols *read = trace_reader_symbols(reader);
	cr_assert_str_eq(symbols_image_name(read, 0), symbols_image_name(symbols, 0));
	cr_assert_eq(symbols_section_size(read), symbols_section_size(symbols));
	cr_assert_gt(symbols_section_size(read), 1000, "this very program has symbols");
	cr_assert_null(symbols_lookup(read, 0, 0, &offset));
	trace_reader_close(reader);
	symbols_free(symbols);
}

Test(trace_file, longer_file_is_replaced)
{
	char path[32], note[80];
	int fd = anonymous_file(path);

	cr_assert_eq(ftruncate(fd, 10 << 20), 0);
	write_trace(path, 3);
	cr_assert_eq(count_in_file(path, note), 3);
	cr_assert_str_empty(note);
}

Test(trace_file, killed_writer_leaves_a_readable_file)
{
	char path[32], note[80];
	const uint64_t counts[] = {0, 1, 1023, 1024, 1025, 5000};
	int status;

	for (unsigned i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		int fd = anonymous_file(path);
		pid_t child = fork();
		if (child == 0) {
			struct trace_writer writer;
			struct error error;
			if (trace_writer_open(&writer, path, &test_clock, NULL, NULL, &error) == 0)
				append_numbered(&writer, 0, counts[i]);
			raise(SIGKILL);
		}
		cr_assert_eq(waitpid(child, &status, 0), child);
		cr_assert(WIFSIGNALED(status));
		cr_assert_eq(count_in_file(path, note), counts[i]);
		cr_assert_str_eq(note, "was not closed: it is still being recorded, or the VMM was killed");
		close(fd);
	}
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
#define ASSERT_SAYS(text, words) cr_assert_not_null(strstr(text, words), "%s", text)

Test(trace_file, wrong_headers_are_refused)
{
	ASSERT_SAYS(refusal(0, "\x7f", 1), "not a ringside trace");
	ASSERT_SAYS(REFUSAL(version, {FILE_VERSION + 1}), "made by a newer ringside: version 3, this one reads 2");
	ASSERT_SAYS(REFUSAL(version, {1}), "made by an older ringside: version 1, this one reads 2; record it again");
	ASSERT_SAYS(REFUSAL(record_size, {40}), "records of 40 bytes");
	ASSERT_SAYS(REFUSAL(header_size, {95}), "a header of 95 bytes");
	ASSERT_SAYS(REFUSAL(header_size, {UINT32_MAX}), "a header of 4294967295 bytes");
	ASSERT_SAYS(REFUSAL(header_size, {1 << 20}), "ends inside the header");
	ASSERT_SAYS(REFUSAL(clock.tsc_khz, {0}), "0 kHz");
	ASSERT_SAYS(REFUSAL(environment, {0, 10}), "environment");
	ASSERT_SAYS(REFUSAL(environment, {4097, 1}), "environment");
	ASSERT_SAYS(REFUSAL(environment, {UINT64_MAX, 2}), "environment");
	ASSERT_SAYS(REFUSAL(environment, {96, UINT64_MAX}), "environment");
	ASSERT_SAYS(REFUSAL(environment, {96, 4}), "environment"); /* no NUL at its end */
	ASSERT_SAYS(REFUSAL(symbols, {96, 5}), "symbol");
	ASSERT_SAYS(REFUSAL(symbols, {100, UINT64_MAX - 50}), "symbol");
}

/* Follows a writer: what it appends is delivered in turn, and its end is noticed. */
Test(trace_file, a_file_being_recorded_is_followed)
{
	struct trace_writer writer;
	union record record = {.exit = {.tsc = 1, .kind = RINGSIDE_EXIT_HLT}};
	struct error error;
	char path[32];
	int fd = anonymous_file(path);

	cr_assert_eq(trace_writer_open(&writer, path, &(struct trace_clock){.tsc_khz = 1000}, "", NULL, &error), 0,
		     "%s", error.text);
	struct trace_reader *reader = trace_reader_open(path, &error);
	cr_assert_not_null(reader, "%s", error.text);
	for (uint64_t tsc = 1; tsc < 3000; tsc++) {
		cr_assert_eq(trace_reader_next(reader, &record, &error), 0);
		cr_assert(trace_reader_resume(reader));
		record.exit.tsc = tsc;
		trace_writer_append(&writer, &record);
		cr_assert_eq(trace_reader_next(reader, &record, &error), 1);
		cr_assert_eq(record.exit.tsc, tsc);
	}
	cr_assert_eq(trace_reader_next(reader, &record, &error), 0);
	cr_assert_not_null(trace_reader_note(reader));
	record.exit.tsc = 3000;
	trace_writer_append(&writer, &record);
	trace_writer_close(&writer, 4000, &error);
	cr_assert(trace_reader_resume(reader));
	cr_assert_eq(trace_reader_next(reader, &record, &error), 1);
	cr_assert_eq(trace_reader_next(reader, &record, &error), 0);
	cr_assert_not(trace_reader_resume(reader));
	cr_assert_null(trace_reader_note(reader));
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

static const char *writer_refusal(const char *path)
{
	static struct error error;
	struct trace_writer writer;

	cr_assert_eq(trace_writer_open(&writer, path, &test_clock, NULL, NULL, &error), -1);
	return error.text;
}

Test(trace_file, what_cannot_be_recorded_to)
{
	char fifo[] = "/tmp/ringside-test-XXXXXX";

	ASSERT_SAYS(writer_refusal("/tmp"), "Is a directory");
	ASSERT_SAYS(writer_refusal("/dev/full"), "not a regular file");
	ASSERT_SAYS(writer_refusal("/nowhere/t.trace"), "/nowhere/t.trace: No such file or directory");
	cr_assert_eq(close(mkstemp(fifo)), 0);
	unlink(fifo);
	cr_assert_eq(mkfifo(fifo, 0600), 0);
	ASSERT_SAYS(writer_refusal(fifo), "not a regular file");
	unlink(fifo);
}

Test(trace_file, two_recorders_do_not_share_a_file)
{
	char path[32];
	struct trace_writer writer;
	struct error error;

	anonymous_file(path);
	cr_assert_eq(trace_writer_open(&writer, path, &test_clock, NULL, NULL, &error), 0);
	ASSERT_SAYS(writer_refusal(path), "another vmm is recording to it");
	append_numbered(&writer, 0, 1);
	cr_assert_eq(trace_writer_close(&writer, 1, &error), 0);
}

/* Records more than there is room for, and checks that what found room is there and the rest was counted. */
static void fill(const char *path, int expected_errno)
{
	const uint64_t count = 200000;
	struct trace_writer writer;
	struct error error;
	char note[80];

	cr_assert_eq(trace_writer_open(&writer, path, &test_clock, NULL, NULL, &error), 0, "%s", error.text);
	append_numbered(&writer, 0, count);
	cr_assert_gt(writer.lost, 0);
	uint64_t lost = writer.lost;
	cr_assert_eq(trace_writer_close(&writer, 1, &error), -1);
	ASSERT_SAYS(error.text, strerror(expected_errno));
	cr_assert_eq(count_in_file(path, note), count - lost);
	cr_assert_lt(lost, count);
	cr_assert_str_eq(note, "is not complete: there was no space for the records after these");
}

Test(trace_file, file_size_limit)
{
	struct rlimit limit = {.rlim_cur = 1 << 20, .rlim_max = 1 << 20};
	char path[32];

	anonymous_file(path);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	fill(path, EFBIG);
}

Test(trace_file, full_disk)
{
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "/tmp", "tmpfs", 0, "size=1m") != 0)
		cr_skip_test("no right to mount a small tmpfs: %s", strerror(errno));
	fill("/tmp/t.trace", ENOSPC);
}

Test(trace_file, full_disk_from_the_start)
{
	struct rlimit limit = {.rlim_cur = 5000, .rlim_max = 5000};
	char path[] = "/tmp/ringside-test-XXXXXX";

	cr_assert_eq(close(mkstemp(path)), 0);
	unlink(path);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ASSERT_SAYS(writer_refusal(path), strerror(EFBIG));
	cr_assert_eq(access(path, F_OK), -1, "nothing is left behind");
}
