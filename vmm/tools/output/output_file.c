/* SPDX-License-Identifier: MIT */
/* Writes a file under another name and renames it at the end: see output_file.h. */
#include "tools/output/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "ringside/device.h"
#include "tools/output/complain.h"

enum { ACCESS_BITS = 0777, CREATE_BITS = 0666, UNFINISHED_MAX = 4 };

/* ---- what must not stay behind ---- */

static const int ending_signals[] = {SIGINT, SIGTERM, SIGHUP};
enum { ENDING_SIGNALS = COUNT(ending_signals) };

static const char *volatile unfinished[UNFINISHED_MAX];
static volatile sig_atomic_t unfinished_count;

static void remove_unfinished(int number)
{
	for (int i = unfinished_count - 1; i >= 0; i--)
		if (unlink(unfinished[i]) < 0)
			rmdir(unfinished[i]);
	raise(number); /* SA_RESETHAND has restored the default action, which ends the program */
}

void output_unfinished_add(const char *path)
{
	const struct sigaction action = {.sa_handler = remove_unfinished, .sa_flags = (int)SA_RESETHAND};

	if (unfinished_count == UNFINISHED_MAX)
		return;
	unfinished[unfinished_count] = path;
	unfinished_count++;
	for (unsigned i = 0; i < ENDING_SIGNALS; i++) {
		struct sigaction before;
		if (sigaction(ending_signals[i], NULL, &before) == 0 && before.sa_handler != SIG_IGN)
			sigaction(ending_signals[i], &action, NULL);
	}
}

void output_unfinished_clear(void)
{
	unfinished_count = 0;
}

static void mask_ending_signals(int how)
{
	sigset_t set;

	sigemptyset(&set);
	for (unsigned i = 0; i < ENDING_SIGNALS; i++)
		sigaddset(&set, ending_signals[i]);
	sigprocmask(how, &set, NULL);
}

void output_hold_signals(void)
{
	mask_ending_signals(SIG_BLOCK);
}

void output_release_signals(void)
{
	mask_ending_signals(SIG_UNBLOCK);
}

/* ---- writing that fails ---- */

bool output_file_is_stdout(const char *path)
{
	return strcmp(path, OUTPUT_FILE_STDOUT) == 0;
}

void output_expect_failure(void)
{
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

int complain_of_output(const char *path, int failure)
{
	const bool is_standard = output_file_is_stdout(path);

	if (is_standard && failure == EPIPE)
		return RINGSIDE_STATUS_OK;
	fprintf(stderr, "vmm: cannot write %s: %s\n", is_standard ? "to standard output" : path, strerror(failure));
	return RINGSIDE_STATUS_REFUSED;
}

/*
 * Writes what is buffered. Returns 0 or an errno. stdio keeps no errno of an earlier write that failed: it is still in
 * `errno`, if that can be one of write(); a pipe that nobody reads can be asked; else it is EIO.
 */
static int flush(FILE *out)
{
	struct pollfd pipe = {.fd = fileno(out)};
	const int before = errno;

	if (fflush(out) != 0)
		return errno;
	if (!ferror(out))
		return 0;
	if (poll(&pipe, 1, 0) > 0 && (pipe.revents & POLLERR) != 0)
		return EPIPE;
	return before == ENOSPC || before == EFBIG || before == EDQUOT ? before : EIO;
}

int output_finish(void)
{
	const int failure = flush(stdout);

	return failure != 0 ? complain_of_output(OUTPUT_FILE_STDOUT, failure) : RINGSIDE_STATUS_OK;
}

/* ---- opening ---- */

int output_file_check_distinct(const char *path, const char *input, struct error *error)
{
	struct stat ours, theirs;

	const bool is_standard = output_file_is_stdout(path);

	if (input != NULL && (is_standard ? fstat(STDOUT_FILENO, &ours) : stat(path, &ours)) == 0 &&
	    S_ISREG(ours.st_mode) && stat(input, &theirs) == 0 && ours.st_dev == theirs.st_dev &&
	    ours.st_ino == theirs.st_ino)
		return error_set(error, "%s is the trace itself; give another file to write to",
				 is_standard ? "standard output" : path);
	return 0;
}

static int create_error(const struct output_file *output, struct error *error)
{
	return error_set(error, "cannot create %s: %s", output->path, strerror(errno));
}

static mode_t new_file_mode(void)
{
	mode_t mask = umask(0);

	umask(mask);
	return CREATE_BITS & ~mask;
}

/* Chooses a name in the directory of the target, because a file can only be renamed within its file system. */
static bool name_temporary(struct output_file *output)
{
	const char *slash = strrchr(output->target, '/');
	int directory = slash != NULL ? (int)(slash + 1 - output->target) : 0;
	int length =
		snprintf(output->temporary, sizeof(output->temporary), "%.*s.vmm-XXXXXX", directory, output->target);

	return length > 0 && (size_t)length < sizeof(output->temporary);
}

static int create_beside(struct output_file *output, mode_t mode, struct error *error)
{
	if (!name_temporary(output)) {
		output->temporary[0] = '\0';
		errno = ENAMETOOLONG;
		return create_error(output, error);
	}
	output->fd = mkostemp(output->temporary, O_CLOEXEC);
	if (output->fd < 0) {
		output->temporary[0] = '\0';
		return create_error(output, error);
	}
	output_unfinished_add(output->temporary);
	fchmod(output->fd, mode);
	return 0;
}

/* The signals that end the program are let through meanwhile: opening a FIFO waits until somebody reads it. */
static int open_directly(struct output_file *output, struct error *error)
{
	output_release_signals();
	output->fd = open(output->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	output_hold_signals();
	return output->fd >= 0 ? 0 : create_error(output, error);
}

static int open_output(struct output_file *output, const char *path, const char *input, struct error *error)
{
	struct stat status;

	output->path = path;
	output->fd = -1;
	output->temporary[0] = '\0';
	if (output_file_is_stdout(path)) {
		output->fd = STDOUT_FILENO;
		return 0;
	}
	if (output_file_check_distinct(path, input, error) < 0)
		return -1;
	bool exists = stat(path, &status) == 0;
	if (exists && !S_ISREG(status.st_mode))
		return open_directly(output, error);
	/* A write-protected file is not replaced; of a symbolic link the target is replaced, and not the link. */
	if (exists && (access(path, W_OK) < 0 || realpath(path, output->target) == NULL))
		return create_error(output, error);
	if (!exists && snprintf(output->target, sizeof(output->target), "%s", path) >= (int)sizeof(output->target)) {
		errno = ENAMETOOLONG;
		return create_error(output, error);
	}
	return create_beside(output, exists ? status.st_mode & ACCESS_BITS : new_file_mode(), error);
}

int output_file_open(struct output_file *output, const char *path, const char *input, struct error *error)
{
	output_hold_signals();
	const int result = open_output(output, path, input, error);
	output_release_signals();
	return result;
}

/* ---- closing ---- */

int output_file_close(struct output_file *output, bool complete, struct error *error)
{
	bool beside = output->temporary[0] != '\0';
	int failure = 0;

	if (complete)
		output_hold_signals();
	/* Standard output stays open for what is printed next; closing a duplicate shows the same errors. */
	const int fd = output->fd == STDOUT_FILENO ? dup(output->fd) : output->fd;
	if (fd >= 0 && close(fd) < 0)
		failure = errno;
	output->fd = -1;
	if (beside && complete && failure == 0 && rename(output->temporary, output->target) < 0)
		failure = errno;
	if (beside && (!complete || failure != 0))
		unlink(output->temporary);
	if (beside)
		output_unfinished_clear();
	return failure == 0 || !complete ? 0 : error_set(error, "cannot write %s: %s", output->path, strerror(failure));
}

int output_file_finish(struct output_file *output, const struct error *incomplete, int failure)
{
	struct error closing;
	const int closed = output_file_close(output, incomplete == NULL && failure == 0, &closing);

	if (failure != 0)
		return complain_of_output(output->path, failure);
	if (incomplete != NULL)
		return complain(incomplete->text);
	return closed < 0 ? complain(closing.text) : RINGSIDE_STATUS_OK;
}

int output_file_print(const char *path, const char *input, int (*print)(void *context, FILE *out, struct error *error),
		      void *context)
{
	struct output_file output;
	struct error error;

	if (output_file_open(&output, path, input, &error) < 0)
		return complain(error.text);
	FILE *out = output_file_is_stdout(path) ? stdout : fdopen(dup(output.fd), "w");
	if (out == NULL) {
		error_set(&error, "cannot write %s: %s", path, strerror(errno));
		return output_file_finish(&output, &error, 0);
	}
	const int made = print(context, out, &error);
	int failure = flush(out);
	if (out != stdout && fclose(out) != 0 && failure == 0)
		failure = errno;
	return output_file_finish(&output, made < 0 ? &error : NULL, failure);
}
