/* SPDX-License-Identifier: MIT */
/*
 * The 8254 timer at 0x40-0x43 and the speaker port 0x61, driven by host time: no thread, no polling.
 * Counter 0 drives the line (IRQ 0) and sets the clock's alarm for its next edge; counters 1 and 2 only count.
 * Late ticks: when several periods have passed at once, one interrupt is raised and the others are
 * counted in `coalesced`; so raised + coalesced is always the number of periods dealt with.
 * Source: Intel 8254 datasheet; IBM PC/AT technical reference for port 0x61.
 */
#ifndef VMM_DEVICES_PIT_H
#define VMM_DEVICES_PIT_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/device_model.h"

#define PIT_FREQUENCY UINT64_C(1193182) /* Hz */

/*
 * Alarms of a periodic mode are at least this far apart, so that a guest that asks for a tick every 2 us
 * does not keep the host busy with nothing else; the periods in between are coalesced.
 */
#define PIT_ALARM_INTERVAL_MIN UINT64_C(100000) /* ns */

struct i8254_count {
	uint32_t ticks; /* the count in ticks: 1 to 65536; 0 = none */
	int64_t start;	/* the tick at which the counting element has it */
};

/*
 * One counter as a function of time: nothing happens between accesses, everything is computed from the tick
 * (CLK pulse) at which counting began, so that it costs the same however many periods have passed.
 */
struct i8254_counter {
	uint8_t control; /* control word: access, mode and BCD bits as written */
	uint8_t mode;	 /* 0-5 */
	bool gate;
	bool null_count;	    /* a count has been written that awaits a trigger, or none since the control word */
	uint32_t reload;	    /* count register, in ticks; 0 = none written since the control word */
	struct i8254_count current; /* what the counting element counts */
	struct i8254_count next;    /* modes 2 and 3: what it will count from `boundary` on */
	int64_t boundary;	    /* end of the running (half) cycle */
	int64_t frozen;		    /* gate low in a mode that then stops: the tick it stopped at */
	int64_t edges;		    /* rising edges of OUT, since current.start, that have been taken */
	uint8_t write_low;	    /* first byte of a two-byte count */
	bool write_second, read_second;
	bool count_latched, status_latched;
	uint16_t latched_count;
	uint8_t latched_status;
};

struct pit {
	struct i8254_counter counters[3];
	const struct clock *clock;
	struct line line;
	uint64_t epoch;	    /* ns when tick 0 was */
	uint64_t alarm;	    /* ns the clock's alarm is set to */
	uint64_t last;	    /* ns when the last interrupt was due */
	uint64_t raised;    /* interrupts raised since power-on */
	uint64_t coalesced; /* periods that passed without an interrupt of their own */
	uint8_t port61;	    /* the bits the guest can write */
};

/* Called when the alarm has gone off, or at any time: raises what is due and sets the next alarm. */
void pit_advance(struct pit *pit);

#endif
