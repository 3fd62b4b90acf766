/* SPDX-License-Identifier: MIT */
/*
 * The reasons of VM exits: KVM_EXIT_* of the KVM API ("The kvm_run structure"), one row for each reason that has a name
 * in traces. The numbers are part of the kernel's ABI and never change, so that programs that read traces do not need
 * <linux/kvm.h>.
 *
 * X(number, name): `name` is that of the KVM API without KVM_EXIT_
 */
#ifndef RINGSIDE_EXITS_H
#define RINGSIDE_EXITS_H

/* clang-format off */
#define RINGSIDE_EXITS(X) \
	X(0,  UNKNOWN) \
	X(1,  EXCEPTION) \
	X(2,  IO) \
	X(3,  HYPERCALL) \
	X(4,  DEBUG) \
	X(5,  HLT) \
	X(6,  MMIO) \
	X(7,  IRQ_WINDOW_OPEN) \
	X(8,  SHUTDOWN) \
	X(9,  FAIL_ENTRY) \
	X(10, INTR) \
	X(11, SET_TPR) \
	X(12, TPR_ACCESS) \
	X(16, NMI) \
	X(17, INTERNAL_ERROR) \
	X(24, SYSTEM_EVENT) \
	X(26, IOAPIC_EOI) \
	X(27, HYPERV) \
	X(29, X86_RDMSR) \
	X(30, X86_WRMSR) \
	X(31, DIRTY_RING_FULL) \
	X(33, X86_BUS_LOCK) \
	X(37, NOTIFY) \
	X(39, MEMORY_FAULT)
/* clang-format on */

/* RINGSIDE_EXIT_LIMIT: all reasons that a trace keeps are below this; a greater reason is recorded as UNKNOWN. */
#define RINGSIDE_EXIT_ENUM(number, name) RINGSIDE_EXIT_##name = (number),
enum ringside_exit { RINGSIDE_EXITS(RINGSIDE_EXIT_ENUM) RINGSIDE_EXIT_LIMIT = 64 };
#undef RINGSIDE_EXIT_ENUM

#endif
