/* SPDX-License-Identifier: MIT */
/* Unit tests of console buffering, seen from the other end of a socket that keeps writes apart. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/console.h"

static struct console console;
static int reader;

static bool never(void)
{
	return false;
}

static bool at_once(void)
{
	return true;
}

static void set_up(void)
{
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	/* A sequenced-packet socket: each write(2) is read by one read(2). */
	cr_assert_eq(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_NONBLOCK, 0, ends), 0);
	reader = ends[0];
	console_init(&console, ends[1], never);
}

static void tear_down(void)
{
	close(console.writer.fd);
	close(reader);
}

static void put(const char *text)
{
	for (; *text != '\0'; text++)
		console_put(&console, (uint8_t)*text);
}

/* Returns the bytes of one write; "": there was none. */
static const char *written(void)
{
	static char text[CONSOLE_BUFFER_SIZE + 1];
	ssize_t count = read(reader, text, CONSOLE_BUFFER_SIZE);

	text[count > 0 ? count : 0] = '\0';
	return text;
}

TestSuite(console, .init = set_up, .fini = tear_down);

Test(console, a_line_is_one_write)
{
	put("hello\nwor");
	cr_expect_str_eq(written(), "hello\n");
	cr_expect_str_eq(written(), "");
	put("ld\n");
	cr_expect_str_eq(written(), "world\n");
}

Test(console, a_full_buffer_is_one_write)
{
	for (unsigned i = 0; i < CONSOLE_BUFFER_SIZE - 1; i++)
		console_put(&console, 'x');
	cr_expect_str_eq(written(), "");
	console_put(&console, 'x');
	cr_expect_eq(strlen(written()), CONSOLE_BUFFER_SIZE);
	cr_expect_eq(console.length, 0);
}

Test(console, flush_writes_a_prompt_once)
{
	put("name? ");
	console_flush(&console);
	cr_expect_str_eq(written(), "name? ");
	cr_expect(console.is_mid_line);
	console_flush(&console);
	cr_expect_str_eq(written(), "");
	put("x\n");
	cr_expect_not(console.is_mid_line);
}

Test(console, a_closed_reader_drops_the_rest)
{
	close(reader);
	put("lost\n");
	cr_expect_eq(console.writer.failure, EPIPE);
	put("more\nand");
	console_flush(&console);
	cr_expect_eq(console.dropped, strlen("lost\nmore\nand"));
}

Test(console, a_full_disk_drops_the_rest)
{
	int full = open("/dev/full", O_WRONLY);

	if (full < 0)
		cr_skip("no /dev/full");
	close(console.writer.fd);
	console.writer.fd = full;
	put("lost\n");
	cr_expect_eq(console.writer.failure, ENOSPC);
	cr_expect_eq(console.dropped, 5);
}

Test(console, a_short_write_goes_on_where_it_stopped)
{
	int ends[2];
	char text[CONSOLE_BUFFER_SIZE];
	size_t count = 0;

	cr_assert_eq(pipe2(ends, O_NONBLOCK), 0);
	cr_assert_gt(fcntl(ends[1], F_SETPIPE_SZ, 4096), 0);
	console.writer.fd = ends[1];
	pid_t child = fork();
	if (child == 0) {
		close(ends[1]);
		fcntl(ends[0], F_SETFL, 0);
		usleep(20000);
		for (ssize_t got; (got = read(ends[0], text, 100)) > 0;)
			count += (size_t)got;
		_exit(count == 3 * 4000 ? 0 : 1);
	}
	for (unsigned line = 0; line < 3; line++) {
		for (unsigned i = 0; i < 3999; i++)
			console_put(&console, 'x');
		console_put(&console, '\n');
	}
	close(ends[1]);
	int status;
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_expect_eq(status, 0);
	cr_expect_eq(console.dropped, 0);
	console.writer.fd = -1;
}

static void on_alarm(int signal)
{
	(void)signal;
}

Test(console, a_reader_that_does_not_read_cannot_hold_up_the_end)
{
	int ends[2];
	struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
	/* again and again, because the first signal may come before a busy machine has filled the pipe */
	struct itimerval often = {{0, 100000}, {0, 100000}};

	cr_assert_eq(pipe(ends), 0);
	cr_assert_gt(fcntl(ends[1], F_SETPIPE_SZ, 4096), 0);
	console_init(&console, ends[1], at_once);
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (unsigned line = 0; line < 100; line++)
		put("a line that will not all fit into the pipe, which is 4 KiB and full after some of these\n");
	cr_expect_neq(console.writer.failure, 0);
	cr_expect_gt(console.dropped, 0);
}
