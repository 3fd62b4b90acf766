/* SPDX-License-Identifier: MIT */
/*
 * break=STEP: leaves out one step of the protocol. Some steps are one instruction, whose places protocol_step.h has
 * noted: these are overwritten in the kernel's code. Others are a value that boot gave to the hardware: it gets the
 * value that it has when one forgets the step.
 */
#include "kernel/lessons/break_step.h"

#include "kernel/devices/cpu.h"
#include "kernel/devices/instructions.h"
#include "kernel/devices/interrupt_controller.h"
#include "kernel/lessons/overwrite.h"
#include "kernel/lessons/protocol_step.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/kernel_map.h"
#include "kernel/memory/page_table.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/memory/user_copy.h"
#include "kernel/process/process_list.h"
#include "kernel/trap/trap_handlers.h"
#include "kernel/trap/trap_table.h"
#include "kernel/watch/event.h"
#include "ringside/traps.h"

/* kernel.ld.S, kernel_tables.S */
extern const struct protocol_step protocol_steps[], protocol_steps_end[];
extern const char kernel_start[], kernel_end[];
extern uint64_t direct_pdpt[512], direct_pt[512];

/* ---- steps that are instructions ---- */

enum { NOP = 0x90, LONGEST_INSTRUCTION = 15 };

/* Puts these bytes in place of the instructions of a step, and NOPs where the instruction is longer. */
static void replace(enum broken step, const uint8_t *bytes, uint64_t size)
{
	for (const struct protocol_step *place = protocol_steps; place < protocol_steps_end; place++) {
		uint8_t code[LONGEST_INSTRUCTION];
		if (place->step != step)
			continue;
		memset(code, NOP, sizeof(code));
		memcpy(code, bytes, size);
		overwrite(place->address, code, place->size);
	}
}

/* The frame has a place for every register, so it gets a 0 where the register should be. */
static void break_register(void)
{
	static const uint8_t push_0[] = {0x6a, 0x00};

	replace(BREAK_REGISTER, push_0, sizeof(push_0));
}

/* The first program is where it is; what is left out is every switch after that. */
static void break_cr3(void)
{
	replace(BREAK_CR3, NULL, 0);
	event(SPACE, init->pid, init->space.cr3, 0);
	write_cr3(init->space.cr3);
}

/* ---- steps that are values in the trap table ---- */

enum { GATE_WORDS = 2 };
#define GATE_TRAP                                                                                                      \
	(1UL << 40) /* a trap gate, which leaves IF as it is, and no interrupt gate (SDM vol. 3A, 6.12.1.3)            \
		     */
#define GATE_DPL_3 (3UL << 45)

/* The trap table as the CPU knows it: two words for each gate. */
static uint64_t *trap_table(void)
{
	struct {
		uint16_t limit;
		uint64_t base;
	} __attribute__((packed)) idtr;

	__asm__ volatile("sidt %0" : "=m"(idtr));
	return (uint64_t *)idtr.base;
}

static void break_flags(void)
{
	uint64_t *table = trap_table();

	for (unsigned vector = 0; vector < TRAP_VECTORS; vector++)
		table[vector * GATE_WORDS] |= GATE_TRAP;
	wrmsr(MSR_SFMASK, rdmsr(MSR_SFMASK) & ~(uint64_t)FLAG_IF);
}

/*
 * Where INT n arrives as an invalid opcode (probe_traps.c), the kernel does what the CPU would do with a gate that is
 * open to ring 3.
 */
static trap_handler *invalid_opcode;

static void recognise_timer(struct trap_frame *frame)
{
	static const uint8_t wanted[] = {0xcd, RINGSIDE_TRAP_TIMER};
	uint8_t code[sizeof(wanted)];

	if (int80_delivery != RINGSIDE_DELIVERY_RECOGNISED || !from_user(frame) ||
	    space_read(&current->space, code, frame->rip, sizeof(code)) != 0 ||
	    memcmp(code, wanted, sizeof(code)) != 0) {
		invalid_opcode(frame);
		return;
	}
	frame->rip += sizeof(code);
	frame->vector = RINGSIDE_TRAP_TIMER;
	event(INTERRUPT, current->pid, frame->vector, frame->rip);
	trap_handlers[RINGSIDE_TRAP_TIMER](frame);
}

static void break_gate(void)
{
	trap_handler *handler = recognise_timer;

	invalid_opcode = trap_handlers[RINGSIDE_TRAP_UD];
	trap_table()[RINGSIDE_TRAP_TIMER * GATE_WORDS] |= GATE_DPL_3;
	overwrite((uint64_t)&trap_handlers[RINGSIDE_TRAP_UD], &handler, sizeof(handler));
}

/* ---- other values ---- */

/*
 * The kernel's image in the direct map: pages of ring 3, as if somebody had forgotten that the bit is not for all. The
 * kernel itself uses its image by another address, because SMAP would not let it use pages of ring 3.
 */
static void break_pages(void)
{
	uint64_t *direct_pd = direct(direct_pdpt[0] & PTE_ADDRESS);

	for (uint64_t at = IMAGE_PHYSICAL((uint64_t)kernel_start); at < IMAGE_PHYSICAL((uint64_t)kernel_end);
	     at += PAGE_SIZE)
		direct_pt[at >> PAGE_SHIFT] |= PTE_USER;
	direct_pd[0] |= PTE_USER;
	direct_pdpt[0] |= PTE_USER;
	kernel_pml4[DIRECT_SLOT] |= PTE_USER;
	((uint64_t *)direct(init->space.cr3))[DIRECT_SLOT] |= PTE_USER;
	write_cr4(read_cr4() & ~CR4_PGE); /* drops the global translations */
	write_cr4(read_cr4() | CR4_PGE);
}

/* ---- the choice ---- */

void break_step(enum broken step)
{
	switch (step) {
	case BREAK_NOTHING:
		break;
	case BREAK_REGISTER:
		break_register();
		break;
	case BREAK_CR3:
		break_cr3();
		break;
	case BREAK_GATE:
		break_gate();
		break;
	case BREAK_FLAGS:
		break_flags();
		break;
	case BREAK_EOI:
		pic_leave_out_eoi();
		break;
	case BREAK_PORTS:
		tss.io_map = 0; /* as in a TSS of zeros: the TSS itself is the bitmap, and its zeros open most ports */
		break;
	case BREAK_PAGES:
		break_pages();
		break;
	default: /* rsp0, fpu: instructions that are left out */
		replace(step, NULL, 0);
		break;
	}
}
