/* SPDX-License-Identifier: MIT */
/*
 * The 8254 timer at 0x40-0x43 and the speaker port 0x61, driven by host time: no thread, no polling.
 * Channel 0 drives a line (IRQ 0) and sets the clock's alarm for its next edge; channels 1 and 2 only count.
 * Late ticks: when several periods have passed at once, one interrupt is raised and the others are
 * counted in `coalesced`; so raised + coalesced is always the number of periods that have passed.
 * Source: Intel 8254 datasheet (modes 0-5, latch, read-back, BCD); PC/AT for port 0x61.
 */
#ifndef VMM_DEVICES_PIT_H
#define VMM_DEVICES_PIT_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/clock.h"
#include "machine/bus.h"
#include "machine/line.h"

#define PIT_FREQUENCY UINT64_C(1193182) /* Hz */

struct pit_channel {
	uint8_t mode, access, bcd;
	bool armed; /* a full count has been written since the mode was set */
	bool gate;
	bool null_count;
	uint16_t reload;   /* as written; 0 means 65536 (or 10000 in BCD) */
	uint8_t write_low; /* first byte of a two-byte write */
	bool write_second, read_second;
	bool count_latched, status_latched;
	uint16_t latched_count;
	uint8_t latched_status;
	uint64_t start; /* ns when counting began */
};

struct pit {
	struct pit_channel channels[3];
	const struct clock *clock;
	struct line line;
	uint64_t edges;	    /* periods of channel 0 dealt with since `start` */
	uint64_t raised;    /* interrupts raised since power-on */
	uint64_t coalesced; /* periods that passed without an interrupt of their own */
	uint8_t port61;
};

void pit_init(struct pit *pit, const struct clock *clock, struct line line);
int pit_attach(struct pit *pit, struct bus *ports, struct error *error);

/* Called when the alarm has gone off (or at any time): raises what is due and sets the next alarm. */
void pit_advance(struct pit *pit);

#endif
