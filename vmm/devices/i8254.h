/* SPDX-License-Identifier: MIT */
/*
 * One counter of an 8254, as a function of time: nothing happens between accesses, everything is computed
 * from the tick (CLK pulse) at which counting began, so it costs the same however many periods have passed.
 * Used by devices/pit.c, which turns host time into ticks. Source: Intel 8254 datasheet.
 */
#ifndef VMM_DEVICES_I8254_H
#define VMM_DEVICES_I8254_H

#include <stdbool.h>
#include <stdint.h>

#define I8254_NEVER INT64_MAX

struct i8254_count {
	uint32_t ticks; /* the count in ticks: 1 to 65536; 0 = none */
	int64_t start;	/* the tick at which the counting element has it */
};

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

void i8254_init(struct i8254_counter *counter, bool gate);

/* A control word for this counter that sets access and mode, or that latches. */
void i8254_control(struct i8254_counter *counter, uint8_t control, int64_t now);
void i8254_latch(struct i8254_counter *counter, bool count, bool status, int64_t now);

/* The counter's own port. */
void i8254_write(struct i8254_counter *counter, uint8_t value, int64_t now);
uint8_t i8254_read(struct i8254_counter *counter, int64_t now);

void i8254_set_gate(struct i8254_counter *counter, bool gate, int64_t now);
bool i8254_out(struct i8254_counter *counter, int64_t now);

/* Whether OUT rises again and again by itself (modes 2 and 3). */
bool i8254_is_periodic(const struct i8254_counter *counter);

/*
 * The number of rising edges of OUT since the last call. Those that come of setting a mode do not count.
 * To be called before an access, or its edges are lost.
 */
uint64_t i8254_take_edges(struct i8254_counter *counter, int64_t now);

/* The tick of the first edge that has not been taken, or I8254_NEVER. */
int64_t i8254_next_edge(const struct i8254_counter *counter);

#endif
