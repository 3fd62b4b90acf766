/* SPDX-License-Identifier: MIT */
/* The timer of the benchmark's guest: the 8254, one interrupt at a time, through the 8259A pair. */
#include "bench_guest.h"
#include "kernel/devices/instructions.h"

enum { PIC_MASTER = 0x20, PIC_SLAVE = 0xa0, PIT_CHANNEL0 = 0x40, PIT_CONTROL = 0x43, PIT_ONE_SHOT = 0x30 };

enum { USUAL = 3 /* a write is normal if it took less than this times the shortest write */ };

/* Automatic EOI leaves nothing for a handler to do; only the timer's input is unmasked. */
void timer_init(void)
{
	static const uint8_t words[][2] = {
		{0x11, 0x11}, {VECTOR_TIMER, VECTOR_TIMER + 8}, {4, 2}, {3, 3}, {0xfe, 0xff}};

	for (unsigned i = 0; i < sizeof(words) / sizeof(*words); i++) {
		out8((uint16_t)(PIC_MASTER + (i > 0)), words[i][0]);
		out8((uint16_t)(PIC_SLAVE + (i > 0)), words[i][1]);
	}
}

/* The write of the count's second byte starts the timer, at the middle of that write unless it was interrupted. */
bool timer_start(uint32_t count, uint64_t *set)
{
	static uint64_t least = UINT64_MAX;

	out8(PIT_CONTROL, PIT_ONE_SHOT);
	out8(PIT_CHANNEL0, (uint8_t)count);
	const uint64_t before = rdtsc();
	out8(PIT_CHANNEL0, (uint8_t)(count >> 8));
	const uint64_t took = rdtsc() - before;
	*set = before + took / 2;
	least = took < least ? took : least;
	return took < USUAL * least;
}
