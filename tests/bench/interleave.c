/* SPDX-License-Identifier: MIT */
/*
 * Times whole runs of several commands, one run of each per round, so that all suffer the same disturbances:
 * `interleave ROUNDS COMMAND...`, each command one argument, its words separated by blanks. Prints a line for each
 * command: peak RSS in KiB, exit status of the last run, the ns of each round. Called by report.py and trace.py.
 */
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { WORDS_MAX = 32 };

struct command {
	char *words[WORDS_MAX];
	uint64_t *ns;
	long rss;
	int status;
};

static uint64_t now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_MONOTONIC, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static void split(struct command *command, char *text)
{
	unsigned count = 0;

	for (char *word = strtok(text, " "); word != NULL && count < WORDS_MAX - 1; word = strtok(NULL, " "))
		command->words[count++] = word;
	command->words[count] = NULL;
}

static void become(const struct command *command)
{
	int null = open("/dev/null", O_RDWR);

	for (int fd = 0; fd < 3; fd++)
		dup2(null, fd);
	execv(command->words[0], command->words);
	_exit(127);
}

static void time_run(struct command *command, unsigned round)
{
	uint64_t start = now();
	pid_t child = vfork();

	if (child == 0)
		become(command);
	waitpid(child, &command->status, 0);
	command->ns[round] = now() - start;
}

static long peak_rss(pid_t child)
{
	char path[64], line[256];
	long kib = -1;

	snprintf(path, sizeof(path), "/proc/%d/status", (int)child);
	FILE *file = fopen(path, "r");
	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		sscanf(line, "VmHWM: %ld", &kib);
	if (file != NULL)
		fclose(file);
	return kib;
}

/*
 * getrusage's ru_maxrss counts the memory that the child had before exec, so the child is stopped at its exit and its
 * peak is read from /proc. If the command executes another one, the child also stops; that stop is no signal to pass
 * on.
 */
static void measure_rss(struct command *command)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		ptrace(PTRACE_TRACEME, 0, NULL, NULL);
		become(command);
	}
	waitpid(child, &status, 0); /* the child stops at exec */
	ptrace(PTRACE_SETOPTIONS, child, NULL, PTRACE_O_TRACEEXIT | PTRACE_O_TRACEEXEC | PTRACE_O_EXITKILL);
	ptrace(PTRACE_CONT, child, NULL, NULL);
	while (waitpid(child, &status, 0) == child && WIFSTOPPED(status)) {
		const int event = status >> 16;

		if (event == PTRACE_EVENT_EXIT)
			command->rss = peak_rss(child);
		ptrace(PTRACE_CONT, child, NULL, event != 0 ? 0 : WSTOPSIG(status));
	}
}

int main(int argc, char **argv)
{
	const unsigned rounds = argc > 2 ? (unsigned)atoi(argv[1]) : 0;
	const int count = argc - 2;

	if (rounds == 0)
		return 2;
	struct command *commands = calloc((size_t)count, sizeof(*commands));
	for (int i = 0; i < count; i++) {
		split(&commands[i], argv[i + 2]);
		commands[i].ns = calloc(rounds, sizeof(uint64_t));
		measure_rss(&commands[i]);
	}
	for (unsigned round = 0; round < rounds; round++) {
		for (int i = 0; i < count; i++)
			time_run(&commands[i], round);
	}
	for (int i = 0; i < count; i++) {
		printf("%ld %d", commands[i].rss, WIFEXITED(commands[i].status) ? WEXITSTATUS(commands[i].status) : -1);
		for (unsigned round = 0; round < rounds; round++)
			printf(" %lu", commands[i].ns[round]);
		putchar('\n');
	}
	return 0;
}
