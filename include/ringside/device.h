/* SPDX-License-Identifier: MIT */
/*
 * The ringside device and the exit statuses of a run: together with the events (ringside/events.h) and the boot ABI
 * (ringside/pvh.h), this is all that a guest kernel needs to know about ringside beyond the devices of a PC. Included
 * by the VMM, the guest kernel and assembly; the structures are for C only. docs/your-own-guest.md shows how a kernel
 * of your own uses it.
 */
#ifndef RINGSIDE_DEVICE_H
#define RINGSIDE_DEVICE_H

/*
 * The device: eight 32-bit little-endian registers at I/O ports. RINGSIDE_REG_* are byte offsets from RINGSIDE_PORT.
 * Only an aligned access of 32 bits reaches a register. Others read all ones and write nothing, since kernels that look
 * for the devices of other machines use these ports too: QEMU's fw_cfg has its 16-bit selector where POWEROFF is.
 */
#define RINGSIDE_PORT 0x500
#define RINGSIDE_PORT_LENGTH 0x20 /* bytes */

#define RINGSIDE_REG_ID 0x00	   /* read: RINGSIDE_ID, by which a guest recognises the device */
#define RINGSIDE_REG_FEATURES 0x04 /* read: RINGSIDE_FEATURE_* */
#define RINGSIDE_REG_RING                                                                                              \
	0x08 /* write: guest-physical page frame (address / 4096) of the event ring; 0 = no ring. read: the frame of   \
		the ring in use; 0 = there is none, or the VMM has refused it */
#define RINGSIDE_REG_DOORBELL                                                                                          \
	0x0c /* write (any value): the VMM takes all events from the ring before the guest continues */
#define RINGSIDE_REG_POWEROFF 0x10 /* write: ends the run; the value is the exit status, see below */

#define RINGSIDE_REG_TIME_LOW                                                                                          \
	0x14 /* read: the time of day, in nanoseconds since 1970-01-01 00:00 UTC: its low 32 bits. Only with           \
		RINGSIDE_FEATURE_TIME */
#define RINGSIDE_REG_TIME_HIGH 0x18 /* read: the high 32 bits of the time whose low bits were read last */
#define RINGSIDE_REG_ABSENT_CALL                                                                                       \
	0x1c /* write: a program has tried the system call of this number, which the kernel does not have. The VMM     \
		names them if the run ends before the kernel itself can say so. Once for each number is enough. */
#define RINGSIDE_ABSENT_IN_PART                                                                                        \
	(1U << 31) /* added to the number: the kernel has the call, but not what was asked of it */

#define RINGSIDE_ID 0x31445352 /* "RSD1" in memory; the last character is the version of this contract */

#define RINGSIDE_FEATURE_EVENTS 0x1	/* the run is being traced: the guest should write events */
#define RINGSIDE_FEATURE_EVENT_EXIT 0x2 /* the guest should write DOORBELL after every event */
#define RINGSIDE_FEATURE_ASCII 0x4	/* the user's locale is not UTF-8: the console should get ASCII only */
/*
 * The serial line's other end: by default it is a terminal, where somebody types and reads. With these bits it is a
 * file or pipe: input is passed on byte by byte, without echo, editing and signals, and ends when the carrier (DCD) is
 * lost; output is for a program to read.
 */
#define RINGSIDE_FEATURE_INPUT_FILE 0x8
#define RINGSIDE_FEATURE_OUTPUT_FILE 0x10
#define RINGSIDE_FEATURE_TIME 0x20 /* TIME_LOW and TIME_HIGH tell the time; without this bit they read all ones */

/*
 * Exit statuses of the VMM. A guest that writes the status of its init process to POWEROFF ends the VMM with the same
 * status; values above RINGSIDE_STATUS_INIT_MAX, except RINGSIDE_POWEROFF_PANIC, become RINGSIDE_STATUS_INIT_MAX. The
 * statuses below are the VMM's own.
 */
#define RINGSIDE_STATUS_OK 0
#define RINGSIDE_STATUS_USAGE 2	     /* the command line is wrong: nothing ran */
#define RINGSIDE_STATUS_INIT_MAX 120 /* the greatest status that a guest can end with */
#define RINGSIDE_STATUS_TRACE_LOST                                                                                     \
	121			  /* the guest ended with 0, but part of the trace or of the console output was lost */
#define RINGSIDE_STATUS_CRASH 123 /* triple fault, KVM internal error, dead halt, kernel panic */
#define RINGSIDE_STATUS_TIMEOUT 124 /* --timeout has passed */
#define RINGSIDE_STATUS_REFUSED                                                                                        \
	125 /* bad image, bad memory size, no KVM: nothing ran; or the host failed during the run */

/* The value that a kernel writes to POWEROFF when it panics. The VMM then prints a crash report. */
#define RINGSIDE_POWEROFF_PANIC RINGSIDE_STATUS_CRASH

/*
 * The ELF section in which a kernel image may have a built-in initrd (a cpio archive in newc format). Traces take the
 * symbols of user programs from there.
 */
#define RINGSIDE_INITRD_SECTION ".initrd"

#ifndef __ASSEMBLER__
#include <stdint.h>

/* One event, as the guest writes it. */
struct ringside_event_record {
	uint64_t tsc;  /* RDTSC in the guest */
	uint32_t kind; /* enum ringside_event (ringside/events.h) */
	uint32_t pid;  /* the process that the event is about */
	uint64_t a;    /* first and second argument; their meaning is in the event's row of RINGSIDE_EVENTS */
	uint64_t b;
};

/* The greatest capacity of an event ring, in records, so that one exit takes no more than these. */
#define RINGSIDE_RING_CAPACITY_MAX 0x10000

/*
 * The event ring, in physically contiguous memory that begins at a page: this header, then `capacity` records. Record n
 * is at index n % capacity. The guest sets `capacity` before it writes RING, stores a record before it increments
 * `head`, and writes DOORBELL before it would overwrite a record, that is when head - tail == capacity. The VMM takes
 * records at every exit. It reads `capacity` once, when RING is written, and checks everything else that it reads. It
 * refuses a ring that is not valid: one that is not all in RAM, or whose capacity is not a power of two or is above
 * RINGSIDE_RING_CAPACITY_MAX. RING then reads 0, and the trace says that a ring was refused. Without
 * RINGSIDE_FEATURE_EVENTS every ring is ignored.
 */
struct ringside_ring {
	uint64_t head;	   /* number of records that the guest has ever written; only grows */
	uint64_t tail;	   /* number of records that the VMM has ever taken; written by the VMM */
	uint32_t capacity; /* records; a power of two, at most RINGSIDE_RING_CAPACITY_MAX */
	uint32_t reserved[11];
	struct ringside_event_record records[];
};

_Static_assert(sizeof(struct ringside_event_record) == 32, "events are 32 bytes");
_Static_assert(sizeof(struct ringside_ring) == 64, "records start on a cache line");
#endif

#endif
