/* SPDX-License-Identifier: MIT */
/*
 * The IDT: gates for all 256 vectors, to the stubs in trap_path.S. A process can use a gate by an instruction only
 * where the list of traps gives the gate DPL 3, and it can never choose the code behind the gate.
 */
#include "kernel/trap/trap_table.h"

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/instructions.h"
#include "kernel/trap/trap_path.h"
#include "kernel/watch/event.h"
#include "ringside/traps.h"

enum ringside_delivery syscall_delivery, int80_delivery;

uint8_t traps_watched;
trap_handler *syscall_watcher, *trap_watcher;

/* An interrupt gate (SDM vol. 3A, 6.14.1): interrupts are off from the handler's first instruction on. */
struct gate {
	uint64_t low, high;
};

#define GATE_PRESENT_INTERRUPT 0x8e0000000000UL
#define GATE_DPL_SHIFT 45
#define GATE_IST_SHIFT 32

static struct gate idt[TRAP_VECTORS];

static struct gate gate_to(const void *handler)
{
	uint64_t address = (uint64_t)handler, fixed = GATE_PRESENT_INTERRUPT | KERNEL_CS << 16;

	return (struct gate){fixed | (address & 0xffff) | (address & 0xffff0000) << 32, address >> 32};
}

static void set_dpl(unsigned vector, uint64_t dpl)
{
	idt[vector].low = (idt[vector].low & ~(3UL << GATE_DPL_SHIFT)) | dpl << GATE_DPL_SHIFT;
}

static void use_stack(unsigned vector, uint64_t ist)
{
	idt[vector].low = (idt[vector].low & ~(7UL << GATE_IST_SHIFT)) | ist << GATE_IST_SHIFT;
}

void trap_table_init(void)
{
	struct {
		uint16_t limit;
		const void *base;
	} __attribute__((packed)) idtr = {sizeof(idt) - 1, idt};

	struct gate gate = gate_to(trap_stubs);
	for (unsigned vector = 0; vector < TRAP_VECTORS; vector++) {
		idt[vector] = gate;
		gate.low += TRAP_STUB_SIZE;
	}
#define ROW(vector, mnemonic, name, dpl, error, signal) (dpl) == 0 ? (void)0 : set_dpl(vector, dpl);
	RINGSIDE_TRAPS(ROW)
#undef ROW
	/* These can arrive while RSP points to no usable stack. */
	use_stack(RINGSIDE_TRAP_DF, 1);
	use_stack(RINGSIDE_TRAP_NMI, 2);
	use_stack(RINGSIDE_TRAP_MC, 3);
	use_stack(RINGSIDE_TRAP_DB, 4);
	__asm__ volatile("lidt %0" : : "m"(idtr));
	event(TRAP_TABLE, 0, idt, TRAP_VECTORS);

	/* An exception in ring 0 does not switch stacks by itself, and a program's red zone lies below its RSP. */
	if (options.protocol == PROTOCOL_DIRECT)
		for (unsigned vector = 0; vector < RINGSIDE_IRQ_BASE; vector++)
			use_stack(vector, vector == RINGSIDE_TRAP_DF ? 1 : 4);

	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE);
	wrmsr(MSR_STAR, (uint64_t)SYSRET_BASE << 48 | (uint64_t)KERNEL_CS << 32);
	wrmsr(MSR_LSTAR, (uint64_t)syscall_entry);
	/* SYSCALL clears these flags: interrupts are off in the kernel, and no flag of the process has an effect. */
	wrmsr(MSR_SFMASK, FLAG_TF | FLAG_IF | FLAG_DF | FLAG_NT | FLAG_RF | FLAG_AC | FLAG_IOPL);
}

void trap_table_recognise_syscall(void)
{
	idt[RINGSIDE_TRAP_PF] = gate_to(page_fault_recognise);
}

void trap_table_close_syscall(void)
{
	wrmsr(MSR_EFER, rdmsr(MSR_EFER) & ~EFER_SCE);
}

void trap_table_close_int80(void)
{
	set_dpl(RINGSIDE_TRAP_SYSCALL, 0);
}
