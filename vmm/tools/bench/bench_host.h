/* SPDX-License-Identifier: MIT */
/*
 * The host's own crossings, measured in this process with the same clock, so that each figure of the guest has one of
 * the host to be compared with. Called by bench_session.c and bench_measure.c.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_HOST_H
#define VMM_TOOLS_BENCH_BENCH_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "kvm/vcpu.h"

enum host_crossing {
	HOST_EMPTY, /* only the loop and the call, which all others contain */
	HOST_GETPPID,
	HOST_READ_1,
	HOST_READ_4096,
	HOST_WRITE_1,
	HOST_WRITE_4096,
	HOST_YIELD,
	HOST_PIPE,
	HOST_SIGNAL,
	HOST_SEGV,
	HOST_FORK_EXIT,
	HOST_FORK_EXEC,
	HOST_KVM_IMMEDIATE,
	HOST_CROSSING_COUNT,
};

struct host_bench {
	const struct vcpu *vcpu; /* for HOST_KVM_IMMEDIATE */
	int null_fd, zero_fd;
	int program_fd; /* for HOST_FORK_EXEC */
	bool can_exec;
	int to_peer, from_peer; /* pipes to and from a process that sends back every byte */
	int peer;		/* the pid of that process */
	int self;		/* the pid of this process */
};

/* Starts the process that sends back every byte, and handles SIGUSR2 and SIGSEGV from here on. */
int host_bench_start(struct host_bench *bench, const struct vcpu *vcpu, struct error *error);
void host_bench_end(struct host_bench *bench);

/* -1 with a line in *error when the crossing does not work on this host. */
int host_bench_check(const struct host_bench *bench, enum host_crossing crossing, struct error *error);

/* Makes `iterations` crossings and returns the TSC ticks that they took. */
uint64_t host_bench_measure(const struct host_bench *bench, enum host_crossing crossing, uint64_t iterations);

#endif
