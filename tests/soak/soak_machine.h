/* SPDX-License-Identifier: MIT */
/*
 * A whole machine in this process, as `vmm run` builds it: memory, kernel, VM, vCPU, board. For the programs of
 * tests/soak, which start many of them, or look into one that has run. Not more than one at a time runs, because kicks
 * and deadlines are one per process.
 */
#ifndef TESTS_SOAK_MACHINE_H
#define TESTS_SOAK_MACHINE_H

#include "machine/loop.h"
#include "record/recorder.h"

struct soak_guest {
	const char *image, *initrd, *command_line; /* `initrd` NULL = none */
	uint64_t memory;			   /* bytes */
	enum irqchip irqchip;
	struct clock clock; /* `now` NULL = the host's */
};

struct soak_machine {
	struct kvm kvm;
	struct vm vm;
	struct vcpu vcpu;
	struct memory memory;
	struct board board;
	struct recorder recorder;
	struct console console;
	struct loop loop;
};

/*
 * Builds the machine, which must not move afterwards. What the guest prints is discarded, and it gets no input. Returns
 * 0, or -1 with a line in *error. Release with soak_machine_close(), also after a failure.
 */
int soak_machine_open(struct soak_machine *machine, const struct soak_guest *guest, struct error *error);

/* Runs the guest until it ends, at most `limit` ns. Returns 0 if it powered off; or -1 with a line in *error. */
int soak_machine_run(struct soak_machine *machine, uint64_t limit, struct error *error);

void soak_machine_close(struct soak_machine *machine);

#endif
