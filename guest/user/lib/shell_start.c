/* SPDX-License-Identifier: MIT */
/* Starts pipelines for the shell: a process for each command, pipes between them, one process group for all. */
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/no_program.h"
#include "lib/print.h"
#include "lib/shell.h"
#include "lib/system_calls.h"
#include "lib/user_signals.h"
#include "lib/user_string.h"
#include "lib/user_terminal.h"

enum { PATH_TEXT = 256, CREATION_MODE = 0666, NONE = -1 };
#define DEFAULT_PATH "/:/bin"

void take_terminal(int group)
{
	ioctl(STDIN, TIOCSPGRP, &group);
}

bool interrupt_pending(void)
{
	static const uint64_t interrupt = SIGNAL_MASK(SIGINT);
	static const struct timespec now;

	return shell.interactive && rt_sigtimedwait(&interrupt, NULL, &now, sizeof(interrupt)) == SIGINT;
}

/* ---- in the child ---- */

static _Noreturn void give_up(const char *what, int error, int status)
{
	dprintf(STDERR, "sh: %s: %s\n", what, error == -ENOENT ? "not found" : error_name(error));
	exit_group(status);
}

static const char *search_path(void)
{
	for (char *const *variable = shell.environment; *variable; variable++)
		if (!strncmp(*variable, "PATH=", 5))
			return *variable + 5;
	return DEFAULT_PATH;
}

static _Noreturn void execute(char **words)
{
	char path[PATH_TEXT];
	int error = -ENOENT;

	if (strchr(words[0], '/'))
		error = execve(words[0], words, shell.environment);
	for (const char *at = search_path(); error == -ENOENT && !strchr(words[0], '/') && *at;) {
		int length = 0;

		while (at[length] && at[length] != ':')
			length++;
		snprintf(path, sizeof(path), "%s", at);
		if (length < PATH_TEXT - 2)
			snprintf(path + length, sizeof(path) - (size_t)length, "/%s", words[0]);
		error = execve(path, words, shell.environment);
		at += length + (at[length] == ':');
	}
	if (error == -ENOENT)
		give_up(words[0], error, STATUS_CANNOT_EXECUTE);
	char why[NO_PROGRAM_TEXT];
	dprintf(STDERR, "sh: %s: %s%s\n", words[0], error_name(error),
		no_program_text(why, error, strchr(words[0], '/') ? words[0] : path));
	exit_group(STATUS_NOT_EXECUTABLE);
}

static void redirect(char *const files[3])
{
	static const int flags[] = {O_RDONLY, O_WRONLY | O_CREAT | O_TRUNC, O_WRONLY | O_CREAT | O_TRUNC};

	for (int fd = STDIN; fd <= STDERR; fd++) {
		if (!files[fd])
			continue;
		int opened = open(files[fd], flags[fd], CREATION_MODE);

		if (opened < 0)
			give_up(files[fd], opened, 1);
		dup2(opened, fd);
		close(opened);
	}
}

static void move(int from, int to)
{
	if (from == NONE)
		return;
	dup2(from, to);
	close(from);
}

static void join_group(const struct job *job, bool background)
{
	static const int for_the_shell[] = {SIGINT, SIGQUIT, SIGTSTP, SIGTTIN, SIGTTOU};

	if (!shell.interactive)
		return;
	setpgid(0, job->group);
	if (!background)
		take_terminal(getpgrp());
	for (size_t i = 0; i < sizeof(for_the_shell) / sizeof(*for_the_shell); i++)
		set_signal(for_the_shell[i], SIG_DFL);
	unblock_signal(SIGINT);
}

static _Noreturn void be_command(struct command *command)
{
	redirect(command->files);
	const struct builtin *builtin = builtin_named(command->words[0]);

	if (builtin)
		exit_group(builtin->act(command->words, command->count));
	execute(command->words);
}

/* ---- in the shell ---- */

/* Starts one command between `input` and a new pipe, unless it is the last. Returns the pipe's reading end or NONE. */
static int start_command(struct job *job, struct command *command, int input, bool last, bool background)
{
	int ends[2] = {NONE, NONE};

	if (!last && pipe(ends) < 0)
		return NONE;
	int pid = fork();

	if (pid == 0) {
		join_group(job, background);
		move(input, STDIN);
		move(ends[1], STDOUT);
		if (ends[0] != NONE)
			close(ends[0]);
		be_command(command);
	}
	if (pid > 0) {
		job->pids[job->count++] = pid;
		job->left++;
		if (shell.interactive && !job->group)
			job->group = pid;
		if (shell.interactive)
			setpgid(pid, job->group);
	} else {
		dprintf(STDERR, "sh: fork: %s\n", error_name(pid));
	}
	if (ends[1] != NONE)
		close(ends[1]);
	return ends[0];
}

static void start_job(struct pipeline *pipeline, bool background)
{
	struct job *job = job_new(pipeline->text);
	int input = NONE;

	if (!job) {
		dprintf(STDERR, "sh: too many jobs\n");
		return;
	}
	for (size_t i = 0; i < pipeline->count; i++) {
		int next = start_command(job, &pipeline->commands[i], input, i + 1 == pipeline->count, background);

		if (input != NONE)
			close(input);
		input = next;
	}
	if (!background || !job->left)
		shell.status = job_wait(job);
	else if (shell.interactive)
		printf("[%d] %d\n", job->number, job->pids[job->count - 1]);
}

/* A builtin that stands alone runs in the shell itself, so that cd and exit act on the shell. */
void run_pipeline(struct pipeline *pipeline, bool background)
{
	struct command *command = &pipeline->commands[0];
	const struct builtin *builtin = pipeline->count == 1 && !background ? builtin_named(command->words[0]) : NULL;

	if (builtin && !command->files[STDIN] && !command->files[STDOUT] && !command->files[STDERR])
		shell.status = builtin->act(command->words, command->count);
	else
		start_job(pipeline, background);
}

void run_line(const char *line)
{
	static struct words words;
	static struct pipeline pipeline;
	enum separator separator = SEPARATOR_NEXT, before;

	shell.interrupted = false;
	words_init(&words, line);
	do {
		before = separator;
		separator = words_pipeline(&words, &pipeline);
		if (separator == SEPARATOR_WRONG) {
			shell.status = 2;
			return;
		}
		bool wanted = before == SEPARATOR_AND  ? shell.status == 0
			      : before == SEPARATOR_OR ? shell.status != 0
						       : true;

		if (pipeline.count && wanted)
			run_pipeline(&pipeline, separator == SEPARATOR_BACKGROUND);
		if (interrupt_pending())
			shell.interrupted = true;
	} while (separator != SEPARATOR_END && !shell.ended && !shell.interrupted);
}
