/* SPDX-License-Identifier: MIT */
/*
 * The 8254 timer at 0x40-0x43 and the speaker port 0x61, driven by host time: no thread, no polling.
 * Channel 0 drives a line (IRQ 0) and sets the clock's alarm for its next edge; channels 1 and 2 only count.
 * Late ticks: when several periods have passed at once, one interrupt is raised and the others are
 * counted in `coalesced`; so raised + coalesced is always the number of periods dealt with.
 * Source: Intel 8254 datasheet, and devices/i8254.h; IBM PC/AT technical reference for port 0x61.
 */
#ifndef VMM_DEVICES_PIT_H
#define VMM_DEVICES_PIT_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/bus.h"
#include "devices/clock.h"
#include "devices/i8254.h"
#include "devices/line.h"

#define PIT_FREQUENCY UINT64_C(1193182) /* Hz */

/*
 * Alarms of a periodic mode are at least this far apart, so that a guest that asks for a tick every 2 us
 * does not keep the host busy with nothing else; the periods in between are coalesced.
 */
#define PIT_ALARM_INTERVAL_MIN UINT64_C(100000) /* ns */

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

void pit_init(struct pit *pit, const struct clock *clock, struct line line);
int pit_attach(struct pit *pit, struct bus *ports, struct error *error);

/* Called when the alarm has gone off, or at any time: raises what is due and sets the next alarm. */
void pit_advance(struct pit *pit);

#endif
