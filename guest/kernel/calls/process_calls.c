/* SPDX-License-Identifier: MIT */
/* System calls of a process's life: fork, execve, exit, wait4; also its pid, and giving up the CPU. */
#include "kernel/boot/memory_layout.h"
#include "kernel/calls/call_definition.h"
#include "kernel/devices/cpu.h"
#include "kernel/devices/instructions.h"
#include "kernel/files/descriptors.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/eager_pages.h"
#include "kernel/memory/kernel_map.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/process/exec.h"
#include "kernel/process/lifetime.h"
#include "kernel/schedule/schedule.h"
#include "kernel/trap/fatal_trap.h"
#include "kernel/trap/trap_path.h"
#include "kernel/watch/account.h"
#include "kernel/watch/event.h"
#include "ringside/syscalls.h"

enum { PATH_SIZE = 256 };

enum { WAIT_NO_HANG = 1, WAIT_UNTRACED = 2, WAIT_CONTINUED = 8 }; /* no process is ever stopped or continued */

SYSTEM_CALL(sys_getpid, void)
{
	return current->pid;
}

/* A process has one thread, with the process's number. */
SYSTEM_CALL(sys_gettid, void)
{
	return current->pid;
}

SYSTEM_CALL(sys_getppid, void)
{
	return current->parent == NULL ? 0 : current->parent->pid;
}

static _Noreturn void exit_with(uint64_t status)
{
	process_end_current((int)(status & 0xff) << 8);
}

SYSTEM_CALL(sys_exit, uint64_t status)
{
	exit_with(status);
}

/* A process has one thread, so the end of the thread is the end of the group. */
SYSTEM_CALL(sys_exit_group, uint64_t status)
{
	exit_with(status);
}

SYSTEM_CALL(sys_sched_yield, void)
{
	schedule_yield();
	return 0;
}

/* ---- fork ---- */

static void undo_create(struct process *process)
{
	space_free(&process->space);
	page_put(physical(process->fpu));
	process_reap(process);
}

/* Parent and child will soon copy what they share. It is better to refuse the child than to kill one of them then. */
enum { PAGES_FOR_BOTH = 16 };

/* The child of fork: everything the parent has, memory copied on write. NULL with the reason in *error. */
static struct process *copy_process(int *error)
{
	/* The child returns by IRETQ. On Intel that faults in ring 0 if the return address is not canonical. */
	if (process_frame(current)->rip >= USER_END)
		kill_for_bad_return(process_frame(current));
	struct process *child = process_create(current);

	*error = -EAGAIN;
	if (child == NULL)
		return NULL;
	*error = -ENOMEM;
	if (!space_init(&child->space) || !space_copy(&child->space, &current->space) ||
	    pages.free < PAGES_RESERVED + PAGES_FOR_BOTH || space_unshare(&child->space, &current->space) != 0) {
		undo_create(child);
		return NULL;
	}
	event(PROC_MEMORY, child->pid, child->space.cr3, child->space.page_count);
	child->program = current->program;
	descriptors_copy(&child->descriptors, &current->descriptors);
	child->signals = current->signals;
	child->signals.pending = 0;
	child->fs_base = current->fs_base;
	child->nice = current->nice;
	fpu_save(current->fpu);
	memcpy(child->fpu, current->fpu, cpu.fpu_size);
	*process_frame(child) = *process_frame(current);
	process_frame(child)->rax = 0;
	event(FORK, current->pid, child->pid, child->space.cr3);
	return child;
}

static int64_t fork(void)
{
	int error;
	struct process *child = copy_process(&error);

	if (child == NULL)
		return error;
	process_start(child);
	return child->pid;
}

SYSTEM_CALL(sys_fork, void)
{
	return fork();
}

/* The parent may go on before the child has called execve. Each has memory of its own, so that harms neither. */
SYSTEM_CALL(sys_vfork, void)
{
	return fork();
}

/* As fork: C libraries use clone for fork, vfork and posix_spawn. It makes no threads. */
SYSTEM_CALL(sys_clone, uint64_t flags, uint64_t stack, uint64_t parent_tid, uint64_t child_tid)
{
	enum { VM = 0x100, VFORK = 0x4000, THREAD = 0x10000, PARENT_TID = 0x100000, CHILD_TID = 0x1000000 };
	int error;

	if (flags & THREAD || (flags & VM && !(flags & VFORK)))
		return -EINVAL;
	struct process *child = copy_process(&error);
	if (child == NULL)
		return error;
	if (stack != 0)
		process_frame(child)->rsp = stack;
	if (flags & PARENT_TID)
		space_write(&current->space, parent_tid, &child->pid, sizeof(child->pid));
	if (flags & CHILD_TID)
		space_write(&child->space, child_tid, &child->pid, sizeof(child->pid));
	process_start(child);
	return child->pid;
}

/* ---- execve ---- */

/* Copies a NULL-terminated array of strings of the current process into one page. 0 or -errno. */
static int64_t gather(struct strings *strings, uint64_t array)
{
	uint64_t address;

	strings->size = strings->count = 0;
	for (; array != 0; array += sizeof(address)) {
		int64_t result = space_read(&current->space, &address, array, sizeof(address));
		if (result != 0)
			return result;
		if (address == 0)
			return 0;
		result = space_read_string(&current->space, strings->bytes + strings->size, address,
					   PAGE_SIZE - strings->size);
		if (result < 0)
			return result;
		strings->size += (uint64_t)result + 1;
		strings->count++;
	}
	return 0;
}

/* What execve needs while both the old and the new program exist. */
struct exec_page {
	char path[PATH_SIZE];
	struct space space;
	struct exec exec;
};
_Static_assert(sizeof(struct exec_page) <= PAGE_SIZE, "execve's room fits a page");

static int64_t exec_replace(struct exec_page *room, uint64_t path, struct strings *arguments, uint64_t argv,
			    struct strings *environment, uint64_t envp)
{
	int64_t result = space_read_string(&current->space, room->path, path, sizeof(room->path));

	if (result == -E2BIG)
		return -ENAMETOOLONG;
	if (result >= 0)
		result = gather(arguments, argv);
	if (result >= 0)
		result = gather(environment, envp);
	if (result >= 0)
		result = exec_load(&room->exec, &room->space, current->pid, room->path, arguments, environment);
	if (result < 0)
		return result;
	kernel_map_load();
	space_free(&current->space);
	current->space = room->space;
	write_cr3(current->space.cr3);
	current->fs_base = 0;
	wrmsr(MSR_FS_BASE, 0);
	fpu_initial(current->fpu);
	fpu_load(current->fpu);
	exec_frame(current, &room->exec);
	descriptors_close_on_exec(&current->descriptors);
	current->signals.handled = 0;
	return 0;
}

SYSTEM_CALL(sys_execve, uint64_t path, uint64_t argv, uint64_t envp)
{
	uint64_t frames[3] = {pages_get(&pages), pages_get(&pages), pages_get(&pages)};
	int64_t result = -ENOMEM;

	if (frames[0] != 0 && frames[1] != 0 && frames[2] != 0) {
		struct strings arguments = {.bytes = pages_address(&pages, frames[1])};
		struct strings environment = {.bytes = pages_address(&pages, frames[2])};
		result = exec_replace(pages_address(&pages, frames[0]), path, &arguments, argv, &environment, envp);
	}
	for (unsigned i = 0; i < 3; i++)
		if (frames[i] != 0)
			pages_put(&pages, frames[i]);
	if (result != 0)
		return result;
	event(SYSCALL_RESULT, current->pid, RINGSIDE_SYS_execve, 0);
	if (tracing)
		event_enter_program(current);
	/* execve does not return to its caller, because every register of the frame has a new value. */
	return_from_trap(process_frame(current));
}

/* ---- wait4 ---- */

/* The first process on a list of children that is of that group; NULL if there is none. */
static struct process *of_group(const struct list *list, uint32_t group)
{
	for (const struct list *place = list->next; place != list; place = place->next) {
		struct process *child = list_entry(place, struct process, sibling);
		if (child->group == group)
			return child;
	}
	return NULL;
}

static struct process *first_of(const struct list *list)
{
	return list_empty(list) ? NULL : list_entry(list->next, struct process, sibling);
}

/* A zombie that `pid` asks for, as in wait4. NULL: *error is 0 if such a child lives, -ECHILD if there is none. */
static struct process *find_zombie(int32_t pid, int *error)
{
	struct process *zombie, *child;

	if (pid > 0) {
		child = process_find((uint32_t)pid);
		if (child != NULL && child->parent != current)
			child = NULL;
		zombie = child != NULL && child->state == ZOMBIE ? child : NULL;
	} else if (pid == -1) {
		zombie = first_of(&current->zombies);
		child = first_of(&current->children);
	} else {
		uint32_t group = pid == 0 ? current->group : -(uint32_t)pid;
		zombie = of_group(&current->zombies, group);
		child = of_group(&current->children, group);
	}
	*error = zombie == NULL && child == NULL ? -ECHILD : 0;
	return zombie;
}

SYSTEM_CALL(sys_wait4, uint64_t pid, uint64_t status, uint64_t flags, uint64_t usage)
{
	struct process *zombie;
	int error;

	if (flags & ~(uint64_t)(WAIT_NO_HANG | WAIT_UNTRACED | WAIT_CONTINUED))
		return -EINVAL;
	while ((zombie = find_zombie((int32_t)pid, &error)) == NULL) {
		if (error != 0)
			return error;
		if (flags & WAIT_NO_HANG)
			return 0;
		if (process_block(CHILD_OR_SIGNAL) == INTERRUPTED)
			return -EINTR;
	}
	if (status != 0 && space_write(&current->space, status, &zombie->status, sizeof(zombie->status)) != 0)
		return -EFAULT;
	struct usage used = usage_of(zombie);
	usage_add(&used, &zombie->children_usage);
	if (usage != 0 && usage_give(usage, &used) != 0)
		return -EFAULT;
	usage_add(&current->children_usage, &used);
	int64_t result = zombie->pid;
	process_reap(zombie);
	return result;
}
