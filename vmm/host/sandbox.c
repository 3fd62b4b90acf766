/* SPDX-License-Identifier: MIT */
/* The lists of system calls and ioctls that a running VMM may make, and the filter built from them: see sandbox.h. */
#include "host/sandbox.h"

#include <asm/termbits.h> /* struct termios2; <termios.h> does not go together with it */
#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "base/array.h"
#include "base/digits.h"
#include "base/kvm_api.h"
#include "base/linux_names.h"
#include "host/raw_terminal.h"
#include "ringside/device.h"

#if defined(__SANITIZE_ADDRESS__)
#define HAS_SANITIZERS 1
#elif defined(__has_feature)
#define HAS_SANITIZERS __has_feature(address_sanitizer)
#else
#define HAS_SANITIZERS 0
#endif

enum { LINE_MAX_BYTES = 256 }; /* of the line about a refusal; the longest name of a system call has 23 */

/* Allowed with any arguments, because they only affect open descriptors, mapped memory and this process itself. */
static const int calls[] = {
	/* the exit path, devices and the console */
	SCMP_SYS(poll),
	SCMP_SYS(read),
	SCMP_SYS(write),
	SCMP_SYS(futex),
	SCMP_SYS(clock_gettime),
	SCMP_SYS(timer_create),
	SCMP_SYS(timer_settime),
	SCMP_SYS(rt_sigreturn),
	SCMP_SYS(rt_sigaction),
	SCMP_SYS(rt_sigprocmask),
	SCMP_SYS(restart_syscall),
	SCMP_SYS(getpgrp),
	SCMP_SYS(getpid),
	SCMP_SYS(gettid),
	/* trace files, and the reports after the run */
	SCMP_SYS(pread64),
	SCMP_SYS(pwrite64),
	SCMP_SYS(fallocate),
	SCMP_SYS(ftruncate),
	SCMP_SYS(fstat),
	SCMP_SYS(lseek),
	SCMP_SYS(close),
	/* memory of the C library; the start and the end of a thread; the end of the process */
	SCMP_SYS(brk),
	SCMP_SYS(mremap),
	SCMP_SYS(munmap),
	SCMP_SYS(madvise),
	SCMP_SYS(getrandom),
	SCMP_SYS(sysinfo), /* qsort() asks how much memory the host has */
	SCMP_SYS(rseq),
	SCMP_SYS(set_robust_list),
	SCMP_SYS(exit),
	SCMP_SYS(exit_group),
};

/*
 * The ioctls of KVM that a running guest needs, none of which adds a memory slot, a vCPU or a device; and those that
 * read and set the modes of a terminal: glibc uses the second kind since 2.42.
 */
static const unsigned long requests[] = {
	KVM_RUN,      KVM_INTERRUPT,	KVM_IRQ_LINE, KVM_GET_REGS,	KVM_GET_SREGS, KVM_SET_GUEST_DEBUG,
	KVM_GET_MSRS, KVM_GET_MP_STATE, KVM_SET_REGS, KVM_GET_STATS_FD, TCGETS,	       TCSETS,
	TCGETS2,      TCSETS2,		TIOCGPGRP,    TIOCGWINSZ,	FIONREAD,
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
		return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(ioctl), 0);
	/* The kernel uses only the low 32 bits of a request. */
	for (size_t i = 0; i < COUNT(requests) && result == 0; i++)
		result = allow_if(filter, SCMP_SYS(ioctl), SCMP_A1(SCMP_CMP_MASKED_EQ, UINT32_MAX, requests[i]));
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
		{SCMP_SYS(mmap), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)},
		{SCMP_SYS(mprotect), SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)},
		{SCMP_SYS(clone), SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD | CLONE_VM, CLONE_THREAD | CLONE_VM)},
		{SCMP_SYS(kill), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)},
		{SCMP_SYS(tgkill), SCMP_A0(SCMP_CMP_EQ, (scmp_datum_t)getpid(), 0)},
		{SCMP_SYS(newfstatat), SCMP_A3(SCMP_CMP_EQ, AT_EMPTY_PATH, 0)},
		{SCMP_SYS(prlimit64), SCMP_A2(SCMP_CMP_EQ, 0, 0)}, /* new_limit = NULL: reads a limit, sets none */
	};
	int result = 0;

	for (size_t i = 0; i < COUNT(rules) && result == 0; i++)
		result = allow_if(filter, rules[i].call, rules[i].condition);
	/* The flags of clone3 are in memory, which a filter cannot read; on ENOSYS the C library uses clone instead. */
	return result != 0 ? result : seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0);
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

static char *append(char *end, const char *text)
{
	while (*text != '\0')
		*end++ = *text++;
	return end;
}

/*
 * SIGSYS: reports the refused call. Does not use stdio, because the call may have been made inside stdio. The modes of
 * the terminal are restored here, because atexit() functions do not run.
 */
static void on_refusal(int signal, siginfo_t *info, void *context)
{
	const char *name = syscall_name((unsigned)info->si_syscall);
	char digits[DIGITS_MAX + 1] = "", line[LINE_MAX_BYTES], *end = line;

	(void)signal;
	(void)context;
	raw_terminal_give_back();
	end = append(end, "vmm: the sandbox refused system call ");
	end = append(end, digits_decimal(digits + DIGITS_MAX, (unsigned)info->si_syscall));
	if (name != NULL) {
		end = append(end, " (");
		end = append(end, name);
		end = append(end, ")");
	}
	end = append(end, ": this is a fault of the VMM; --no-sandbox runs without it\n");
	(void)!write(STDERR_FILENO, line, (size_t)(end - line));
	_exit(RINGSIDE_STATUS_REFUSED);
}

int sandbox_enter(bool has_terminal, struct error *error)
{
	const struct sigaction action = {.sa_sigaction = on_refusal, .sa_flags = SA_SIGINFO};
	sigset_t refusal;

	if (HAS_SANITIZERS)
		return 0;
	sigaction(SIGSYS, &action, NULL);
	sigemptyset(&refusal);
	sigaddset(&refusal, SIGSYS);
	sigprocmask(SIG_UNBLOCK, &refusal, NULL); /* the parent process may have blocked it */
	scmp_filter_ctx filter = seccomp_init(SCMP_ACT_TRAP);
	int result = filter == NULL ? -ENOMEM : load(filter, has_terminal);
	seccomp_release(filter);
	if (result != 0)
		return error_set(error, "cannot enter the sandbox (seccomp): %s; --no-sandbox runs without it",
				 strerror(-result));
	return 0;
}
