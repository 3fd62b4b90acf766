/* SPDX-License-Identifier: MIT */
/* The options of the kernel command line. parse_options.c fills them in; every part of the kernel reads them. */
#ifndef GUEST_KERNEL_BOOT_KERNEL_OPTIONS_H
#define GUEST_KERNEL_BOOT_KERNEL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/devices/ringside_device.h"
#include "kernel/devices/serial_console.h"
#include "ringside/option_table.h"

#define INIT_DEFAULT "init"
enum { HZ_DEFAULT = 100 };

/*
 * How programs are run (protocol=).
 *   PROTOCOL_DIRECT   direct execution: programs run in ring 0, call the kernel like a function, have no limits
 *   PROTOCOL_LIMITED  programs run in ring 3 and trap; without a timer the kernel waits until it is called
 *   PROTOCOL_TIMER    as PROTOCOL_LIMITED, and a timer interrupt gives the kernel the CPU from time to time
 */
#define PROTOCOL_ENUM(name, word) PROTOCOL_##name,
enum protocol { RINGSIDE_PROTOCOLS(PROTOCOL_ENUM, PROTOCOL_ENUM) };
#undef PROTOCOL_ENUM

/* When memory comes (paging=): each page at its first touch, or all pages of a region when the region is made. */
#define PAGING_ENUM(name, word) PAGING_##name,
enum paging { RINGSIDE_PAGINGS(PAGING_ENUM, PAGING_ENUM) };
#undef PAGING_ENUM

/* Which step of the protocol is left out (break=, lessons/break_step.c). */
#define BREAK_ENUM(name, word) BREAK_##name,
enum broken { RINGSIDE_BREAKS(BREAK_ENUM, BREAK_ENUM) };
#undef BREAK_ENUM

struct options {
	enum protocol protocol;
	enum paging paging;
	enum broken broken;
	bool irqs_on;		       /* interrupts may come during system calls */
	bool lesson;		       /* break= or irqs= was given */
	const char *init;	       /* path of the first program */
	char *init_arguments;	       /* the words behind -- */
	uint64_t hz;		       /* timer frequency; 0 = no timer */
	uint64_t seed;		       /* of the random numbers */
	bool quiet;		       /* print neither the banner nor the report at the end */
	bool print_fatal_signals;      /* print what killed a process */
	bool account;		       /* measure how much time processes spend in ring 3, in ring 0 and waiting */
	bool want_syscall, want_int80; /* traps=: which trap instructions processes may use */
};

extern struct options options;

/*
 * Reads the kernel command line into the options (parse_options.c). Takes `line` apart in place and keeps pointers into
 * it. A word that is no option, or a value that an option does not take, ends the run, see options_refuse.
 */
void options_parse(char *line);

/*
 * Ends the run with the status of wrong usage after a line on the console: the guest was asked for what it does not
 * have, and doing something else instead would look as if it had been done. ringside's VMM finds most such mistakes
 * before it starts the guest.
 */
#define options_refuse(...)                                                                                            \
	do {                                                                                                           \
		print("kernel: " __VA_ARGS__);                                                                         \
		power_off(RINGSIDE_STATUS_USAGE);                                                                      \
	} while (0)

#endif
