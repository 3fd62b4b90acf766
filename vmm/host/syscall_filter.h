/* SPDX-License-Identifier: MIT */
/*
 * The system calls and ioctls that a thread of a running VMM may make: two tables, and the seccomp filters made from
 * them. host/sandbox.c loads the list of the vCPU's thread, host/input_thread.c that of the thread that reads input.
 * docs/sandbox.md says what each list is for.
 */
#ifndef VMM_HOST_SYSCALL_FILTER_H
#define VMM_HOST_SYSCALL_FILTER_H

#include "base/error.h"

/* What a run may need besides what every run needs: a mask, which each option adds to. */
enum filter_need {
	FILTER_TERMINAL = 1u << 0,    /* a terminal is open, whose modes are set */
	FILTER_TRACE_FILE = 1u << 1,  /* a trace file grows */
	FILTER_STEPS = 1u << 2,	      /* the guest is single-stepped */
	FILTER_KVM_STATS = 1u << 3,   /* KVM's own count of exits is read after the run, from a new descriptor */
	FILTER_USER_PIC = 1u << 4,    /* the VMM injects interrupts */
	FILTER_KVM_APIC = 1u << 5,    /* KVM emulates a local APIC, and all other interrupt controllers or none */
	FILTER_INPUT_WAITS = 1u << 6, /* there is a thread for input (host/input.h) */
};

enum filter_thread { FILTER_VCPU = 1u << 0, FILTER_INPUT = 1u << 1 };

/*
 * Loads the filter of `thread` for the calling thread and those that it starts, for ever. A call that is in no row
 * raises SIGSYS with si_code SYS_SECCOMP; one by the interface of 32-bit programs kills the process. The caller must
 * have set no_new_privs. Returns 0, or -1 with a line in *error.
 */
int syscall_filter_load(enum filter_thread thread, unsigned needs, struct error *error);

#endif
