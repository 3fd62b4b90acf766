/* SPDX-License-Identifier: MIT */
/*
 * A shell. At the console it prompts and gives each job a process group, so that ^C ends the job and not the shell.
 *   sh               at a terminal: prompts and reads commands; else as sh -s
 *   sh -s            reads commands from standard input without prompt and echo
 *   sh -c WORDS      executes one line
 *   sh FILE          executes the lines of a file
 */
#include "lib/arguments.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/shell.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"
#include "lib/user_terminal.h"

enum { CHUNK = 512 };

struct shell shell;

/* ---- reading lines ---- */

struct reader {
	int fd;
	size_t chunk; /* bytes to read at once */
	char bytes[CHUNK];
	size_t from, to;
};

enum { END = -1, INTERRUPTED = -2 };

/*
 * Waits until there is a line to read. False: ^C came, and the terminal has dropped what was typed before it. A line
 * that was typed behind the ^C may be there already, and ppoll then says so instead of EINTR.
 */
static bool wait_for_line(int fd)
{
	static const uint64_t no_signals;
	struct pollfd file = {.fd = fd, .events = POLLIN};

	return ppoll(&file, 1, NULL, &no_signals, sizeof(no_signals)) != -EINTR && !interrupt_pending();
}

/* Returns the next byte, or END or INTERRUPTED. */
static int read_byte(struct reader *reader)
{
	if (reader->from == reader->to) {
		long size;

		/* ^C may drop the line between the wait and the read; the next wait then ends with it. */
		do {
			if (shell.interactive && !wait_for_line(reader->fd))
				return INTERRUPTED;
			size = read(reader->fd, reader->bytes, reader->chunk);
		} while (size == -EAGAIN);
		if (size <= 0)
			return END;
		reader->from = 0;
		reader->to = (size_t)size;
	}
	return (unsigned char)reader->bytes[reader->from++];
}

/* Returns false at the end of input. A line that is too long is dropped with a message. */
static bool read_line(struct reader *reader, char line[LINE_MAX])
{
	size_t length = 0;
	bool fits = true;
	int byte;

	while ((byte = read_byte(reader)) >= 0 && byte != '\n') {
		fits = length < LINE_MAX - 1;
		if (fits && byte)
			line[length++] = (char)byte;
	}
	if (!fits) {
		dprintf(STDERR, "sh: the line is too long\n");
		length = 0;
	}
	if (byte == INTERRUPTED) {
		printf("\n");
		length = 0;
	}
	line[length] = '\0';
	return byte != END || length > 0;
}

static bool is_terminal(void)
{
	struct termios settings;

	return ioctl(STDIN, TCGETS, &settings) == 0;
}

static void run_lines(int fd)
{
	static struct reader reader;
	static char line[LINE_MAX];

	reader.fd = fd;
	/* A terminal gives one line at a time. What is behind a line of a pipe is for the program that the line starts.
	 */
	reader.chunk = fd == STDIN && !is_terminal() ? 1 : CHUNK;
	while (!shell.ended) {
		jobs_notice();
		if (shell.interactive)
			printf("$ ");
		if (!read_line(&reader, line))
			break;
		run_line(line);
	}
	if (shell.interactive && !shell.ended)
		printf("\n");
}

/* ---- sources of lines ---- */

static void set_echo(bool on)
{
	struct termios settings;

	if (ioctl(STDIN, TCGETS, &settings) < 0)
		return;
	settings.c_lflag = on ? settings.c_lflag | ECHO : settings.c_lflag & ~(uint32_t)ECHO;
	ioctl(STDIN, TCSETS, &settings);
}

static void run_input(void)
{
	set_echo(false);
	run_lines(STDIN);
	set_echo(true);
}

static void run_console(void)
{
	static const struct sigaction ignore = {SIG_IGN, 0, NULL, 0}, handle = {(void *)run_console, 0, NULL, 0};
	static const uint64_t interrupt = SIGNAL_MASK(SIGINT);
	/* Opened again, because the jobs share the flags of standard input, and for them a read waits. */
	int before = getpgrp(), terminal = open("/dev/console", O_RDONLY | O_NONBLOCK | O_CLOEXEC, 0);

	shell.interactive = true;
	setpgid(0, 0);
	shell.group = getpgrp();
	rt_sigprocmask(SIG_BLOCK, &interrupt, NULL, sizeof(interrupt));
	rt_sigaction(SIGINT, &handle, NULL,
		     sizeof(handle.mask)); /* the handler never runs: it only makes ^C end ppoll with EINTR */
	rt_sigaction(SIGQUIT, &ignore, NULL, sizeof(ignore.mask));
	take_terminal(shell.group);
	printf("The shell of the guest. `help` helps, ^D or `exit` ends it.\n");
	run_lines(terminal >= 0 ? terminal : STDIN);
	take_terminal(before);
}

static void run_file(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC, 0);

	if (fd >= 0) {
		run_lines(fd);
		return;
	}
	dprintf(STDERR, "sh: %s: %s\n", path, error_name(fd));
	shell.status = STATUS_NOT_EXECUTABLE;
}

int main(int argc, char **argv, char **envp)
{
	shell.environment = envp;
	if (argc == 1 && is_terminal())
		run_console();
	else if (argc == 1 || !strcmp(argv[1], "-s"))
		run_input();
	else if (!strcmp(argv[1], "-c") && argc == 3)
		run_line(argv[2]);
	else if (argv[1][0] != '-')
		run_file(argv[1]);
	else
		dprintf(STDERR, "usage: sh [-s | -c WORDS | FILE]\n"), shell.status = STATUS_USAGE;
	return shell.status;
}
