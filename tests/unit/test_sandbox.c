/* SPDX-License-Identifier: MIT */
/* Unit tests of the sandbox: it allows the system calls of a running VMM, and ends the process at any other call. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <net/if.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <semaphore.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/kvm_api.h"
#include "base/units.h"
#include "host/deadlines.h"
#include "host/input_thread.h"
#include "host/jail.h"
#include "host/kick.h"
#include "host/landlock.h"
#include "host/privileges.h"
#include "host/raw_terminal.h"
#include "host/sandbox.h"
#include "ringside/device.h"

enum { OUTPUT_MAX = 256 };

static char output[OUTPUT_MAX];
static unsigned needs = FILTER_TERMINAL | FILTER_TRACE_FILE | FILTER_INPUT_WAITS;
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
enum { IS_WITHOUT_SANDBOX = true };
#define NEEDS_SANDBOX() cr_skip("sanitizers make calls of their own, so there is no sandbox")
#else
enum { IS_WITHOUT_SANDBOX = false };
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
		if (sandbox_enter(needs, false, &error) < 0)
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

static sem_t posted;

static void post(void)
{
	struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
	int count;

	must(poll(&input, 1, 1) >= 0 && ioctl(STDIN_FILENO, FIONREAD, &count) == 0);
	fputs("keys\n", stderr);
	kick_input();
	sem_post(&posted);
}

/* As host/input.c does. */
static void use_input_thread(void)
{
	sem_init(&posted, 0, 0);
	input_thread_run(post);
	must(sem_wait(&posted) == 0);
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
	struct timespec now;

	must(poll(&input, 1, 1) == 0);
	must(clock_gettime(CLOCK_MONOTONIC, &now) == 0 && clock_gettime(CLOCK_REALTIME, &now) == 0);
	deadline_set(DEADLINE_TICK, deadlines_now() + 1000 * NS_PER_SECOND);
	must(deadlines_failure() == 0);
}

static volatile sig_atomic_t signals;

static void on_signal(int number)
{
	(void)number;
	signals = 1;
}

static void signal_self(void)
{
	struct sigaction action = {.sa_handler = on_signal}, before;

	must(sigaction(SIGSYS, NULL, &before) == 0 && (before.sa_handler == SIG_DFL) == IS_WITHOUT_SANDBOX);
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

static void open_file_in_input_thread(void)
{
	input_thread_run(open_file);
	poll(NULL, 0, -1);
}

static void enter_guest_in_input_thread(void)
{
	input_thread_run(enter_guest);
	poll(NULL, 0, -1);
}

static void make_thread(void)
{
	syscall(SYS_clone, CLONE_THREAD | CLONE_SIGHAND | CLONE_VM, 0, 0, 0, 0);
}

static void make_timer(void)
{
	timer_t timer;

	timer_create(CLOCK_MONOTONIC, &(struct sigevent){.sigev_notify = SIGEV_NONE}, &timer);
}

static void catch_refusals(void)
{
	signal(SIGSYS, SIG_IGN);
}

static void set_limit(void)
{
	setrlimit(RLIMIT_CORE, &(struct rlimit){0});
}

static void count_exits_of_kvm(void)
{
	ioctl(-1, KVM_GET_STATS_FD, 0);
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
		DEED(use_terminal), DEED(use_input_thread),   DEED(allocate),	 DEED(sort),	    DEED(print),
		DEED(use_files),    DEED(wait_and_tell_time), DEED(signal_self), DEED(enter_guest),
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
		DEED(open_file),
		DEED(make_socket),
		DEED(run_program),
		DEED(make_process),
		DEED(make_code),
		DEED(turn_into_code),
		DEED(type_at_terminal),
		DEED(add_memory_slot),
		DEED(signal_another),
		DEED(open_file_in_input_thread),
		DEED(enter_guest_in_input_thread),
		DEED(make_thread),
		DEED(make_timer),
		DEED(catch_refusals),
		DEED(set_limit),
		DEED(count_exits_of_kvm),
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

static void set_modes(void)
{
	ioctl(STDIN_FILENO, TCSETS, NULL);
}

/* What a run does not need it may not do: no terminal, no modes; no trace, no growing file. */
Test(sandbox, has_a_list_for_each_run)
{
	NEEDS_SANDBOX();
	needs = FILTER_KVM_STATS | FILTER_INPUT_WAITS;
	cr_expect_eq(status_of(enter_guest), 0, "%s", output);
	cr_expect_eq(status_of(count_exits_of_kvm), 0, "%s", output);
	cr_expect_eq(status_of(type_at_terminal), RINGSIDE_STATUS_REFUSED);
	cr_expect_eq(status_of(add_memory_slot), RINGSIDE_STATUS_REFUSED);
	cr_expect_eq(status_of(set_modes), RINGSIDE_STATUS_REFUSED);
	cr_expect_eq(status_of(use_files), RINGSIDE_STATUS_REFUSED);
}

static void look_at_path(void)
{
	struct stat facts;

	must(syscall(SYS_newfstatat, AT_FDCWD, "/", &facts, AT_EMPTY_PATH) < 0 && errno == ENOSYS);
	must(syscall(SYS_newfstatat, AT_FDCWD, "/", &facts, 0) < 0 && errno == ENOSYS);
}

Test(sandbox, looks_at_no_path)
{
	NEEDS_SANDBOX();
	cr_expect_eq(status_of(look_at_path), 0);
}

static void be_killed_at_raw_terminal(void)
{
	must(raw_terminal_take());
	kill(getpid(), SIGSYS);
}

/* A SIGSYS that somebody sends is a fatal signal as any other, and no refusal. */
Test(sandbox, tells_a_signal_from_a_refusal)
{
	NEEDS_SANDBOX();
	cr_expect_eq(status_of(be_killed_at_raw_terminal), -SIGSYS);
	cr_expect_str_eq(output, "");
	cr_expect(modes.c_lflag & ICANON);
}

/* ---- each layer alone, as if the filter had a hole ---- */

/* Calls `deed` in a child. Returns its exit status, or -SIGNAL. */
static int alone(void (*deed)(void))
{
	int status;
	const pid_t child = fork();

	if (child == 0) {
		deed();
		_exit(0);
	}
	cr_assert_eq(waitpid(child, &status, 0), child);
	return WIFEXITED(status) ? WEXITSTATUS(status) : -WTERMSIG(status);
}

enum { SKIPPED = 77 };

static void drop_privileges(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct have[_LINUX_CAPABILITY_U32S_3];
	struct error error;

	must(privileges_drop(&error) == 0);
	must(prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1);
	must(syscall(SYS_capget, &header, have) == 0);
	for (size_t i = 0; i < COUNT(have); i++)
		must((have[i].effective | have[i].permitted | have[i].inheritable) == 0);
	/* Nor does a program get any, though root executes it. */
	execl("/bin/sh", "sh", "-c", "! grep -E '^Cap(Inh|Prm|Eff|Amb):.*[^0\t:]' /proc/self/status", (char *)NULL);
	_exit(1);
}

Test(sandbox, drops_privileges)
{
	cr_expect_eq(alone(drop_privileges), 0);
}

static void lower_limits(void)
{
	struct error error;
	struct rlimit limit;
	const int file = open("/dev/null", O_RDONLY);

	must(privileges_limit(1, &error) == 0);
	must(getrlimit(RLIMIT_CORE, &limit) == 0 && limit.rlim_cur == 0 && limit.rlim_max == 0);
	must(getrlimit(RLIMIT_NOFILE, &limit) == 0 && limit.rlim_cur >= (rlim_t)file + 2);
	for (rlim_t i = 0; i < limit.rlim_cur; i++) /* at least one of them is taken */
		if (dup(file) < 0)
			return;
	_exit(1);
}

Test(sandbox, lowers_limits)
{
	cr_expect_eq(alone(lower_limits), 0);
}

static void enter_landlock(void)
{
	struct error error;
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(9)};
	const long version = syscall(444, NULL, 0, 1); /* landlock_create_ruleset() asked for its version */
	int file = -1, ends[2];
	char byte = 'x';

	must(pipe(ends) == 0 && prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0 && landlock_enter(&error) == 0);
	if (version <= 0)
		_exit(SKIPPED);
	must((file = open("/", O_RDONLY)) < 0 && errno == EACCES);
	must((file = open("/dev/null", O_WRONLY)) < 0 && errno == EACCES);
	must(mkdir("/no-such-directory", 0700) < 0);
	must(write(ends[1], &byte, 1) == 1 && read(ends[0], &byte, 1) == 1);
	if (version < 4)
		return;
	const int internet = socket(AF_INET, SOCK_STREAM, 0);
	must(internet < 0 || (connect(internet, (struct sockaddr *)&address, sizeof(address)) < 0 && errno == EACCES));
	must(version < 6 || (kill(getppid(), 0) < 0 && errno == EPERM));
}

Test(sandbox, enters_landlock)
{
	const int status = alone(enter_landlock);

	if (status == SKIPPED)
		cr_skip("this kernel has no Landlock");
	cr_expect_eq(status, 0);
}

static void enter_jail(void)
{
	struct error error;
	const int file = open("/proc/self/status", O_RDONLY);
	char byte;

	if (jail_enter(&error) < 0)
		_exit(SKIPPED);
	must(open("/etc", O_RDONLY) < 0 && errno == ENOENT);
	must(open("/proc", O_RDONLY) < 0 && errno == ENOENT);
	must(open("/../etc", O_RDONLY) < 0 && errno == ENOENT);
	must(open("/file", O_WRONLY | O_CREAT, 0600) < 0);
	must(read(file, &byte, 1) == 1);
	const int internet = socket(AF_INET, SOCK_DGRAM, 0);
	struct ifreq loopback = {.ifr_name = "lo"};
	must(internet < 0 || (ioctl(internet, SIOCGIFFLAGS, &loopback) == 0 && !(loopback.ifr_flags & IFF_UP)));
}

Test(sandbox, enters_jail)
{
	const int status = alone(enter_jail);

	if (status == SKIPPED)
		cr_skip("this host gives no namespaces");
	cr_expect_eq(status, 0);
}

static void close_inherited(void)
{
	const int low = open("/dev/null", O_RDONLY), high = fcntl(low, F_DUPFD, 700);

	must(low >= 0 && high >= 700);
	privileges_close_inherited();
	must(fcntl(low, F_GETFD) < 0 && fcntl(high, F_GETFD) < 0);
	must(fcntl(STDERR_FILENO, F_GETFD) >= 0);
}

Test(sandbox, closes_inherited_descriptors)
{
	cr_expect_eq(alone(close_inherited), 0);
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
