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
