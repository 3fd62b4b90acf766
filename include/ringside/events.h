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
 *   step    the text of the step in the table; "" = the event is no step, but adds to the event before it
 *   a, b    the names of the two arguments. A name that begins with @ is an address, printed with its symbol; with #, a
 *           decimal number; any other name is a number printed in hexadecimal. "" = the argument is unused.
 *
 * A SYSCALL whose call has arguments is followed at once by ARGUMENTS events with two arguments each: the first and the
 * second, then, if the call has more, the third and the fourth, then the fifth and the sixth.
 */
#ifndef RINGSIDE_EVENTS_H
#define RINGSIDE_EVENTS_H

/* clang-format off */
#define RINGSIDE_EVENTS(X) \
	X(TRAP_TABLE,      "trap-table",      OS,       "initialize trap table",                   "idt", "#gates") \
	X(SYSCALL_HANDLER, "syscall-handler", HARDWARE, "remember address of syscall handler",     "@handler", "#delivery") \
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
	X(SYSCALL,         "syscall",         HARDWARE, "save regs to kernel stack, move to kernel mode, jump to trap handler", "#number", "@pc") \
	X(SYSCALL_RESULT,  "result",          OS,       "do work of syscall",                      "#number", "result") \
	X(EXCEPTION,       "exception",       HARDWARE, "save regs to kernel stack, move to kernel mode, jump to trap handler", "#vector", "@pc") \
	X(INTERRUPT,       "interrupt",       HARDWARE, "save regs to kernel stack, move to kernel mode, jump to trap handler", "#vector", "@pc") \
	X(SAVE,            "save",            OS,       "save regs to process structure",          "kstack", "#next") \
	X(RESTORE,         "restore",         OS,       "restore regs, switch to kernel stack",    "kstack", "cr3") \
	X(SIGNAL_KILL,     "kill",            OS,       "kill the process",                        "#signal", "@pc") \
	X(PROC_EXIT,       "exit",            OS,       "exit by trap",                            "#status", "#signal") \
	X(PROC_FREE,       "free",            OS,       "free memory of process",                  "#pages", "cr3") \
	X(PROC_REMOVE,     "remove",          OS,       "remove from process list",                "", "") \
	X(FORK,            "fork",            OS,       "copy the process",                        "#child", "cr3") \
	X(ARGUMENTS,       "arguments",       OS,       "",                                        "first", "second") \
	X(NESTED,          "nested",          HARDWARE, "save regs to kernel stack, jump to trap handler, in kernel mode already", "#vector", "@pc") \
	X(SIGNAL_DELIVER,  "deliver",         OS,       "push regs onto user stack, aim reg/PC at the handler of the signal", "#signal", "@handler") \
	X(SIGRETURN,       "sigreturn",       OS,       "take regs back from user stack",          "@pc", "rsp")

/*
 * What the VMM adds to a trace by itself, about its own thread; the guest cannot report it. These are no steps of any
 * protocol, they change neither CPL nor process, and their time stamp is when the thread ran again. `ticks`, `ns`: how
 * long it did not run until then, in ticks of the host's TSC and in nanoseconds.
 *   HOST_TOOK   the thread had work, but the host ran something else
 *   HOST_BLOCK  the thread waited for the host: a reader that does not read, memory that is not there yet
 *   HOST_HALT   the guest had halted inside KVM_RUN (--irqchip=split and kernel)
 */
#define RINGSIDE_VMM_EVENTS(X) \
	X(HOST_TOOK,       "host-took",       OS,       "",                                        "#ticks", "#ns") \
	X(HOST_BLOCK,      "host-block",      OS,       "",                                        "#ticks", "#ns") \
	X(HOST_HALT,       "host-halt",       OS,       "",                                        "#ticks", "#ns")
/* clang-format on */

#define RINGSIDE_EVENT_ENUM(kind, ...) RINGSIDE_EVENT_##kind,
enum ringside_event {
	RINGSIDE_EVENTS(RINGSIDE_EVENT_ENUM) RINGSIDE_EVENT_GUEST_COUNT, /* a guest can report what is below this */
	RINGSIDE_EVENT_LAST_OF_GUEST = RINGSIDE_EVENT_GUEST_COUNT - 1,
	RINGSIDE_VMM_EVENTS(RINGSIDE_EVENT_ENUM) RINGSIDE_EVENT_COUNT
};
#undef RINGSIDE_EVENT_ENUM

#endif
