/* SPDX-License-Identifier: MIT */
/* The 8254 and the TSC. */
#include "kernel/devices/time.h"

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/instructions.h"
#include "kernel/devices/interrupt_controller.h"
#include "kernel/trap/trap_path.h"
#include "kernel/watch/event.h"
#include "kernel/watch/panic.h"
#include "ringside/traps.h"

uint64_t tsc_khz;

static uint64_t tsc_at_boot, nanoseconds_per_tick; /* 32.32 fixed point */

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
		count = PIT_COUNT_MAX; /* 18.2 Hz, the lowest frequency of the timer */
	/* Its gate has been in the trap table since boot, and is used from now on. */
	event(TIMER_HANDLER, 0, trap_stubs + (size_t)RINGSIDE_TRAP_TIMER * TRAP_STUB_SIZE, RINGSIDE_TRAP_TIMER);
	out8(PIT_CONTROL, CHANNEL0_MODE2);
	pit_count(PIT_CHANNEL0, count);
	pic_enable(TIMER_IRQ);
	event(TIMER_START, 0, options.hz, count);
}

void timer_one_shot(uint64_t nanoseconds)
{
	/* The timer can count 55 ms. For a longer wait it interrupts early, and the caller starts it again. */
	uint64_t count = nanoseconds < 50000000 ? nanoseconds * PIT_HZ / NANOSECONDS + 1 : PIT_COUNT_MAX;

	out8(PIT_CONTROL, CHANNEL0_MODE0);
	pit_count(PIT_CHANNEL0, count);
	pic_enable(TIMER_IRQ);
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

/* As the hypervisor says (VMware's timing leaf), else as the CPU says (SDM vol. 3B, 19.7.3), else measured. */
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

uint64_t time_tenths_of_ms(uint64_t tsc_ticks)
{
	return time_from_ticks(tsc_ticks) / 100000;
}

uint64_t time_now(void)
{
	return time_from_ticks(rdtsc() - tsc_at_boot);
}
