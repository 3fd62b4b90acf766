/* SPDX-License-Identifier: MIT */
/*
 * The trap table made real: gates for all 256 vectors, and what becomes of each trap. A process can name
 * a gate only where the table gives it DPL 3, and never what is behind it.
 */
#include "kernel/trap/trap_table.h"

#include "kernel/watch/account.h"
#include "kernel/devices/cpu.h"
#include "kernel/watch/event.h"
#include "kernel/watch/kernel.h"
#include "kernel/memory/kernel_memory.h"
#include "kernel/process/process_list.h"
#include "kernel/trap/system_call.h"

uint64_t stray_interrupts;

struct row {
	const char *mnemonic, *name;
};

#define ROW(vector, mnemonic, name, dpl, error, signal) [vector] = {#mnemonic, name},
static const struct row rows[256] = {RINGSIDE_TRAPS(ROW)};
#undef ROW

const char *trap_mnemonic(uint64_t vector)
{
	return vector < 256 && rows[vector].mnemonic != NULL ? rows[vector].mnemonic : "??";
}

const char *trap_name(uint64_t vector)
{
	return vector < 256 && rows[vector].name != NULL ? rows[vector].name : "unassigned vector";
}

/* ---- the table ---- */

/* An interrupt gate (SDM vol. 3A, 6.14.1): interrupts are off from the first instruction on. */
struct gate {
	uint64_t low, high;
};

#define GATE_PRESENT_INTERRUPT 0x8e0000000000UL
#define GATE_DPL_SHIFT 45
#define GATE_IST_SHIFT 32

enum { GATE_COUNT = 256 };

static struct gate idt[GATE_COUNT];

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
	for (unsigned vector = 0; vector < GATE_COUNT; vector++) {
		idt[vector] = gate;
		gate.low += TRAP_STUB_SIZE;
	}
#define ROW(vector, mnemonic, name, dpl, error, signal) set_dpl(vector, dpl);
	RINGSIDE_TRAPS(ROW)
#undef ROW
	/* These can arrive on a stack that cannot take them. */
	use_stack(RINGSIDE_TRAP_DF, 1);
	use_stack(RINGSIDE_TRAP_NMI, 2);
	use_stack(RINGSIDE_TRAP_MC, 3);
	use_stack(RINGSIDE_TRAP_DB, 4);
	__asm__ volatile("lidt %0" : : "m"(idtr));
	event(TRAP_TABLE, 0, idt, GATE_COUNT);

	/* A process in ring 0 stays on its own stack when it faults, and below RSP there is its red zone. */
	if (options.protocol == PROTOCOL_DIRECT)
		for (unsigned vector = 0; vector < RINGSIDE_IRQ_BASE; vector++)
			use_stack(vector, vector == RINGSIDE_TRAP_DF ? 1 : 4);

	wrmsr(MSR_EFER, rdmsr(MSR_EFER) | EFER_SCE);
	wrmsr(MSR_STAR, (uint64_t)SYSRET_BASE << 48 | (uint64_t)KERNEL_CS << 32);
	wrmsr(MSR_LSTAR, (uint64_t)syscall_entry);
	/* Interrupts off, and none of a process's odd flags in the kernel. */
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

/* ---- dispatch ---- */

static _Noreturn void kill_or_panic(const struct trap_frame *frame)
{
	if (!from_process(frame))
		panic_trap(frame);
	process_kill_for_trap(frame);
}

static void page_fault(struct trap_frame *frame)
{
	uint64_t error = frame->error;
	unsigned access = error & FAULT_FETCH ? REGION_EXECUTE : error & FAULT_WRITE ? REGION_WRITE : REGION_READ;
	/* An implicit supervisor access, to the GDT say, to a page that is there: no region will help. */
	bool supervisor = from_user(frame) && (error & (FAULT_PRESENT | FAULT_USER)) == FAULT_PRESENT;

	if (!from_process(frame) || supervisor || error & FAULT_RESERVED)
		kill_or_panic(frame);
	int result = space_fault(&current->space, read_cr2(), access);
	if (result == -ENOMEM)
		process_kill_for_memory(frame);
	if (result != 0)
		kill_or_panic(frame);
}

/* Where INT 0x80 is not delivered it arrives as an invalid opcode at the instruction itself. */
static bool recognised_int80(struct trap_frame *frame)
{
	static const uint8_t int80[] = {0xcd, RINGSIDE_TRAP_SYSCALL};
	uint8_t code[sizeof(int80)];

	if (int80_delivery != DELIVERY_RECOGNISED || !from_user(frame) ||
	    space_read(&current->space, code, frame->rip, sizeof(code)) != 0 || memcmp(code, int80, sizeof(code)) != 0)
		return false;
	frame->rip += sizeof(code);
	return true;
}

static void unexpected(struct trap_frame *frame)
{
	kill_or_panic(frame);
}

static void invalid_opcode(struct trap_frame *frame)
{
	if (!recognised_int80(frame))
		kill_or_panic(frame);
	system_call(frame);
}

/*
 * A process that sets TF executes SYSCALL, and the step is reported behind it: in ring 0, before the kernel has
 * changed stacks. SYSCALL masks TF, and processors report nothing then; not every emulation of one agrees.
 */
static void debug(struct trap_frame *frame)
{
	if (from_user(frame) || frame->rip != (uint64_t)syscall_entry)
		kill_or_panic(frame);
	frame->rflags &= ~(uint64_t)FLAG_TF;
}

static void stray(struct trap_frame *frame)
{
	(void)frame;
	stray_interrupts++;
}

/* Nothing sends an NMI here; one that comes harms nobody, on a stack of its own. */

OVERRIDING_INITIALIZERS_BEGIN
trap_handler *const trap_handlers[GATE_COUNT] = {
	[0 ... RINGSIDE_IRQ_BASE - 1] = unexpected,
	[RINGSIDE_IRQ_BASE... GATE_COUNT - 1] = stray,
	[RINGSIDE_TRAP_DB] = debug,
	[RINGSIDE_TRAP_NMI] = stray,
	[RINGSIDE_TRAP_UD] = invalid_opcode,
	[RINGSIDE_TRAP_PF] = page_fault,
	[RINGSIDE_TRAP_TIMER] = timer_interrupt,
	[RINGSIDE_TRAP_SERIAL] = console_interrupt,
	[RINGSIDE_TRAP_SYSCALL] = system_call,
};
OVERRIDING_INITIALIZERS_END

/* ---- with somebody watching ---- */

uint8_t traps_watched;
trap_handler *syscall_watcher, *trap_watcher;

#define ALWAYS_INLINE inline __attribute__((always_inline))

/* `traced` and `accounted` are constants where it matters. */
static ALWAYS_INLINE void handle_with(enum ringside_event kind, struct trap_frame *frame, bool traced, bool accounted)
{
	if (accounted && from_user(frame))
		account_until_now(current, &current->ring3_ticks);
	if (traced)
		event_put(kind, current->pid, frame->vector, frame->rip);
	trap_handlers[frame->vector](frame);
	if (accounted && from_user(frame))
		account_until_now(current, &current->ring0_ticks);
	if (traced && from_user(frame))
		event_put(RINGSIDE_EVENT_RETURN, current->pid, frame->rip, frame->rsp);
}

/* System calls come here too and watch themselves. The timer's way is the shortest. */
static ALWAYS_INLINE void handle(struct trap_frame *frame, bool traced, bool accounted)
{
	if (frame->vector >= RINGSIDE_IRQ_BASE && frame->vector != RINGSIDE_TRAP_SYSCALL) {
		handle_with(RINGSIDE_EVENT_INTERRUPT, frame, traced, accounted);
	} else if (frame->vector == RINGSIDE_TRAP_SYSCALL) {
		system_call(frame);
	} else if (frame->vector == RINGSIDE_TRAP_UD && recognised_int80(frame)) {
		frame->vector = RINGSIDE_TRAP_SYSCALL;
		system_call(frame);
	} else {
		handle_with(RINGSIDE_EVENT_EXCEPTION, frame, traced, accounted);
	}
}

static void handle_traced(struct trap_frame *frame)
{
	handle(frame, true, false);
}

static void handle_accounted(struct trap_frame *frame)
{
	handle(frame, tracing, true);
}

void traps_watch(void)
{
	traps_watched = tracing || options.account;
	trap_watcher = options.account ? handle_accounted : handle_traced;
	syscall_watcher = options.account ? system_call : syscall_traced;
}
