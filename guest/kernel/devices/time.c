/* SPDX-License-Identifier: MIT */
/*
 * Time: the 8259A pair, the 8254 that interrupts, and the TSC that tells the time. Ticks only preempt;
 * nothing is timed by counting them, so a late or lost tick makes no clock wrong.
 */
#include "kernel/devices/cpu.h"
#include "kernel/watch/kernel.h"
#include "kernel/process/process_list.h"

uint64_t tsc_khz, ticks;

static uint64_t tsc_at_boot, nanoseconds_per_tick; /* 32.32 fixed point */

/* ---- 8259A pair (datasheet: ICW1-4, OCW1) ---- */

enum { PIC_MASTER = 0x20, PIC_SLAVE = 0xa0, PIC_DATA = 1 };
enum { ICW1_INIT_ICW4 = 0x11, ICW4_8086_AUTO_EOI = 0x03, CASCADE_IRQ = 2, TIMER_IRQ = 0 };

static uint8_t enabled_master = 1 << CASCADE_IRQ, enabled_slave;

void pic_init(void)
{
	/* Automatic end of interrupt: a tick needs no further exit to acknowledge it. */
	out8(PIC_MASTER, ICW1_INIT_ICW4);
	out8(PIC_MASTER + PIC_DATA, RINGSIDE_IRQ_BASE);
	out8(PIC_MASTER + PIC_DATA, 1 << CASCADE_IRQ);
	out8(PIC_MASTER + PIC_DATA, ICW4_8086_AUTO_EOI);
	out8(PIC_SLAVE, ICW1_INIT_ICW4);
	out8(PIC_SLAVE + PIC_DATA, RINGSIDE_IRQ_BASE + 8);
	out8(PIC_SLAVE + PIC_DATA, CASCADE_IRQ);
	out8(PIC_SLAVE + PIC_DATA, ICW4_8086_AUTO_EOI);
	out8(PIC_MASTER + PIC_DATA, (uint8_t)~enabled_master);
	out8(PIC_SLAVE + PIC_DATA, (uint8_t)~enabled_slave);
}

void pic_enable(unsigned irq)
{
	if (irq < 8) {
		enabled_master |= (uint8_t)(1 << irq);
		out8(PIC_MASTER + PIC_DATA, (uint8_t)~enabled_master);
	} else {
		enabled_slave |= (uint8_t)(1 << (irq - 8));
		out8(PIC_SLAVE + PIC_DATA, (uint8_t)~enabled_slave);
	}
}

void pic_poll(void)
{
	enum { OCW3_POLL = 0x0c, POLLED = 0x80, INPUT = 7 };

	out8(PIC_MASTER, OCW3_POLL); /* datasheet, "poll command": the next read acknowledges */
	uint8_t polled = in8(PIC_MASTER);
	if (polled & POLLED)
		trap_handlers[RINGSIDE_IRQ_BASE + (polled & INPUT)](NULL);
}

/* ---- 8254 (datasheet: control word, modes 0 and 2) ---- */

enum { PIT_CHANNEL0 = 0x40, PIT_CHANNEL2 = 0x42, PIT_CONTROL = 0x43, SPEAKER = 0x61 };
enum { CHANNEL0_MODE0 = 0x30, CHANNEL0_MODE2 = 0x34, CHANNEL2_MODE0 = 0xb0, GATE2 = 1, SPEAKER_ON = 2, OUT2 = 0x20 };

#define PIT_HZ 1193182UL
#define PIT_COUNT_MAX 0xffffUL

static void pit_count(uint16_t port, uint64_t count)
{
	out8(port, (uint8_t)count);
	out8(port, (uint8_t)(count >> 8));
}

void timer_start(void)
{
	if (options.hz == 0)
		return;
	uint64_t count = (PIT_HZ + options.hz / 2) / options.hz;

	if (count > PIT_COUNT_MAX)
		count = PIT_COUNT_MAX; /* 18.2 Hz is the slowest it can */
	out8(PIT_CONTROL, CHANNEL0_MODE2);
	pit_count(PIT_CHANNEL0, count);
	pic_enable(TIMER_IRQ);
	event(TIMER_START, 0, options.hz, count);
}

void timer_one_shot(uint64_t when)
{
	uint64_t now = time_now();
	uint64_t wait = when > now ? when - now : 0;
	/* What is further away than the 55 ms it can count is reached in several steps. */
	uint64_t count = wait < 50000000 ? wait * PIT_HZ / 1000000000 + 1 : PIT_COUNT_MAX;

	out8(PIT_CONTROL, CHANNEL0_MODE0);
	pit_count(PIT_CHANNEL0, count);
	pic_enable(TIMER_IRQ);
}

void timer_interrupt(struct trap_frame *frame)
{
	(void)frame;
	ticks++;
	schedule_tick();
}

/* ---- the TSC ---- */

enum { CALIBRATION_MS = 10, HYPERVISOR_LEAVES = 0x40000000, HYPERVISOR_TIMING = 0x40000010, TSC_LEAF = 0x15 };

/* TSC ticks while channel 2 counts down 10 ms. */
static uint64_t calibrate(void)
{
	out8(SPEAKER, (uint8_t)((in8(SPEAKER) & ~SPEAKER_ON) | GATE2));
	out8(PIT_CONTROL, CHANNEL2_MODE0);
	pit_count(PIT_CHANNEL2, PIT_HZ * CALIBRATION_MS / 1000);
	uint64_t start = rdtsc();
	while (!(in8(SPEAKER) & OUT2))
		;
	return (rdtsc() - start) / CALIBRATION_MS;
}

/* The hypervisor's word (VMware's timing leaf), the CPU's own (SDM vol. 3B, 19.7.3), or by measuring. */
static uint64_t find_tsc_khz(void)
{
	struct cpuid basic = cpuid(0, 0), hypervisor = cpuid(HYPERVISOR_LEAVES, 0);

	if (hypervisor.eax >= HYPERVISOR_TIMING && hypervisor.eax < HYPERVISOR_LEAVES + 0x100) {
		uint64_t khz = cpuid(HYPERVISOR_TIMING, 0).eax;
		if (khz != 0)
			return khz;
	}
	if (basic.eax >= TSC_LEAF) {
		struct cpuid ratio = cpuid(TSC_LEAF, 0);
		if (ratio.eax != 0 && ratio.ebx != 0 && ratio.ecx != 0)
			return (uint64_t)ratio.ecx * ratio.ebx / ratio.eax / 1000;
	}
	return calibrate();
}

void time_init(void)
{
	tsc_khz = find_tsc_khz();
	if (tsc_khz == 0)
		panic("the TSC does not count");
	tsc_at_boot = rdtsc();
	nanoseconds_per_tick = (1000000UL << 32) / tsc_khz;
}

uint64_t time_from_ticks(uint64_t tsc_ticks)
{
	return (uint64_t)((unsigned __int128)tsc_ticks * nanoseconds_per_tick >> 32);
}

uint64_t time_now(void)
{
	return time_from_ticks(rdtsc() - tsc_at_boot);
}
