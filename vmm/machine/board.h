/* SPDX-License-Identifier: MIT */
/*
 * The board: the PC the guest sees, the devices of the table in devices/devices.h wired to buses, interrupt
 * lines, clock and console, and how the run ended. Knows nothing of KVM; machine/exit.c and loop.c drive it.
 */
#ifndef VMM_MACHINE_BOARD_H
#define VMM_MACHINE_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/bus.h"
#include "devices/devices.h"
#include "machine/guest_memory.h"
#include "machine/ring.h"

/*
 * How a run can end: X(name, words, crash). A crash gets a report and the status RINGSIDE_STATUS_CRASH.
 */
/* clang-format off */
#define BOARD_ENDINGS(X) \
	X(NONE,            "guest is running",                         false) \
	X(POWEROFF,        "guest powered off",                        false) \
	X(DEBUG_EXIT,      "guest ended by isa-debug-exit",            false) \
	X(RESET,           "guest reset",                              false) \
	X(TIMEOUT,         "timeout",                                  false) \
	X(SIGNAL,          "stopped by a signal",                      false) \
	X(HOST_FAILURE,    "the host failed",                          false) \
	X(PANIC,           "guest kernel panicked",                    true) \
	X(DEAD_HALT,       "guest halted with interrupts disabled",    true) \
	X(TRIPLE_FAULT,    "guest triple-faulted",                     true) \
	X(ENTRY_FAILURE,   "the processor refused to enter the guest", true) \
	X(INTERNAL_ERROR,  "KVM could not go on",                      true) \
	X(UNEXPECTED_EXIT, "guest left by an exit of no known meaning", true) \
	X(RUN_FAILURE,     "KVM_RUN failed",                           true)
/* clang-format on */

#define BOARD_ENDING_ENUM(name, ...) ENDING_##name,
enum ending { BOARD_ENDINGS(BOARD_ENDING_ENUM) ENDING_COUNT };
#undef BOARD_ENDING_ENUM

const char *ending_words(enum ending ending);
bool ending_is_crash(enum ending ending);

struct board {
	/* What every exit looks at, close together: after an exit the caches are cold. */
	enum ending ending; /* ENDING_NONE while the guest runs */
	uint8_t status;	    /* what the VMM exits with */
	struct ring ring;
	struct bus ports, mmio;
	struct devices devices;
	struct memory *memory;
	struct control control;
	struct clock clock;
	struct chardev console;
};

/* What the host lends to the board, which copies all but what `memory` and `irqchip` point at. */
struct board_parts {
	struct memory *memory;
	struct clock clock;
	struct chardev console;
	/*
	 * Drives the inputs of an interrupt controller in the kernel, which answers the ports of the 8259A and the
	 * 8254 itself; `set` NULL = the board has its own.
	 */
	struct line irqchip;
	uint32_t features; /* what the ringside device shows: RINGSIDE_FEATURE_* */
};

/* Builds the board, which must not move afterwards: its parts point at each other. -1 with a line in *error. */
int board_init(struct board *board, const struct board_parts *parts, struct error *error);

/* Ends the run, unless it has ended already: the first reason stands. */
void board_end(struct board *board, enum ending ending, uint8_t status);

#endif
