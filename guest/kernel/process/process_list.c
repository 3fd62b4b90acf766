/* SPDX-License-Identifier: MIT */
/* The process list: a hash table by pid, and the family tree. */
#include "kernel/process/process_list.h"

#include "kernel/devices/cpu.h"
#include "kernel/devices/instructions.h"
#include "kernel/devices/serial_console.h"
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
	enter_in_list(process);
	process->group = parent == NULL ? process->pid : parent->group;
	process->session = parent == NULL ? process->pid : parent->session;
	if (parent != NULL)
		list_append(&parent->children, &process->sibling);
	event(PROC_CREATE, process->pid, parent == NULL ? 0 : parent->pid, 0);
	return process;
}

void process_reap(struct process *zombie)
{
	list_remove(&zombie->sibling);
	remove_from_list(zombie);
	kstack_put(zombie->kstack);
	page_put(physical(zombie));
}
