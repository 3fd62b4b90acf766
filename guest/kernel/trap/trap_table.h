/* SPDX-License-Identifier: MIT */
/*
 * The trap table: where the CPU goes for each trap, and which trap instructions processes may use. Boot sets it up; the
 * trap path (trap_path.S) reads whether traps are watched.
 */
#ifndef GUEST_KERNEL_TRAP_TRAP_TABLE_H
#define GUEST_KERNEL_TRAP_TRAP_TABLE_H

#include <stdint.h>

#include "kernel/trap/frame.h"
#include "ringside/events.h"

enum { TRAP_VECTORS = 256 };

/* Builds the IDT from the list of traps (ringside/traps.h), loads it, and tells the CPU where system calls go. */
void trap_table_init(void);

/* Makes the page-fault gate recognise a SYSCALL that arrives as a fetch fault at syscall_entry. */
void trap_table_recognise_syscall(void);

/* Take SYSCALL away (then it is an invalid opcode), or INT 0x80 (then it is a general protection fault). */
void trap_table_close_syscall(void);
void trap_table_close_int80(void);

/* As the probe finds out at boot (probe_traps.h). 0 = not tried yet. */
extern enum ringside_delivery syscall_delivery, int80_delivery;

/* Handles a trap. When it returns, the trap path returns from the trap. A handler that needs no frame may take none. */
typedef void trap_handler(struct trap_frame *frame);

/*
 * With traps_watched the trap path calls these two and no other handler: syscall_watcher for system calls by SYSCALL,
 * trap_watcher for all other traps. The probe sets them at boot (probe_traps.c), later watch/trap_watch.c.
 */
extern uint8_t traps_watched;
extern trap_handler *syscall_watcher, *trap_watcher;

#endif
