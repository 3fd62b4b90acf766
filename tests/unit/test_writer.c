/* SPDX-License-Identifier: MIT */
/* Unit tests of writing to readers that do not read, or not yet, and of the stream that writes so. */
#include "host/writer.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

enum { SMALL_PIPE = 4096, LOOKS_BEFORE_THE_END = 3 };

static struct writer writer;
static int ends[2];
static unsigned looks;
static char text[3 * SMALL_PIPE];

static bool never(void)
{
	return false;
}

static bool at_once(void)
{
	return true;
}

/* The run goes on when a write begins to wait, and must end later. */
static bool soon(void)
{
	return ++looks >= LOOKS_BEFORE_THE_END;
}

static void set_up(void)
{
	signal(SIGPIPE, SIG_IGN);
	cr_assert_eq(pipe(ends), 0);
	cr_assert_gt(fcntl(ends[1], F_SETPIPE_SZ, SMALL_PIPE), 0);
	memset(text, 'x', sizeof(text));
}

TestSuite(writer, .init = set_up);

static bool is_blocking(int fd)
{
	return (fcntl(fd, F_GETFL) & O_NONBLOCK) == 0;
}

Test(writer, gives_up_what_nobody_reads)
{
	writer_open(&writer, ends[1], at_once);
	cr_assert(writer.never_blocks);
	cr_expect_eq(writer_write(&writer, text, sizeof(text)), SMALL_PIPE);
	cr_expect_eq(writer.failure, EAGAIN);
	cr_expect_str_eq(writer_failure(&writer), "nobody reads it");
	cr_expect_eq(writer_write(&writer, text, 1), 0, "what follows is dropped too");
	cr_expect(is_blocking(ends[1]), "the inherited open file description is as it was");
}

Test(writer, waits_until_the_run_must_end)
{
	writer_open(&writer, ends[1], soon);
	cr_expect_eq(writer_write(&writer, text, sizeof(text)), SMALL_PIPE);
	cr_expect_geq(looks, LOOKS_BEFORE_THE_END);
	cr_expect_eq(writer.failure, EAGAIN);
}

/* As when the pipe belongs to another user, so that it cannot be opened once more. */
Test(writer, does_not_block_without_a_description_of_its_own)
{
	writer_open(&writer, ends[1], at_once);
	close(writer.fd);
	writer.fd = ends[1];
	writer.never_blocks = false;
	cr_expect_eq(writer_write(&writer, text, sizeof(text)), SMALL_PIPE);
	cr_expect_eq(writer.failure, EAGAIN);
}

Test(writer, does_not_block_on_a_socket)
{
	int sockets[2];

	cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, sockets), 0);
	writer_open(&writer, sockets[1], at_once);
	cr_expect_not(writer.never_blocks);
	while (writer_write(&writer, text, sizeof(text)) == sizeof(text))
		;
	cr_expect_eq(writer.failure, EAGAIN);
}

static void open_terminal(int *user, int *terminal)
{
	struct termios modes;

	*user = posix_openpt(O_RDWR | O_NOCTTY);
	cr_assert_geq(*user, 0);
	cr_assert_eq(grantpt(*user), 0);
	cr_assert_eq(unlockpt(*user), 0);
	*terminal = open(ptsname(*user), O_RDWR | O_NOCTTY);
	cr_assert_geq(*terminal, 0);
	cr_assert_eq(tcgetattr(*terminal, &modes), 0);
	modes.c_oflag |= OPOST | ONLCR; /* a newline takes two characters of the terminal's buffer */
	cr_assert_eq(tcsetattr(*terminal, TCSANOW, &modes), 0);
}

Test(writer, does_not_block_on_a_terminal)
{
	int user, terminal;

	open_terminal(&user, &terminal);
	writer_open(&writer, terminal, at_once);
	cr_assert(writer.never_blocks);
	memset(text, '\n', sizeof(text));
	while (writer_write(&writer, text, sizeof(text)) == sizeof(text))
		;
	cr_expect_eq(writer.failure, EAGAIN);
	cr_expect(is_blocking(terminal));
}

static void *read_all(void *count)
{
	char bytes[1000];

	usleep(30000);
	for (ssize_t got; (got = read(ends[0], bytes, sizeof(bytes))) > 0;)
		*(size_t *)count += (size_t)got;
	return NULL;
}

Test(writer, waits_for_a_slow_reader)
{
	pthread_t reader;
	size_t count = 0;

	writer_open(&writer, ends[1], never);
	cr_assert_eq(pthread_create(&reader, NULL, read_all, &count), 0);
	for (unsigned i = 0; i < 10; i++)
		cr_expect_eq(writer_write(&writer, text, sizeof(text)), sizeof(text));
	close(writer.fd);
	close(ends[1]);
	pthread_join(reader, NULL);
	cr_expect_eq(count, 10 * sizeof(text));
}

Test(writer, tells_of_a_reader_that_has_gone)
{
	writer_open(&writer, ends[1], never);
	close(ends[0]);
	cr_expect_eq(writer_write(&writer, text, 10), 0);
	cr_expect_eq(writer.failure, EPIPE);
	cr_expect_str_eq(writer_failure(&writer), strerror(EPIPE));
}

Test(writer, stderr_gives_up_too)
{
	FILE *before = stderr;
	const int saved = dup(STDERR_FILENO);

	dup2(ends[1], STDERR_FILENO);
	writer_take_stderr(at_once);
	const bool is_taken = stderr != before;
	const int short_line = fprintf(stderr, "a line\n");
	const bool is_good = !ferror(stderr);
	for (unsigned i = 0; i < 10; i++)
		fprintf(stderr, "%.*s\n", SMALL_PIPE / 2, text);
	const bool is_bad = ferror(stderr);
	writer_note("there is no room for this, and nobody waits for it");
	stderr = before;
	dup2(saved, STDERR_FILENO);
	cr_expect(is_taken);
	cr_expect_eq(short_line, 7);
	cr_expect(is_good);
	cr_expect(is_bad);
	char line[8] = "";
	cr_expect_eq(read(ends[0], line, 7), 7);
	cr_expect_str_eq(line, "a line\n");
}
