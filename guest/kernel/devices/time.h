/* SPDX-License-Identifier: MIT */
/*
 * Time: the 8254 that interrupts and the TSC that tells the time. Timer interrupts only preempt; nothing is timed by
 * counting them, so a late or lost tick makes no clock wrong.
 */
#ifndef GUEST_KERNEL_DEVICES_TIME_H
#define GUEST_KERNEL_DEVICES_TIME_H

#include <stdint.h>

#define NANOSECONDS 1000000000UL
#define TIME_NEVER UINT64_MAX

extern uint64_t tsc_khz; /* the TSC's frequency */

/* Finds the TSC's frequency; time_now counts from here on. */
void time_init(void);

/* Nanoseconds since boot; a number of TSC ticks in nanoseconds; and in tenths of a millisecond, as reports print it. */
uint64_t time_now(void);
uint64_t time_from_ticks(uint64_t tsc_ticks);
uint64_t time_tenths_of_ms(uint64_t tsc_ticks);

/* Starts timer interrupts at options.hz; with 0 there are none. */
void timer_start(void);

/* With hz=0: one timer interrupt after so many nanoseconds, or earlier if they are more than the timer can count. */
void timer_one_shot(uint64_t nanoseconds);

#endif
