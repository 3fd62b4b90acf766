/* SPDX-License-Identifier: MIT */
/*
 * The parts of the shell `sh` (sh.c): parsing (shell_words.c), starting pipelines (shell_start.c), jobs (shell_jobs.c)
 * and builtin commands (shell_builtins.c).
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
	int group;	  /* the shell's own process group */
	int status;	  /* exit status of the last pipeline, $? */
	bool ended;	  /* the builtin exit was executed */
	bool interrupted; /* ^C came: the rest of the line is skipped */
};

extern struct shell shell;

/* ---- words ---- */

struct command {
	char *words[WORDS_MAX + 1]; /* NULL at the end */
	size_t count;
	char *files[3]; /* for standard input, output and error; NULL: not redirected */
};

/* The operator after a pipeline. */
enum separator { SEPARATOR_END, SEPARATOR_NEXT, SEPARATOR_BACKGROUND, SEPARATOR_AND, SEPARATOR_OR, SEPARATOR_WRONG };

struct pipeline {
	struct command commands[COMMANDS_MAX];
	size_t count; /* 0: there is only the separator */
	char text[JOB_TEXT];
};

struct words {
	const char *at; /* the rest of the line, which has not been read */
	char store[2 * LINE_MAX];
	size_t used;
};

void words_init(struct words *words, const char *line);

/* Reads one pipeline. Returns SEPARATOR_WRONG after printing a message. */
enum separator words_pipeline(struct words *words, struct pipeline *pipeline);

/* ---- jobs ---- */

struct job {
	int number;		/* from 1 on; 0: this row is free */
	int group;		/* process group; 0: the shell's own */
	int pids[COMMANDS_MAX]; /* 0: the process has ended */
	size_t count, left;
	bool stopped;
	int status; /* of the last command, as wait4 gives it */
	char text[JOB_TEXT];
};

extern struct job jobs[JOBS_MAX];

/* Returns a new job; NULL: there are too many. */
struct job *job_new(const char *text);

/*
 * Waits in the foreground until the job has ended, frees the job and returns its exit status; or until it has stopped,
 * and keeps it.
 */
int job_wait(struct job *job);

/* Lets a stopped job go on: in the foreground, which waits for it, or in the background. */
int job_continue(struct job *job, bool foreground);

/* Frees the jobs that have ended; an interactive shell prints a line for each. */
void jobs_notice(void);

/* ---- starting ---- */

void run_pipeline(struct pipeline *pipeline, bool background);

/* Executes every pipeline of a line. */
void run_line(const char *line);

/* Makes a process group the terminal's foreground group. */
void take_terminal(int group);

/*
 * ^C sends the shell itself SIGINT, which is blocked except while the shell waits for a line, so it stays pending until
 * this function is called. Returns true once for each ^C.
 */
bool interrupt_pending(void);

/* ---- builtin commands ---- */

struct builtin {
	const char *name, *what;
	int (*act)(char **words, size_t count); /* returns the exit status */
};

/* Returns NULL if there is no such builtin. */
const struct builtin *builtin_named(const char *name);

#endif
