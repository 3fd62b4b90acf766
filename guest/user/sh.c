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
#include "lib/user_signals.h"
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

static void *reading[5]; /* for __builtin_setjmp */

/* ^C while the shell reads. SIGINT stays blocked, as in its handler. */
static void stop_reading(int signal, struct siginfo *info, struct ucontext *context)
{
	(void)signal, (void)info, (void)context;
	__builtin_longjmp(reading, 1);
}

/*
 * As read. With -EINTR ^C came: if a line was typed before it, the terminal or this has dropped the line; what is typed
 * behind it is for the next read. A later ^C stays pending.
 */
static long read_input(struct reader *reader)
{
	if (!shell.interactive)
		return read(reader->fd, reader->bytes, reader->chunk);
	if (__builtin_setjmp(reading))
		return -EINTR;
	unblock_signal(SIGINT);
	long size = read(reader->fd, reader->bytes, reader->chunk);
	block_signal(SIGINT);
	return size;
}

/* Returns the next byte, or END or INTERRUPTED. */
static int read_byte(struct reader *reader)
{
	if (reader->from == reader->to) {
		long size = read_input(reader);

		if (size == -EINTR)
			return INTERRUPTED;
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
	int before = getpgrp();

	shell.interactive = true;
	setpgid(0, 0);
	shell.group = getpgrp();
	block_signal(SIGINT);
	handle_signal(SIGINT, stop_reading, 0, 0);
	set_signal(SIGQUIT, SIG_IGN);
	/* Jobs are stopped, not the shell, which takes the terminal back while it is in the background. */
	set_signal(SIGTSTP, SIG_IGN);
	set_signal(SIGTTIN, SIG_IGN);
	set_signal(SIGTTOU, SIG_IGN);
	take_terminal(shell.group);
	printf("The shell of the guest. `help` helps, ^D or `exit` ends it.\n");
	run_lines(STDIN);
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
