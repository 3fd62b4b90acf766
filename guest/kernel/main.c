/* SPDX-License-Identifier: MIT */
/* Boot: what the kernel does once, in the order it must be done. boot.S calls kernel_main. */
#include "kernel/cpu.h"
#include "kernel/kernel.h"
#include "kernel/memory.h"
#include "kernel/process.h"
#include "kernel/syscall.h"
#include "kernel/trap.h"
#include "ringside/pvh.h"

struct bytes initrd, builtin_initrd;

extern const char kernel_end[], initrd_start[], initrd_end[];

static char command_line[2048];
static uint64_t ram_end;

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
		print("command line: only %u bytes of it are taken, the rest is left out\n", length);
}

static void take_memory_map(const struct pvh_start_info *info)
{
	const struct pvh_memmap_entry *map = direct(info->memmap);

	for (uint32_t i = 0; i < info->memmap_count; i++) {
		if (map[i].type != PVH_MEMORY_RAM)
			continue;
		uint64_t end = (map[i].address + map[i].size) >> PAGE_SHIFT;
		pages_add(&pages, (map[i].address + PAGE_SIZE - 1) >> PAGE_SHIFT, end);
		if (end << PAGE_SHIFT > ram_end)
			ram_end = end << PAGE_SHIFT;
	}
}

static void reserve(uint64_t start, uint64_t end)
{
	pages_reserve(&pages, start >> PAGE_SHIFT, (end + PAGE_SIZE - 1) >> PAGE_SHIFT);
}

/* The first module, if there is one, else the archive in the image. */
static void take_initrd(const struct pvh_start_info *info)
{
	uint64_t start = (uint64_t)initrd_start - KERNEL_BASE, size = (uint64_t)(initrd_end - initrd_start);

	if (info->module_count > 0) {
		const struct pvh_module *module = direct(info->modules);
		start = module->address;
		size = module->size;
	}
	initrd = (struct bytes){direct(start), size};
	builtin_initrd =
		(struct bytes){direct((uint64_t)initrd_start - KERNEL_BASE), (size_t)(initrd_end - initrd_start)};
	reserve(start, start + size);
	reserve(KERNEL_PHYSICAL, (uint64_t)initrd_end - KERNEL_BASE);
}

static const char *delivery_name(enum delivery delivery)
{
	static const char *const names[] = {
		[DELIVERY_UNKNOWN] = "not tried",
		[DELIVERY_NATIVE] = "delivered",
		[DELIVERY_RECOGNISED] = "recognised",
		[DELIVERY_OFF] = "off",
	};

	return names[delivery];
}

static void banner(void)
{
	print("ringside kernel: %lu MiB, %s scheduler, ", ram_end >> 20, policy->description);
	if (options.hz != 0)
		print("timer at %lu Hz\n", options.hz);
	else
		print("no timer\n");
	if (options.protocol == PROTOCOL_DIRECT)
		print("  direct execution: programs run in ring 0, and nothing limits them\n\n");
	else
		print("  traps: syscall %s, int 0x80 %s\n"
		      "  protection: W^X%s%s%s%s, FPU state by %s (%u bytes)\n\n",
		      delivery_name(syscall_delivery), delivery_name(int80_delivery), cpu.nx ? " NX" : "",
		      cpu.smep ? " SMEP" : "", cpu.smap ? " SMAP" : "", cpu.umip ? " UMIP" : "",
		      cpu.xsave ? "XSAVE" : "FXSAVE", cpu.fpu_size);
}

/* Direct execution: programs run in ring 0 and call the kernel by a function call. */
static void limit_nothing(void)
{
	pte_ring3 = 0;
	trap_table_close_syscall();
	syscall_delivery = int80_delivery = DELIVERY_OFF;
}

void kernel_main(uint64_t start_info)
{
	const struct pvh_start_info *info = direct(start_info);

	console_init();
	take_command_line(info);
	options_parse(command_line);
	take_memory_map(info);
	take_initrd(info);
	cpu_init();
	cpu_tables_init();
	if (!pages_start(&pages, direct(0)))
		panic("not enough memory: %lu KiB", ram_end >> 10);
	memory_map_kernel(ram_end);
	event_init();
	traps_watch();
	terminal_init();
	processes_init();
	trap_table_init();
	if (options.protocol == PROTOCOL_DIRECT)
		limit_nothing();
	else if (probe_traps(options.want_syscall, options.want_int80))
		cpu_init_extensions();
	pic_init();
	time_init();
	if (!options.quiet)
		banner();
	start_init(options.init, options.init_arguments);
	timer_start();
	idle();
}
