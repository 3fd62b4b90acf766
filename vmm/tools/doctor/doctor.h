/* SPDX-License-Identifier: MIT */
/* The parts of `vmm doctor`: each adds its findings. */
#ifndef VMM_TOOLS_DOCTOR_DOCTOR_H
#define VMM_TOOLS_DOCTOR_DOCTOR_H

#include "kvm/system.h"
#include "tools/doctor/findings.h"

/* The processor and its clock. */
void doctor_host(struct findings *findings);

/* What the kernel does about flaws of the processor: it makes every crossing dearer. */
void doctor_mitigations(struct findings *findings);

/* /dev/kvm and what KVM says it has. */
void doctor_kvm(struct findings *findings);

/* What KVM does, found out by trying. */
void doctor_trials(struct findings *findings, const struct kvm *kvm);

#endif
