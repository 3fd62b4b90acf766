/* SPDX-License-Identifier: MIT */
/* The lists of system calls and ioctls that a running VMM may make, and the filter built from them: see sandbox.h. */
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

/* Allowed with any arguments, because they only affect open descriptors, mapped memory and this process itself. */
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
	/* trace files, and the reports after the run */
	CALL(pread64),
	CALL(pwrite64),
	CALL(fallocate),
	CALL(ftruncate),
	CALL(fstat),
	CALL(lseek),
	CALL(close),
	/* memory of the C library; the start and the end of a thread; the end of the process */
	CALL(brk),
	CALL(mremap),
	CALL(munmap),
	CALL(madvise),
	CALL(getrandom),
	CALL(sysinfo), /* qsort() asks how much memory the host has */
	CALL(rseq),
	CALL(set_robust_list),
	CALL(exit),
	CALL(exit_group),
};

/*
 * The ioctls of KVM that a running guest needs, none of which adds a memory slot, a vCPU or a device; and those that
 * read and set the modes of a terminal.
 */
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
 * An ioctl on a terminal can insert bytes that a shell would then read as typed (TIOCSTI). So where a terminal is open,
 * only the listed requests are allowed. Elsewhere every ioctl is: those on KVM's descriptors affect only the virtual
 * machine, and other files refuse. Checking the request costs 1 % of an exit, because the kernel can skip the filter
 * for a call that is allowed with any arguments.
 */
static int allow_requests(scmp_filter_ctx filter, bool has_terminal)
{
	int result = 0;

	if (!has_terminal)
		return seccomp_rule_add(filter, SCMP_ACT_ALLOW, CALL(ioctl), 0);
	/* The kernel uses only the low 32 bits of a request. */
	for (size_t i = 0; i < COUNT(requests) && result == 0; i++)
		result = allow_if(filter, CALL(ioctl), SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, requests[i]));
	return result;
}

/*
 * Calls that are allowed only with some arguments. host/input.c starts its thread (clone) after the filter is loaded.
 */
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
		{CALL(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0, 0)}, /* new_limit = NULL: reads a limit, sets none */
	};
	int result = 0;

	for (size_t i = 0; i < COUNT(rules) && result == 0; i++)
		result = allow_if(filter, rules[i].call, rules[i].condition);
	/* The flags of clone3 are in memory, which a filter cannot read; on ENOSYS the C library uses clone instead. */
	return result != 0 ? result : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), CALL(clone3), 0);
}

static int load(scmp_filter_ctx filter, bool has_terminal)
{
	/* Level 2: the filter finds a system call by binary search instead of one comparison after the other. */
	int result = seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);

	if (result == 0)
		result = allow_calls(filter);
	if (result == 0)
		result = allow_requests(filter, has_terminal);
	if (result == 0)
		result = allow_conditions(filter);
	return result != 0 ? result : seccomp_load(filter);
}

/* SIGSYS: reports the refused call. Does not use stdio, because the call may have been made inside stdio. */
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
