/* SPDX-License-Identifier: MIT */
#include "host/sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/kvm.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "ringside/device.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANITIZERS 1
#elif defined(__has_feature)
#define HAS_SANITIZERS __has_feature(address_sanitizer)
#else
#define HAS_SANITIZERS 0
#endif

#define CALL(name) SCMP_SYS(name)
#define COUNT(table) (sizeof(table) / sizeof((table)[0]))

/* Whatever the arguments: they reach only what is open, mapped or the process's own. */
static const int calls[] = {
	/* the exit path, devices and the console */
	CALL(poll),
	CALL(read),
	CALL(write),
	CALL(futex),
	CALL(clock_gettime),
	CALL(timer_create),
	CALL(timer_settime),
	CALL(rt_sigreturn),
	CALL(rt_sigaction),
	CALL(rt_sigprocmask),
	CALL(restart_syscall),
	CALL(getpgrp),
	CALL(getpid),
	CALL(gettid),
	/* trace files and what is read at the end */
	CALL(pread64),
	CALL(pwrite64),
	CALL(fallocate),
	CALL(ftruncate),
	CALL(fstat),
	CALL(lseek),
	CALL(close),
	/* memory of the C library, and the end of a thread and of the process */
	CALL(brk),
	CALL(mremap),
	CALL(munmap),
	CALL(madvise),
	CALL(getrandom),
	CALL(sysinfo), /* qsort asks how much memory there is */
	CALL(rseq),
	CALL(set_robust_list),
	CALL(exit),
	CALL(exit_group),
};

/* Of KVM what a running guest needs: no memory slot, no vCPU and no device can be added. Of a terminal its modes. */
static const unsigned long requests[] = {
	KVM_RUN,      KVM_INTERRUPT,	KVM_IRQ_LINE, KVM_GET_REGS,	KVM_GET_SREGS, KVM_SET_GUEST_DEBUG,
	KVM_GET_MSRS, KVM_GET_MP_STATE, KVM_SET_REGS, KVM_GET_STATS_FD, TCGETS,	       TCSETS,
	TIOCGPGRP,    TIOCGWINSZ,	FIONREAD,
};

static int allow_if(scmp_filter_ctx filter, int call, struct scmp_arg_cmp condition)
{
	return seccomp_rule_add_array(filter, SCMP_ACT_ALLOW, call, 1, &condition);
}

static int allow_calls(scmp_filter_ctx filter)
{
	int result = 0;

	for (size_t i = 0; i < COUNT(calls) && result == 0; i++)
		result = seccomp_rule_add(filter, SCMP_ACT_ALLOW, calls[i], 0);
	return result;
}

/*
 * A terminal takes requests that type at it, for a shell to read. Looking at the request costs each exit 1 %, for
 * the kernel then runs the filter each time, so it is only done where there is a terminal: the descriptors of KVM
 * reach no further than the virtual machine, and others refuse.
 */
static int allow_requests(scmp_filter_ctx filter, bool has_terminal)
{
	int result = 0;

	if (!has_terminal)
		return seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(ioctl), 0);
	/* The kernel reads a request as 32 bits. */
	for (size_t i = 0; i < COUNT(requests) && result == 0; i++)
		result = allow_if(filter, CALL(ioctl), SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, requests[i]));
	return result;
}

/* Calls that are harmless with some arguments only. The watcher of the input is a thread made when first needed. */
static int allow_conditions(scmp_filter_ctx filter)
{
	const struct {
		int call;
		struct scmp_arg_cmp condition;
	} rules[] = {
		{CALL(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)},
		{CALL(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)},
		{CALL(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM)},
		{CALL(kill), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)},
		{CALL(tgkill), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)},
		{CALL(newfstatat), SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH, 0)},
		{CALL(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0, 0)}, /* reads limits, sets none */
	};
	int result = 0;

	for (size_t i = 0; i < COUNT(rules) && result == 0; i++)
		result = allow_if(filter, rules[i].call, rules[i].condition);
	/* Its flags are in memory, where no filter sees them; without it the C library takes clone. */
	return result != 0 ? result : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0);
}

static int load(scmp_filter_ctx filter, bool has_terminal)
{
	/* Found by halving instead of one by one. */
	int result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);

	if (result == 0)
		result = allow_calls(filter);
	if (result == 0)
		result = allow_requests(filter, has_terminal);
	if (result == 0)
		result = allow_conditions(filter);
	return result != 0 ? result : seccomp_load(filter);
}

/* Makes its line without stdio, whose state the refused call may have left half changed. */
static void on_refusal(int signal, siginfo_t *info, void *context)
{
	static const char text[] = "vmm: refused by the sandbox, which --no-sandbox leaves out: system call ";
	char line[sizeof(text) + 11]; /* the digits of an int, and the newline */
	char *end = line + sizeof(line), *start = end;

	(void)signal;
	(void)context;
	*--start = '\n';
	unsigned number = (unsigned)info->si_syscall;
	do
		*--start = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	start -= sizeof(text) - 1;
	memcpy(start, text, sizeof(text) - 1);
	(void)!write(STDERR_FILENO, start, (size_t)(end - start));
	_exit(RINGSIDE_STATUS_REFUSED);
}

int sandbox_enter(bool has_terminal, struct error *error)
{
	const struct sigaction action = {.sa_sigaction = on_refusal, .sa_flags = SA_SIGINFO};

	if (HAS_SANITIZERS)
		return 0;
	sigaction(SIGSYS, &action, NULL);
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
	int result = filter == NULL ? -ENOMEM : load(filter, has_terminal);
	seccomp_release(filter);
	if (result != 0)
		return error_set(error, "cannot enter the sandbox (seccomp): %s; --no-sandbox runs without it",
				 strerror(-result));
	return 0;
}
