/* SPDX-License-Identifier: MIT */
/* The process list, and how processes come to be and end. */
#include "kernel/process/process_list.h"

#include "kernel/devices/cpu.h"
#include "kernel/watch/kernel.h"
#include "kernel/lib/elf.h"

struct process *current, *init;
uint64_t process_count;

/* As many as there may well be processes, so that a bucket holds one or two. */
enum { BUCKETS = 4096 };

static struct process *buckets[BUCKETS];
static struct process idle_process;
static uint32_t last_pid;

static struct process **bucket_of(uint32_t pid)
{
	return &buckets[pid % BUCKETS];
}

struct process *process_find(uint32_t pid)
{
	struct process *process = *bucket_of(pid);

	while (process != NULL && process->pid != pid)
		process = process->same_bucket;
	return process;
}

struct process *process_next(const struct process *process)
{
	if (!list_empty(&process->children))
		return list_entry(process->children.next, struct process, sibling);
	if (!list_empty(&process->zombies))
		return list_entry(process->zombies.next, struct process, sibling);
	for (; process != init; process = process->parent) {
		const struct process *parent = process->parent;
		const struct list *next = process->sibling.next;
		if (next == &parent->children && process->state != ZOMBIE)
			next = parent->zombies.next;
		if (next != &parent->zombies)
			return list_entry(next, struct process, sibling);
	}
	return NULL;
}

static void enter_in_list(struct process *process)
{
	do
		last_pid = last_pid % (PID_MAX - 1) + 1;
	while (process_find(last_pid) != NULL);
	process->pid = last_pid;
	process->same_bucket = *bucket_of(last_pid);
	*bucket_of(last_pid) = process;
	process_count++;
}

static void remove_from_list(struct process *process)
{
	struct process **place = bucket_of(process->pid);

	while (*place != process)
		place = &(*place)->same_bucket;
	*place = process->same_bucket;
	process_count--;
	event(PROC_REMOVE, process->pid, 0, 0);
}

static void init_lists(struct process *process)
{
	list_init(&process->queue);
	list_init(&process->sibling);
	list_init(&process->children);
	list_init(&process->zombies);
	descriptors_init(&process->descriptors);
}

void processes_init(void)
{
	init_lists(&idle_process);
	idle_process.slice_start = rdtsc();
	current = &idle_process;
}

struct process *process_create(struct process *parent)
{
	uint64_t page = page_zeroed(), fpu = pages_get(&pages), stack = kstack_get();

	if (page == 0 || fpu == 0 || stack == 0) {
		if (page != 0)
			page_put(page);
		if (fpu != 0)
			pages_put(&pages, fpu);
		if (stack != 0)
			kstack_put(stack);
		return NULL;
	}
	struct process *process = direct(page);
	init_lists(process);
	process->kstack = stack;
	process->fpu = pages_address(&pages, fpu);
	fpu_initial(process->fpu);
	process->state = WAITING;
	process->parent = parent;
	enter_in_list(process);
	process->group = parent == NULL ? process->pid : parent->group;
	process->session = parent == NULL ? process->pid : parent->session;
	if (parent != NULL)
		list_append(&parent->children, &process->sibling);
	event(PROC_CREATE, process->pid, parent == NULL ? 0 : parent->pid, 0);
	return process;
}

void process_start(struct process *process)
{
	uint64_t *stack = (uint64_t *)process_frame(process);

	*--stack = (uint64_t)first_return;
	for (unsigned i = 0; i < 6; i++) /* what context_switch pops */
		*--stack = 0;
	process->saved_rsp = (uint64_t)stack;
	event(PROC_FRAME, process->pid, process_frame(process), process_frame(process)->rip);
	process_wake(process);
}

/* ---- the end ---- */

static void adopt(struct list *from, struct list *to)
{
	while (!list_empty(from)) {
		struct list *place = from->next;
		list_entry(place, struct process, sibling)->parent = init;
		list_remove(place);
		list_append(to, place);
	}
}

static void free_memory(struct process *process)
{
	event(PROC_FREE, process->pid, process->space.page_count, process->space.cr3);
	if (process == current)
		leave_space();
	space_free(&process->space);
	page_put(physical(process->fpu));
	process->fpu = NULL;
}

static void tell_parent(struct process *parent)
{
	if (parent->state == WAITING)
		process_wake(parent);
}

void process_end(struct process *process, int status)
{
	int signal = status & 0x7f, code = status >> 8 & 0xff;

	event(PROC_EXIT, process->pid, code, signal);
	account(process);
	report_end(process, status);
	if (process == init)
		power_off((uint32_t)(signal != 0 ? 128 + signal : code));

	bool orphans = !list_empty(&process->zombies);
	adopt(&process->children, &init->children);
	adopt(&process->zombies, &init->zombies);
	free_memory(process);
	if (process->state == RUNNABLE && process != current)
		policy->leave(process);
	else
		process_leave_waiting(process);
	descriptors_close_all(&process->descriptors);
	process->state = ZOMBIE;
	process->status = status;
	list_remove(&process->sibling);
	list_append(&process->parent->zombies, &process->sibling);
	tell_parent(process->parent);
	if (orphans)
		tell_parent(init);
}

void process_end_current(int status)
{
	process_end(current, status);
	schedule();
	panic("a zombie was scheduled");
}

void process_reap(struct process *zombie)
{
	list_remove(&zombie->sibling);
	remove_from_list(zombie);
	kstack_put(zombie->kstack);
	page_put(physical(zombie));
}

/* ---- killed for a trap ---- */

#define SIGNAL(vector, mnemonic, name, dpl, error, signal) [vector] = (signal),
static const uint8_t signals[] = {RINGSIDE_TRAPS(SIGNAL)};
#undef SIGNAL

static int signal_of(uint64_t vector)
{
	return vector < sizeof(signals) && signals[vector] != 0 ? signals[vector] : SIGSEGV;
}

static const char *access_of(uint64_t error)
{
	if (error & FAULT_FETCH)
		return "executing";
	return error & FAULT_WRITE ? "writing" : "reading";
}

/* The trace has it in any case. */
static void say_trap(const struct trap_frame *frame)
{
	const struct program *program = &current->program;
	uint64_t offset = 0;
	const char *symbol;

	if (!options.print_fatal_signals)
		return;
	symbol = elf_symbol(program->file, program->size, frame->rip, &offset);
	print("[%u] %s killed: #%s %s at 0x%lx", current->pid, program->name, trap_mnemonic(frame->vector),
	      trap_name(frame->vector), frame->rip);
	if (symbol != NULL)
		print(" (%s+0x%lx)", symbol, offset);
	if (frame->vector == RINGSIDE_TRAP_PF)
		print(", %s 0x%lx", access_of(frame->error), read_cr2());
	print("\n");
}

void process_kill_for_trap(const struct trap_frame *frame)
{
	int signal = signal_of(frame->vector);

	event(SIGNAL_KILL, current->pid, signal, frame->rip);
	say_trap(frame);
	current->killed_by = trap_mnemonic(frame->vector);
	process_end_current(signal);
}

void process_kill_for_memory(const struct trap_frame *frame)
{
	event(SIGNAL_KILL, current->pid, SIGKILL, frame->rip);
	if (options.print_fatal_signals)
		print("[%u] %s killed: out of memory at 0x%lx, touching 0x%lx\n", current->pid, current->program.name,
		      frame->rip, read_cr2());
	process_end_current(SIGKILL);
}

void syscall_bad_return(const struct trap_frame *frame)
{
	event(SIGNAL_KILL, current->pid, SIGSEGV, frame->rip);
	if (options.print_fatal_signals)
		print("[%u] %s killed: system call with the return address 0x%lx, outside user memory\n", current->pid,
		      current->program.name, frame->rip);
	process_end_current(SIGSEGV);
}
