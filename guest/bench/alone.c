/* SPDX-License-Identifier: MIT */
/* Measures without the bench device, under another VMM, and prints to the debug console. Called by bench_main.c. */
#include "bench_guest.h"
#include "kernel/devices/instructions.h"

enum { DEBUG_CONSOLE = 0xe9, DEBUG_EXIT = 0xf4 };
enum { ALONE_TICKS = 500000, ALONE_ITERATIONS = 1 << 20, ALONE_SAMPLES = 8 };

#define CROSSING_NAME(name) #name,
static const char *const names[] = {BENCH_CROSSINGS(CROSSING_NAME)};
#undef CROSSING_NAME

static void print_text(const char *text)
{
	while (*text != '\0')
		out8(DEBUG_CONSOLE, (uint8_t)*text++);
}

static void print_number(uint64_t number)
{
	char digits[24], *at = digits + sizeof(digits) - 1;

	*at = '\0';
	do
		*--at = (char)('0' + number % 10);
	while ((number /= 10) > 0);
	print_text(" ");
	print_text(at);
}

/*
 * Some crossings need what only our VMM provides: a delay, the time when the timer was due, memory for processes. The
 * debug console is needed for the results, and a string instruction can take long. SYSCALL and INT 0x80 may not work
 * under the other VMM.
 */
static bool is_possible(unsigned crossing)
{
	if (crossing == BENCH_SYSRET || crossing == BENCH_SYSCALL_IRET)
		return page.syscall != BENCH_NEVER_ARRIVES;
	if (crossing == BENCH_INT80)
		return page.int80 != BENCH_NEVER_ARRIVES;
	return crossing <= BENCH_MMIO_WRITE && crossing != BENCH_WRMSR && crossing != BENCH_OUTS &&
	       crossing != BENCH_INS;
}

static void measure_alone(unsigned which)
{
	uint64_t iterations = 1;

	crossing_begin(which);
	while (which > BENCH_CLOCK3 && crossing_sample(which, iterations, NULL) < ALONE_TICKS &&
	       iterations < ALONE_ITERATIONS)
		iterations *= 2;
	for (uint32_t i = 0; i < ALONE_SAMPLES; i++)
		page.samples[i] = crossing_sample(which, iterations, NULL);
	print_text(names[which]);
	print_number(iterations);
	for (uint32_t i = 0; i < ALONE_SAMPLES; i++)
		print_number(page.samples[i]);
	print_text("\n");
}

void measure_all_alone(void)
{
	for (unsigned i = 0; i < BENCH_CROSSING_COUNT; i++)
		if (is_possible(i))
			measure_alone(i);
	out32(DEBUG_EXIT, 0);
}
