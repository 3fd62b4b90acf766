/* SPDX-License-Identifier: MIT */
/*
 * Writing an event, where each instruction counts: on the path of every trap while somebody traces. All other
 * places say event() (kernel.h).
 */
#ifndef GUEST_KERNEL_EVENT_H
#define GUEST_KERNEL_EVENT_H

#include <stdint.h>

#include "ringside/device.h"
#include "ringside/events.h"

/* At an address that the linker knows, which saves each event an instruction. */
enum { EVENT_CAPACITY = 1024 };
extern union event_memory {
	struct ringside_ring ring;
	uint8_t all[sizeof(struct ringside_ring) + EVENT_CAPACITY * sizeof(struct ringside_event_record)];
} event_memory;

/*
 * Where the next record goes, and before which one event_stop_reached must look again: at the end of the ring,
 * where the records begin that the VMM has not taken as far as is known, or behind every event if that rings.
 */
extern struct ringside_event_record *event_next, *event_stop;
void event_stop_reached(void);

/* Only with tracing on. */
static inline __attribute__((always_inline)) void event_put(enum ringside_event kind, uint32_t pid, uint64_t a,
							    uint64_t b)
{
	struct ringside_event_record *record = event_next;

	/* The halves as they come: no shifting. */
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
