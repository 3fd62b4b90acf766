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

/* Long enough for the parent to be in the call that is to be interrupted, unless the machine is very busy. */
enum { SOON_MS = 200, LATER_MS = 30 };

/* Starts a child that sends SIGUSR1 again and again: on a very busy machine the first can come before the call. */
static pid_t start_sender(void)
{
	pid_t child = fork();

	while (child == 0) {
		pause_ms(SOON_MS);
		kill(getppid(), SIGUSR1);
	}
	return child;
}

static void stop(pid_t sender)
{
	kill(sender, SIGKILL);
	while (waitpid(sender, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Starts a child that sends SIGUSR1 once, and later a byte. */
static pid_t start_writer(int end)
{
	pid_t child = fork();

	if (child != 0)
		return child;
	pause_ms(SOON_MS);
	kill(getppid(), SIGUSR1);
	pause_ms(LATER_MS);
	_exit(write(end, "x", 1) != 1);
}

static void test_waits(void)
{
	int ends[2];
	char byte = 0;
	struct timespec left = {0};

	check(pipe(ends) == 0, "pipe");
	handle(0);
	pid_t child = start_sender();
	check(read(ends[0], &byte, 1) == -1 && errno == EINTR, "read ends with EINTR");
	stop(child);
	child = start_sender();
	check(waitpid(child, NULL, 0) == -1 && errno == EINTR, "waitpid ends with EINTR");
	stop(child);
	handle(SA_RESTART);
	child = start_sender();
	check(nanosleep(&(struct timespec){5, 0}, &left) == -1 && errno == EINTR, "nanosleep ends with EINTR");
	check(left.tv_sec >= 3 && left.tv_sec < 5, "nanosleep returns the remaining time");
	check(pause() == -1 && errno == EINTR, "pause ends with EINTR");
	stop(child);
	child = start_writer(ends[1]);
	check(read(ends[0], &byte, 1) == 1 && byte == 'x', "with SA_RESTART read goes on");
	check(waitpid(child, NULL, 0) == child, "the child has ended");
	child = start_writer(ends[1]);
	check(waitpid(child, NULL, 0) == child, "with SA_RESTART waitpid goes on");
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
	signal(SIGUSR1, SIG_DFL); /* for the member, whom the signal can reach before it waits */
	own = start_member(getpgrp());
	handle(SA_RESTART);
	check(kill(0, SIGUSR1) == 0 && waitpid(0, &status, 0) == own,
	      "pid 0 means the caller's group for kill and waitpid");
}

/* A process that waits for the child of its vfork to give its memory back, which takes long. */
static pid_t start_lender(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (vfork() == 0) {
			pause_ms(200);
			_exit(0);
		}
		_exit(7);
	}
	pause_ms(50);
	return pid;
}

static void test_vfork(void)
{
	int status = 0;
	pid_t lender = start_lender();

	kill(lender, SIGKILL);
	check(waitpid(lender, &status, 0) == lender && WIFSIGNALED(status), "SIGKILL ends who waits in vfork");
	lender = start_lender();
	kill(lender, SIGSTOP);
	check(waitpid(lender, &status, WUNTRACED) == lender && WIFSTOPPED(status), "SIGSTOP stops who waits in vfork");
	pause_ms(300);
	kill(lender, SIGCONT);
	check(waitpid(lender, &status, 0) == lender && WEXITSTATUS(status) == 7, "and it goes on with SIGCONT");
}

int main(void)
{
	setpgid(0, 0);
	test_vfork();
	test_waits();
	test_ppoll();
	test_groups();
	printf("signals: %d passed, %d failed\n", passes, failures);
	return failures > 0;
}
