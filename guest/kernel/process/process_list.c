/* SPDX-License-Identifier: MIT */
/* The process list: a hash table by pid, and the family tree. */
#include "kernel/process/process_list.h"

#include "kernel/devices/cpu.h"
#include "kernel/devices/instructions.h"
#include "kernel/devices/serial_console.h"
#include "kernel/lib/bitmap.h"
#include "kernel/memory/kernel_stacks.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/watch/event.h"
#include "kernel/watch/panic.h"

struct process *current, *init;
uint64_t process_count;

/* About as many as there may be processes in practice, so that a bucket holds one or two. */
enum { BUCKETS = 4096 };

static struct process *buckets[BUCKETS];
static struct process idle_process;
static uint64_t taken_pids[PID_MAX / BITMAP_WORD_BITS] = {1}; /* 0 is no pid */
static uint32_t last_pid;

static struct process **bucket_of(uint32_t pid)
{
	return &buckets[pid % BUCKETS];
}

const struct process *process_idle(void)
{
	return &idle_process;
}

/* The entry of a pid, also one that only keeps the number of a group or session (process_reap). */
static struct process *entry_of(uint32_t pid)
{
	struct process *process = *bucket_of(pid);

	while (process != NULL && process->pid != pid)
		process = process->same_bucket;
	return process;
}

struct process *process_find(uint32_t pid)
{
	struct process *process = entry_of(pid);

	return process == NULL || process->reaped ? NULL : process;
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

/* The next free pid after the one given last; 0: all are taken. */
static uint32_t free_pid(void)
{
	uint32_t pid = bitmap_next_clear(taken_pids, last_pid + 1, PID_MAX);

	if (pid == PID_MAX)
		pid = bitmap_next_clear(taken_pids, 0, PID_MAX);
	return pid == PID_MAX ? 0 : pid;
}

static void enter_in_list(struct process *process, uint32_t pid)
{
	process->pid = last_pid = pid;
	bitmap_set(taken_pids, pid);
	process->same_bucket = *bucket_of(pid);
	*bucket_of(pid) = process;
	process_count++;
}

static void forget(struct process *process)
{
	struct process **place = bucket_of(process->pid);

	while (*place != process)
		place = &(*place)->same_bucket;
	*place = process->same_bucket;
	bitmap_clear(taken_pids, process->pid);
	page_put(physical(process));
}

static void leave_number(uint32_t number)
{
	struct process *leader = entry_of(number);

	if (--leader->members == 0 && leader->reaped)
		forget(leader);
}

void process_join(struct process *process, uint32_t group, uint32_t session)
{
	uint32_t old_group = process->group, old_session = process->session;

	entry_of(group)->members++;
	entry_of(session)->members++;
	process->group = group;
	process->session = session;
	if (old_group != 0) {
		leave_number(old_group);
		leave_number(old_session);
	}
}

static void init_lists(struct process *process)
{
	list_init(&process->queue);
	list_init(&process->polling);
	list_init(&process->sibling);
	list_init(&process->children);
	list_init(&process->zombies);
}

static void print_current(void)
{
	if (current->pid != 0)
		print("  while process %u (%s) had the CPU\n", current->pid, current->program.name);
}

void processes_init(void)
{
	init_lists(&idle_process);
	idle_process.slice_start = rdtsc();
	current = &idle_process;
	panic_print_process = print_current;
}

struct process *process_create(struct process *parent)
{
	uint32_t pid = free_pid();
	if (pid == 0)
		return NULL;
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
	process->state = NEW;
	process->parent = parent;
	enter_in_list(process, pid);
	process_join(process, parent == NULL ? pid : parent->group, parent == NULL ? pid : parent->session);
	if (parent != NULL)
		list_append(&parent->children, &process->sibling);
	event(PROC_CREATE, process->pid, parent == NULL ? 0 : parent->pid, 0);
	return process;
}

void process_reap(struct process *zombie)
{
	list_remove(&zombie->sibling);
	event(PROC_REMOVE, zombie->pid, 0, 0);
	process_count--;
	kstack_put(zombie->kstack);
	zombie->members++; /* or leaving its own group could free the entry before it has left its session */
	leave_number(zombie->group);
	leave_number(zombie->session);
	zombie->reaped = true;
	leave_number(zombie->pid);
}
