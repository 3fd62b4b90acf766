/* SPDX-License-Identifier: MIT */
/* Unit tests of the sandbox: it allows the system calls of a running VMM, and ends the process at any other call. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/kvm.h>
#include <poll.h>
#include <pthread.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "host/raw_terminal.h"
#include "host/sandbox.h"
#include "ringside/device.h"

enum { OUTPUT_MAX = 256 };

static char output[OUTPUT_MAX];
static bool has_terminal = true;
static struct termios modes;

struct deed {
	const char *name;
	void (*run)(void);
};
#define DEED(function)                                                                                                 \
	{                                                                                                              \
#function, function                                                                                    \
	}

#if defined(__SANITIZE_ADDRESS__)
#define NEEDS_SANDBOX() cr_skip("sanitizers make calls of their own, so there is no sandbox")
#else
#define NEEDS_SANDBOX() (void)0
#endif

/* Opens a pseudoterminal. Returns its master. */
static int open_master(void)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY);

	cr_assert(master >= 0 && grantpt(master) == 0 && unlockpt(master) == 0);
	return master;
}

/* Makes the pseudoterminal the standard input and the controlling terminal. */
static void use_as_terminal(int master)
{
	setsid();
	int slave = open(ptsname(master), O_RDWR);
	if (slave < 0 || dup2(slave, STDIN_FILENO) < 0)
		_exit(2);
}

/*
 * Calls `deed` in a sandboxed child at a terminal of its own, whose stderr goes to `output`; `modes` are the terminal's
 * in the end. Returns the exit status, or -SIGNAL.
 */
static int status_of(void (*deed)(void))
{
	int ends[2], status, master = open_master();
	size_t used = 0;
	ssize_t length;

	cr_assert_eq(pipe(ends), 0);
	pid_t child = fork();
	if (child == 0) {
		struct error error;
		use_as_terminal(master);
		dup2(ends[1], STDERR_FILENO);
		close(ends[1]);
		if (sandbox_enter(has_terminal, &error) < 0)
			_exit(3);
		deed();
		_exit(0);
	}
	close(ends[1]);
	while ((length = read(ends[0], output + used, sizeof(output) - 1 - used)) > 0)
		used += (size_t)length;
	output[used] = '\0';
	close(ends[0]);
	cr_assert_eq(waitpid(child, &status, 0), child);
	cr_assert_eq(tcgetattr(master, &modes), 0);
	close(master);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

/* Ends a deed that has failed. */
static void must(bool holds)
{
	if (!holds)
		_exit(1);
}

/* ---- what the VMM calls of the C library in the sandbox: a new one may make other system calls for it ---- */

static void use_terminal(void)
{
	struct winsize size;

	must(isatty(STDIN_FILENO) == 1 && ioctl(STDIN_FILENO, TIOCGWINSZ, &size) == 0);
	must(raw_terminal_take());
	raw_terminal_give_back();
}

static void *idle(void *unused)
{
	return unused;
}

static void make_thread(void)
{
	pthread_t thread;

	must(pthread_create(&thread, NULL, idle, NULL) == 0 && pthread_join(thread, NULL) == 0);
}

static void *post(void *semaphore)
{
	sem_post(semaphore);
	return NULL;
}

/* As host/input.c does: a detached thread with a small stack and all signals blocked. */
static void wait_for_thread(void)
{
	pthread_attr_t attributes;
	pthread_t thread;
	sigset_t all, before;
	sem_t semaphore;

	sem_init(&semaphore, 0, 0);
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pthread_attr_init(&attributes);
	pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
	pthread_attr_setstacksize(&attributes, (size_t)PTHREAD_STACK_MIN + 65536);
	must(pthread_create(&thread, &attributes, post, &semaphore) == 0);
	pthread_attr_destroy(&attributes);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	must(sem_wait(&semaphore) == 0);
}

static void allocate(void)
{
	char *large = malloc(1 << 22), *small = malloc(100);

	must(large != NULL && small != NULL);
	must((large = realloc(large, 1 << 23)) != NULL);
	free(large);
	free(small);
	for (size_t size = 16; size <= 1 << 20; size *= 2)
		must((small = calloc(1, size)) != NULL);
}

static int compare(const void *a, const void *b)
{
	return memcmp(a, b, sizeof(uint64_t));
}

static void sort(void)
{
	enum { MANY = 1 << 18 }; /* more than what qsort() sorts on the stack */
	uint64_t *numbers = calloc(MANY, sizeof(*numbers));

	must(numbers != NULL);
	for (size_t i = 0; i < MANY; i++)
		numbers[i] = i * UINT64_C(0x9e3779b97f4a7c15);
	qsort(numbers, MANY, sizeof(*numbers), compare);
	free(numbers);
}

static void print(void)
{
	char *text = NULL;
	size_t size = 0;
	FILE *memory = open_memstream(&text, &size);

	must(memory != NULL);
	setvbuf(stderr, NULL, _IOFBF, BUFSIZ);
	for (int error = 0; error < 200; error++)
		fprintf(memory, "%s %.3f %s\n", strerror(error), 1.0 / (error + 1), strsignal(error % 32));
	fprintf(stderr, "%.17g %zu", 2.0 / 3, size);
	must(fflush(stderr) == 0 && fclose(memory) == 0);
	free(text);
}

static void use_files(void)
{
	char bytes[16] = "";
	struct stat facts;

	/* stdin is the terminal: which of these succeed does not matter, only that they are made */
	fstat(STDIN_FILENO, &facts);
	(void)!pread(STDIN_FILENO, bytes, sizeof(bytes), 0);
	(void)!pwrite(STDIN_FILENO, bytes, sizeof(bytes), 0);
	fallocate(STDIN_FILENO, 0, 0, 4096);
	(void)!ftruncate(STDIN_FILENO, 0);
	must(munmap(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), 4096) == 0);
	must(close(STDIN_FILENO) == 0);
}

static void wait_and_tell_time(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	struct itimerspec never = {0};
	struct timespec now;
	timer_t timer;

	must(poll(&input, 1, 1) == 0);
	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0 && clock_gettime(CLOCK_REALTIME, &now) == 0);
	must(timer_create(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_NONE}, &timer) == 0);
	must(timer_settime(timer, 0, &never, NULL) == 0);
}

static volatile sig_atomic_t signals;

static void on_signal(int number)
{
	(void)number;
	signals = 1;
}

static void signal_self(void)
{
	struct sigaction action = {.sa_handler = on_signal};

	must(sigaction(SIGUSR1, &action, NULL) == 0 && raise(SIGUSR1) == 0 && signals == 1);
	must(kill(getpid(), SIGUSR1) == 0);
}

/* atexit() functions run, and what is buffered is written. */
static void leave(void)
{
	setvbuf(stderr, NULL, _IOFBF, BUFSIZ);
	fputs("bye", stderr);
	exit(0);
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
	syscall(SYS_fork);
}

static void *open_file_of_thread(void *unused)
{
	open("/dev/null", O_RDONLY);
	return unused;
}

static void open_file_in_thread(void)
{
	pthread_t thread;

	pthread_create(&thread, NULL, open_file_of_thread, NULL);
	pthread_join(thread, NULL);
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
	static const struct deed deeds[] = {
		DEED(use_terminal), DEED(make_thread), DEED(wait_for_thread),	 DEED(allocate),    DEED(sort),
		DEED(print),	    DEED(use_files),   DEED(wait_and_tell_time), DEED(signal_self), DEED(enter_guest),
	};

	for (size_t i = 0; i < COUNT(deeds); i++)
		cr_expect_eq(status_of(deeds[i].run), 0, "%s: %s", deeds[i].name, output);
	cr_expect_eq(status_of(leave), 0, "%s", output);
	/* What is last: LeakSanitizer, where it is built in, may have said something before. */
	const size_t length = strlen(output), last = strlen("bye");
	cr_expect_str_eq(length < last ? output : output + length - last, "bye");
}

Test(sandbox, refuses_what_would_reach_further)
{
	static const struct deed deeds[] = {
		DEED(open_file),      DEED(make_socket),	 DEED(run_program),	 DEED(make_process),
		DEED(make_code),      DEED(turn_into_code),	 DEED(type_at_terminal), DEED(add_memory_slot),
		DEED(signal_another), DEED(open_file_in_thread),
	};

	NEEDS_SANDBOX();
	for (size_t i = 0; i < COUNT(deeds); i++) {
		cr_expect_eq(status_of(deeds[i].run), RINGSIDE_STATUS_REFUSED, "%s: %s", deeds[i].name, output);
		cr_expect_neq(output[0], '\0', "%s: no line", deeds[i].name);
	}
}

static void open_file_with_signals_blocked(void)
{
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, NULL);
	open_file();
}

/* Where all signals are blocked, the kernel ends the process by SIGSYS, and the handler cannot write its line. */
Test(sandbox, refuses_also_where_signals_are_blocked)
{
	NEEDS_SANDBOX();
	cr_expect_eq(status_of(open_file_with_signals_blocked), -SIGSYS);
	cr_expect_str_eq(output, "");
}

static void fork_by_the_c_library(void)
{
	fork();
}

/* glibc blocks all signals in fork() since 2.37. */
Test(sandbox, refuses_fork_of_any_c_library)
{
	NEEDS_SANDBOX();
	int status = status_of(fork_by_the_c_library);
	cr_expect(status == RINGSIDE_STATUS_REFUSED || status == -SIGSYS, "status %d: %s", status, output);
}

/* The parent process may have blocked the signal by which the kernel refuses. */
Test(sandbox, refuses_with_a_line_whatever_the_parent_blocked)
{
	sigset_t all, before;

	NEEDS_SANDBOX();
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &before);
	cr_expect_eq(status_of(open_file), RINGSIDE_STATUS_REFUSED, "%s", output);
	sigprocmask(SIG_SETMASK, &before, NULL);
}

static void open_file_at_raw_terminal(void)
{
	must(raw_terminal_take());
	open_file();
}

/* The terminal of a user gets its own modes back. */
Test(sandbox, refuses_at_a_raw_terminal)
{
	NEEDS_SANDBOX();
	cr_expect_eq(status_of(open_file_at_raw_terminal), RINGSIDE_STATUS_REFUSED, "%s", output);
	cr_expect_neq(output[0], '\0', "no line");
	cr_expect(modes.c_lflag & ICANON);
}

/* Without a terminal no request can do harm, and the sandbox does not filter ioctl. */
Test(sandbox, without_a_terminal)
{
	NEEDS_SANDBOX();
	has_terminal = false;
	cr_expect_eq(status_of(enter_guest), 0, "%s", output);
	cr_expect_eq(status_of(type_at_terminal), 0, "%s", output);
	cr_expect_eq(status_of(open_file), RINGSIDE_STATUS_REFUSED);
}

static void make_unnamed_call(void)
{
	syscall(999);
}

Test(sandbox, names_the_call)
{
	NEEDS_SANDBOX();
	status_of(make_socket);
	cr_expect_str_eq(output, "vmm: the sandbox refused system call 41 (socket): this is a fault of the VMM; "
				 "--no-sandbox runs without it\n");
	status_of(make_unnamed_call);
	cr_expect_str_eq(output, "vmm: the sandbox refused system call 999: this is a fault of the VMM; "
				 "--no-sandbox runs without it\n");
}
