/* SPDX-License-Identifier: MIT */
/*
 * The ringside device and the statuses a run can end with: the whole host-guest contract besides the
 * PC's own devices. Included by the VMM, the guest kernel and assembly, so it holds plain constants
 * and, outside assembly, the layout of the event ring.
 */
#ifndef RINGSIDE_DEVICE_H
#define RINGSIDE_DEVICE_H

/* I/O ports: five 32-bit little-endian registers. Narrower accesses reach the addressed bytes only. */
#define RINGSIDE_PORT 0x500
#define RINGSIDE_PORT_LENGTH 0x20

#define RINGSIDE_REG_ID 0x00	   /* read: RINGSIDE_ID, so a guest knows the device is there */
#define RINGSIDE_REG_FEATURES 0x04 /* read: RINGSIDE_FEATURE_* */
#define RINGSIDE_REG_RING 0x08	   /* read, write: page frame of the event ring; 0 = none */
#define RINGSIDE_REG_DOORBELL 0x0c /* write: the VMM drains the ring before the guest goes on */
#define RINGSIDE_REG_POWEROFF 0x10 /* write: end the run with this status (see below) */

#define RINGSIDE_ID 0x31445352 /* "RSD1": the last character is the version of this contract */

#define RINGSIDE_FEATURE_EVENTS 0x1	/* somebody is tracing: write events */
#define RINGSIDE_FEATURE_EVENT_EXIT 0x2 /* ring the doorbell at every event */

/*
 * Exit statuses. Init's own status passes through up to RINGSIDE_STATUS_INIT_MAX (greater ones are
 * reported as that); the others are the VMM's words for how a run ended.
 */
#define RINGSIDE_STATUS_OK 0
#define RINGSIDE_STATUS_USAGE 2
#define RINGSIDE_STATUS_INIT_MAX 120
#define RINGSIDE_STATUS_TRACE_LOST 121 /* the guest ended with 0, but the trace could not be written in full */
#define RINGSIDE_STATUS_CRASH 123      /* triple fault, KVM internal error, dead halt, kernel panic */
#define RINGSIDE_STATUS_TIMEOUT 124
#define RINGSIDE_STATUS_REFUSED 125 /* bad image, bad memory size, no KVM: nothing ran */

/* What a kernel writes to POWEROFF when it panics. */
#define RINGSIDE_POWEROFF_PANIC RINGSIDE_STATUS_CRASH

/* The ELF section of guest.bin that holds its built-in initrd (cpio newc), for symbols of programs. */
#define RINGSIDE_INITRD_SECTION ".initrd"

#ifndef __ASSEMBLER__
#include <stdint.h>

/*
 * One event, as the guest writes it. `tsc` is the guest's RDTSC, `kind` a value of enum ringside_event
 * (ringside/events.h), `pid` the process it is about, `a` and `b` as that table says.
 */
struct ringside_event_record {
	uint64_t tsc;
	uint32_t kind;
	uint32_t pid;
	uint64_t a;
	uint64_t b;
};

/*
 * The ring: physically contiguous pages, this header first, then `capacity` records. `head` counts the
 * records the guest has written, `tail` those the VMM has taken; both only grow, and record n lives at
 * index n % capacity. The guest rings the doorbell when head - tail == capacity. `capacity` must be a
 * power of two. The VMM reads `capacity` once, when RING is written, and trusts nothing in here after.
 */
struct ringside_ring {
	uint64_t head;
	uint64_t tail;
	uint32_t capacity;
	uint32_t reserved[11];
	struct ringside_event_record records[];
};

_Static_assert(sizeof(struct ringside_event_record) == 32, "events are 32 bytes");
_Static_assert(sizeof(struct ringside_ring) == 64, "records start on a cache line");
#endif

#endif
