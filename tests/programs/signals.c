/* SPDX-License-Identifier: MIT */
/* An ordinary program: handled signals end waits, process groups are waited for and killed. It also passes on Linux. */
#define _GNU_SOURCE
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int passes, failures;

static void check(bool passed, const char *what)
{
	*(passed ? &passes : &failures) += 1;
	if (!passed)
		printf("FAIL %s (errno %d)\n", what, errno);
}

static void pause_ms(long milliseconds)
{
	nanosleep(&(struct timespec){milliseconds / 1000, milliseconds % 1000 * 1000000}, NULL);
}

static void handler(int signal)
{
	(void)signal;
}

static void handle(int flags)
{
	sigaction(SIGUSR1, &(struct sigaction){.sa_handler = handler, .sa_flags = flags}, NULL);
}

/* Starts a child that sends SIGUSR1 after 30 ms, and 30 ms later a byte if `end` is not negative. */
static pid_t start_sender(int end)
{
	pid_t child = fork();

	if (child != 0)
		return child;
	pause_ms(200); /* long enough for the parent to be in the call that is to be interrupted, on a busy host too */
	kill(getppid(), SIGUSR1);
	pause_ms(30);
	if (end >= 0 && write(end, "x", 1) != 1)
		_exit(1);
	_exit(0);
}

static void reap(pid_t child)
{
	int status;

	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
}

static void test_waits(void)
{
	int ends[2];
	char byte = 0;
	struct timespec left = {0};

	check(pipe(ends) == 0, "pipe");
	handle(0);
	pid_t sender = start_sender(-1);
	check(read(ends[0], &byte, 1) == -1 && errno == EINTR, "read ends with EINTR");
	reap(sender);
	handle(SA_RESTART);
	sender = start_sender(ends[1]);
	check(read(ends[0], &byte, 1) == 1 && byte == 'x', "with SA_RESTART read goes on");
	reap(sender);
	sender = start_sender(-1);
	check(nanosleep(&(struct timespec){5, 0}, &left) == -1 && errno == EINTR, "nanosleep ends with EINTR");
	check(left.tv_sec >= 3 && left.tv_sec < 5, "nanosleep returns the remaining time");
	reap(sender);
	sender = start_sender(-1);
	check(pause() == -1 && errno == EINTR, "pause ends with EINTR");
	reap(sender);
	handle(0);
	sender = start_sender(-1);
	check(waitpid(sender, NULL, 0) == -1 && errno == EINTR, "waitpid ends with EINTR");
	reap(sender);
	handle(SA_RESTART);
	sender = start_sender(-1);
	check(waitpid(sender, NULL, 0) == sender, "with SA_RESTART waitpid goes on");
}

static void test_ppoll(void)
{
	int ends[2];
	sigset_t blocked, none, pending;

	check(pipe(ends) == 0, "pipe");
	struct pollfd file = {.fd = ends[0], .events = POLLIN};
	sigemptyset(&none);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGUSR1);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	kill(getpid(), SIGUSR1);
	check(sigpending(&pending) == 0 && sigismember(&pending, SIGUSR1), "a blocked signal stays pending");
	check(ppoll(&file, 1, NULL, &none) == -1 && errno == EINTR, "ppoll delivers it and ends with EINTR");
	check(sigpending(&pending) == 0 && !sigismember(&pending, SIGUSR1), "once");
	check(ppoll(&file, 1, &(struct timespec){0, 1000000}, &none) == 0,
	      "without a signal ppoll waits until its timeout");
	check(write(ends[1], "y", 1) == 1 && ppoll(&file, 1, NULL, &none) == 1, "ppoll waits for input");
	sigprocmask(SIG_UNBLOCK, &blocked, NULL);
}

static pid_t start_member(pid_t group)
{
	pid_t child = fork();

	if (child == 0) {
		setpgid(0, group);
		pause();
		_exit(0);
	}
	setpgid(child, group);
	return child;
}

static void test_groups(void)
{
	int status;
	pid_t leader = start_member(0), other = start_member(leader), own = fork();

	if (own == 0)
		_exit(7);
	check(waitpid(-leader, &status, WNOHANG) == 0, "WNOHANG for a group whose processes live");
	check(waitpid(0, &status, 0) == own && WEXITSTATUS(status) == 7, "pid 0 waits for one of the caller's group");
	check(waitpid(0, &status, WNOHANG) == -1 && errno == ECHILD, "no child is left in the caller's group");
	check(kill(-leader, SIGTERM) == 0, "a group can be killed");
	pid_t first = waitpid(-leader, &status, 0), second = waitpid(-leader, NULL, 0);
	check(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM, "the processes are killed by the signal");
	check((first == leader && second == other) || (first == other && second == leader),
	      "both processes of the group are waited for");
	check(waitpid(-leader, &status, 0) == -1 && errno == ECHILD, "no child is left in the group");
	check(kill(-leader, 0) == -1 && errno == ESRCH, "the group does not exist any more");
	own = start_member(getpgrp());
	pause_ms(10);
	handle(SA_RESTART);
	check(kill(0, SIGUSR1) == 0 && waitpid(0, &status, 0) == own,
	      "pid 0 means the caller's group for kill and waitpid");
}

int main(void)
{
	setpgid(0, 0);
	test_waits();
	test_ppoll();
	test_groups();
	printf("signals: %d passed, %d failed\n", passes, failures);
	return failures > 0;
}
