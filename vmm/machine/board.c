/* SPDX-License-Identifier: MIT */
/* Wires the devices together, and turns what a guest asks of the VMM into endings of the run: see board.h. */
#include "machine/board.h"

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

/* QEMU's isa-debug-exit exits with (value << 1) | 1. */
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

	if (board->control.features & RINGSIDE_FEATURE_EVENTS)
		event_ring_set(&board->ring, board->memory, frame);
}

static uint32_t get_ring(void *owner)
{
	const struct board *board = owner;

	return board->ring.frame;
}

/* Nothing to do: the write to DOORBELL has caused an exit, and the run loop drains the event ring at every exit. */
static void doorbell(void *owner)
{
	(void)owner;
}

static uint64_t time_of_day(void *owner)
{
	const struct board *board = owner;

	return board->clock.time_of_day(board->clock.owner);
}

static void absent_call(void *owner, uint32_t number)
{
	struct board *board = owner;

	if ((number & ~RINGSIDE_ABSENT_IN_PART) < ABSENT_CALLS_MAX)
		board->absent_calls[number & ~RINGSIDE_ABSENT_IN_PART] =
			number & RINGSIDE_ABSENT_IN_PART ? CALL_ABSENT_IN_PART : CALL_ABSENT;
}

static int attach_devices(struct board *board, const struct line *irqchip, struct error *error)
{
	const struct line own_pic = {pic_set_input, &board->devices.pic, 0};
	const bool has_own_pic = irqchip->set == NULL;
	const struct device_row *row;

	for (unsigned i = 0; (row = device_row(i)) != NULL; i++) {
		void *state = (char *)&board->devices + row->state;
		struct device_wiring wiring = {
			.clock = &board->clock, .chardev = &board->console, .control = &board->control};

		if (row->device->irq != DEVICE_NO_IRQ) {
			wiring.line = has_own_pic ? own_pic : *irqchip;
			wiring.line.input = (unsigned)row->device->irq;
		}
		row->device->init(state, &wiring);
		if ((has_own_pic || !row->device->may_be_in_kernel) &&
		    device_attach(row->device, state, &board->ports, &board->mmio, error) < 0)
			return -1;
	}
	return 0;
}

int board_init(struct board *board, const struct board_parts *parts, struct error *error)
{
	const uint32_t tells_time = parts->clock.time_of_day != NULL ? RINGSIDE_FEATURE_TIME : 0;

	*board = (struct board){
		.memory = parts->memory,
		.clock = parts->clock,
		.console = parts->console,
		.control = {.power_off = power_off,
			    .debug_exit = debug_exit,
			    .reset = reset,
			    .debug_byte = debug_byte,
			    .set_ring = set_ring,
			    .get_ring = get_ring,
			    .doorbell = doorbell,
			    .time_of_day = tells_time ? time_of_day : NULL,
			    .absent_call = absent_call,
			    .owner = board,
			    .features = parts->features | tells_time},
	};
	bus_init(&board->ports, "port");
	bus_init(&board->mmio, "mmio");
	return attach_devices(board, &parts->irqchip, error);
}
