/* SPDX-License-Identifier: MIT */
/*
 * The probe: tries each trap instruction in ring 3 and sees how it arrives. Some KVM hosts run ring 3 natively but
 * emulate ring 0, and there SYSCALL arrives as a page fault and INT n as an invalid opcode.
 */
#include "kernel/trap/probe_traps.h"

#include "kernel/devices/cpu.h"
#include "kernel/devices/instructions.h"
#include "kernel/memory/address_space.h"
#include "kernel/memory/kernel_stacks.h"
#include "kernel/memory/regions.h"
#include "kernel/trap/trap_path.h"
#include "kernel/trap/trap_table.h"
#include "kernel/watch/event.h"
#include "kernel/watch/panic.h"
#include "ringside/traps.h"

/* Where the code that is tried lies in ring 3, and the code: SYSCALL, UD2, INT 0x80, UD2. */
#define PROBE_ADDRESS 0x400000UL
enum { SYSCALL_OFFSET = 0, INT80_OFFSET = 4 };
static const uint8_t code[] = {0x0f, 0x05, 0x0f, 0x0b, 0xcd, RINGSIDE_TRAP_SYSCALL, 0x0f, 0x0b};

/* Boot and the code in ring 3 take turns like two processes: by context_switch. */
static struct context boot, ring3;
static const struct trap_frame *trapped;

/* Where every trap goes while the probe runs. */
static void probe_trapped(struct trap_frame *frame)
{
	trapped = frame;
	context_switch(&ring3, &boot);
}

/* Runs the instruction at this offset of the code in ring 3. Returns the vector by which it traps; `trapped` is set. */
static uint64_t try_at(uint64_t offset)
{
	struct {
		const void *first_return; /* as on the kernel stack of a new process (process_start) */
		struct trap_frame frame;
	} stack = {
		return_by_iretq,
		{
			.rip = PROBE_ADDRESS + offset,
			.cs = USER_CS,
			.ss = USER_SS,
			.rflags = FLAG_ONE,
			.rsp = USER_STACK_TOP,
		},
	};

	ring3.rsp = (uint64_t)&stack;
	context_switch(&boot, &ring3);
	return trapped->vector;
}

static enum ringside_delivery try_syscall(void)
{
	uint64_t vector = try_at(SYSCALL_OFFSET);

	if (vector == RINGSIDE_TRAP_SYSCALL)
		return RINGSIDE_DELIVERY_NATIVE;
	bool fetch_of_handler =
		vector == RINGSIDE_TRAP_PF && from_user(trapped) && trapped->rip == (uint64_t)syscall_entry;
	return fetch_of_handler ? RINGSIDE_DELIVERY_RECOGNISED : RINGSIDE_DELIVERY_OFF;
}

static enum ringside_delivery try_int80(void)
{
	uint64_t vector = try_at(INT80_OFFSET);

	if (vector == RINGSIDE_TRAP_SYSCALL)
		return RINGSIDE_DELIVERY_NATIVE;
	bool at_itself = vector == RINGSIDE_TRAP_UD && trapped->rip == PROBE_ADDRESS + INT80_OFFSET;
	return at_itself ? RINGSIDE_DELIVERY_RECOGNISED : RINGSIDE_DELIVERY_OFF;
}

static void probe(void)
{
	struct region page = {
		.start = PROBE_ADDRESS,
		.end = PROBE_ADDRESS + PAGE_SIZE,
		.address = PROBE_ADDRESS,
		.data = code,
		.file = sizeof(code),
		.protection = REGION_READ | REGION_EXECUTE,
	};
	static struct space space; /* too large for the boot stack */
	uint64_t kernel_cr3 = read_cr3(), stack = kstack_get();

	if (stack == 0 || !space_init(&space) || space_add(&space, &page) != 0 ||
	    space_fault(&space, PROBE_ADDRESS, REGION_EXECUTE) != 0)
		panic("no memory to probe the trap instructions");
	cpu_set_kernel_stack(stack);
	event(SPACE, 0, space.cr3, 0);
	write_cr3(space.cr3);
	syscall_watcher = trap_watcher = probe_trapped;
	traps_watched = 1;
	syscall_delivery = try_syscall();
	int80_delivery = try_int80();
	traps_watched = 0;
	event(SPACE, 0, kernel_cr3, 0);
	write_cr3(kernel_cr3);
	space_free(&space);
	kstack_put(stack);
}

bool probe_traps(bool want_syscall, bool want_int80)
{
	probe();
	bool delivered = syscall_delivery == RINGSIDE_DELIVERY_NATIVE && int80_delivery == RINGSIDE_DELIVERY_NATIVE;
	if (!want_syscall) {
		trap_table_close_syscall();
		syscall_delivery = RINGSIDE_DELIVERY_OFF;
	} else if (syscall_delivery == RINGSIDE_DELIVERY_RECOGNISED) {
		trap_table_recognise_syscall();
	}
	if (!want_int80) {
		trap_table_close_int80();
		int80_delivery = RINGSIDE_DELIVERY_OFF;
	}
	event(SYSCALL_HANDLER, 0, syscall_entry, syscall_delivery);
	return delivered;
}
