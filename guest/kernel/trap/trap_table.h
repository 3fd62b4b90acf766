/* SPDX-License-Identifier: MIT */
/* The trap frame and the way from a trap to what handles it. entry.S builds the frame, trap.c dispatches. */
#ifndef GUEST_KERNEL_TRAP_H
#define GUEST_KERNEL_TRAP_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/boot/memory_layout.h"
#include "ringside/traps.h"

/* What is on the kernel stack while a trap is handled, whatever instruction or event caused it. */
struct trap_frame {
	uint64_t r15, r14, r13, r12, rbp, rbx; /* callee-saved: the system-call path need not reload them */
	uint64_t r11, r10, r9, r8, rax, rcx, rdx, rsi, rdi;
	uint64_t vector;
	uint64_t error;			   /* the CPU's error code; 0 where there is none */
	uint64_t rip, cs, rflags, rsp, ss; /* pushed by the CPU */
};

/* RFLAGS (SDM vol. 1, 3.4.3) */
enum {
	FLAG_CF = 1 << 0,
	FLAG_ONE = 1 << 1,
	FLAG_TF = 1 << 8,
	FLAG_IF = 1 << 9,
	FLAG_DF = 1 << 10,
	FLAG_IOPL = 3 << 12,
	FLAG_NT = 1 << 14,
	FLAG_RF = 1 << 16,
	FLAG_AC = 1 << 18,
	FLAG_ID = 1 << 21,
};

/* What a process may have in RFLAGS: status flags, TF, DF, AC, ID. Never IOPL, NT, VM. */
#define USER_FLAGS 0x240dd5

/* Page-fault error code (SDM vol. 3A, 4.7) */
enum { FAULT_PRESENT = 1, FAULT_WRITE = 2, FAULT_USER = 4, FAULT_RESERVED = 8, FAULT_FETCH = 16 };

static inline bool from_user(const struct trap_frame *frame)
{
	return (frame->cs & 3) != 0; /* the kernel has no use for rings 1 and 2 */
}

/* Whether a process was running when the trap came; with protocol=direct in ring 0, like the kernel. */
static inline bool from_process(const struct trap_frame *frame)
{
	return from_user(frame) || frame->rip < USER_END;
}

/* Builds the IDT from the trap table and loads it; tells the CPU where system calls go. */
void trap_table_init(void);

/* Makes the page-fault gate recognise a SYSCALL that arrives as a fetch fault at its own handler. */
void trap_table_recognise_syscall(void);

/* Takes SYSCALL away (it is an invalid opcode then), or INT 0x80 (#GP): traps= on the command line. */
void trap_table_close_syscall(void);
void trap_table_close_int80(void);

/* What becomes of each trap, by vector. entry.S calls these; they return to leave by return-from-trap. */
typedef void trap_handler(struct trap_frame *frame);
extern trap_handler *const trap_handlers[256];

/*
 * With traps_watched entry.S calls these two instead of a handler: system calls by SYSCALL, all other traps. The probe
 * has its own; else they write events, or keep account of time, and call the handler.
 */
extern uint8_t traps_watched;
extern trap_handler *syscall_watcher, *trap_watcher;
void traps_watch(void); /* as tracing and options.account say */

/* entry.S */
void syscall_entry(void);
void service_entry(void);
extern const uint8_t trap_stubs[], page_fault_recognise[];
enum { TRAP_STUB_SIZE = 16 };
_Noreturn void return_from_trap(const struct trap_frame *frame);

/* Around tables whose rows override a range: that is what the range is for. */
#ifdef __clang__
#define OVERRIDING_INITIALIZERS_BEGIN                                                                                  \
	_Pragma("clang diagnostic push") _Pragma("clang diagnostic ignored \"-Winitializer-overrides\"")
#define OVERRIDING_INITIALIZERS_END _Pragma("clang diagnostic pop")
#else
#define OVERRIDING_INITIALIZERS_BEGIN                                                                                  \
	_Pragma("GCC diagnostic push") _Pragma("GCC diagnostic ignored \"-Woverride-init\"")
#define OVERRIDING_INITIALIZERS_END _Pragma("GCC diagnostic pop")
#endif

/* Names for messages. */
const char *trap_mnemonic(uint64_t vector);
const char *trap_name(uint64_t vector);

/* Interrupts on vectors nobody uses, and spurious ones. */
extern uint64_t stray_interrupts;

/* What the probe found (probe.c): how a trap instruction of ring 3 arrives. */
enum delivery { DELIVERY_UNKNOWN, DELIVERY_NATIVE, DELIVERY_RECOGNISED, DELIVERY_OFF };
extern enum delivery syscall_delivery, int80_delivery;

/*
 * Tries each trap instruction in ring 3, switches recognition on where it is needed, and takes away those
 * that are not wanted. Whether all of them were delivered as they should be.
 */
bool probe_traps(bool want_syscall, bool want_int80);

#endif
