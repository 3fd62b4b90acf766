/* SPDX-License-Identifier: MIT */
#include "machine/board.h"

enum { IRQ_TIMER = 0, IRQ_SERIAL = 4 };

#define ENDING_WORDS(name, words, crash) [ENDING_##name] = (words),
#define ENDING_CRASH(name, words, crash) [ENDING_##name] = (crash),
static const char *const words_of[] = {BOARD_ENDINGS(ENDING_WORDS)};
static const bool crash_of[] = {BOARD_ENDINGS(ENDING_CRASH)};
#undef ENDING_WORDS
#undef ENDING_CRASH

const char *ending_words(enum ending ending)
{
	return words_of[ending];
}

bool ending_is_crash(enum ending ending)
{
	return crash_of[ending];
}

void board_end(struct board *board, enum ending ending, uint8_t status)
{
	if (board->ending != ENDING_NONE)
		return;
	board->ending = ending;
	board->status = status;
}

static void power_off(void *owner, uint32_t status)
{
	if (status == RINGSIDE_POWEROFF_PANIC)
		board_end(owner, ENDING_PANIC, RINGSIDE_STATUS_CRASH);
	else
		board_end(owner, ENDING_POWEROFF,
			  (uint8_t)(status < RINGSIDE_STATUS_INIT_MAX ? status : RINGSIDE_STATUS_INIT_MAX));
}

/* QEMU's isa-debug-exit: exit((value << 1) | 1). */
static void debug_exit(void *owner, uint32_t value)
{
	board_end(owner, ENDING_DEBUG_EXIT, (uint8_t)(value << 1 | 1));
}

static void reset(void *owner)
{
	board_end(owner, ENDING_RESET, RINGSIDE_STATUS_OK);
}

static void debug_byte(void *owner, uint8_t byte)
{
	struct board *board = owner;

	board->console.transmit(board->console.owner, byte);
}

static void set_ring(void *owner, uint32_t frame)
{
	struct board *board = owner;

	ring_set(&board->ring, board->memory, frame);
}

static uint32_t get_ring(void *owner)
{
	const struct board *board = owner;

	return board->ring.frame;
}

/* The ring is drained at every exit, so the write that rings the bell has done its work by being one. */
static void doorbell(void *owner)
{
	(void)owner;
}

int board_init(struct board *board, struct memory *memory, struct journal *journal, const struct clock *clock,
	       const struct chardev *console, const struct board_irqchip *irqchip, uint32_t features,
	       struct error *error)
{
	const struct board_irqchip own = {pic_set_input, &board->pic};
	const struct board_irqchip *lines = irqchip != NULL ? irqchip : &own;

	*board = (struct board){
		.memory = memory,
		.journal = journal,
		.clock = *clock,
		.console = *console,
		.control = {power_off, debug_exit, reset, debug_byte, set_ring, get_ring, doorbell, board, features},
	};
	bus_init(&board->ports, "port");
	bus_init(&board->mmio, "mmio");
	pic_init(&board->pic);
	pit_init(&board->pit, &board->clock, (struct line){lines->set, lines->controller, IRQ_TIMER});
	uart_init(&board->uart, &board->console, (struct line){lines->set, lines->controller, IRQ_SERIAL});
	if (irqchip == NULL &&
	    (pic_attach(&board->pic, &board->ports, error) < 0 || pit_attach(&board->pit, &board->ports, error) < 0))
		return -1;
	if (uart_attach(&board->uart, &board->ports, error) < 0 ||
	    debug_exit_attach(&board->control, &board->ports, error) < 0 ||
	    debug_console_attach(&board->control, &board->ports, error) < 0 ||
	    reset_attach(&board->control, &board->ports, error) < 0 ||
	    ringside_attach(&board->control, &board->ports, error) < 0)
		return -1;
	return 0;
}
