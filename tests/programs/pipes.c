/* SPDX-License-Identifier: MIT */
/* An ordinary program: a child writes more to a pipe than the pipe holds, its parent reads and waits. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LINES = 5000 };

static int child(int fd)
{
	FILE *pipe = fdopen(fd, "w");

	for (int i = 0; i < LINES; i++)
		fprintf(pipe, "line %d\n", i);
	return fclose(pipe) == 0 ? 9 : 1;
}

int main(void)
{
	int fds[2], number, expected = 0, status;

	fflush(stdout);
	if (pipe(fds) < 0)
		return 1;
	pid_t pid = fork();
	if (pid == 0) {
		close(fds[0]);
		return child(fds[1]);
	}
	close(fds[1]);
	FILE *pipe = fdopen(fds[0], "r");
	while (fscanf(pipe, "line %d\n", &number) == 1 && number == expected)
		expected++;
	waitpid(pid, &status, 0);
	printf("%d lines, child exited with %d\n", expected, WIFEXITED(status) ? WEXITSTATUS(status) : -1);
	return expected != LINES;
}
