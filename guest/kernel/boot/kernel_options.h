/* SPDX-License-Identifier: MIT */
/* The options of the kernel command line. parse_options.c fills them in; every part of the kernel reads them. */
#ifndef GUEST_KERNEL_BOOT_KERNEL_OPTIONS_H
#define GUEST_KERNEL_BOOT_KERNEL_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

#define INIT_DEFAULT "init"
enum { HZ_DEFAULT = 100, HZ_MAX = 10000 };

/* How programs are run (protocol=). */
enum protocol {
	PROTOCOL_DIRECT, /* direct execution: programs run in ring 0, call the kernel like a function, have no limits */
	PROTOCOL_LIMITED, /* programs run in ring 3 and trap; without a timer the kernel waits until it is called */
	PROTOCOL_TIMER,	  /* as PROTOCOL_LIMITED, and a timer interrupt gives the kernel the CPU from time to time */
};

struct options {
	enum protocol protocol;
	const char *init;	       /* path of the first program */
	char *init_arguments;	       /* the words behind -- */
	uint64_t hz;		       /* timer frequency; 0 = no timer */
	bool quiet;		       /* print neither the banner nor the report at the end */
	bool print_fatal_signals;      /* print what killed a process */
	bool account;		       /* measure how much time processes spend in ring 3, in ring 0 and waiting */
	bool want_syscall, want_int80; /* traps=: which trap instructions processes may use */
};

extern struct options options;

/*
 * Reads the kernel command line into the options (parse_options.c). Takes `line` apart in place and keeps pointers into
 * it. Unknown keys and bad values are reported on the console and ignored.
 */
void options_parse(char *line);

#endif
