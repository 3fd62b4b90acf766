/* SPDX-License-Identifier: MIT */
#include "tools/bench/child.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "host/deadlines.h"

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_SECOND UINT64_C(1000000000)

enum { COMPLAINT_SIZE = 200 };

static char complaint[COMPLAINT_SIZE];

static int spawn(const char *const *words, int output, int errors, pid_t *child)
{
	posix_spawn_file_actions_t actions;

	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
	if (errors >= 0)
		posix_spawn_file_actions_adddup2(&actions, errors, STDERR_FILENO);
	else
		posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
	int failure = posix_spawnp(child, words[0], &actions, NULL, (char *const *)words, environ);
	posix_spawn_file_actions_destroy(&actions);
	return failure;
}

/* Waits for something to read until `deadline`. */
static bool wait_for(int fd, uint64_t deadline)
{
	struct pollfd ready = {.fd = fd, .events = POLLIN};

	for (uint64_t now; (now = deadlines_now()) < deadline;) {
		const int result = poll(&ready, 1, (int)((deadline - now) / NS_PER_MS) + 1);

		if (result > 0)
			return true;
		if (result < 0 && errno != EINTR)
			break;
	}
	return false;
}

/*
 * Reads to the end; what does not fit is read all the same, so that the writer is not held up. False: the end
 * did not come in time.
 */
static bool take_output(int fd, uint64_t deadline, char *output)
{
	size_t length = 0;
	char rest[256];

	while (wait_for(fd, deadline)) {
		const size_t room = CHILD_OUTPUT_MAX - 1 - length;
		const ssize_t got = room > 0 ? read(fd, output + length, room) : read(fd, rest, sizeof(rest));

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			output[length] = '\0';
			return true;
		}
		length += room > 0 ? (size_t)got : 0;
	}
	return false;
}

/* The last line of what is in `fd`, which has been written by others. */
static void take_complaint(int fd)
{
	char tail[COMPLAINT_SIZE - 2];
	const off_t size = lseek(fd, 0, SEEK_END), room = (off_t)sizeof(tail) - 1;
	ssize_t length = size > 0 ? pread(fd, tail, sizeof(tail) - 1, size > room ? size - room : 0) : 0;

	while (length > 0 && isspace((unsigned char)tail[length - 1]))
		length--;
	if (length <= 0)
		return;
	tail[length] = '\0';
	const char *line = strrchr(tail, '\n');
	snprintf(complaint, sizeof(complaint), ": %s", line != NULL ? line + 1 : tail);
	for (char *at = complaint; *at != '\0'; at++)
		*at = iscntrl((unsigned char)*at) ? '?' : *at;
}

const char *child_complaint(void)
{
	return complaint;
}

static int run(const char *const *words, unsigned seconds, int errors, char *output, struct error *error)
{
	int ends[2], status;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return error_set(error, "cannot make a pipe: %s", strerror(errno));
	const int failure = spawn(words, ends[1], errors, &child);
	close(ends[1]);
	const bool is_late = failure == 0 && !take_output(ends[0], deadlines_now() + seconds * NS_PER_SECOND, output);
	if (is_late)
		kill(child, SIGKILL);
	close(ends[0]);
	if (failure != 0)
		return error_set(error, "cannot start %s: %s", words[0], strerror(failure));
	while (waitpid(child, &status, 0) < 0)
		if (errno != EINTR)
			return error_set(error, "cannot wait for %s: %s", words[0], strerror(errno));
	if (is_late)
		return error_set(error, "%s did not end within %u s", words[0], seconds);
	if (!WIFEXITED(status))
		return error_set(error, "%s was killed by signal %d", words[0], WTERMSIG(status));
	return WEXITSTATUS(status);
}

int child_run(const char *const *words, unsigned seconds, char output[CHILD_OUTPUT_MAX], struct error *error)
{
	const int errors = memfd_create("vmm-bench-errors", MFD_CLOEXEC);

	complaint[0] = '\0';
	const int status = run(words, seconds, errors, output, error);
	if (errors >= 0) {
		take_complaint(errors);
		close(errors);
	}
	return status;
}

/* The number at *text, and *text behind it. False: there is none on this line. */
static bool take_number(const char **text, double *number)
{
	char *end;

	if (**text != ' ' || !isdigit((unsigned char)(*text)[1]))
		return false;
	*number = (double)strtoull(*text, &end, 10);
	*text = end;
	return true;
}

bool measured_line_parse(const char *text, struct measured_line *line, double *ticks, size_t room)
{
	*line = (struct measured_line){.name = text, .name_length = strcspn(text, " \n"), .ticks = ticks};
	text += line->name_length;
	if (line->name_length == 0 || !take_number(&text, &line->count) || line->count < 1)
		return false;
	while (line->tick_count < room && take_number(&text, &ticks[line->tick_count]))
		line->tick_count++;
	return line->tick_count > 0 && (*text == '\n' || *text == '\0');
}
