/* SPDX-License-Identifier: MIT */
/*
 * The tables of allowed calls, and the program of classic BPF that seccomp(2) takes: see syscall_filter.h. The program
 * is written here, and not by a library, because its order counts: ioctl comes first and KVM_RUN is the first request
 * that is compared, seven instructions after the start. Since Linux 5.11 the kernel skips the program for calls that it
 * allows with any arguments.
 */
#include "host/syscall_filter.h"

#include <asm/termbits.h> /* struct termios2; <termios.h> does not go together with it */
#include <errno.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "base/array.h"
#include "base/kvm_api.h"

#ifndef SECCOMP_RET_KILL_PROCESS /* Linux 4.14 */
#define SECCOMP_RET_KILL_PROCESS 0x80000000u
#endif

/* What the arguments must be. Memory that they point to cannot be looked at. */
enum check {
	ANY,	      /* they reach only open descriptors, mapped memory and the process itself */
	NO_CODE,      /* a protection without PROT_EXEC */
	OWN_PROCESS,  /* the first is this process */
	OTHER_SIGNAL, /* the handler of SIGSYS is at most read */
	OWN_LIMIT,    /* a limit of this process is read, and none is set */
	ABSENT,	      /* none: the call returns ENOSYS */
};

enum { VCPU = FILTER_VCPU, INPUT = FILTER_INPUT, BOTH = FILTER_VCPU | FILTER_INPUT, ALL_RUNS = 0 };

/* Besides ioctl. The needs are those of which a run must have one. */
static const struct {
	uint16_t call;
	uint8_t check, threads, needs;
} calls[] = {
	/* the exit path, devices, input and the console */
	{SYS_futex, ANY, BOTH, ALL_RUNS},
	{SYS_timer_settime, ANY, VCPU, ALL_RUNS},
	{SYS_rt_sigreturn, ANY, BOTH, ALL_RUNS},
	{SYS_poll, ANY, BOTH, ALL_RUNS},
	{SYS_write, ANY, BOTH, ALL_RUNS},
	{SYS_read, ANY, BOTH, ALL_RUNS},
	{SYS_tgkill, OWN_PROCESS, BOTH, ALL_RUNS},
	{SYS_kill, OWN_PROCESS, BOTH, ALL_RUNS},
	{SYS_clock_gettime, ANY, BOTH, ALL_RUNS},
	{SYS_restart_syscall, ANY, BOTH, ALL_RUNS},
	{SYS_rt_sigaction, OTHER_SIGNAL, BOTH, ALL_RUNS},
	{SYS_rt_sigprocmask, ANY, BOTH, ALL_RUNS},
	{SYS_getpid, ANY, BOTH, ALL_RUNS},
	{SYS_gettid, ANY, BOTH, ALL_RUNS},
	{SYS_getpgrp, ANY, BOTH, ALL_RUNS},
	/* trace files */
	{SYS_pwrite64, ANY, VCPU, FILTER_TRACE_FILE},
	{SYS_fallocate, ANY, VCPU, FILTER_TRACE_FILE},
	{SYS_ftruncate, ANY, VCPU, FILTER_TRACE_FILE},
	{SYS_prlimit64, OWN_LIMIT, VCPU, ALL_RUNS},
	/* the reports after the run: what is left of the images is read */
	{SYS_pread64, ANY, VCPU, ALL_RUNS},
	{SYS_fstat, ANY, BOTH, ALL_RUNS},
	{SYS_lseek, ANY, BOTH, ALL_RUNS},
	{SYS_close, ANY, VCPU, ALL_RUNS},
	/*
	 * fstat() of glibc 2.33 to 2.38. A filter cannot see whether the path is empty, so no path is allowed; the VMM
	 * makes the call above by itself (base/file_status.h), and stdio is content without.
	 */
	{SYS_newfstatat, ABSENT, BOTH, ALL_RUNS},
	/* memory of the C library; the end of the thread and of the process */
	{SYS_mmap, NO_CODE, BOTH, ALL_RUNS},
	{SYS_mprotect, NO_CODE, BOTH, ALL_RUNS},
	{SYS_munmap, ANY, BOTH, ALL_RUNS},
	{SYS_madvise, ANY, BOTH, ALL_RUNS},
	{SYS_brk, ANY, VCPU, ALL_RUNS},
	{SYS_mremap, ANY, VCPU, ALL_RUNS},
	{SYS_getrandom, ANY, BOTH, ALL_RUNS},
	{SYS_sysinfo, ANY, VCPU, ALL_RUNS}, /* qsort() asks how much memory the host has */
	{SYS_exit, ANY, BOTH, ALL_RUNS},
	{SYS_exit_group, ANY, BOTH, ALL_RUNS},
};

/*
 * Of KVM's ioctls none that adds a memory slot, a vCPU, a device or a VM; of a terminal's those that read and set its
 * modes, by two names, since glibc uses the second kind from 2.42 on. The first row is the one of the exit path.
 */
static const struct {
	uint32_t request; /* the kernel uses only the low 32 bits */
	uint8_t threads, needs;
} requests[] = {
	{KVM_RUN, VCPU, ALL_RUNS},
	{KVM_INTERRUPT, VCPU, FILTER_USER_PIC},
	{KVM_IRQ_LINE, VCPU, FILTER_KVM_APIC},
	{KVM_GET_REGS, VCPU, ALL_RUNS},
	{KVM_GET_SREGS, VCPU, ALL_RUNS},
	{FIONREAD, BOTH, ALL_RUNS},
	{KVM_GET_MP_STATE, VCPU, FILTER_KVM_APIC},
	{KVM_GET_MSRS, VCPU, ALL_RUNS},
	{KVM_SET_REGS, VCPU, FILTER_STEPS},
	{KVM_SET_GUEST_DEBUG, VCPU, FILTER_STEPS},
	{KVM_GET_STATS_FD, VCPU, FILTER_KVM_STATS},
	{TCGETS, BOTH, ALL_RUNS},
	{TCGETS2, BOTH, ALL_RUNS},
	{TIOCGWINSZ, BOTH, ALL_RUNS},
	{TIOCGPGRP, BOTH, ALL_RUNS},
	{TCSETS, BOTH, FILTER_TERMINAL},
	{TCSETS2, BOTH, FILTER_TERMINAL},
};

/*
 * Around the search are eight instructions. The longest check has six, and two more search for its number. Jumps go
 * over at most 255, so all must fit into that.
 */
enum { PROGRAM_MAX = 8 + 8 * COUNT(calls) + COUNT(requests) };

/* Jumps to the two ends of the program, before it is known where these are; any other jump is shorter. */
enum { TO_ALLOW = 255, TO_REFUSE = 254 };

struct program {
	struct sock_filter code[PROGRAM_MAX];
	uint16_t length;
	enum filter_thread thread;
	unsigned needs;
};

#define FIELD(name) ((uint32_t)offsetof(struct seccomp_data, name))
#define LOW(argument) (FIELD(args) + 8 * (argument)) /* x86 is little-endian */
#define HIGH(argument) (LOW(argument) + 4)

static void add(struct program *program, uint16_t code, uint8_t if_true, uint8_t if_false, uint32_t operand)
{
	program->code[program->length++] = (struct sock_filter){code, if_true, if_false, operand};
}

static void load(struct program *program, uint32_t offset)
{
	add(program, BPF_LD | BPF_W | BPF_ABS, 0, 0, offset);
}

/* Compares the loaded word and jumps over `if_true` or `if_false` instructions. */
static void compare(struct program *program, uint32_t value, uint8_t if_true, uint8_t if_false)
{
	add(program, BPF_JMP | BPF_JEQ | BPF_K, if_true, if_false, value);
}

static void end(struct program *program, uint32_t action)
{
	add(program, BPF_RET | BPF_K, 0, 0, action);
}

static bool is_in(const struct program *program, uint8_t threads, uint8_t needs)
{
	return threads & program->thread && (needs == ALL_RUNS || needs & program->needs);
}

static void add_requests(struct program *program)
{
	load(program, LOW(1));
	for (size_t i = 0; i < COUNT(requests); i++) {
		if (is_in(program, requests[i].threads, requests[i].needs))
			compare(program, requests[i].request, TO_ALLOW, 0);
	}
	end(program, SECCOMP_RET_TRAP);
}

/* Adds what looks at the arguments; control does not go on behind it. */
static void add_check(struct program *program, enum check check)
{
	switch (check) {
	case ANY: /* add_search() has jumped to the end */
		break;
	case NO_CODE:
		load(program, LOW(2));
		add(program, BPF_JMP | BPF_JSET | BPF_K, TO_REFUSE, TO_ALLOW, PROT_EXEC);
		break;
	case OWN_PROCESS:
		load(program, LOW(0));
		compare(program, (uint32_t)getpid(), TO_ALLOW, TO_REFUSE);
		break;
	case OTHER_SIGNAL:
		load(program, LOW(0));
		compare(program, SIGSYS, 0, TO_ALLOW);
		load(program, LOW(1));
		compare(program, 0, 0, TO_REFUSE);
		load(program, HIGH(1));
		compare(program, 0, TO_ALLOW, TO_REFUSE);
		break;
	case OWN_LIMIT: /* pid = 0 and new_limit = NULL */
		load(program, LOW(0));
		compare(program, 0, 0, TO_REFUSE);
		load(program, LOW(2));
		compare(program, 0, 0, TO_REFUSE);
		load(program, HIGH(2));
		compare(program, 0, TO_ALLOW, TO_REFUSE);
		break;
	case ABSENT:
		end(program, SECCOMP_RET_ERRNO | ENOSYS);
		break;
	}
}

/* Adds the thread's rows to `chosen`, sorted by number; returns how many they are. */
static unsigned choose_calls(const struct program *program, uint8_t chosen[COUNT(calls)])
{
	unsigned count = 0;

	for (unsigned i = 0; i < COUNT(calls); i++) {
		unsigned at = count;

		if (!is_in(program, calls[i].threads, calls[i].needs))
			continue;
		for (; at > 0 && calls[chosen[at - 1]].call > calls[i].call; at--)
			chosen[at] = chosen[at - 1];
		chosen[at] = (uint8_t)i;
		count++;
	}
	return count;
}

/*
 * Adds a binary search among `count` rows. The kernel tries the program with every number when it is loaded, so a
 * search in order would be seen in the start of each run.
 */
static void add_search(struct program *program, const uint8_t *chosen, unsigned count)
{
	const uint16_t jump = program->length;

	if (count == 1) {
		const enum check check = (enum check)calls[*chosen].check;

		compare(program, calls[*chosen].call, check == ANY ? TO_ALLOW : 0, TO_REFUSE);
		add_check(program, check);
		return;
	}
	const unsigned half = count / 2;

	add(program, BPF_JMP | BPF_JGE | BPF_K, 0, 0, calls[chosen[half]].call);
	add_search(program, chosen, half);
	program->code[jump].jt = (uint8_t)(program->length - jump - 1);
	add_search(program, chosen + half, count - half);
}

/* The distance of a jump of instruction `at` when the ends are at `allow` and behind. */
static uint8_t distance(uint8_t jump, unsigned at, unsigned allow)
{
	if (jump != TO_ALLOW && jump != TO_REFUSE)
		return jump;
	return (uint8_t)(allow + (jump == TO_REFUSE) - at - 1);
}

/* Adds the two ends, and makes the jumps to them jump there. */
static void add_ends(struct program *program)
{
	const unsigned allow = program->length;

	for (unsigned at = 0; at < allow; at++) {
		struct sock_filter *code = &program->code[at];

		if (BPF_CLASS(code->code) != BPF_JMP)
			continue;
		code->jt = distance(code->jt, at, allow);
		code->jf = distance(code->jf, at, allow);
	}
	end(program, SECCOMP_RET_ALLOW);
	end(program, SECCOMP_RET_TRAP);
}

int syscall_filter_load(enum filter_thread thread, unsigned needs, struct error *error)
{
	struct program program = {.length = 0, .thread = thread, .needs = needs};
	uint8_t chosen[COUNT(calls)];

	load(&program, FIELD(arch));
	compare(&program, AUDIT_ARCH_X86_64, 1, 0);
	end(&program, SECCOMP_RET_KILL_PROCESS);
	load(&program, FIELD(nr));
	const uint16_t jump = program.length;
	compare(&program, SYS_ioctl, 0, 0);
	add_requests(&program);
	program.code[jump].jf = (uint8_t)(program.length - jump - 1);
	add_search(&program, chosen, choose_calls(&program, chosen));
	add_ends(&program);

	const struct sock_fprog whole = {program.length, program.code};
	if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &whole) < 0)
		return error_set(error, "cannot enter the sandbox (seccomp): %s; --no-sandbox runs without it",
				 strerror(errno));
	return 0;
}
