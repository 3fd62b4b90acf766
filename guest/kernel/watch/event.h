/* SPDX-License-Identifier: MIT */
/*
 * Events tell the VMM, when it traces the run, what the kernel does. Each is a record in a ring that the kernel shares
 * with the VMM (ringside/device.h, ringside/events.h). All of the kernel reports its steps with event(); the path of
 * every trap uses event_put.
 */
#ifndef GUEST_KERNEL_WATCH_EVENT_H
#define GUEST_KERNEL_WATCH_EVENT_H

#include <stdint.h>

#include "kernel/lib/compiler.h"
#include "ringside/device.h"
#include "ringside/events.h"

extern uint8_t tracing; /* whether the VMM traces the run */

/* Tells the VMM where the ring is, if the VMM traces the run. */
void event_init(void);

/* What event() calls with tracing on. */
void event_write(enum ringside_event kind, uint32_t pid, uint64_t a, uint64_t b);

/* Reports one event. With tracing off this is one branch, which the CPU predicts well. */
#define event(kind, pid, a, b)                                                                                         \
	do {                                                                                                           \
		if (__builtin_expect(tracing, 0))                                                                      \
			event_write(RINGSIDE_EVENT_##kind, (pid), (uint64_t)(a), (uint64_t)(b));                       \
	} while (0)

/* The ring of records. It is a variable of the kernel, because a constant address saves an instruction an event. */
enum { EVENT_CAPACITY = 1024 };
extern union event_memory {
	struct ringside_ring ring;
	uint8_t all[sizeof(struct ringside_ring) + EVENT_CAPACITY * sizeof(struct ringside_event_record)];
} event_memory;

/*
 * Where the next record goes, and where event_stop_reached must be called before another is written: at the end of the
 * ring, at the first record that the VMM may not have taken yet, or behind every event if each rings the doorbell.
 */
extern struct ringside_event_record *event_next, *event_stop;
void event_stop_reached(void);

/* Writes an event; only with tracing on. For the path of every trap, where each instruction counts. */
static ALWAYS_INLINE void event_put(enum ringside_event kind, uint32_t pid, uint64_t a, uint64_t b)
{
	struct ringside_event_record *record = event_next;

	/* RDTSC gives two halves; storing both saves the instructions that would join them. */
	uint32_t *tsc = (uint32_t *)&record->tsc;
	__asm__ volatile("rdtsc; mov %%eax, %0; mov %%edx, %1" : "=m"(tsc[0]), "=m"(tsc[1]) : : "rax", "rdx");
	record->kind = kind;
	record->pid = pid;
	record->a = a;
	record->b = b;
	event_next = ++record;
	/* x86 makes stores visible in their order (SDM vol. 3A, 8.2.2): the record comes before the count. */
	__asm__ volatile("incq %0" : "+m"(event_memory.ring.head) : : "memory");
	if (__builtin_expect(record == event_stop, 0))
		event_stop_reached();
}

#endif
