/* SPDX-License-Identifier: MIT */
/* The banner: memory, scheduler, timer, and how the traps of this CPU arrive. */
#include "kernel/watch/banner.h"

#include "kernel/boot/kernel_options.h"
#include "kernel/devices/cpu.h"
#include "kernel/devices/serial_console.h"
#include "kernel/schedule/schedule.h"
#include "kernel/trap/trap_table.h"

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

void print_banner(uint64_t ram_end)
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
