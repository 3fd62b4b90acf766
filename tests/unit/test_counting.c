/* SPDX-License-Identifier: MIT */
/* Unit tests for --count-ring0: instructions are decoded, handlers are found in the IDT, breakpoints are set and
 * removed. */
#include <criterion/criterion.h>
#include <string.h>

#include "debug/breakpoints.h"
#include "debug/instruction.h"

enum { CODE = 0x2000, IDT = 0x1000, STACK = 0x3000, EFER_LMA = 1 << 10, RING3 = 0x2b, RING0 = 0x08 };

static struct memory memory;
static struct kvm_sync_regs registers;

static void set_up(void)
{
	struct error error;

	cr_assert_eq(memory_create(&memory, MEMORY_SIZE_MIN, &error), 0, "%s", error.text);
	registers = (struct kvm_sync_regs){
		.regs.rsp = STACK,
		.sregs = {.efer = EFER_LMA, .cs.l = 1, .idt = {.base = IDT, .limit = 256 * 16 - 1}},
	};
}

static void tear_down(void)
{
	memory_destroy(&memory);
}

TestSuite(counting, .init = set_up, .fini = tear_down);

#define AT(...) instruction_of((const uint8_t[]){__VA_ARGS__}, sizeof((const uint8_t[]){__VA_ARGS__}))
static struct instruction instruction_of(const uint8_t *bytes, size_t size)
{
	memset(memory.host + CODE, 0x90, INSTRUCTION_MAX);
	memcpy(memory.host + CODE, bytes, size);
	return instruction_at(&memory, &registers, CODE, -1);
}

Test(counting, instructions)
{
	cr_expect(AT(0xf3, 0xa4).is_rep, "rep movsb");
	cr_expect(AT(0xf3, 0x48, 0xa5).is_rep, "rep movsq");
	cr_expect_not(AT(0xf3, 0x90).is_rep, "pause");
	cr_expect(AT(0xeb, 0xfe).is_self, "jmp .");
	cr_expect(AT(0x66, 0xeb, 0xfd).is_self, "jmp . with a prefix");
	cr_expect_not(AT(0xeb, 0xfd).is_self, "jmp .-1");
	cr_expect(AT(0xe2, 0xfe).is_self, "loop .");
	cr_expect(AT(0xf4).is_halt, "hlt");
	cr_expect(AT(0xcd, 0x80).is_interrupt, "int 0x80");
	cr_expect_eq(AT(0xfb).shadow_end, CODE + 1, "sti");
	cr_expect_eq(AT(0x8e, 0xd0).shadow_end, CODE + 2, "mov ss, eax");
	cr_expect_eq(AT(0x41, 0x8e, 0xd0).shadow_end, CODE + 3, "mov ss, r8d");
	cr_expect_eq(AT(0x48, 0x0f, 0xae, 0x01).shadow_end, CODE + 4, "fxsave64 (%%rcx)");
	cr_expect_eq(AT(0x0f, 0xae, 0x44, 0x24, 0x08).shadow_end, CODE + 5, "fxsave 8(%%rsp)");
	cr_expect_eq(AT(0x0f, 0xae, 0x04, 0x25, 0, 0, 0, 0).shadow_end, CODE + 8, "fxsave 0");
	cr_expect_eq(AT(0x0f, 0xae, 0x0d, 0, 0, 0, 0).shadow_end, CODE + 7, "fxrstor 0(%%rip)");
	cr_expect_eq(AT(0x0f, 0xae, 0x81, 0, 1, 0, 0).shadow_end, CODE + 7, "fxsave 256(%%rcx)");
	cr_expect_eq(AT(0x0f, 0xae, 0xe8).shadow_end, 0, "lfence");
	cr_expect_eq(AT(0x8e, 0xd8).shadow_end, 0, "mov ds, eax");
}

Test(counting, a_return_leaves_when_its_frame_says_so)
{
	uint64_t frame[] = {CODE, RING3};

	memcpy(memory.host + STACK, frame, sizeof(frame));
	cr_expect(AT(0x48, 0xcf).is_leaving, "iretq");
	frame[1] = RING0;
	memcpy(memory.host + STACK, frame, sizeof(frame));
	cr_expect_not(AT(0x48, 0xcf).is_leaving, "iretq");
	cr_expect(AT(0x48, 0x0f, 0x07).is_leaving, "sysretq");
	cr_expect_not(AT(0x0f, 0x05).is_leaving, "syscall");
}

static void set_gate(unsigned vector, uint32_t address, uint16_t type)
{
	const uint16_t gate[] = {(uint16_t)address, RING0, type, (uint16_t)(address >> 16)};

	memcpy(memory.host + IDT + vector * 16, gate, sizeof(gate));
}

Test(counting, breakpoints)
{
	struct breakpoints breakpoints = {0};

	set_gate(3, CODE, 0x8e00);
	set_gate(4, CODE, 0xee00);	 /* the same handler */
	set_gate(5, CODE + 8, 0x0e00);	 /* not present */
	set_gate(6, 0xf0000000, 0x8e00); /* not in RAM */
	memset(memory.host + CODE, 0x90, 32);
	breakpoints_place(&breakpoints, &memory, &registers.sregs, CODE + 16, BREAKPOINTS_ALL);
	cr_assert_eq(breakpoints.count, 2);
	cr_expect_eq(memory.host[CODE], 0xf4);
	cr_expect_eq(memory.host[CODE + 8], 0x90);
	cr_expect_eq(memory.host[CODE + 16], 0xf4);
	cr_expect_null(breakpoints_find(&breakpoints, &memory, &registers.sregs, CODE + 1));
	cr_expect_null(breakpoints_find(&breakpoints, &memory, &registers.sregs, 0xf0000000), "not in RAM");

	breakpoint_lift(breakpoints_find(&breakpoints, &memory, &registers.sregs, CODE));
	cr_expect_eq(memory.host[CODE], 0x90);
	breakpoints_place(&breakpoints, &memory, &registers.sregs, CODE + 16, CODE);
	cr_expect_eq(memory.host[CODE], 0x90);
	breakpoints_set(&breakpoints);
	breakpoints_set(&breakpoints); /* the saved byte must still be the guest's, not the breakpoint's */
	breakpoints_lift_all(&breakpoints);
	cr_expect_eq(memory.host[CODE], 0x90);
	cr_expect_eq(memory.host[CODE + 16], 0x90);

	set_gate(3, CODE + 24, 0x8e00); /* the guest changes its IDT */
	set_gate(4, CODE + 24, 0x8e00);
	breakpoints_place(&breakpoints, &memory, &registers.sregs, CODE + 16, BREAKPOINTS_ALL);
	cr_expect_eq(memory.host[CODE], 0x90);
	cr_expect_eq(memory.host[CODE + 24], 0xf4);
}

/* Page tables that map the 2 MiB at 0 to linear address 0 and to ALIAS. */
enum { PML4 = 0x8000, PDPT = 0x9000, PD = 0xa000, ALIAS = 0x200000, PRESENT = 1, LARGE = 0x80 };

static void map_twice(void)
{
	const uint64_t page = PRESENT | LARGE, tables[][2] = {{PML4, PDPT | PRESENT}, {PDPT, PD | PRESENT}, {PD, page}};

	for (unsigned i = 0; i < 3; i++)
		memcpy(memory.host + tables[i][0], &tables[i][1], sizeof(uint64_t));
	memcpy(memory.host + PD + sizeof(page), &page, sizeof(page));
	registers.sregs.cr0 = 1u << 31;
	registers.sregs.cr4 = 1 << 5; /* PAE */
	registers.sregs.cr3 = PML4;
}

Test(counting, two_linear_addresses_of_one_byte_have_one_breakpoint)
{
	struct breakpoints breakpoints = {0};

	map_twice();
	set_gate(3, CODE, 0x8e00);
	set_gate(4, ALIAS + CODE, 0x8e00);
	memset(memory.host + CODE, 0x90, 32);
	breakpoints_place(&breakpoints, &memory, &registers.sregs, 0, BREAKPOINTS_ALL);
	cr_expect_eq(memory.host[CODE], 0xf4);
	struct breakpoint *breakpoint = breakpoints_find(&breakpoints, &memory, &registers.sregs, ALIAS + CODE);
	cr_assert_not_null(breakpoint);
	cr_expect_eq(breakpoint, breakpoints_find(&breakpoints, &memory, &registers.sregs, CODE));
	breakpoint_lift(breakpoint);
	cr_expect_eq(memory.host[CODE], 0x90, "the guest can execute it at either address");
	breakpoints_place(&breakpoints, &memory, &registers.sregs, 0, ALIAS + CODE);
	cr_expect_eq(memory.host[CODE], 0x90, "an exception holds for the byte");
	breakpoints_set(&breakpoints);
	breakpoints_lift_all(&breakpoints);
	cr_expect_eq(memory.host[CODE], 0x90, "the guest's byte is back, not a breakpoint");
}
