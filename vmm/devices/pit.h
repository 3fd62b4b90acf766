/* SPDX-License-Identifier: MIT */
/*
 * The 8254 timer at 0x40-0x43 and the speaker port 0x61, driven by host time without a thread and without polling.
 * Counter 0 drives the interrupt line (IRQ 0) and sets the clock's alarm for its next edge; counters 1 and 2 only
 * count. When several periods have passed at once, one interrupt is raised and the other periods are counted in
 * `coalesced`, so raised + coalesced is the number of periods that have passed. Source: Intel 8254 datasheet; IBM PC/AT
 * technical reference for port 0x61.
 */
#ifndef VMM_DEVICES_PIT_H
#define VMM_DEVICES_PIT_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/device_model.h"

#define PIT_FREQUENCY UINT64_C(1193182) /* Hz */

/*
 * The minimum time between two alarms of a periodic mode, so that a guest that asks for a tick every 2 us does not keep
 * the host busy. The periods in between are coalesced.
 */
#define PIT_ALARM_INTERVAL_MIN UINT64_C(100000) /* ns */

struct i8254_count {
	uint32_t ticks; /* the count in ticks: 1 to 65536; 0 = no count */
	int64_t start;	/* the tick at which the count is in the counting element */
};

/*
 * One counter as a function of time: at an access, its value and the level of OUT are computed from the tick (CLK
 * pulse) at which counting began, so the cost does not depend on how many periods have passed.
 */
struct i8254_counter {
	uint8_t control; /* control word: access, mode and BCD bits as written */
	uint8_t mode;	 /* 0-5 */
	bool gate;
	bool null_count; /* a written count awaits a trigger, or no count was written since the control word */
	uint32_t reload; /* count register, in ticks; 0 = not written since the control word */
	struct i8254_count current; /* the count in the counting element */
	struct i8254_count next;    /* modes 2 and 3: the count that follows at `boundary` */
	int64_t boundary;	    /* tick at which the current (half-)cycle ends */
	int64_t frozen;		    /* the tick at which a low gate stopped the counting */
	int64_t edges;		    /* rising edges of OUT since current.start that i8254_take_edges() has returned */
	uint8_t write_low;	    /* first byte written of a two-byte count */
	bool write_second, read_second; /* the next access is the second of a two-byte count */
	bool count_latched, status_latched;
	uint16_t latched_count;
	uint8_t latched_status;
};

struct pit {
	struct i8254_counter counters[3];
	const struct clock *clock;
	struct line line;
	uint64_t epoch;	    /* ns at tick 0 */
	uint64_t alarm;	    /* ns for which the clock's alarm is set; CLOCK_NEVER = none */
	uint64_t last;	    /* ns at which the last interrupt was due */
	uint64_t late;	    /* ns from the time at which the last interrupt was due until it was raised */
	uint64_t raised;    /* interrupts raised since power-on */
	uint64_t coalesced; /* periods that passed without an interrupt of their own */
	uint8_t port61;	    /* the bits of port 0x61 that the guest can write */
};

/* Raises an interrupt if an edge of counter 0 is due, and sets the next alarm. May be called at any time. */
void pit_advance(struct pit *pit);

#endif
