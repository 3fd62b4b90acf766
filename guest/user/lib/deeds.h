/* SPDX-License-Identifier: MIT */
/*
 * Deeds: things that a process must not be able to do, or that must harm nobody. A row of a table is one deed, with
 * what must happen to a process that does it. `rogue` does one deed; `hostile` does all, each in a process of its own.
 */
#ifndef USER_DEEDS_H
#define USER_DEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum outcome {
	DIES,	/* a signal kills the process; which signal may differ between CPUs */
	LIVES,	/* the process goes on, and no other process is affected */
	EITHER, /* a signal kills the process, or the deed has no effect: CPUs differ */
	LOOPS,	/* the process never ends by itself; another must kill it */
};

/* The arguments of a deed, each used in a process of its own: `count` values, or numbers from `first` on. */
struct arguments {
	const uint64_t *values; /* NULL: first, first + 1, ... */
	uint64_t first;
	size_t count;
};

struct deed {
	const char *name;
	enum outcome expected;
	void (*act)(uint64_t argument);
	const char *what;
	const struct arguments *arguments; /* NULL: the deed is done once, with 0 */
};

struct deed_table {
	const struct deed *deeds;
	size_t count;
};

#define DEED_TABLE(rows)                                                                                               \
	{                                                                                                              \
		rows, sizeof(rows) / sizeof(*(rows))                                                                   \
	}
#define ARGUMENT_LIST(list)                                                                                            \
	{                                                                                                              \
		list, 0, sizeof(list) / sizeof(*(list))                                                                \
	}

extern const struct deed_table instruction_deeds, memory_deeds, stack_deeds, return_deeds, segment_deeds, flag_deeds,
	fpu_deeds, signal_deeds;

/* The deeds of all tables in order, and by name; NULL: there is none. */
const struct deed *deed_at(size_t index);
const struct deed *deed_named(const char *name);

/* How many arguments a deed has, and the argument of one run (0 to deed_runs() - 1). */
size_t deed_runs(const struct deed *deed);
uint64_t deed_argument(const struct deed *deed, size_t run);

/* Returns whether this process is still unprivileged: ring 3, interrupts enabled, no I/O privilege. */
bool still_unprivileged(void);

/* Addresses that no process may use: in the kernel's half, and between the two canonical halves. */
extern const struct arguments kernel_addresses, non_canonical_addresses;

/* Bits of RFLAGS (Intel SDM vol. 1, 3.4.3). */
enum rflags {
	FLAG_ZF = 1 << 6,
	FLAG_TF = 1 << 8,
	FLAG_IF = 1 << 9,
	FLAG_DF = 1 << 10,
	FLAG_IOPL = 3 << 12,
	FLAG_NT = 1 << 14,
	FLAG_RF = 1 << 16,
	FLAG_VM = 1 << 17,
	FLAG_AC = 1 << 18,
	FLAG_ID = 1 << 21,
};

/* Enclose inline assembly that pushes: the compiler may keep locals in the 128 bytes below RSP. */
#define SKIP_RED_ZONE "lea -128(%%rsp), %%rsp\n"
#define BACK_TO_RED_ZONE "\nlea 128(%%rsp), %%rsp\n"

#endif
