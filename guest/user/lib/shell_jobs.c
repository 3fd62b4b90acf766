/* SPDX-License-Identifier: MIT */
/* The jobs of the shell: which processes belong to which pipeline, and how they ended. */
#include "lib/children.h"
#include "lib/errors.h"
#include "lib/print.h"
#include "lib/shell.h"
#include "lib/system_calls.h"
#include "lib/user_string.h"

struct job jobs[JOBS_MAX];

struct job *job_new(const char *text)
{
	for (int i = 0; i < JOBS_MAX; i++) {
		if (jobs[i].number)
			continue;
		jobs[i] = (struct job){.number = i + 1};
		memcpy(jobs[i].text, text, JOB_TEXT);
		return &jobs[i];
	}
	return NULL;
}

static void note_change(int pid, int status)
{
	for (int i = 0; i < JOBS_MAX; i++) {
		struct job *job = &jobs[i];

		for (size_t at = 0; job->number && at < job->count; at++) {
			if (job->pids[at] != pid)
				continue;
			if (is_stopped(status)) {
				job->stopped = true;
				return;
			}
			job->pids[at] = 0;
			job->left--;
			if (at + 1 == job->count)
				job->status = status;
			return;
		}
	}
}

int job_wait(struct job *job)
{
	int pid, status;

	if (shell.interactive && job->group)
		take_terminal(job->group);
	/* This ^C came before the job was in the foreground, and was meant for the job. */
	if (job->group && interrupt_pending())
		kill(-job->group, SIGINT);
	while (job->left && !job->stopped && (pid = wait4(-1, &status, WUNTRACED, NULL)) > 0)
		note_change(pid, status);
	if (shell.interactive)
		take_terminal(shell.group);
	if (job->left && job->stopped) {
		printf("\n[%d] stopped: %s\n", job->number, job->text);
		return STATUS_SIGNAL_BASE + SIGTSTP;
	}
	job->number = 0;
	int signal = signal_of(job->status);

	shell.interrupted |= signal == SIGINT;
	if (signal && shell.interactive)
		printf("%s%s\n", signal == SIGINT ? "\n" : "", end_text((char[END_TEXT]){0}, job->status));
	return signal ? STATUS_SIGNAL_BASE + signal : exit_status_of(job->status);
}

int job_continue(struct job *job, bool foreground)
{
	job->stopped = false;
	if (foreground)
		take_terminal(job->group);
	int error = kill(-job->group, SIGCONT);

	if (error < 0) {
		take_terminal(shell.group);
		return 1;
	}
	return foreground ? job_wait(job) : 0;
}

void jobs_notice(void)
{
	int pid, status;

	while ((pid = wait4(-1, &status, WNOHANG | WUNTRACED, NULL)) > 0)
		note_change(pid, status);
	for (int i = 0; i < JOBS_MAX; i++) {
		struct job *job = &jobs[i];

		if (!job->number || job->left)
			continue;
		if (shell.interactive)
			printf("[%d] %s: %s\n", job->number, end_text((char[END_TEXT]){0}, job->status), job->text);
		job->number = 0;
	}
}
