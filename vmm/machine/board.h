/* SPDX-License-Identifier: MIT */
/*
 * The board: the PC the guest sees, its devices wired to buses, interrupt lines, clock and console, and
 * how its run ended. Knows nothing of KVM; machine/exit.c drives it.
 */
#ifndef VMM_MACHINE_BOARD_H
#define VMM_MACHINE_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/bus.h"
#include "devices/clock.h"
#include "devices/control.h"
#include "devices/pic.h"
#include "devices/pit.h"
#include "devices/uart.h"
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
	struct pic pic;
	struct bus ports, mmio;
	struct pit pit;
	struct uart uart;
	struct control control;
	struct memory *memory;
	struct journal *journal;
	struct clock clock;
	struct chardev console;
};

/* An interrupt controller, and a timer wired to it, that are not the board's own. */
struct board_irqchip {
	void (*set)(void *controller, unsigned input, bool level);
	void *controller;
};

/*
 * Builds the board. `irqchip` drives the inputs of the interrupt controller elsewhere, which answers the ports
 * of 8259A and 8254 itself; NULL = the board has its own. `features` is what the ringside device shows
 * (RINGSIDE_FEATURE_*). The board must not move afterwards: its parts point at each other.
 */
int board_init(struct board *board, struct memory *memory, struct journal *journal, const struct clock *clock,
	       const struct chardev *console, const struct board_irqchip *irqchip, uint32_t features,
	       struct error *error);

/* Ends the run, unless it has ended already: the first reason stands. */
void board_end(struct board *board, enum ending ending, uint8_t status);

#endif
