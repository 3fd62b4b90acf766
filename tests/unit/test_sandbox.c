/* SPDX-License-Identifier: MIT */
/* Unit tests of the sandbox: it allows the system calls of a running VMM, and ends the process at any other call. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/array.h"
#include "host/sandbox.h"
#include "ringside/device.h"

enum { OUTPUT_MAX = 256 };

static char output[OUTPUT_MAX];
static bool has_terminal = true;

/* Calls `deed` in a sandboxed child, whose stderr goes to `output`. Returns the exit status; -1: killed by a signal. */
static int status_of(void (*deed)(void))
{
	int ends[2], status;

	cr_assert_eq(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		struct error error;
		dup2(ends[1], STDERR_FILENO);
		if (sandbox_enter(has_terminal, &error) < 0)
			_exit(1);
		deed();
		_exit(0);
	}
	close(ends[1]);
	ssize_t length = read(ends[0], output, sizeof(output) - 1);
	output[length > 0 ? length : 0] = '\0';
	close(ends[0]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void *idle(void *unused)
{
	return unused;
}

static void make_thread(void)
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, idle, NULL) != 0 || pthread_join(thread, NULL) != 0)
		_exit(1);
}

static void allocate(void)
{
	char *large = malloc(1 << 22), *small = malloc(100);

	if (large == NULL || small == NULL || (large = realloc(large, 1 << 23)) == NULL)
		_exit(1);
	free(large);
	free(small);
}

static void enter_guest(void)
{
	if (ioctl(-1, KVM_RUN, 0) != -1 || errno != EBADF)
		_exit(1);
}

static void open_file(void)
{
	open("/dev/null", O_RDONLY);
}

static void make_socket(void)
{
	socket(AF_INET, SOCK_STREAM, 0);
}

static void run_program(void)
{
	execl("/bin/true", "true", (char *)NULL);
}

static void make_process(void)
{
	fork();
}

static void make_code(void)
{
	mmap(NULL, 1, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void turn_into_code(void)
{
	mprotect((void *)((uintptr_t)output & ~(uintptr_t)4095), 1, PROT_READ | PROT_EXEC);
}

static void type_at_terminal(void)
{
	ioctl(STDIN_FILENO, TIOCSTI, "x");
}

static void add_memory_slot(void)
{
	ioctl(-1, KVM_SET_USER_MEMORY_REGION, NULL);
}

static void signal_another(void)
{
	kill(getppid(), 0);
}

Test(sandbox, lets_through_what_a_run_needs)
{
	static void (*const deeds[])(void) = {make_thread, allocate, enter_guest};

	for (size_t i = 0; i < COUNT(deeds); i++)
		cr_expect_eq(status_of(deeds[i]), 0, "deed %zu: %s", i, output);
}

Test(sandbox, refuses_what_would_reach_further)
{
	static void (*const deeds[])(void) = {open_file,	make_socket,	 run_program,
					      make_process,	make_code,	 turn_into_code,
					      type_at_terminal, add_memory_slot, signal_another};

#if defined(__SANITIZE_ADDRESS__)
	cr_skip("sanitizers make calls of their own, so there is no sandbox");
#endif
	for (size_t i = 0; i < COUNT(deeds); i++)
		cr_expect_eq(status_of(deeds[i]), RINGSIDE_STATUS_REFUSED, "deed %zu: %s", i, output);
}

/* Without a terminal no request can do harm, and the sandbox does not filter ioctl. */
Test(sandbox, without_a_terminal)
{
#if defined(__SANITIZE_ADDRESS__)
	cr_skip("sanitizers make calls of their own, so there is no sandbox");
#endif
	has_terminal = false;
	cr_expect_eq(status_of(enter_guest), 0, "%s", output);
	cr_expect_eq(status_of(type_at_terminal), 0, "%s", output);
	cr_expect_eq(status_of(open_file), RINGSIDE_STATUS_REFUSED);
}

Test(sandbox, names_the_call)
{
#if defined(__SANITIZE_ADDRESS__)
	cr_skip("sanitizers make calls of their own, so there is no sandbox");
#endif
	status_of(make_socket);
	cr_assert_str_eq(output, "vmm: refused by the sandbox, which --no-sandbox leaves out: system call 41\n");
}
