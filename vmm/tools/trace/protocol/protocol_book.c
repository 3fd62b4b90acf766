/* SPDX-License-Identifier: MIT */
/*
 * The rows of the textbook's tables, and what is said at each of what really happened: values of the run, and who did
 * it where x86-64 does a step otherwise than the textbook's machine. See protocol_book.h.
 */
#include "tools/trace/protocol/protocol_book.h"

#include <inttypes.h>
#include <stdio.h>

#include "base/array.h"
#include "base/linux_names.h"
#include "ringside/traps.h"
#include "text/detail.h"
#include "text/place.h"

/* ---- what all rows use ---- */

void tell_place(const struct scene *scene, struct layout *line, int image, uint64_t address)
{
	struct layout words;

	layout_hex(line, "", address);
	layout_start(&words, TTY_FILE);
	if (!place_put(&words, scene->log->symbols, place_image(image, true, address), address))
		return;
	layout_text(line, " ");
	layout_bytes(line, words.text, words.length);
}

enum { TENTH_NS = 100 }; /* the last digit of a time in µs */

static void tell_time(const struct scene *scene, struct layout *line, uint64_t ticks)
{
	uint64_t tenths = trace_clock_ticks_ns(scene->log->clock, ticks) / TENTH_NS;
	bool ms = tenths >= 10000;

	if (ms)
		tenths /= 1000;
	layout_decimal(line, "", tenths / 10);
	layout_decimal(line, ".", tenths % 10);
	layout_utf8(line, ms ? " ms" : " µs");
}

/* Appends what of a time the VMM and the host had; nothing where that cannot be seen. */
static void tell_away(const struct scene *scene, struct layout *line, const struct spent *spent)
{
	const uint64_t ticks[] = {spent->vmm, spent->host};
	static const char *const whose[] = {"VMM ", "host "};
	const char *before = " (";

	for (unsigned i = 0; i < COUNT(ticks); i++) {
		if (trace_clock_ticks_ns(scene->log->clock, ticks[i]) < TENTH_NS)
			continue;
		layout_text(line, before);
		layout_text(line, whose[i]);
		tell_time(scene, line, ticks[i]);
		before = ", ";
	}
	if (before[0] == ',')
		layout_text(line, ")");
}

void tell_spent(const struct scene *scene, struct layout *line, const struct spent *spent)
{
	tell_time(scene, line, spent->guest);
	tell_away(scene, line, spent);
}

void tell_count(struct layout *line, uint64_t count, const char *one, const char *many)
{
	if (count == 0)
		return;
	layout_text(line, line->length > 0 ? ", " : "");
	layout_decimal(line, "", count);
	layout_text(line, count == 1 ? one : many);
}

static void separate(struct layout *line, size_t start)
{
	if (line->length > start)
		layout_text(line, " ");
}

void tell_step(const struct scene *scene, struct layout *line, const struct step *step)
{
	uint64_t address;
	size_t start = line->length;

	if (detail_event_address(&step->event, &address)) {
		tell_place(scene, line, step->image, address);
		separate(line, start);
	}
	detail_event(line, &step->event, scene->log->symbols, step->call.count > 0 ? &step->call : NULL, NULL);
}

void tell_run(const struct scene *scene, struct layout *line, const struct step *step)
{
	if (is_spent(&step->ran)) {
		layout_text(line, " after ");
		tell_spent(scene, line, &step->ran);
	}
	layout_text(line, " at ");
	tell_place(scene, line, step->image, step->event.b);
}

/* "sys_getpid 0xffffffff80123456", or nothing where the trace does not have the kernel's symbols. */
static void tell_kernel_symbol(const struct scene *scene, struct layout *line, const char *before, const char *name)
{
	uint64_t address;

	if (!symbols_find(scene->log->symbols, IMAGE_KERNEL, name, &address))
		return;
	layout_text(line, before);
	layout_text(line, name);
	layout_hex(line, " ", address);
}

/* Where the registers of process A (0) or B (1) are on its kernel stack. */
static void tell_frame(const struct scene *scene, struct layout *line, unsigned whose, const char *before)
{
	if (scene->frame[whose] != NULL)
		layout_hex(line, before, scene->frame[whose]->event.a);
}

static const struct step *boot_step(const struct scene *scene, unsigned kind)
{
	for (unsigned i = 0; i < scene->log->boot_count; i++)
		if (step_kind(&scene->log->boot[i]) == kind)
			return &scene->log->boot[i];
	return NULL;
}

/* ---- at boot ---- */

static void tell_syscall_handler(const struct scene *scene, struct layout *line, const struct step *step)
{
	static const char *const ways[] = {
		[RINGSIDE_DELIVERY_NATIVE] = "MSR LSTAR, for SYSCALL: ",
		[RINGSIDE_DELIVERY_RECOGNISED] = "MSR LSTAR, for SYSCALL, which this host delivers as a page fault: ",
		[RINGSIDE_DELIVERY_OFF] = "gate 0x80 of the trap table, for INT 0x80; SYSCALL is off and would go to ",
	};

	if (step->event.b < COUNT(ways) && ways[step->event.b] != NULL)
		layout_text(line, ways[step->event.b]);
	tell_place(scene, line, step->image, step->event.a);
}

static void tell_timer_handler(const struct scene *scene, struct layout *line, const struct step *step)
{
	layout_hex(line, "gate ", step->event.b);
	layout_text(line, " of the trap table: ");
	tell_place(scene, line, step->image, step->event.a);
}

static void tell_timer(const struct scene *scene, struct layout *line, const struct step *step)
{
	(void)scene;
	layout_decimal(line, "8254 channel 0, which the VMM plays: counts ", step->event.b);
	layout_text(line, " down, again and again");
}

static void tell_period(const struct scene *scene, struct layout *line, const struct step *step)
{
	(void)scene;
	layout_hex(line, "IRQ 0, vector ", RINGSIDE_TRAP_TIMER);
	layout_decimal(line, "; ", step->event.a);
	layout_text(line, " times a second");
}

/* ---- the life of a process: until it runs ---- */

static void tell_process(const struct scene *scene, struct layout *line, const struct step *step)
{
	layout_decimal(line, "pid=", step->event.pid);
	layout_text(line, " ");
	tell_step(scene, line, step);
}

static void tell_load(const struct scene *scene, struct layout *line, const struct step *step)
{
	const struct step *memory = scene->at[AT_MEMORY];
	const uint64_t held = step->more[0], before = memory != NULL ? memory->event.b : held;

	tell_step(scene, line, step);
	if (step->more[1] == 0)
		return;
	layout_decimal(line, ": ", step->more[1]);
	if (held > before)
		layout_decimal(line, " pages, all at once (paging=eager); with stack and page tables ", held - before);
	else
		layout_text(line, " pages, none of them yet: each comes by a page fault (paging=demand)");
}

static void tell_clear(const struct scene *scene, struct layout *line, const struct step *step)
{
	tell_step(scene, line, step);
	layout_text(line, ": all but RSP");
}

static void tell_main(const struct scene *scene, struct layout *line, int image, const char *before)
{
	uint64_t address;

	layout_text(line, before);
	if (!symbols_find(scene->log->symbols, place_image(image, true, 0), "main", &address)) {
		layout_text(line, "main(), whose address the trace does not have");
		return;
	}
	tell_place(scene, line, image, address);
}

static void tell_call_main(const struct scene *scene, struct layout *line, const struct step *step)
{
	tell_main(scene, line, step->image, "");
	layout_text(line, ", by way of ");
	tell_place(scene, line, step->image, step->event.a);
	layout_text(line, "; an IRETQ that stays in ring 0");
}

static void tell_jump_to_main(const struct scene *scene, struct layout *line, const struct step *step)
{
	tell_place(scene, line, step->image, step->event.a);
	tell_main(scene, line, step->image, ", which calls ");
}

static void tell_running_main(const struct scene *scene, struct layout *line, const struct step *step)
{
	tell_main(scene, line, step->image, "");
}

static void tell_first_return(const struct scene *scene, struct layout *line, const struct step *step)
{
	(void)scene;
	layout_hex(line, "rsp=", step->event.b);
}

static void tell_restore_by_iretq(const struct scene *scene, struct layout *line, const struct step *step)
{
	(void)step;
	layout_text(line, "POPs of the kernel, then IRETQ takes RIP, CS, RFLAGS, RSP and SS");
	tell_frame(scene, line, 0, ": from ");
}

static void tell_to_user(const struct scene *scene, struct layout *line, const struct step *step)
{
	(void)scene;
	(void)step;
	layout_utf8(line, "CPL 0→3");
}

static void tell_to_kernel(const struct scene *scene, struct layout *line, const struct step *step)
{
	(void)scene;
	(void)step;
	layout_utf8(line, "CPL 3→0");
}

/* ---- the life of a process: a system call ---- */

static uint64_t delivery(const struct scene *scene)
{
	const struct step *handler = boot_step(scene, RINGSIDE_EVENT_SYSCALL_HANDLER);

	return handler != NULL ? handler->event.b : 0;
}

static void tell_call(const struct scene *scene, struct layout *line, const struct step *step)
{
	detail_event(line, &step->event, scene->log->symbols, step->call.count > 0 ? &step->call : NULL, NULL);
	tell_run(scene, line, step);
}

static void tell_instruction(const struct scene *scene, struct layout *line, const struct step *step)
{
	static const char *const instructions[] = {
		[0] = "",
		[RINGSIDE_DELIVERY_NATIVE] = "SYSCALL",
		[RINGSIDE_DELIVERY_RECOGNISED] = "SYSCALL, which arrives as a page fault on this host",
		[RINGSIDE_DELIVERY_OFF] = "INT 0x80",
	};
	const uint64_t way = delivery(scene);

	(void)step;
	layout_text(line, way < COUNT(instructions) ? instructions[way] : "");
}

static void tell_saving(const struct scene *scene, struct layout *line, const struct step *step)
{
	(void)step;
	layout_text(line, delivery(scene) == RINGSIDE_DELIVERY_NATIVE
				  ? "by the handler: SYSCALL saves RIP in RCX and RFLAGS in R11, and nothing on a stack"
				  : "SS, RSP, RFLAGS, CS and RIP by the CPU, the others by the handler");
	tell_frame(scene, line, 0, ": at ");
}

static void tell_handler(const struct scene *scene, struct layout *line, const struct step *step)
{
	const struct step *handler = boot_step(scene, RINGSIDE_EVENT_SYSCALL_HANDLER);

	(void)step;
	if (delivery(scene) == RINGSIDE_DELIVERY_OFF)
		layout_text(line, "gate 0x80 of the trap table");
	else if (handler != NULL)
		tell_place(scene, line, handler->image, handler->event.a);
}

static void tell_handling(const struct scene *scene, struct layout *line, const struct step *step)
{
	const char *name = syscall_name(step->event.a);
	char function[64];

	layout_decimal(line, "system call ", step->event.a);
	if (name == NULL)
		return;
	snprintf(function, sizeof(function), "sys_%s", name);
	tell_kernel_symbol(scene, line, " of the system-call table: ", function);
}

/* Appends how long the kernel had the CPU since the trap, or other processes, and apart who else. */
static void tell_since(const struct scene *scene, struct layout *line, const struct step *trap, const struct step *step)
{
	if (trap == NULL)
		return;
	const struct spent spent = spent_since(&trap->at, &step->at);
	if (!is_spent(&spent))
		return;
	tell_time(scene, line, spent.guest);
	layout_text(line, " after the trap");
	tell_away(scene, line, &spent);
}

static void tell_return(const struct scene *scene, struct layout *line, const struct step *step)
{
	tell_since(scene, line, scene->at[AT_CALL], step);
}

static void tell_restore_after_call(const struct scene *scene, struct layout *line, const struct step *step)
{
	if (delivery(scene) != RINGSIDE_DELIVERY_NATIVE) {
		tell_restore_by_iretq(scene, line, step);
		return;
	}
	layout_text(line, "POPs of the kernel, then SYSRET takes RIP from RCX and RFLAGS from R11");
	tell_frame(scene, line, 0, ": from ");
}

/* ---- the life of a process: what it does between, and its end ---- */

/* What lies between two steps; `to` is a trap, or NULL for the end. */
static void tell_between(const struct scene *scene, struct layout *line, const struct step *from, const struct step *to)
{
	struct fold sum = {0};
	struct spent ran = to != NULL ? to->ran : (struct spent){0};
	const struct step *end = to != NULL ? to : scene->steps + scene->count;

	for (const struct step *step = from + 1; step < end; step++) {
		const unsigned kind = step_kind(step);
		sum.calls += step->folded ? step->fold.calls : event_begins_call(kind);
		sum.exceptions += step->folded ? step->fold.exceptions : kind == RINGSIDE_EVENT_EXCEPTION;
		sum.interrupts += step->folded ? step->fold.interrupts : kind == RINGSIDE_EVENT_INTERRUPT;
		spent_add(&ran, &step->ran);
	}
	if (scene->protocol == PROTOCOL_DIRECT)
		tell_count(line, sum.calls, " call of a service", " calls of services");
	else
		tell_count(line, sum.calls, " system call", " system calls");
	tell_count(line, sum.exceptions, " exception", " exceptions");
	tell_count(line, sum.interrupts, " interrupt", " interrupts");
	if (is_spent(&ran)) {
		layout_text(line, line->length > 0 ? "; ran " : "ran ");
		tell_spent(scene, line, &ran);
	}
}

static void tell_before_call(const struct scene *scene, struct layout *line, const struct step *step)
{
	tell_between(scene, line, step, scene->at[AT_CALL] != NULL ? scene->at[AT_CALL] : scene->at[AT_END]);
}

static void tell_after_call(const struct scene *scene, struct layout *line, const struct step *step)
{
	tell_between(scene, line, step, scene->at[AT_END]);
}

static void tell_return_from_main(const struct scene *scene, struct layout *line, const struct step *step)
{
	const uint64_t *status = step->call.count > 0 ? step->call.arguments : NULL;

	(void)scene;
	if (status != NULL)
		layout_decimal(line, "", *status & 0xff);
	layout_text(line, status != NULL ? ", " : "");
	layout_text(line, "as exit_group() tells: to the kernel a call of exit() in main() looks alike");
}

static void tell_exit(const struct scene *scene, struct layout *line, const struct step *step)
{
	tell_call(scene, line, step);
}

/* ---- the timer's switch ---- */

static void name_process(const struct scene *scene, struct layout *line, unsigned whose)
{
	const struct life *life = scene->life[whose];

	layout_text(line, whose == 0 ? "A is " : "B is ");
	layout_decimal(line, "pid ", life->pid);
	layout_text(line, life->name[0] != '\0' ? " " : "");
	layout_text(line, life->name);
}

static void tell_a(const struct scene *scene, struct layout *line, const struct step *step)
{
	name_process(scene, line, 0);
	layout_text(line, ": interrupted");
	tell_run(scene, line, step);
}

static void tell_interrupt(const struct scene *scene, struct layout *line, const struct step *step)
{
	const struct exits *exits = &step->exits;

	(void)scene;
	detail_vector(line, step->event.a);
	if (exits->count > 0 && (exits->record.flags & RECORD_INJECTED) != 0 && exits->record.vector == step->event.a)
		layout_text(line, ", which the VMM injected");
}

static void tell_interrupt_saving(const struct scene *scene, struct layout *line, const struct step *step)
{
	(void)step;
	layout_text(line, "SS, RSP, RFLAGS, CS and RIP by the CPU, the others by the handler");
	tell_frame(scene, line, 0, ": at ");
}

static void tell_timer_jump(const struct scene *scene, struct layout *line, const struct step *step)
{
	const struct step *handler = boot_step(scene, RINGSIDE_EVENT_TIMER_HANDLER);

	layout_hex(line, "gate ", step->event.a);
	if (handler == NULL)
		return;
	layout_text(line, ": ");
	tell_place(scene, line, handler->image, handler->event.a);
}

static void tell_tick(const struct scene *scene, struct layout *line, const struct step *step)
{
	(void)step;
	tell_kernel_symbol(scene, line, "", "timer_interrupt");
	separate(line, 0);
	layout_text(line, "counts the tick; the scheduler's policy ends the turn of A");
}

static void tell_switch(const struct scene *scene, struct layout *line, const struct step *step)
{
	tell_step(scene, line, step);
	tell_kernel_symbol(scene, line, ": ", "context_switch");
}

static void tell_save(const struct scene *scene, struct layout *line, const struct step *step)
{
	(void)step;
	layout_text(line, "RBX, RBP, R12 to R15, as C functions preserve them, and RSP");
	if (scene->timer->saved != 0)
		layout_hex(line, "=", scene->timer->saved);
}

static void tell_restore(const struct scene *scene, struct layout *line, const struct step *step)
{
	(void)scene;
	layout_hex(line, "RBX, RBP, R12 to R15, and RSP=", step->event.a);
}

static void tell_stack(const struct scene *scene, struct layout *line, const struct step *step)
{
	(void)scene;
	layout_hex(line, "rsp=", step->event.a);
	layout_hex(line, ", and the address space: cr3=", step->event.b);
}

static void tell_into(const struct scene *scene, struct layout *line, const struct step *step)
{
	tell_since(scene, line, scene->at[AT_TICK], step);
}

static void tell_restore_b(const struct scene *scene, struct layout *line, const struct step *step)
{
	(void)step;
	if (scene->timer->resumed == RINGSIDE_EVENT_SYSCALL && delivery(scene) == RINGSIDE_DELIVERY_NATIVE)
		layout_text(line, "POPs of the kernel, then SYSRET takes RIP from RCX and RFLAGS from R11");
	else
		layout_text(line, "POPs of the kernel, then IRETQ takes RIP, CS, RFLAGS, RSP and SS");
	tell_frame(scene, line, 1, ": from ");
}

static void tell_b(const struct scene *scene, struct layout *line, const struct step *step)
{
	static const char *const resumed[RINGSIDE_EVENT_COUNT + 1] = {
		[RINGSIDE_EVENT_INTERRUPT] = ": runs on where it was interrupted",
		[RINGSIDE_EVENT_SYSCALL] = ": runs on after its system call",
		[RINGSIDE_EVENT_EXCEPTION] = ": runs on where it was",
		[RINGSIDE_EVENT_COUNT] = ": runs for the first time",
	};

	(void)step;
	name_process(scene, line, 1);
	layout_text(line, resumed[scene->timer->resumed] != NULL ? resumed[scene->timer->resumed] : ": runs");
	if (is_spent(&scene->timer->ran)) {
		layout_text(line, ", for ");
		tell_spent(scene, line, &scene->timer->ran);
	}
}

/* ---- the rows ---- */

#define OS(moment, ...)                                                                                                \
	{                                                                                                              \
		PROTOCOL_OS, moment, __VA_ARGS__                                                                       \
	}
#define HARDWARE(moment, ...)                                                                                          \
	{                                                                                                              \
		PROTOCOL_HARDWARE, moment, __VA_ARGS__                                                                 \
	}
#define PROGRAM(moment, ...)                                                                                           \
	{                                                                                                              \
		PROTOCOL_PROGRAM, moment, __VA_ARGS__                                                                  \
	}

static const struct book_row limited_boot[] = {
	OS(AT_TRAP_TABLE, "initialize trap table", tell_step),
	HARDWARE(AT_SYSCALL_HANDLER, "remember address of system-call handler", tell_syscall_handler),
};

/* X stands for the number of milliseconds. */
static const struct book_row timer_boot[] = {
	OS(AT_TRAP_TABLE, "initialize trap table", tell_step),
	HARDWARE(AT_SYSCALL_HANDLER, "remember address of system-call handler", tell_syscall_handler),
	HARDWARE(AT_TIMER_HANDLER, "remember address of timer handler", tell_timer_handler),
	OS(AT_TIMER_START, "start interrupt timer", tell_step),
	HARDWARE(AT_TIMER_START, "start timer", tell_timer),
	HARDWARE(AT_TIMER_START, "interrupt CPU in X ms", tell_period),
};

static const struct book_row direct_life[] = {
	OS(AT_CREATE, "create entry for process list", tell_process),
	OS(AT_MEMORY, "allocate memory for program", tell_step),
	OS(AT_LOAD, "load program into memory", tell_load),
	OS(AT_STACK, "set up stack with argc/argv", tell_step),
	OS(AT_CLEAR, "clear registers", tell_clear),
	OS(AT_ENTRY, "execute call main()", tell_call_main),
	PROGRAM(AT_ENTRY, "run main()", tell_before_call),
	PROGRAM(AT_END, "execute return from main", tell_step),
	OS(AT_FREE, "free memory of process", tell_step),
	OS(AT_REMOVE, "remove from process list", tell_process),
};

static const struct book_row limited_life[] = {
	OS(AT_CREATE, "create entry for process list", tell_process),
	OS(AT_MEMORY, "allocate memory for program", tell_step),
	OS(AT_LOAD, "load program into memory", tell_load),
	OS(AT_STACK, "set up user stack with argv", tell_step),
	OS(AT_FRAME, "fill kernel stack with reg/PC", tell_step),
	OS(AT_ENTRY, "return-from-trap", tell_first_return),
	HARDWARE(AT_ENTRY, "restore regs from kernel stack", tell_restore_by_iretq),
	HARDWARE(AT_ENTRY, "move to user mode", tell_to_user),
	HARDWARE(AT_ENTRY, "jump to main", tell_jump_to_main),
	PROGRAM(AT_ENTRY, "run main()", tell_running_main),
	PROGRAM(AT_ENTRY, "…", tell_before_call),
	PROGRAM(AT_CALL, "call system call", tell_call),
	PROGRAM(AT_CALL, "trap into OS", tell_instruction),
	HARDWARE(AT_CALL, "save regs to kernel stack", tell_saving),
	HARDWARE(AT_CALL, "move to kernel mode", tell_to_kernel),
	HARDWARE(AT_CALL, "jump to trap handler", tell_handler),
	OS(AT_CALL, "handle trap", tell_handling),
	OS(AT_RESULT, "do work of syscall", tell_step),
	OS(AT_BACK, "return-from-trap", tell_return),
	HARDWARE(AT_BACK, "restore regs from kernel stack", tell_restore_after_call),
	HARDWARE(AT_BACK, "move to user mode", tell_to_user),
	HARDWARE(AT_BACK, "jump to PC after trap", tell_step),
	PROGRAM(AT_BACK, "…", tell_after_call),
	PROGRAM(AT_END, "return from main", tell_return_from_main),
	PROGRAM(AT_END, "trap (via exit())", tell_exit),
	OS(AT_FREE, "free memory of process", tell_step),
	OS(AT_REMOVE, "remove from process list", tell_process),
};

static const struct book_row timer_switch[] = {
	PROGRAM(AT_TICK, "process A …", tell_a),
	HARDWARE(AT_TICK, "timer interrupt", tell_interrupt),
	HARDWARE(AT_TICK, "save regs(A) to k-stack(A)", tell_interrupt_saving),
	HARDWARE(AT_TICK, "move to kernel mode", tell_to_kernel),
	HARDWARE(AT_TICK, "jump to trap handler", tell_timer_jump),
	OS(AT_TICK, "handle the trap", tell_tick),
	OS(AT_SWITCH, "call switch()", tell_switch),
	OS(AT_SAVE, "save regs(A) to proc-struct(A)", tell_save),
	OS(AT_RESTORE, "restore regs(B) from proc-struct(B)", tell_restore),
	OS(AT_RESTORE, "switch to k-stack(B)", tell_stack),
	OS(AT_INTO, "return-from-trap (into B)", tell_into),
	HARDWARE(AT_INTO, "restore regs(B) from k-stack(B)", tell_restore_b),
	HARDWARE(AT_INTO, "move to user mode", tell_to_user),
	HARDWARE(AT_INTO, "jump to B's PC", tell_step),
	PROGRAM(AT_INTO, "process B …", tell_b),
};

#define TABLE(rows) ((struct book_table){rows, COUNT(rows)})
#define FITS(rows) _Static_assert(COUNT(rows) <= BOOK_ROWS_MAX, "a table of the textbook has room")
FITS(limited_life);
FITS(timer_switch);

struct book_table book_boot(enum protocol protocol)
{
	return protocol == PROTOCOL_DIRECT    ? (struct book_table){NULL, 0}
	       : protocol == PROTOCOL_LIMITED ? TABLE(limited_boot)
					      : TABLE(timer_boot);
}

/* The textbook's table with timer begins with two processes that run: they came to life as in the table before. */
struct book_table book_life(enum protocol protocol)
{
	return protocol == PROTOCOL_DIRECT ? TABLE(direct_life) : TABLE(limited_life);
}

struct book_table book_switch(void)
{
	return TABLE(timer_switch);
}

/* "10" or "0.05": the time in which the 8254 counts down, in milliseconds without zeros at the end. */
static void put_milliseconds(uint64_t count, char *number, size_t size)
{
	enum { PIT_HZ = 1193182 };
	const uint64_t us = count > UINT16_MAX + 1u ? 0 : (count * 1000000 + PIT_HZ / 2) / PIT_HZ;
	int length = snprintf(number, size, "%" PRIu64 ".%03" PRIu64, us / 1000, us % 1000);

	while (number[length - 1] == '0')
		number[--length] = '\0';
	if (number[length - 1] == '.')
		number[--length] = '\0';
}

void book_words(const struct scene *scene, const struct book_row *row, char *words, size_t size)
{
	const struct step *start = scene->at[AT_TIMER_START];
	char number[32];

	if (row->tell != tell_period || start == NULL) {
		snprintf(words, size, "%s", row->words);
		return;
	}
	put_milliseconds(start->event.b, number, sizeof(number));
	snprintf(words, size, "interrupt CPU in %s ms", number);
}
