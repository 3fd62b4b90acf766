/* SPDX-License-Identifier: MIT */
/*
 * Which interrupt controllers are emulated by KVM in the kernel and which by the VMM. --irqchip chooses; kvm/vm.c
 * creates the kernel's part, and run/run.c wires the board and the run loop accordingly.
 */
#ifndef VMM_KVM_IRQCHIP_H
#define VMM_KVM_IRQCHIP_H

/* X(NAME, word after --irqchip=, description for --help). The rows may be in any order; the first is the default. */
/* clang-format off */
#define IRQCHIPS(X) \
	X(USER,   "user",   "8259A and 8254 in the VMM, no local APIC: each of their steps is an exit") \
	X(SPLIT,  "split",  "local APIC in the kernel, 8259A and 8254 in the VMM") \
	X(KERNEL, "kernel", "local APIC, 8259A and 8254 in the kernel: a tick is no exit")
/* clang-format on */

#define IRQCHIP_ENUM(name, ...) IRQCHIP_##name,
enum irqchip { IRQCHIPS(IRQCHIP_ENUM) IRQCHIP_COUNT };
#undef IRQCHIP_ENUM

#endif
