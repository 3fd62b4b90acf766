/* SPDX-License-Identifier: MIT */
/*
 * The events that a guest kernel reports through its event ring (ringside/device.h): transitions between programs and
 * kernel, and steps of the textbook's protocol of limited direct execution. One row for each event. The enum, the names
 * in traces and the rows of the protocol tables (`vmm trace protocol`) come from this list. A new event goes at the
 * end, because trace files keep the numbers.
 *
 * X(kind, name, column, step, a, b)
 *   kind    RINGSIDE_EVENT_kind is the number that the guest writes
 *   name    the name of the event in traces and filters
 *   column  who does the step in the textbook's table: OS, PROGRAM or HARDWARE. The kernel reports steps of the program
 *           and of the hardware too, in the first kernel code that runs after them.
 *   step    what the step is, in the words of the textbook where it has it; "" = the event is no step, but adds to the
 *           event before it
 *   a, b    the names of the two arguments. A name that begins with @ is an address, printed with its symbol; with #, a
 *           decimal number, or a code, if RINGSIDE_CODED_ARGUMENTS has the name; any other name is a number printed in
 *           hexadecimal. "" = the argument is unused.
 *
 * A SYSCALL whose call has arguments is followed at once by ARGUMENTS events with two arguments each: the first and the
 * second, then, if the call has more, the third and the fourth, then the fifth and the sixth. A PROC_LOAD is followed
 * by PROC_PAGES: the pages and page tables that the process then holds, which with paging=demand are none of the
 * program's, and the pages that the program takes.
 *
 * An EXCEPTION that has an error code (ringside/traps.h) is followed at once by a FAULT with it, and with the address
 * that a page fault is about (CR2). PAGE then says how the kernel has given the process that page, and in which frame
 * of memory; if it has not, a SIGNAL_KILL or SIGNAL_DELIVER follows.
 *
 * A context switch is SWITCH, SAVE and RESTORE. RESTORE says what CR3 becomes; a process without an address space of
 * its own leaves it as it is, and then that is 0. SPACE tells of every other change of CR3, once there are events; its
 * process is the one whose space it is, 0 for the kernel's. WAKE is about the process that wakes up; `by` is the one
 * that has woken it, or 0 if an interrupt has.
 */
#ifndef RINGSIDE_EVENTS_H
#define RINGSIDE_EVENTS_H

#include "ringside/kvm_exits.h"

/* clang-format off */
#define RINGSIDE_EVENTS(X) \
	X(TRAP_TABLE,      "trap-table",      OS,       "initialize trap table",                   "idt", "#gates") \
	X(SYSCALL_HANDLER, "syscall-handler", HARDWARE, "remember address of system-call handler", "@handler", "#delivery") \
	X(TIMER_START,     "timer-start",     OS,       "start interrupt timer",                   "#hz", "#count") \
	X(PROC_CREATE,     "create",          OS,       "create entry for process list",           "#parent", "") \
	X(PROC_MEMORY,     "memory",          OS,       "allocate memory for program",             "cr3", "#pages") \
	X(PROC_LOAD,       "load",            OS,       "load program into memory",                "cr3", "archive") \
	X(PROC_STACK,      "stack",           OS,       "set up user stack with argv",             "rsp", "#argc") \
	X(PROC_FRAME,      "frame",           OS,       "fill kernel stack with reg/PC",           "kstack", "@pc") \
	X(PROC_CLEAR,      "clear",           OS,       "clear registers",                         "#registers", "") \
	X(CALL_MAIN,       "call",            OS,       "execute call main()",                     "@pc", "rsp") \
	X(RETURN,          "return",          OS,       "return-from-trap",                        "@pc", "rsp") \
	X(SERVICE,         "service",         PROGRAM,  "call a service of the OS, a function like any other", "#number", "@pc") \
	X(MAIN_RETURN,     "main-returns",    PROGRAM,  "execute return from main",                "#status", "@pc") \
	X(SYSCALL,         "syscall",         HARDWARE, "move to kernel mode, jump to trap handler, which saves regs to kernel stack", "#number", "@pc") \
	X(SYSCALL_RESULT,  "result",          OS,       "do work of syscall",                      "#number", "result") \
	X(EXCEPTION,       "exception",       HARDWARE, "save regs to kernel stack, move to kernel mode, jump to trap handler", "#vector", "@pc") \
	X(INTERRUPT,       "interrupt",       HARDWARE, "save regs to kernel stack, move to kernel mode, jump to trap handler", "#vector", "@pc") \
	X(SAVE,            "save",            OS,       "save regs to process structure",          "kstack", "#next") \
	X(RESTORE,         "restore",         OS,       "restore regs, switch to kernel stack",    "rsp", "cr3") \
	X(SIGNAL_KILL,     "kill",            OS,       "kill the process",                        "#signal", "@pc") \
	X(PROC_EXIT,       "exit",            OS,       "end the process",                           "#status", "#signal") \
	X(PROC_FREE,       "free",            OS,       "free memory of process",                  "#pages", "cr3") \
	X(PROC_REMOVE,     "remove",          OS,       "remove from process list",                "", "") \
	X(FORK,            "fork",            OS,       "copy the process",                        "#child", "cr3") \
	X(ARGUMENTS,       "arguments",       OS,       "",                                        "first", "second") \
	X(NESTED,          "nested",          HARDWARE, "save regs to kernel stack, jump to trap handler, in kernel mode already", "#vector", "@pc") \
	X(SIGNAL_DELIVER,  "deliver",         OS,       "push regs onto user stack, aim reg/PC at the handler of the signal", "#signal", "@handler") \
	X(SIGRETURN,       "sigreturn",       OS,       "take regs back from user stack",          "@pc", "rsp") \
	X(FAULT,           "fault",           HARDWARE, "",                                        "address", "error") \
	X(PAGE,            "page",            OS,       "give the process the page that it touched", "frame", "#did") \
	X(WAKE,            "wake",            OS,       "make a process ready that waited",        "#by", "#woken") \
	X(SWITCH,          "switch",          OS,       "call switch()",                           "#next", "#why") \
	X(SPACE,           "space",           OS,       "switch to another address space",         "cr3", "") \
	X(TIMER_HANDLER,   "timer-handler",   HARDWARE, "remember address of timer handler",       "@handler", "#vector") \
	X(PROC_PAGES,      "pages",           OS,       "",                                        "#held", "#program")

/*
 * What the VMM adds to a trace by itself; the guest cannot report it. These are no steps of any protocol, and they
 * change neither CPL nor process. The first are about the VMM's own thread, and their time stamp is when the thread ran
 * again. `ticks`, `ns`: how long it did not run until then, in ticks of the host's TSC and in nanoseconds.
 *   HOST_TOOK   the thread had work, but the host ran something else
 *   HOST_BLOCK  the thread waited for the host: a reader that does not read, memory that is not there yet
 *   HOST_HALT   the guest had halted inside KVM_RUN (--irqchip=split and kernel)
 * The others are about the guest.
 *   KVM_EXIT    an exit that KVM handled by itself, with --kvm-exits: the guest left at `rip`, why `left` tells; the time
 *               stamp is when it was entered again, and the record's `ns` how long that took
 *   TICK        the 8254 has raised IRQ 0, `late` nanoseconds after its period was over; so many more periods were over
 *   RING        so many records of the event ring are lost, or say what cannot be: behind those before it
 */
#define RINGSIDE_VMM_EVENTS(X) \
	X(HOST_TOOK,       "host-took",       OS,       "",                                        "#ticks", "#ns") \
	X(HOST_BLOCK,      "host-block",      OS,       "",                                        "#ticks", "#ns") \
	X(HOST_HALT,       "host-halt",       OS,       "",                                        "#ticks", "#ns") \
	X(TICK,            "tick",            HARDWARE, "",                                        "#late", "#coalesced") \
	X(RING,            "ring",            OS,       "",                                        "#records", "#fault") \
	X(KVM_EXIT,        "kvm-exit",        HARDWARE, "",                                        "@rip", "#left")

/*
 * What the values of some arguments mean. X(CODE, words): filters know a value by its code, traces show the words.
 */
#define RINGSIDE_SWITCH_REASONS(X) /* why a process loses the CPU */ \
	X(SLICE,  "slice over") \
	X(YIELD,  "yielded") \
	X(EXIT,   "exited") \
	X(STOP,   "stopped") \
	X(IDLE,   "was idle") \
	X(TIME,   "waits for a time") \
	X(CHILD,  "waits for a child") \
	X(SIGNAL, "waits for a signal") \
	X(FILE,   "waits for a file") \
	X(MEMORY, "waits for its memory")

#define RINGSIDE_WAKE_REASONS(X) /* why a process can go on */ \
	X(NEW,      "new") \
	X(CONTINUE, "continued") \
	X(TIME,     "time has come") \
	X(CHILD,    "child has changed") \
	X(SIGNAL,   "signal") \
	X(FILE,     "file is ready") \
	X(MEMORY,   "has its memory again")

#define RINGSIDE_PAGE_DEEDS(X) /* where a page comes from */ \
	X(ZERO,  "zeros") \
	X(STACK, "zeros, the stack grows") \
	X(FILE,  "read from the archive") \
	X(COPY,  "copied on write") \
	X(OWN,   "made writable, nobody shares it") \
	X(THERE, "was there")

#define RINGSIDE_RING_FAULTS(X) /* what is wrong with records of the event ring */ \
	X(OVERWRITTEN, "overwritten before they were taken") \
	X(BACKWARDS,   "missing: the ring's head ran backwards") \
	X(KIND,        "of a kind that a guest cannot report") \
	X(CLOCK,       "with a time at which the guest did not run") \
	X(LEFT,        "left in the ring at the end")

/* X(argument, PREFIX, TABLE): the arguments whose values are codes, as the rows above name them. */
#define RINGSIDE_CODED_ARGUMENTS(X) \
	X("#why",   SWITCH, RINGSIDE_SWITCH_REASONS) \
	X("#woken", WAKE,   RINGSIDE_WAKE_REASONS) \
	X("#did",   PAGE,   RINGSIDE_PAGE_DEEDS) \
	X("#fault", RING,   RINGSIDE_RING_FAULTS) \
	X("#left",  KVM,    RINGSIDE_KVM_EXITS)
/* clang-format on */

#define RINGSIDE_SWITCH_ENUM(code, words) RINGSIDE_SWITCH_##code,
#define RINGSIDE_WAKE_ENUM(code, words) RINGSIDE_WAKE_##code,
#define RINGSIDE_PAGE_ENUM(code, words) RINGSIDE_PAGE_##code,
#define RINGSIDE_RING_ENUM(code, words) RINGSIDE_RING_##code,
enum ringside_switch_reason { RINGSIDE_SWITCH_REASONS(RINGSIDE_SWITCH_ENUM) };
enum ringside_wake_reason { RINGSIDE_WAKE_REASONS(RINGSIDE_WAKE_ENUM) };
enum ringside_page_deed { RINGSIDE_PAGE_DEEDS(RINGSIDE_PAGE_ENUM) RINGSIDE_PAGE_DEED_COUNT };
enum ringside_ring_fault { RINGSIDE_RING_FAULTS(RINGSIDE_RING_ENUM) RINGSIDE_RING_FAULT_COUNT };
#undef RINGSIDE_SWITCH_ENUM
#undef RINGSIDE_WAKE_ENUM
#undef RINGSIDE_PAGE_ENUM
#undef RINGSIDE_RING_ENUM

#define RINGSIDE_EVENT_ENUM(kind, ...) RINGSIDE_EVENT_##kind,
enum ringside_event {
	RINGSIDE_EVENTS(RINGSIDE_EVENT_ENUM) RINGSIDE_EVENT_GUEST_COUNT, /* a guest can report what is below this */
	RINGSIDE_EVENT_LAST_OF_GUEST = RINGSIDE_EVENT_GUEST_COUNT - 1,
	RINGSIDE_VMM_EVENTS(RINGSIDE_EVENT_ENUM) RINGSIDE_EVENT_COUNT
};
#undef RINGSIDE_EVENT_ENUM

/* How a trap instruction of ring 3 arrives in the kernel: of SYSCALL, the second argument of SYSCALL_HANDLER. */
enum ringside_delivery {
	RINGSIDE_DELIVERY_NATIVE = 1, /* by its own gate */
	RINGSIDE_DELIVERY_RECOGNISED, /* as an exception that the kernel recognises and takes for the system call */
	RINGSIDE_DELIVERY_OFF,	      /* not at all, or processes may not use the instruction */
};

#endif
