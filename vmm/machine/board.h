/* SPDX-License-Identifier: MIT */
/*
 * The board: the PC that the guest sees. It wires the devices of devices/devices.h to buses, interrupt lines, clock and
 * console, and keeps how the run ended. It does not depend on KVM. Built by run/run.c, driven by machine/exit.c and
 * machine/loop.c.
 */
#ifndef VMM_MACHINE_BOARD_H
#define VMM_MACHINE_BOARD_H

#include <stdbool.h>
#include <stdint.h>

#include "devices/bus.h"
#include "devices/devices.h"
#include "machine/event_ring.h"
#include "machine/guest_memory.h"

/*
 * The ways in which a run can end: X(name, words for the summary, is_crash). After a crash the VMM prints a crash
 * report and exits with RINGSIDE_STATUS_CRASH.
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

/* System-call numbers from this one on are not kept; Linux has none so great. */
enum { ABSENT_CALLS_MAX = 512 };

/* What the guest says of a system call by ABSENT_CALL. */
enum absence { CALL_UNTRIED, CALL_ABSENT, CALL_ABSENT_IN_PART };

struct board {
	/* The fields that every exit reads are close together, because the caches are cold after an exit. */
	enum ending ending; /* ENDING_NONE while the guest runs */
	uint8_t status;	    /* exit status of the VMM, once the run has ended */
	struct event_ring ring;
	struct bus ports, mmio;
	struct devices devices;
	struct memory *memory;
	struct control control;
	struct clock clock;
	struct chardev console;
	uint8_t absent_calls[ABSENT_CALLS_MAX]; /* enum absence of each number that the guest wrote to ABSENT_CALL */
};

/* What the board needs from the host. The board copies it; what the pointers refer to must outlive the board. */
struct board_parts {
	struct memory *memory;
	struct clock clock;
	struct chardev console;
	/*
	 * Drives the inputs of the 8259A pair that KVM emulates; KVM then answers the ports of the 8259A and the 8254.
	 * `set` = NULL: the board emulates both.
	 */
	struct line irqchip;
	uint32_t features; /* RINGSIDE_FEATURE_*, which the guest reads from the ringside device; the
			      board adds RINGSIDE_FEATURE_TIME if the clock tells the time of day */
};

/*
 * Builds the board, which must not move afterwards, because its parts point at each other. Returns 0, or -1 with a line
 * in *error.
 */
int board_init(struct board *board, const struct board_parts *parts, struct error *error);

/* Ends the run with a reason and an exit status. Does nothing when the run has ended already. */
void board_end(struct board *board, enum ending ending, uint8_t status);

#endif
