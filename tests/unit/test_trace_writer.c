/* SPDX-License-Identifier: MIT */
/* Unit tests of writing trace files: a killed writer, a followed file, refusals, no space. */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "record/trace_format.h"
#include "trace_files.h"

Test(trace_writer, longer_file_is_replaced)
{
	char path[32], note[80];
	int fd = anonymous_file(path);

	cr_assert_eq(ftruncate(fd, 10 << 20), 0);
	write_trace(path, 3);
	cr_assert_eq(count_in_file(path, note), 3);
	cr_assert_str_empty(note);
}

Test(trace_writer, killed_writer_leaves_a_readable_file)
{
	char path[32], note[80];
	const uint64_t counts[] = {0, 1, 1023, 1024, 1025, 5000};
	int status;

	for (unsigned i = 0; i < COUNT(counts); i++) {
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

/* A reader that follows a writer gets each record that is appended, and notices when the file is closed. */
Test(trace_writer, a_file_being_recorded_is_followed)
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
		record.exit.tsc = tsc;
		trace_writer_append(&writer, &record);
		cr_assert(trace_reader_resume(reader));
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

static const char *writer_refusal(const char *path)
{
	static struct error error;
	struct trace_writer writer;

	cr_assert_eq(trace_writer_open(&writer, path, &test_clock, NULL, NULL, &error), -1);
	return error.text;
}

Test(trace_writer, what_cannot_be_recorded_to)
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

Test(trace_writer, two_recorders_do_not_share_a_file)
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

/* Records more than fits, and checks that the file has all records that fit and that the others were counted. */
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

Test(trace_writer, file_size_limit)
{
	struct rlimit limit = {.rlim_cur = 1 << 20, .rlim_max = 1 << 20};
	char path[32];

	anonymous_file(path);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	fill(path, EFBIG);
}

Test(trace_writer, full_disk)
{
	if (unshare(CLONE_NEWNS) != 0 || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
	    mount("none", "/tmp", "tmpfs", 0, "size=1m") != 0)
		cr_skip_test("no right to mount a small tmpfs: %s", strerror(errno));
	fill("/tmp/t.trace", ENOSPC);
}

Test(trace_writer, full_disk_from_the_start)
{
	struct rlimit limit = {.rlim_cur = 5000, .rlim_max = 5000};
	char path[] = "/tmp/ringside-test-XXXXXX";

	cr_assert_eq(close(mkstemp(path)), 0);
	unlink(path);
	cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
	ASSERT_SAYS(writer_refusal(path), strerror(EFBIG));
	cr_assert_eq(access(path, F_OK), -1, "no file is left behind");
}

/* ---- a limit on the size ---- */

enum { HEADER = 4096, LIMIT = 300000, MANY = 50000 };

static void open_limited(struct trace_writer *writer, const char *path, bool keeps_last)
{
	struct error error;

	cr_assert_eq(trace_writer_prepare(writer, path, &test_clock, NULL, NULL, &error), 0, "%s", error.text);
	cr_assert_eq(trace_writer_limit(writer, LIMIT, keeps_last, &error), 0, "%s", error.text);
	cr_assert_eq(trace_writer_start(writer, &error), 0, "%s", error.text);
}

static off_t size_of(int fd)
{
	struct stat status;

	cr_assert_eq(fstat(fd, &status), 0);
	return status.st_size;
}

/* Reads the records of a file, which must be numbered on from its first. Returns that first number. */
static uint64_t read_run(const char *path, uint64_t *count, char note[256])
{
	struct error error;
	union record record;
	struct trace_reader *reader = trace_reader_open(path, &error);
	uint64_t first = 0;

	cr_assert_not_null(reader, "%s", error.text);
	for (*count = 0; trace_reader_next(reader, &record, &error) == 1; ++*count) {
		first = *count == 0 ? record.exit.tsc - 1 : first;
		const union record expected = numbered(first + *count);
		cr_assert_arr_eq((const char *)&record, (const char *)&expected, sizeof(record), "record %lu", *count);
	}
	snprintf(note, 256, "%s", trace_reader_note(reader) != NULL ? trace_reader_note(reader) : "");
	trace_reader_close(reader);
	return first;
}

Test(trace_writer, a_limit_keeps_the_first_records)
{
	struct trace_writer writer;
	struct error error;
	char path[32], note[256], expected[256];
	const int fd = anonymous_file(path);
	uint64_t count;

	open_limited(&writer, path, false);
	append_numbered(&writer, 0, MANY);
	cr_expect_leq(size_of(fd), LIMIT);
	cr_expect_eq(trace_writer_close(&writer, 999, &error), -1);
	cr_expect_not_null(strstr(error.text, "--trace-limit is reached"), "%s", error.text);
	cr_expect_leq(size_of(fd), LIMIT);
	cr_expect_eq(read_run(path, &count, note), 0);
	cr_expect_geq(count, (LIMIT - HEADER) / sizeof(union record) - 256, "less than a unit is not used");
	snprintf(expected, sizeof(expected),
		 "is not complete: its size was limited, and %lu records after these are missing", MANY - count);
	cr_expect_str_eq(note, expected);
	close(fd);
}

Test(trace_writer, a_limit_that_is_not_reached_changes_nothing)
{
	struct trace_writer writer;
	struct error error;
	char path[32], note[256];
	uint64_t count;

	for (int keeps_last = 0; keeps_last < 2; keeps_last++) {
		const int fd = anonymous_file(path);
		open_limited(&writer, path, keeps_last);
		append_numbered(&writer, 0, 1500);
		cr_expect_eq(trace_writer_close(&writer, 999, &error), 0);
		cr_expect_eq(read_run(path, &count, note), 0);
		cr_expect_eq(count, 1500);
		cr_expect_str_empty(note);
		close(fd);
	}
}

/* In memory the file's records are moved at the end; ext4 and XFS can cut the hole out instead. */
static void keep_last(const char *path, int fd)
{
	struct trace_writer writer;
	struct error error;
	struct stat status;
	char note[256], expected[256];
	uint64_t count;

	open_limited(&writer, path, true);
	append_numbered(&writer, 0, MANY);
	cr_assert_eq(fstat(fd, &status), 0);
	cr_expect_leq(status.st_blocks * 512, LIMIT + 16384, "%ld blocks", (long)status.st_blocks);
	cr_expect_eq(trace_writer_close(&writer, 999, &error), 0, "%s", error.text);
	cr_expect_leq(size_of(fd), LIMIT);
	const uint64_t first = read_run(path, &count, note);
	cr_expect_eq(first + count, MANY, "the last record is there");
	cr_expect_geq(count, (LIMIT - HEADER) / sizeof(union record) / 2);
	snprintf(expected, sizeof(expected),
		 "is not complete: its size was limited, and %lu records before these are missing", first);
	cr_expect_str_eq(note, expected);
}

Test(trace_writer, a_limit_keeps_the_last_records)
{
	char path[32], file[] = "/var/tmp/trace-XXXXXX";
	int fd = anonymous_file(path);

	keep_last(path, fd);
	close(fd);
	fd = mkstemp(file);
	cr_assert_geq(fd, 0);
	keep_last(file, fd);
	close(fd);
	unlink(file);
}

Test(trace_writer, a_killed_writer_leaves_the_last_records_readable)
{
	char path[32], note[256];
	const int fd = anonymous_file(path);
	uint64_t count;
	int status;
	pid_t child = fork();

	if (child == 0) {
		struct trace_writer writer;
		open_limited(&writer, path, true);
		append_numbered(&writer, 0, MANY);
		raise(SIGKILL);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert(WIFSIGNALED(status));
	const uint64_t first = read_run(path, &count, note);
	cr_expect_eq(first + count, MANY);
	cr_expect_not_null(strstr(note, "was not closed"), "%s", note);
	cr_expect_not_null(strstr(note, "records before these are missing"), "%s", note);
	close(fd);
}

/* A follower sees every record but those that were dropped before it came to them, and none twice. */
Test(trace_writer, a_file_that_keeps_the_last_is_followed)
{
	struct trace_writer writer;
	struct error error;
	union record record;
	char path[32];
	const int fd = anonymous_file(path);
	uint64_t last = 0, from = 0;

	open_limited(&writer, path, true);
	struct trace_reader *reader = trace_reader_open(path, &error);
	cr_assert_not_null(reader, "%s", error.text);
	for (const uint64_t *step = (const uint64_t[]){10, 2000, 20000, 21000, MANY, 0}; *step != 0; step++) {
		append_numbered(&writer, from, *step);
		from = *step;
		if (from == MANY)
			cr_assert_eq(trace_writer_close(&writer, 999, &error), 0);
		cr_assert(trace_reader_resume(reader));
		while (trace_reader_next(reader, &record, &error) == 1) {
			cr_assert_gt(record.exit.tsc, last);
			last = record.exit.tsc;
		}
		cr_expect_eq(last, from, "up to %lu", from);
	}
	trace_reader_close(reader);
	close(fd);
}

Test(trace_writer, a_limit_below_the_header_is_refused)
{
	struct trace_writer writer;
	struct error error;
	char path[] = "/tmp/trace-limit-refused";

	unlink(path);
	cr_assert_eq(trace_writer_prepare(&writer, path, &test_clock, NULL, NULL, &error), 0, "%s", error.text);
	cr_expect_eq(trace_writer_limit(&writer, HEADER + 1024 * sizeof(union record) - 1, false, &error), -1);
	cr_expect_not_null(strstr(error.text, "53248 bytes"), "%s", error.text);
	cr_expect_eq(access(path, F_OK), -1, "no file is left");
}

/* ---- what a file has before the start, and faults afterwards ---- */

Test(trace_writer, an_older_file_stays_until_the_start)
{
	struct trace_writer writer;
	struct error error;
	char path[32], note[80];
	const int fd = anonymous_file(path);

	write_trace(path, 2000);
	const off_t size = size_of(fd);
	for (int keeps_last = 0; keeps_last < 2; keeps_last++) {
		cr_assert_eq(trace_writer_prepare(&writer, path, &test_clock, NULL, NULL, &error), 0, "%s", error.text);
		cr_assert_eq(trace_writer_limit(&writer, LIMIT, keeps_last, &error), 0, "%s", error.text);
		trace_writer_discard(&writer);
		cr_expect_eq(size_of(fd), size);
		cr_expect_eq(count_in_file(path, note), 2000);
		cr_expect_str_empty(note);
	}
	open_limited(&writer, path, false);
	cr_expect_eq(trace_writer_start(&writer, &error), 0, "a second start does nothing");
	append_numbered(&writer, 0, 3);
	cr_assert_eq(trace_writer_close(&writer, 999, &error), 0);
	cr_expect_eq(count_in_file(path, note), 3);
	close(fd);
}

static struct trace_writer *faulting;

static void on_bus_error(int number, siginfo_t *info, void *context)
{
	(void)context;
	if (!trace_writer_take_fault(faulting, info->si_addr))
		signal(number, SIG_DFL);
}

/*
 * Records `before` records, cuts the file to `size` bytes, and records up to `count`. Expects that the writer says so,
 * and counts as lost exactly what is not in the file, of which `kept` records are left; -1 = not even the header.
 */
static void cut(bool keeps_last, uint64_t before, off_t size, uint64_t count, int64_t kept)
{
	const struct sigaction action = {.sa_sigaction = on_bus_error, .sa_flags = SA_SIGINFO};
	struct trace_writer writer;
	struct error error;
	char path[32], note[256], expected[64];
	const int fd = anonymous_file(path);
	uint64_t found;

	if (keeps_last)
		open_limited(&writer, path, true);
	else
		cr_assert_eq(trace_writer_open(&writer, path, &test_clock, NULL, NULL, &error), 0);
	faulting = &writer;
	cr_assert_eq(sigaction(SIGBUS, &action, NULL), 0);
	append_numbered(&writer, 0, before);
	cr_assert_eq(ftruncate(fd, size), 0);
	append_numbered(&writer, before, count);
	cr_expect_eq(trace_writer_close(&writer, 999, &error), -1);
	snprintf(expected, sizeof(expected), ": %lu records are not in the trace",
		 count - (uint64_t)(kept < 0 ? 0 : kept));
	cr_expect_not_null(strstr(error.text, "cut short"), "%s", error.text);
	cr_expect_not_null(strstr(error.text, expected), "%s, not%s", error.text, expected);
	if (kept < 0) {
		cr_expect_null(trace_reader_open(path, &error));
		cr_expect_eq(size_of(fd), size, "what is left is not made longer");
	} else {
		read_run(path, &found, note);
		cr_expect_eq((int64_t)found, kept, "%lu records, not %ld", found, kept);
		cr_expect_not_null(strstr(note, "is not complete"), "%s", note);
		cr_expect_null(strstr(note, "not closed"), "%s", note);
	}
	close(fd);
}

Test(trace_writer, a_file_that_is_cut_costs_only_records)
{
	const off_t page = HEADER + 4096, records = 4096 / sizeof(union record);

	cut(false, 500, 0, 600, -1); /* in the first chunk */
	cut(false, 500, 100, 600, -1);
	cut(false, 500, HEADER, 600, 0);
	cut(false, 500, page, 600, records);
	cut(false, 500, page + 1, 600, records);
	cut(false, 1024, page, 1024, records);	/* nothing is written behind the cut */
	cut(false, 1024, page, 9000, records);	/* noticed by the next chunk */
	cut(false, 5000, page, 90000, records); /* in a later chunk, whose part is gone altogether */
	cut(false, 5000, 0, 90000, -1);
	cut(true, MANY, HEADER, MANY + 5000, 0); /* with a hole in front */
	cut(true, MANY, 0, MANY + 5000, -1);
	cut(true, 500, page, 600, records);
}
