/* SPDX-License-Identifier: MIT */
/*
 * Processes: the process list, birth and death, and the scheduler. A process lives in pages of its own:
 * this structure, its FPU state, its kernel stack; so only memory limits their number, and all of it
 * comes back.
 */
#ifndef GUEST_KERNEL_PROCESS_H
#define GUEST_KERNEL_PROCESS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/files/file.h"
#include "kernel/watch/kernel.h"
#include "kernel/lib/heap.h"
#include "kernel/lib/list.h"
#include "kernel/memory/kernel_memory.h"
#include "kernel/trap/system_call.h"
#include "kernel/trap/trap_table.h"

enum state { RUNNABLE, SLEEPING, WAITING, READING, ZOMBIE };

enum { NAME_SIZE = 16, PATH_SIZE = 256 };

/* Pids are below this, as on Linux. */
enum { PID_MAX = 32768 };

/* What a scheduling policy keeps of a process. */
struct turn {
	uint32_t epoch;
	uint8_t level, used;
	uint32_t slot;
};

/* A program file in the initrd. */
struct program {
	char name[NAME_SIZE];
	const uint8_t *file;
	uint64_t size;
	struct node *node;
};

/* What a process wants of signals; in the masks bit n - 1 is signal n. */
struct signals {
	uint64_t ignored, handled; /* neither of them ends the process */
	uint64_t restarting;	   /* of those handled: system calls that can go on (SA_RESTART) do */
	uint64_t blocked, pending;
	uint64_t handlers[SIGNAL_MAX]; /* of those handled: recorded, never entered */
};

/* Of one process, or the sum of several: TSC ticks, and how often the CPU was given up and taken. */
struct usage {
	uint64_t ring3, ring0, voluntary, involuntary;
};

/* Whether a signal with a handler has ended the current wait, and if it may be taken up again (signal(7)). */
enum interruption { INTERRUPTED_NOT, INTERRUPTED_RESTARTS, INTERRUPTED };

struct process {
	uint64_t saved_rsp; /* kernel stack pointer while it is not running; entry.S knows this one */
	uint64_t kstack;    /* upper end of its kernel stack */
	uint32_t pid;
	enum state state;
	int8_t nice; /* -20 (wants much) to 19 */
	struct turn turn;
	struct process *parent;
	struct process *same_bucket; /* the process list is a hash table by pid */
	struct list queue;	     /* on the run queue, or among those that wait for the same */
	struct heap_place sleep;     /* among the sleepers, by guest ns */
	struct list sibling;	     /* among its parent's children or zombies */
	struct list children, zombies;
	struct space space;
	struct program program;
	struct descriptors descriptors;
	void *fpu;
	uint64_t fs_base;
	int status;		 /* ZOMBIE: as wait4 gives it */
	const char *killed_by;	 /* mnemonic of the trap that ended it; NULL = none did */
	uint32_t group, session; /* pids of the leaders of its process group and session */
	struct signals signals;
	enum interruption interruption;
	struct process *also_meant; /* by the signal that is being sent to a group */

	uint64_t syscalls;		 /* entry.S counts here */
	uint64_t slices;		 /* times it was given the CPU */
	uint64_t voluntary, involuntary; /* times it gave it up, times it was taken */
	uint64_t cpu_ticks;		 /* TSC ticks it has had the CPU */
	uint64_t slice_start;		 /* TSC */

	/* With `account`: TSC ticks in ring 3, in ring 0 for it, runnable but not running; and up to when. */
	uint64_t ring3_ticks, ring0_ticks, waiting_ticks, mark;
	struct usage children_usage; /* of those reaped, and theirs */
};

_Static_assert(sizeof(struct process) <= PAGE_SIZE, "a process fits its page");

extern struct process *current; /* never NULL once processes_init has run; the idle process has pid 0 */
extern struct process *init;	/* pid 1 */

extern uint64_t process_count; /* on the process list, zombies included */

/* How many context switches, and how many of them were forced by the timer. */
extern uint64_t switches, preemptions;

/* Makes the idle process, which is current from then on. */
void processes_init(void);

/* The process with that pid, zombies included; NULL if there is none. */
struct process *process_find(uint32_t pid);

/*
 * The process after this one in the family tree: parents before their children, zombies behind their living siblings;
 * NULL after the last. init is the first.
 */
struct process *process_next(const struct process *process);

/*
 * Makes a process: entry in the process list, kernel stack, FPU state; no memory of its own yet and not
 * runnable. NULL: out of memory.
 */
struct process *process_create(struct process *parent);

/* Where the frame of a trap from ring 3 always is: at the upper end of the kernel stack. */
static inline struct trap_frame *process_frame(const struct process *process)
{
	return (struct trap_frame *)process->kstack - 1;
}

/* Forges its kernel stack so that its first run is an ordinary return-from-trap, and makes it runnable. */
void process_start(struct process *process);

/*
 * Ends a process: frees its memory, leaves a zombie for its parent. `status` as wait4 gives it. Does not
 * return if it is the current one. The end of init is the end of the run.
 */
void process_end(struct process *process, int status);
_Noreturn void process_end_current(int status);

/* Takes a zombie off the process list. */
void process_reap(struct process *zombie);

/* Ends the current process for a trap it may not have, with a line that says which and where. */
_Noreturn void process_kill_for_trap(const struct trap_frame *frame);

/*
 * signal.c: sends a signal, which takes its default action unless the process ignores or handles it; handled, it
 * ends a wait. Does not return if it ends the current process. 0, -EPERM (init is nobody's but its own to end), and
 * for a group or everybody (init and the sender left out): how many living processes it was sent to; -ESRCH if there
 * is not even a zombie.
 */
enum { EVERYBODY = 0 };
int signal_send(struct process *target, unsigned signal);
bool signal_send_unblocked(void); /* to the current process, what was pending; whether any of it is handled */
int signal_group(uint32_t group, unsigned signal);
bool group_exists(uint32_t group);

/*
 * sys_signal.c: blocks the signals of a mask in user memory, and no others, until the caller puts *before back. 0;
 * -EINTR if that let one through that is handled; -EINVAL, -EFAULT.
 */
int64_t signals_block_for_now(uint64_t mask, uint64_t size, uint64_t *before);

/* sys_time.c: reads a struct timespec as nanoseconds; more than the clock can count is for ever. 0 or -errno. */
int64_t read_time(uint64_t address, uint64_t *nanoseconds);

/* Ends it because there is no page left for what it touched. */
_Noreturn void process_kill_for_memory(const struct trap_frame *frame);

/* Starts init from the initrd with these arguments. Panics if that cannot be. */
void start_init(const char *path, char *words);

/*
 * exec.c: puts a program into a fresh space, with its stack, for the process `pid` (for events only).
 * 0 or -errno, and then nothing is left of the space.
 */
struct exec {
	struct program program;
	uint64_t entry, rsp;
};
struct strings {
	char *bytes; /* NUL-terminated strings, one behind the other */
	uint64_t size;
	uint64_t count;
};
int exec_load(struct exec *exec, struct space *space, uint32_t pid, const char *path, const struct strings *arguments,
	      const struct strings *environment);

/* Sets a process's frame to enter a program with clear registers. */
void exec_frame(struct process *process, const struct exec *exec);

/* sys_usage.c: what a process has used, without its children; sums; as a struct rusage in the current one's memory. */
struct usage usage_of(const struct process *process);
void usage_add(struct usage *sum, const struct usage *usage);
int64_t usage_give(uint64_t address, const struct usage *usage);

/* ---- the scheduler ---- */

/* A policy decides who is next and how long a turn is; one file each in policies/, one row in schedule.c. */
struct policy {
	const char *name;
	const char *description;
	void (*ready)(struct process *process); /* can run; not on any queue */
	struct process *(*next)(void);		/* takes the next one off; NULL: nobody */
	bool (*tick)(struct process *running);	/* a tick went by: is its turn over? NULL: always */
	void (*leave)(struct process *process); /* is on the queue and must not be any more */
};

extern const struct policy *policy;
bool schedule_choose(const char *name);

/* Gives the CPU to whom the policy says; returns when it is this process's turn again. */
void schedule(void);

/* The current process still wants the CPU: behind the others. */
void schedule_yield(void);

/*
 * For system calls that take long: interrupts are off, so from time to time this lets others run, and ^C have its
 * effect. The caller holds nothing that would be lost with its process.
 */
void schedule_pause(void);

/* A timer interrupt: wakes sleepers, ends the current process's turn if the policy says so. */
void schedule_tick(void);

/* Blocks the current process in `state` until process_wake. How it was interrupted: then that was the reason. */
enum interruption process_block(enum state state);
void process_wake(struct process *process);

/* It waits no longer, or never will again: off every queue but the policy's. */
void process_leave_waiting(struct process *process);

/* Blocks it until this time (guest ns), or less if it is interrupted. */
enum interruption process_sleep(uint64_t until);

/* Leaves the current process's address space for the kernel's own: it is about to be freed. */
void leave_space(void);

/* The TSC ticks a process has had the CPU, up to this moment. */
uint64_t cpu_ticks_now(const struct process *process);

/* Charges a process for the CPU it has had up to now, if it is the current one. */
void account(struct process *process);

/* What the idle process does, for ever. */
_Noreturn void idle(void);

/* entry.S: saves the callee-saved registers and RSP of one, loads those of the other. */
void context_switch(struct process *from, struct process *to);
extern const uint8_t first_return[];

/* report.c: keeps what the table at the end shows, prints it. */
struct slice {
	uint64_t start, end; /* TSC */
	uint64_t pid;
};

enum { SLICES_MAX = 2048 };

extern struct slice slices[SLICES_MAX];
extern unsigned slice_count;

/* A process has had the CPU from `start` to `end`. On the path of every switch, so it keeps the first ones only. */
static inline void report_slice(uint64_t pid, uint64_t start, uint64_t end)
{
	if (slice_count < SLICES_MAX)
		slices[slice_count++] = (struct slice){start, end, pid};
}

void report_end(const struct process *process, int status);
void report_print(void);

/* absent.c: one line about the system calls that were asked for and are not here; nothing if there were none. */
void report_absent_calls(void);

#endif
