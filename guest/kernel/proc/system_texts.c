/* SPDX-License-Identifier: MIT */
/* What /proc tells of the whole system, in the form of Linux's files (proc(5)). */
#include "kernel/devices/interrupt_controller.h"
#include "kernel/devices/time.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/proc/proc_text.h"
#include "kernel/process/process_list.h"
#include "kernel/tmp/tmp_memory.h"
#include "kernel/watch/account.h"
#include "kernel/watch/counters.h"

void proc_interrupts(struct proc_text *text)
{
	proc_print(text, "           CPU0\n");
	proc_print(text, "%3d: %10lu   XT-PIC   timer\n", TIMER_IRQ, ticks);
	proc_print(text, "%3d: %10lu   XT-PIC   ttyS0\n", SERIAL_IRQ, serial_interrupts);
	proc_print(text, "ERR: %10lu\n", stray_interrupts);
}

static void memory_line(struct proc_text *text, const char *name, uint64_t page_count)
{
	proc_print(text, "%-15s %8lu kB\n", name, page_count * (PAGE_SIZE / 1024));
}

/* There is no swap, and files are not cached: those of the initrd are memory of their own. */
void proc_meminfo(struct proc_text *text)
{
	memory_line(text, "MemTotal:", pages.limit);
	memory_line(text, "MemFree:", pages.free);
	memory_line(text, "MemAvailable:", pages.free);
	memory_line(text, "Buffers:", 0);
	memory_line(text, "Cached:", 0);
	memory_line(text, "SwapTotal:", 0);
	memory_line(text, "SwapFree:", 0);
	memory_line(text, "Shmem:", tmp_pages_used());
}

/* Seconds since boot, and seconds in which no process wanted the CPU. */
void proc_uptime(struct proc_text *text)
{
	enum { HUNDREDTH = NANOSECONDS / 100 };
	uint64_t up = time_now() / HUNDREDTH, idle = time_from_ticks(cpu_ticks_now(process_idle())) / HUNDREDTH;

	proc_print(text, "%lu.%02lu %lu.%02lu\n", up / 100, up % 100, idle / 100, idle % 100);
}
