/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_host.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <ucontext.h>
#include <unistd.h>

#include "tools/bench/bench_program.h"

enum { PAGE = 4096, LOAD_LENGTH = 2 /* bytes of `mov (%rdi), %al` */ };

static char buffer[PAGE];
static void *forbidden; /* a page that cannot be read */

/* The fences make RDTSC wait for what is before it, and what follows wait for RDTSC (Intel SDM vol. 2B, RDTSC). */
static uint64_t read_tsc(void)
{
	__builtin_ia32_lfence();
	const uint64_t tsc = __builtin_ia32_rdtsc();
	__builtin_ia32_lfence();
	return tsc;
}

static void on_signal(int number)
{
	(void)number;
}

/* Steps over the load that is meant to fault. Any other fault is a bug: it comes again and ends the program. */
static void on_fault(int number, siginfo_t *information, void *context)
{
	if (information->si_addr == forbidden)
		((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += LOAD_LENGTH;
	else
		signal(number, SIG_DFL);
}

static int take_signals(struct error *error)
{
	struct sigaction handled = {.sa_handler = on_signal};
	struct sigaction fault = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};

	forbidden = mmap(NULL, PAGE, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (forbidden == MAP_FAILED || sigaction(SIGUSR2, &handled, NULL) < 0 || sigaction(SIGSEGV, &fault, NULL) < 0)
		return error_set(error, "cannot take signals to measure them: %s", strerror(errno));
	return 0;
}

static _Noreturn void echo(int in, int out)
{
	char byte;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	signal(SIGINT, SIG_IGN); /* ^C at the terminal is for the parent, which ends this process */
	while (read(in, &byte, 1) == 1 && write(out, &byte, 1) == 1)
		;
	_exit(0);
}

static int start_peer(struct host_bench *bench, struct error *error)
{
	int there[2], back[2];

	if (pipe2(there, O_CLOEXEC) < 0 || pipe2(back, O_CLOEXEC) < 0 || (bench->peer = fork()) < 0)
		return error_set(error, "cannot start a process to talk to: %s", strerror(errno));
	if (bench->peer == 0) {
		close(there[1]);
		close(back[0]);
		echo(there[0], back[1]);
	}
	close(there[0]);
	close(back[1]);
	bench->to_peer = there[1];
	bench->from_peer = back[0];
	return 0;
}

/* Whether this host executes a program from memory; some do not (sysctl vm.memfd_noexec). */
static bool can_execute(int program)
{
	int status = -1;
	const pid_t child = fork();

	if (child == 0)
		program_become(program);
	return child > 0 && waitpid(child, &status, 0) == child && status == 0;
}

int host_bench_start(struct host_bench *bench, const struct vcpu *vcpu, struct error *error)
{
	*bench = (struct host_bench){.vcpu = vcpu, .self = getpid()};
	bench->null_fd = open("/dev/null", O_WRONLY | O_CLOEXEC);
	bench->zero_fd = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	if (bench->null_fd < 0 || bench->zero_fd < 0)
		return error_set(error, "cannot open /dev/null and /dev/zero: %s", strerror(errno));
	bench->program_fd = program_make(error);
	bench->can_exec = bench->program_fd >= 0 && can_execute(bench->program_fd);
	return bench->program_fd < 0 || take_signals(error) < 0 || start_peer(bench, error) < 0 ? -1 : 0;
}

void host_bench_end(struct host_bench *bench)
{
	if (bench->peer <= 0)
		return;
	close(bench->to_peer);
	close(bench->from_peer);
	kill(bench->peer, SIGKILL);
	waitpid(bench->peer, NULL, 0);
	bench->peer = 0;
}

/* ---- one crossing each ---- */

static ssize_t ignored; /* what read() and write() return, of which a benchmark has no use */

static void cross_nothing(const struct host_bench *bench)
{
	(void)bench;
	__asm__ volatile("" : : : "memory");
}

static void cross_getppid(const struct host_bench *bench)
{
	(void)bench;
	syscall(SYS_getppid);
}

static void cross_read_1(const struct host_bench *bench)
{
	ignored = read(bench->zero_fd, buffer, 1);
}

static void cross_read_4096(const struct host_bench *bench)
{
	ignored = read(bench->zero_fd, buffer, PAGE);
}

static void cross_write_1(const struct host_bench *bench)
{
	ignored = write(bench->null_fd, buffer, 1);
}

static void cross_write_4096(const struct host_bench *bench)
{
	ignored = write(bench->null_fd, buffer, PAGE);
}

static void cross_yield(const struct host_bench *bench)
{
	(void)bench;
	sched_yield();
}

static void cross_pipe(const struct host_bench *bench)
{
	ignored = write(bench->to_peer, buffer, 1);
	ignored = read(bench->from_peer, buffer, 1);
}

static void cross_signal(const struct host_bench *bench)
{
	kill(bench->self, SIGUSR2);
}

static void cross_fault(const struct host_bench *bench)
{
	(void)bench;
	__asm__ volatile("movb (%%rdi), %%al" : : "D"(forbidden) : "rax", "memory");
}

static void cross_fork(const struct host_bench *bench)
{
	(void)bench;
	const pid_t child = fork();

	if (child == 0)
		_exit(0);
	waitpid(child, NULL, 0);
}

static void cross_exec(const struct host_bench *bench)
{
	const pid_t child = fork();

	if (child == 0)
		program_become(bench->program_fd);
	waitpid(child, NULL, 0);
}

static void cross_kvm(const struct host_bench *bench)
{
	/* The flag stays set: a kick may have set it too, and the run loop clears it when it takes the kicks. */
	bench->vcpu->run->immediate_exit = 1;
	ioctl(bench->vcpu->fd, KVM_RUN, 0);
}

static void (*const crossings[HOST_CROSSING_COUNT])(const struct host_bench *) = {
	[HOST_EMPTY] = cross_nothing,	    [HOST_GETPPID] = cross_getppid, [HOST_READ_1] = cross_read_1,
	[HOST_READ_4096] = cross_read_4096, [HOST_WRITE_1] = cross_write_1, [HOST_WRITE_4096] = cross_write_4096,
	[HOST_YIELD] = cross_yield,	    [HOST_PIPE] = cross_pipe,	    [HOST_SIGNAL] = cross_signal,
	[HOST_SEGV] = cross_fault,	    [HOST_FORK_EXIT] = cross_fork,  [HOST_FORK_EXEC] = cross_exec,
	[HOST_KVM_IMMEDIATE] = cross_kvm,
};

int host_bench_check(const struct host_bench *bench, enum host_crossing crossing, struct error *error)
{
	if (crossing == HOST_FORK_EXEC && !bench->can_exec)
		return error_set(error, "this host does not execute a program from memory (sysctl vm.memfd_noexec)");
	return 0;
}

uint64_t host_bench_measure(const struct host_bench *bench, enum host_crossing crossing, uint64_t iterations)
{
	void (*const cross)(const struct host_bench *) = crossings[crossing];
	const uint64_t start = read_tsc();

	while (iterations-- > 0)
		cross(bench);
	return read_tsc() - start;
}
