/* SPDX-License-Identifier: MIT */
/*
 * What there is to say of a VM exit and of a transition whatever the run: one row for each exit reason and one for each
 * event of the guest. What is true of one moment alone, explain.c adds. Used by `vmm trace explain`.
 */
#ifndef VMM_TOOLS_TRACE_EXPLAIN_EXPLANATIONS_H
#define VMM_TOOLS_TRACE_EXPLAIN_EXPLANATIONS_H

/*
 * Sentences, in ASCII; NULL = there is nothing to say. In them {who} is the process or kernel that ran, {where} the
 * address as a name, {ring} the ring, {guest} and {vmm} how long the guest ran before an exit and the VMM handled it,
 * {register} the register of a device, {call} a system call, {trap} a vector with its name, {a} and {b} the arguments
 * of an event.
 */
struct explanation {
	const char *why;       /* this came */
	const char *processor; /* what the CPU did */
	const char *kernel;    /* what the kernel did: the host's KVM of an exit, the guest's of an event */
	const char *vmm;       /* what the VMM did */
	const char *manual;    /* where to read on, by titles: the numbers of sections differ from edition to edition */
};

/* The row of an exit reason (enum ringside_exit), of an event (enum ringside_event); NULL when there is none. */
const struct explanation *explanation_of_exit(unsigned reason);
const struct explanation *explanation_of_event(unsigned event);

#endif
