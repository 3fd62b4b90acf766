/* SPDX-License-Identifier: MIT */
/*
 * What a process must not be able to do, one row a deed, and what should become of a process that tries.
 * `rogue` does one of them; `hostile` does them all, each in a process of its own.
 */
#ifndef USER_DEEDS_H
#define USER_DEEDS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum outcome {
	DIES,	/* some signal ends it; which one may differ between CPUs */
	LIVES,	/* it goes on, and nothing has changed for anybody */
	EITHER, /* CPUs differ: a signal, or no effect */
	LOOPS,	/* it never ends by itself; somebody else has to kill it */
};

/* The arguments a deed is done with, one process each: a list, or numbers from `first` on. */
struct arguments {
	const uint64_t *values;
	uint64_t first;
	size_t count;
};

struct deed {
	const char *name;
	enum outcome expected;
	void (*act)(uint64_t argument);
	const char *what;
	const struct arguments *arguments; /* NULL: once, with 0 */
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
	fpu_deeds;

/* The deeds in order; NULL after the last. */
const struct deed *deed_at(size_t index);
const struct deed *deed_named(const char *name);

size_t deed_runs(const struct deed *deed);
uint64_t deed_argument(const struct deed *deed, size_t run);

/* Whether this process is still an ordinary one: ring 3, interrupts on, no I/O privilege. */
bool still_unprivileged(void);

/* Addresses no process may use: in the kernel's half, and between the halves. */
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

/* Around inline assembly that pushes: the compiler may keep locals in the 128 bytes below RSP. */
#define SKIP_RED_ZONE "lea -128(%%rsp), %%rsp\n"
#define BACK_TO_RED_ZONE "\nlea 128(%%rsp), %%rsp\n"

#endif
