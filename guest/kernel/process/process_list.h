/* SPDX-License-Identifier: MIT */
/*
 * The process list: every process is a struct process, found by its pid and by its place in the family tree. A process
 * lives in pages of its own (this structure, its FPU state, its kernel stack), so only memory limits their number.
 */
#ifndef GUEST_KERNEL_PROCESS_PROCESS_LIST_H
#define GUEST_KERNEL_PROCESS_PROCESS_LIST_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/files/descriptor_table.h"
#include "kernel/lib/list.h"
#include "kernel/lib/pages.h"
#include "kernel/memory/address_space.h"
#include "kernel/schedule/timeout.h"
#include "kernel/signals/signal_set.h"
#include "kernel/trap/frame.h"

enum { NAME_SIZE = 16 };

/* Pids are below this, as on Linux. */
enum { PID_MAX = 32768 };

/* The registers that context_switch saves and restores: those that a C function preserves for its caller. */
struct context {
	uint64_t rbx, rbp, r12, r13, r14, r15;
	uint64_t rsp; /* on the kernel stack; the address where the process goes on lies there */
};

/*
 * A RUNNABLE process runs if it is `current`, else it is ready and waits for the CPU. A NEW process never ran; a
 * STOPPED one waits for SIGCONT; an ENDING one gives back what it has, which takes time.
 */
enum state { RUNNABLE, NEW, BLOCKED, STOPPED, ENDING, ZOMBIE };

/* What a process that is BLOCKED waits for. Others wait for nothing, or for their turn if they have yielded. */
enum awaited { NOTHING, TIME, CHILD_OR_SIGNAL, READY_FILE, BORROWER, TURN };

/* What the scheduling policies keep about a process. */
struct turn {
	uint64_t charged; /* how much of cpu_ticks the policy has taken into account (policies/charge.h) */
	uint32_t epoch;	  /* policies/feedback.c: the boost since which level and used, TSC ticks, count */
	uint8_t level;
	uint64_t used;
	uint32_t slot;		 /* policies/lottery.c: index among the ready processes */
	uint64_t pass;		 /* policies/stride.c: its pass, policies/completely_fair.c: its virtual runtime */
	struct heap_place place; /* among the ready processes of these two, by pass */
};

/* The program that a process runs: a file in the initrd. */
struct program {
	char name[NAME_SIZE];
	const uint8_t *file;
	uint64_t size, base;		    /* base: what is added to the addresses in the file */
	struct node *node;		    /* NULL if it was started before there was a tree of files */
	uint64_t arguments, arguments_size; /* the strings of argv in its memory */
};

/* What one process has used, or several together: TSC ticks, and how often it gave the CPU up or lost it. */
struct usage {
	uint64_t ring3, ring0, voluntary, involuntary;
};

struct process {
	struct context context; /* while the process does not run */
	uint64_t kstack;	/* upper end of its kernel stack */
	uint32_t pid;
	int8_t nice; /* -20 (wants much) to 19 */
	enum state state;
	enum awaited waits_for;
	struct turn turn;
	struct process *parent;
	struct process *same_bucket; /* the next process with the same hash of the pid */
	struct list queue;	     /* place on the run queue, or on the list of processes that wait for one file */
	struct list polling;	     /* place on the list of processes in poll(2) */
	struct timeout sleep;	     /* the end of its sleep */
	struct list sibling;	     /* place among its parent's children or zombies */
	struct list children, zombies;
	struct space space;
	struct process *lender, *borrower; /* after vfork: whose space this is, or who has this process's */
	struct program program;
	struct descriptors descriptors;
	void *fpu; /* saved FPU state, a page; NULL for the idle process and for zombies */
	uint64_t fs_base;
	uint64_t selectors;	 /* in DS, ES, FS and GS (selectors_save); 0 while it runs */
	int status;		 /* of a ZOMBIE, as wait4 returns it */
	const char *killed_by;	 /* mnemonic of the trap that ended it; NULL = none did */
	uint32_t group, session; /* pids of the leaders of its process group and session */
	uint32_t members;	 /* how often its pid is such a number; its own group and session count, too */
	bool reaped; /* it is gone, and its entry only keeps its pid from new processes: there are members */
	struct signals signals;
	enum interruption interruption;

	uint64_t syscalls;		 /* system calls it has made */
	uint64_t slices;		 /* times it was given the CPU */
	uint64_t voluntary, involuntary; /* times it gave the CPU up, times the CPU was taken from it */
	uint64_t cpu_ticks;		 /* TSC ticks it has had the CPU, up to slice_start */
	uint64_t slice_start;		 /* TSC */

	/* With the option `account`: TSC ticks in ring 3, in ring 0 and waiting for the CPU, all up to `mark` (TSC). */
	uint64_t ring3_ticks, ring0_ticks, waiting_ticks, mark;
	struct usage children_usage; /* what its reaped children have used, and their reaped children, and so on */
};

_Static_assert(sizeof(struct process) <= PAGE_SIZE, "a process fits its page");

extern struct process *current; /* the process that has the CPU; never NULL after processes_init */
extern struct process *init;	/* the process with pid 1; NULL until it is created */

extern uint64_t process_count; /* processes on the list, zombies included */

/* Makes the idle process, whose pid is 0. It is current from then on. */
void processes_init(void);

/* The process that has the CPU when no other wants it. */
const struct process *process_idle(void);

/* The process with that pid, zombies included; NULL if there is none. */
struct process *process_find(uint32_t pid);

/* Makes a process a member of a group and a session. Both are numbers of processes, or have members. */
void process_join(struct process *process, uint32_t group, uint32_t session);

/*
 * The process after this one in the family tree: init first, parents before their children, zombies after their living
 * siblings; NULL after the last.
 */
struct process *process_next(const struct process *process);

/*
 * Makes a NEW process: an entry in the process list, a kernel stack, an FPU state; no user memory yet. NULL: out of
 * memory or of pids.
 */
struct process *process_create(struct process *parent);

/*
 * Takes a process off the list and gives back its kernel stack and its entry. The caller has freed everything else.
 * Its pid, and the entry with it, is given back with the last member of the group or session of that number.
 */
void process_reap(struct process *zombie);

/* The frame of a trap from ring 3, which always lies at the upper end of the kernel stack. */
static inline struct trap_frame *process_frame(const struct process *process)
{
	return (struct trap_frame *)process->kstack - 1;
}

#endif
