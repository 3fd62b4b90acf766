/* SPDX-License-Identifier: MIT */
/*
 * What the host's own crossings cost, measured in this process with the same clock, so that each of the
 * guest's figures stands beside one of the host's.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_HOST_H
#define VMM_TOOLS_BENCH_BENCH_HOST_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "kvm/vcpu.h"

enum host_crossing {
	HOST_EMPTY, /* nothing: the loop and the call, which all others contain */
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
	int to_peer, from_peer; /* pipes to a process that echoes */
	int peer;		/* its pid */
	int self;		/* ours */
};

/* Starts the echoing process and takes SIGUSR2 and SIGSEGV. */
int host_bench_start(struct host_bench *bench, const struct vcpu *vcpu, struct error *error);
void host_bench_end(struct host_bench *bench);

/* Whether the crossing works here; -1: see *error. */
int host_bench_check(const struct host_bench *bench, enum host_crossing crossing, struct error *error);

/* TSC ticks that `iterations` crossings took. */
uint64_t host_bench_measure(const struct host_bench *bench, enum host_crossing crossing, uint64_t iterations);

#endif
