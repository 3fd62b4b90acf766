/* SPDX-License-Identifier: MIT */
/* The commands that the shell executes itself, a row of a table for each. */
#include "lib/arguments.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/shell.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

enum { SIGNAL_LIMIT = 32 };

static int complain(const char *command, const char *what, const char *why)
{
	dprintf(STDERR, "%s: %s: %s\n", command, what, why);
	return 1;
}

static int act_cd(char **words, size_t count)
{
	const char *path = count > 1 ? words[1] : "/";
	int error = chdir(path);

	return error < 0 ? complain("cd", path, error_name(error)) : 0;
}

static int act_exit(char **words, size_t count)
{
	uint64_t status = (uint64_t)shell.status;

	if (count > 1 && !parse_number(words[1], &status))
		return complain("exit", words[1], "not a number");
	shell.ended = true;
	return (int)(status & 0xff);
}

static int act_jobs(char **words, size_t count)
{
	(void)words, (void)count;
	jobs_notice();
	for (int i = 0; i < JOBS_MAX; i++)
		if (jobs[i].number)
			printf("[%d] %d %s%s\n", jobs[i].number, jobs[i].pids[jobs[i].count - 1],
			       jobs[i].stopped ? "stopped: " : "", jobs[i].text);
	return 0;
}

/* Returns job N for the word %N; NULL: `word` has another form, or there is no such job. */
static struct job *job_of(const char *word)
{
	uint64_t number;

	if (word[0] != '%' || !parse_number(word + 1, &number) || number == 0 || number > JOBS_MAX)
		return NULL;
	return jobs[number - 1].number ? &jobs[number - 1] : NULL;
}

/* The job that a word names; without one, the stopped job with the highest number, else the highest of all. */
static struct job *job_for(char **words, size_t count)
{
	struct job *last = NULL;

	if (count > 1)
		return job_of(words[1]);
	for (int i = 0; i < JOBS_MAX; i++)
		if (jobs[i].number && (!last || jobs[i].stopped || !last->stopped))
			last = &jobs[i];
	return last;
}

static int continue_job(char **words, size_t count, bool foreground)
{
	struct job *job = job_for(words, count);

	if (!job || !job->group)
		return complain(words[0], count > 1 ? words[1] : "job", "no such job; `jobs` lists them as %N");
	printf(foreground ? "%s\n" : "%s &\n", job->text);
	return job_continue(job, foreground);
}

static int act_fg(char **words, size_t count)
{
	return continue_job(words, count, true);
}

static int act_bg(char **words, size_t count)
{
	return continue_job(words, count, false);
}

static int act_wait(char **words, size_t count)
{
	int status = 0;

	for (size_t i = 1; i < count; i++) {
		struct job *job = job_of(words[i]);

		status = job ? job_wait(job) : complain("wait", words[i], "no such job; `jobs` lists them as %N");
	}
	for (int i = 0; count == 1 && i < JOBS_MAX; i++)
		if (jobs[i].number)
			status = job_wait(&jobs[i]);
	return status;
}

/* Returns the signal for a number, a name like INT or a name like SIGINT; 0: `name` is none of these. */
static int signal_named(const char *name)
{
	uint64_t number;

	if (parse_number(name, &number))
		return number < SIGNAL_LIMIT ? (int)number : 0;
	for (int signal = 1; signal < SIGNAL_LIMIT; signal++) {
		const char *full = signal_name(signal); /* "?" for a signal without a name */

		if (full[0] == 'S' && (!strcmp(full, name) || !strcmp(full + 3, name)))
			return signal;
	}
	return 0;
}

/* A job without a process group of its own gets the signal one process after another. */
static int kill_job(const struct job *job, int signal)
{
	int error = 0;

	if (job->group)
		return kill(-job->group, signal);
	for (size_t i = 0; i < job->count && error == 0; i++)
		if (job->pids[i])
			error = kill(job->pids[i], signal);
	return error;
}

static int kill_one(const char *word, int signal)
{
	const struct job *job = job_of(word);
	uint64_t pid = 0;

	if (!job && !parse_number(word, &pid))
		return complain("kill", word, "no such job, and not a pid");
	int error = job ? kill_job(job, signal) : kill((int)pid, signal);

	return error < 0 ? complain("kill", word, error_name(error)) : 0;
}

static int act_kill(char **words, size_t count)
{
	size_t first = count > 1 && words[1][0] == '-' ? 2 : 1;
	int signal = first == 2 ? signal_named(words[1] + 1) : SIGTERM, status = 0;

	if (!signal || count == first) {
		dprintf(STDERR, "usage: kill [-SIGNAL] PID|%%JOB...\n");
		return STATUS_USAGE;
	}
	for (size_t i = first; i < count; i++)
		status |= kill_one(words[i], signal);
	return status;
}

static int act_pwd(char **words, size_t count)
{
	char path[LINE_MAX];
	int result = getcwd(path, sizeof(path));

	(void)words, (void)count;
	if (result < 0)
		return complain("pwd", "getcwd", error_name(result));
	printf("%s\n", path);
	return 0;
}

static int act_help(char **words, size_t count);

static const struct builtin builtins[] = {
	{"bg", "[%JOB]       lets a stopped job go on in the background", act_bg},
	{"cd", "[DIRECTORY]  goes there; / by default", act_cd},
	{"exit", "[STATUS]   leaves the shell; so does ^D", act_exit},
	{"fg", "[%JOB]       brings a job to the foreground", act_fg},
	{"help", "           says this", act_help},
	{"jobs", "           what runs in the background", act_jobs},
	{"kill", "[-SIGNAL] PID|%JOB...", act_kill},
	{"pwd", "            where we are", act_pwd},
	{"wait", "[%JOB...]  waits until these jobs, or all, have ended; ^C ends the job waited for", act_wait},
};

static int act_help(char **words, size_t count)
{
	(void)words, (void)count;
	for (size_t i = 0; i < sizeof(builtins) / sizeof(*builtins); i++)
		printf("%s %s\n", builtins[i].name, builtins[i].what);
	printf("Everything else is a program: `ls /` names them, `ps` shows those that run.\n"
	       "A | B   A ; B   A & (in the background)   A && B   A || B   < FILE   > FILE   2> FILE   $?\n"
	       "^C ends what runs in the foreground, ^Z stops it; ^A x leaves the machine.\n");
	return 0;
}

const struct builtin *builtin_named(const char *name)
{
	for (size_t i = 0; i < sizeof(builtins) / sizeof(*builtins); i++)
		if (!strcmp(builtins[i].name, name))
			return &builtins[i];
	return NULL;
}
