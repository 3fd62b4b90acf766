/* SPDX-License-Identifier: MIT */
/*
 * The parts of the shell `sh`: words (shell_words.c), starting pipelines (shell_start.c), the jobs they are
 * (shell_jobs.c) and the builtin commands (shell_builtins.c).
 */
#ifndef USER_SHELL_H
#define USER_SHELL_H

#include <stdbool.h>
#include <stddef.h>

enum { LINE_MAX = 1024, WORDS_MAX = 64, COMMANDS_MAX = 8, JOBS_MAX = 16, JOB_TEXT = 48 };
enum { STATUS_NOT_EXECUTABLE = 126 };

struct shell {
	char *const *environment;
	bool interactive; /* prompts, and gives each job a process group of its own */
	int group;	  /* its own */
	int status;	  /* of the last pipeline, $? */
	bool ended;	  /* by the builtin exit */
	bool interrupted; /* by ^C: the rest of the line is left */
};

extern struct shell shell;

/* ---- words ---- */

struct command {
	char *words[WORDS_MAX + 1]; /* NULL at the end */
	size_t count;
	char *files[3]; /* for standard input, output and error; NULL = as it is */
};

/* What stands behind a pipeline. */
enum separator { SEPARATOR_END, SEPARATOR_NEXT, SEPARATOR_BACKGROUND, SEPARATOR_AND, SEPARATOR_OR, SEPARATOR_WRONG };

struct pipeline {
	struct command commands[COMMANDS_MAX];
	size_t count; /* 0: nothing but the separator */
	char text[JOB_TEXT];
};

struct words {
	const char *at; /* what has not been read */
	char store[2 * LINE_MAX];
	size_t used;
};

void words_init(struct words *words, const char *line);

/* Reads one pipeline. SEPARATOR_WRONG after saying what is wrong. */
enum separator words_pipeline(struct words *words, struct pipeline *pipeline);

/* ---- jobs ---- */

struct job {
	int number;		/* 1 and up; 0 = free */
	int group;		/* 0: the shell's own */
	int pids[COMMANDS_MAX]; /* 0 = ended */
	size_t count, left;
	int status; /* as wait4 gives it, of the last command */
	char text[JOB_TEXT];
};

extern struct job jobs[JOBS_MAX];

/* A new one; NULL = there are too many. */
struct job *job_new(const char *text);

/* Waits until it has ended, in the foreground, and returns its exit status. The job is free then. */
int job_wait(struct job *job);

/* Takes note of the jobs that have ended, and says so if interactive. */
void jobs_notice(void);

/* ---- starting ---- */

void run_pipeline(struct pipeline *pipeline, bool background);

/* Executes every pipeline of a line. */
void run_line(const char *line);

/* Takes the terminal for a process group. */
void take_terminal(int group);

/*
 * ^C for the shell itself is SIGINT, blocked but while it waits for a line: it stays pending until somebody looks.
 * True once for each.
 */
bool interrupt_pending(void);

/* ---- builtin commands ---- */

struct builtin {
	const char *name, *what;
	int (*act)(char **words, size_t count); /* its exit status */
};

/* NULL: there is no such builtin. */
const struct builtin *builtin_named(const char *name);

#endif
