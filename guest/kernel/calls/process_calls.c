/* SPDX-License-Identifier: MIT */
/* System calls of a process's life: fork, execve, exit, wait4; also its pid, and giving up the CPU. */
#include "kernel/boot/memory_layout.h"
#include "kernel/calls/absent_calls.h"
#include "kernel/calls/call_definition.h"
#include "kernel/devices/cpu.h"
#include "kernel/devices/instructions.h"
#include "kernel/files/archive.h"
#include "kernel/files/descriptors.h"
#include "kernel/memory/bytes_and_strings.h"
#include "kernel/memory/eager_pages.h"
#include "kernel/memory/kernel_map.h"
#include "kernel/memory/lent_space.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/process/exec.h"
#include "kernel/process/lifetime.h"
#include "kernel/schedule/schedule.h"
#include "kernel/signals/signal.h"
#include "kernel/signals/signal_details.h"
#include "kernel/trap/fatal_trap.h"
#include "kernel/trap/trap_path.h"
#include "kernel/watch/account.h"
#include "kernel/watch/turn_watch.h"
#include "ringside/syscalls.h"

/* Children of the three kinds that Linux has are all the same here. */
#define WAIT_KINDS 0xe0000000UL

enum { WAIT_NO_HANG = 1, WAIT_UNTRACED = 2, WAIT_EXITED = 4, WAIT_CONTINUED = 8, WAIT_KEEP = 0x1000000 };

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
	signals_free(process);
	page_put(physical(process->fpu));
	process_reap(process);
}

/* Parent and child will soon copy what they share. It is better to refuse the child than to kill one of them then. */
enum { PAGES_FOR_BOTH = 16 };

/* Gives a new child memory like the parent's, or the parent's own. False: out of memory. */
static bool give_memory(struct process *child, bool lent)
{
	if (!lent)
		return space_init(&child->space) && space_copy(&child->space, &current->space) &&
		       pages.free >= PAGES_RESERVED + PAGES_FOR_BOTH &&
		       space_unshare(&child->space, &current->space) == 0;
	space_lend(child);
	return true;
}

/*
 * The child of fork: everything the parent has, memory copied on write, or with `lent` the parent's. NULL with the
 * reason in *error.
 */
static struct process *copy_process(bool lent, int *error)
{
	/* The child returns by IRETQ. On Intel that faults in ring 0 if the return address is not canonical. */
	if (process_frame(current)->rip >= USER_END)
		kill_for_bad_return(process_frame(current));
	struct process *child = process_create(current);

	*error = -EAGAIN;
	if (child == NULL)
		return NULL;
	*error = -ENOMEM;
	if (!signals_copy(child, current) || !give_memory(child, lent)) {
		undo_create(child);
		return NULL;
	}
	if (!lent)
		event(PROC_MEMORY, child->pid, child->space.cr3, child->space.page_count);
	child->program = current->program;
	descriptors_copy(&child->descriptors, &current->descriptors);
	child->fs_base = current->fs_base;
	child->selectors = selectors_save();
	child->nice = current->nice;
	fpu_save(current->fpu);
	memcpy(child->fpu, current->fpu, cpu.fpu_size);
	*process_frame(child) = *process_frame(current);
	process_frame(child)->rax = 0;
	event(FORK, current->pid, child->pid, child->space.cr3);
	event(PROC_FRAME, child->pid, process_frame(child), process_frame(child)->rip);
	return child;
}

/* Makes the child runnable. A parent that has lent it its memory waits until it has the memory again. */
static int64_t start_child(struct process *child)
{
	int64_t pid = child->pid;

	process_start(child);
	if (current->borrower != NULL)
		space_wait_for_return();
	return pid;
}

static int64_t fork(bool lent)
{
	int error;
	struct process *child = copy_process(lent, &error);

	return child == NULL ? error : start_child(child);
}

SYSTEM_CALL(sys_fork, void)
{
	return fork(false);
}

SYSTEM_CALL(sys_vfork, void)
{
	return fork(true);
}

/* As fork: C libraries use clone for fork, vfork and posix_spawn. It makes no threads. */
SYSTEM_CALL(sys_clone, uint64_t flags, uint64_t stack, uint64_t parent_tid, uint64_t child_tid, uint64_t tls)
{
	enum {
		VM = 0x100,
		HANDLERS = 0x800,
		VFORK = 0x4000,
		THREAD = 0x10000,
		TLS = 0x80000,
		PARENT_TID = 0x100000,
		CHILD_TID = 0x1000000,
	};
	bool shares = flags & VM;
	int error;

	if ((flags & THREAD && !(flags & HANDLERS)) || (flags & HANDLERS && !shares))
		return -EINVAL;
	if (flags & THREAD || (shares && !(flags & VFORK)))
		return no_threads();
	struct process *child = copy_process(shares, &error);
	if (child == NULL)
		return error;
	if (stack != 0)
		process_frame(child)->rsp = stack;
	if (flags & TLS && tls < USER_END)
		child->fs_base = tls;
	if (flags & PARENT_TID)
		space_write(shares ? &child->space : &current->space, parent_tid, &child->pid, sizeof(child->pid));
	if (flags & CHILD_TID)
		space_write(&child->space, child_tid, &child->pid, sizeof(child->pid));
	return start_child(child);
}

/* ---- execve ---- */

/* What execve needs while both the old and the new program exist. */
struct exec_page {
	char path[PATH_LENGTH_MAX];
	struct space space;
	struct exec exec;
	struct strings arguments, environment;
};
_Static_assert(sizeof(struct exec_page) <= PAGE_SIZE, "execve's room fits a page");

static int take_strings(struct exec_page *room, uint64_t argv, uint64_t envp)
{
	static const char no_name[] = "";
	int error = strings_take(&room->arguments, &current->space, argv, 0);

	/* As on Linux a program has a name, though it may be empty. */
	if (error == 0 && room->arguments.count == 0)
		error = strings_add(&room->arguments, no_name);
	if (error == 0)
		error = strings_take(&room->environment, &current->space, envp, strings_weight(&room->arguments));
	return error;
}

static int64_t exec_replace(struct exec_page *room, uint64_t path, uint64_t argv, uint64_t envp)
{
	int64_t result = path_read(room->path, path);

	if (result == 0)
		result = exec_find(&room->exec.program, room->path);
	if (result == 0)
		result = take_strings(room, argv, envp);
	if (result == 0)
		result = exec_load(&room->exec, &room->space, current->pid, room->path, &room->arguments,
				   &room->environment);
	if (result < 0)
		return result;
	kernel_map_load();
	space_leave(current);
	current->space = room->space;
	event(SPACE, current->pid, current->space.cr3, 0);
	write_cr3(current->space.cr3);
	selectors_load(0);
	current->fs_base = 0;
	wrmsr(MSR_FS_BASE, 0);
	fpu_initial(current->fpu);
	fpu_load(current->fpu);
	exec_frame(current, &room->exec);
	descriptors_close_on_exec(&current->descriptors);
	signals_reset(current);
	return 0;
}

SYSTEM_CALL(sys_execve, uint64_t path, uint64_t argv, uint64_t envp)
{
	uint64_t frame = pages_get(&pages);
	int64_t result = -ENOMEM;

	if (frame == 0)
		return -ENOMEM;
	struct exec_page *room = pages_address(&pages, frame);
	bool complete = strings_init(&room->arguments);
	complete &= strings_init(&room->environment);
	if (complete)
		result = exec_replace(room, path, argv, envp);
	strings_free(&room->arguments);
	strings_free(&room->environment);
	pages_put(&pages, frame);
	if (result != 0)
		return result;
	event(SYSCALL_RESULT, current->pid, RINGSIDE_SYS_execve, 0);
	if (current->signals.at_return)
		return_with_signals(process_frame(current));
	if (options.account)
		account_until_now(current, &current->ring0_ticks);
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

/*
 * Waits for a child that `pid` asks for and that has done what the flags ask for: it has ended and is a ZOMBIE, or it
 * has stopped or continued. NULL without an error: there is none yet, and the flags say not to wait.
 */
static struct process *wait_for_child(int32_t pid, uint64_t flags, int *error)
{
	for (;;) {
		struct process *child = find_zombie(pid, error);
		if (*error != 0 || (child != NULL && flags & WAIT_EXITED))
			return child;
		child = NULL;
		if (flags & (WAIT_UNTRACED | WAIT_CONTINUED))
			child = signal_changed_child(pid, flags & WAIT_UNTRACED, flags & WAIT_CONTINUED);
		if (child != NULL || flags & WAIT_NO_HANG)
			return child;
		if (process_block(CHILD_OR_SIGNAL) == INTERRUPTED) {
			*error = -ERESTARTSYS;
			return NULL;
		}
	}
}

/* What waitid and wait4 report of a child that has stopped or continued, and only once. */
static int take_report(struct process *child, bool keep)
{
	int signal = child->signals.report;

	if (!keep)
		child->signals.report = 0;
	return signal;
}

/* As on Linux a child is gone, even if what is known about it cannot be written. */
static struct usage reap(struct process *zombie)
{
	struct usage used = usage_of(zombie);

	usage_add(&used, &zombie->children_usage);
	usage_add(&current->children_usage, &used);
	process_reap(zombie);
	return used;
}

SYSTEM_CALL(sys_wait4, uint64_t pid, uint64_t address, uint64_t flags, uint64_t usage)
{
	int error;

	if ((uint32_t)flags & ~(uint32_t)(WAIT_NO_HANG | WAIT_UNTRACED | WAIT_CONTINUED | WAIT_KINDS))
		return -EINVAL;
	if ((int32_t)pid == INT32_MIN)
		return -ESRCH;
	struct process *child = wait_for_child((int32_t)pid, flags | WAIT_EXITED, &error);
	if (child == NULL)
		return error;
	int64_t result = child->pid;
	int32_t status = child->status;
	struct usage used;
	if (child->state == ZOMBIE) {
		used = reap(child);
	} else {
		enum { STOPPED_BY = 0x7f, CONTINUED = 0xffff };
		int signal = take_report(child, false);
		used = (struct usage){0};
		status = signal == SIGCONT ? CONTINUED : signal << 8 | STOPPED_BY;
	}
	if (address != 0 && space_write(&current->space, address, &status, sizeof(status)) != 0)
		return -EFAULT;
	if (usage != 0 && usage_give(usage, &used) != 0)
		return -EFAULT;
	return result;
}

/* siginfo_t of SIGCHLD, as waitid(2) fills it in: the rest of its 128 bytes stays as it is. */
struct child_information {
	int32_t signal, error, code, padding;
	uint32_t pid, user;
	int32_t status;
};

/* The argument of wait4 for those of waitid. 0 or -EINVAL. */
static int waited_for(uint32_t type, int32_t id, int32_t *pid)
{
	enum { ALL, PROCESS, GROUP };

	*pid = -1;
	if (type == ALL)
		return 0;
	*pid = type == PROCESS ? id : -id;
	if (type == PROCESS)
		return id > 0 ? 0 : -EINVAL;
	return type == GROUP && id >= 0 ? 0 : -EINVAL;
}

SYSTEM_CALL(sys_waitid, uint64_t type, uint64_t id, uint64_t address, uint64_t flags, uint64_t usage)
{
	const uint32_t events = WAIT_EXITED | WAIT_UNTRACED | WAIT_CONTINUED, wanted = (uint32_t)flags;
	struct child_information information = {0};
	struct usage used = {0};
	int32_t pid;

	if (wanted & ~(uint32_t)(WAIT_NO_HANG | events | WAIT_KEEP | WAIT_KINDS) || !(wanted & events))
		return -EINVAL;
	int error = waited_for((uint32_t)type, (int32_t)id, &pid);
	struct process *child = error == 0 ? wait_for_child(pid, wanted, &error) : NULL;
	if (error != 0)
		return error;
	if (child != NULL) {
		information = (struct child_information){.signal = SIGCHLD, .pid = child->pid};
		if (child->state == ZOMBIE) {
			uint8_t signal = child->status & 0x7f;
			information.code = signal != 0 ? CLD_KILLED : CLD_EXITED;
			information.status = signal != 0 ? signal : child->status >> 8 & 0xff;
			used = usage_of(child);
			usage_add(&used, &child->children_usage);
			if (!(wanted & WAIT_KEEP))
				reap(child);
		} else {
			information.status = take_report(child, wanted & WAIT_KEEP);
			information.code = information.status == SIGCONT ? CLD_CONTINUED : CLD_STOPPED;
		}
		if (usage != 0 && usage_give(usage, &used) != 0)
			return -EFAULT;
	}
	return address == 0 ? 0 : space_write(&current->space, address, &information, sizeof(information));
}
