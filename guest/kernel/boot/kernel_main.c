/* SPDX-License-Identifier: MIT */
/*
 * Boot: what the kernel does once, in the order in which it must be done. pvh_entry.S calls kernel_main.
 *
 * Limited direct execution is in four directories, best read in this order: boot/, trap/ (ways into the kernel and
 * back, the context switch), process/ (the process list, beginning, end), schedule/. They stand on memory/, devices/
 * and lib/. Programs see calls/ (system calls) and files/. policies/ has the scheduling policies; watch/ has events,
 * accounting and messages.
 */
#include "kernel/boot/first_process.h"
#include "kernel/boot/initrd.h"
#include "kernel/boot/kernel_options.h"
#include "kernel/devices/cpu.h"
#include "kernel/devices/interrupt_controller.h"
#include "kernel/devices/serial_console.h"
#include "kernel/devices/time.h"
#include "kernel/files/device_files.h"
#include "kernel/lessons/lessons.h"
#include "kernel/memory/kernel_map.h"
#include "kernel/memory/page_table.h"
#include "kernel/memory/physical_pages.h"
#include "kernel/process/process_list.h"
#include "kernel/schedule/schedule.h"
#include "kernel/trap/probe_traps.h"
#include "kernel/trap/trap_table.h"
#include "kernel/watch/event.h"
#include "kernel/watch/panic.h"
#include "kernel/watch/trap_watch.h"
#include "ringside/pvh.h"

static char command_line[RINGSIDE_COMMAND_LINE_MAX + 1];
static uint64_t ram_size, ram_end; /* bytes of RAM; the address behind the last of them */

_Noreturn void kernel_main(uint64_t start_info);

static void take_command_line(const struct pvh_start_info *info)
{
	const char *line = info->cmdline == 0 ? "" : direct(info->cmdline);
	unsigned length = 0;

	while (line[length] != '\0' && length < sizeof(command_line) - 1) {
		command_line[length] = line[length];
		length++;
	}
	if (line[length] != '\0')
		options_refuse("the command line is longer than %u bytes\n", length);
}

static void take_memory_map(const struct pvh_start_info *info)
{
	const struct pvh_memmap_entry *map = direct(info->memmap);

	for (uint32_t i = 0; i < info->memmap_count; i++) {
		if (map[i].type != PVH_MEMORY_RAM)
			continue;
		ram_size += map[i].size;
		uint64_t end = (map[i].address + map[i].size) >> PAGE_SHIFT;
		pages_add(&pages, (map[i].address + PAGE_SIZE - 1) >> PAGE_SHIFT, end);
		if (end << PAGE_SHIFT > ram_end)
			ram_end = end << PAGE_SHIFT;
	}
}

/* Direct execution: programs run in ring 0 and call the kernel by a function call. */
static void limit_nothing(void)
{
	pte_ring3 = 0;
	processes_in_ring0 = true;
	trap_table_close_syscall();
	syscall_delivery = int80_delivery = RINGSIDE_DELIVERY_OFF;
}

/* Prints the size of memory in MiB, rounded, since the part below 1 MiB has a hole; the scheduler, the timer, and how
 * the traps of this CPU arrive. */
static void print_banner(void)
{
	static const char *const deliveries[] = {
		[RINGSIDE_DELIVERY_NATIVE] = "delivered",
		[RINGSIDE_DELIVERY_RECOGNISED] = "recognised",
		[RINGSIDE_DELIVERY_OFF] = "off",
	};

	print("ringside kernel: %lu MiB, %s scheduler, ", (ram_size + (1 << 19)) >> 20, policy->description);
	if (options.hz != 0)
		print("timer at %lu Hz\n", options.hz);
	else
		print("no timer\n");
	if (options.protocol == PROTOCOL_DIRECT)
		print("  direct execution: programs run in ring 0, and nothing limits them\n\n");
	else
		print("  traps: syscall %s, int 0x80 %s\n"
		      "  protection: W^X%s%s%s%s, FPU state by %s (%u bytes)\n\n",
		      deliveries[syscall_delivery], deliveries[int80_delivery], cpu.nx ? " NX" : "",
		      cpu.smep ? " SMEP" : "", cpu.smap ? " SMAP" : "", cpu.umip ? " UMIP" : "",
		      cpu.xsave ? "XSAVE" : "FXSAVE", cpu.fpu_size);
}

void kernel_main(uint64_t start_info)
{
	const struct pvh_start_info *info = direct(start_info);

	console_init();
	take_command_line(info);
	options_parse(command_line);
	take_memory_map(info);
	initrd_take(info);
	cpu_init();
	cpu_tables_init();
	if (!pages_start(&pages, direct(0)))
		panic("not enough memory: %lu KiB", ram_end >> 10);
	memory_map_kernel(ram_end);
	event_init();
	terminal_init();
	processes_init();
	trap_table_init();
	if (options.protocol == PROTOCOL_DIRECT)
		limit_nothing();
	else if (probe_traps(options.want_syscall, options.want_int80))
		cpu_init_extensions();
	traps_watch();
	pic_init();
	time_init();
	if (!options.quiet)
		print_banner();
	start_init(options.init, options.init_arguments);
	if (options.lesson)
		lessons_begin();
	timer_start();
	idle();
}
