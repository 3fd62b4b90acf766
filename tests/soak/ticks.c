/* SPDX-License-Identifier: MIT */
/*
 * Accounts for every tick of a guest with a fast timer, against a count of its own: how many periods of the 8254 were
 * due by the host's clock, how many became interrupts, how many of these the vCPU has taken, and how many the guest's
 * kernel has counted.
 *   ticks SECONDS HZ KERNEL ADDRESS
 * ADDRESS is that of the variable in which KERNEL counts its timer interrupts, 64 bits. Status 1 if the account is not
 * exact. Called by scripts/soak.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/units.h"
#include "host/deadlines.h"
#include "soak_machine.h"

enum { STATUS_USAGE = 2, PORT_COUNT = 0x40, PORT_SYSTEM = 0x61, COUNT_BYTES = 2 };

#define MEMORY UINT64_C(0x2000000)
#define LATE_NS NS_PER_SECOND			 /* how long after the end a guest may take to wait for an interrupt */
#define KERNEL_ADDRESS_BITS UINT64_C(0x7fffffff) /* of the kernel's addresses, which are in the last 2 GiB */

struct account {
	struct soak_machine *machine;
	uint64_t end;		  /* CLOCK_MONOTONIC ns */
	uint64_t first, last;	  /* ns: the first and the last time that the devices have asked for in this exit */
	bool is_next;		  /* no time has been asked for in this exit */
	uint64_t programmed;	  /* ns of the write of the count's last byte */
	unsigned bytes;		  /* of the count that were written */
	uint64_t count;		  /* that the guest has given to the 8254 */
	uint64_t injected, exits; /* seen in the records */
	bool has_waited;	  /* the run ended while the guest waited: every interrupt taken has been handled */
};

static uint64_t clock_now(void *owner)
{
	struct account *account = owner;

	account->last = deadlines_now();
	if (account->is_next)
		account->first = account->last;
	account->is_next = false;
	return account->last;
}

static void clock_alarm(void *owner, uint64_t deadline)
{
	(void)owner;
	deadline_set(DEADLINE_TICK, deadline);
}

static void see_record(void *context, const union record *record)
{
	struct account *account = context;
	const struct exit_record *exit = &record->exit;

	if (record_is_event(record))
		return;
	account->exits++;
	if (exit->kind == RINGSIDE_EXIT_IO && exit->flags & RECORD_WRITE && exit->address % 0x10000 == PORT_COUNT) {
		account->count |= (exit->value & UINT8_MAX) << 8 * (account->bytes % COUNT_BYTES);
		account->bytes++;
		account->programmed = account->first;
	}
	account->injected +=
		exit->flags & RECORD_INJECTED && exit->vector == account->machine->board.devices.pic.master.base;
}

static void see_entry(void *context, uint64_t tsc)
{
	struct account *account = context;

	(void)tsc;
	account->is_next = true;
}

static void see_waiting(void *context)
{
	struct account *account = context;

	if (deadlines_now() < account->end)
		return;
	account->has_waited = true;
	board_end(&account->machine->board, ENDING_POWEROFF, RINGSIDE_STATUS_OK);
}

/* The tick, counted from power-on, in which a moment lies. */
static uint64_t tick_of(const struct pit *pit, uint64_t ns)
{
	return (uint64_t)((unsigned __int128)(ns - pit->epoch) * PIT_FREQUENCY / NS_PER_SECOND);
}

/*
 * Mode 2 (8254 datasheet): the count is loaded at the tick after the write of its last byte, and OUT rises whenever so
 * many ticks have passed.
 */
static uint64_t periods_due(const struct account *account, uint64_t until)
{
	const struct pit *pit = &account->machine->board.devices.pit;

	return (tick_of(pit, until) - (tick_of(pit, account->programmed) + 1)) / account->count;
}

static int settle(struct account *account, uint64_t address, struct error *error)
{
	struct board *board = &account->machine->board;
	const struct pit *pit = &board->devices.pit;
	const uint64_t *counted = memory_translate(&account->machine->memory, address & KERNEL_ADDRESS_BITS, 8);
	const uint64_t taken = board->devices.pic.taken[0];
	uint64_t value;

	if (counted == NULL || account->bytes != COUNT_BYTES)
		return error_set(error, "%s",
				 counted == NULL ? "the address is not in the guest's memory"
						 : "the guest has not set its timer just once");
	account->is_next = true;
	bus_read(&board->ports, PORT_SYSTEM, 1, &value); /* the 8254 counts what is due until now */
	const uint64_t due = periods_due(account, account->last);

	printf("%" PRIu64 " Hz for %.1f s: %" PRIu64 " ticks due, %" PRIu64 " taken + %" PRIu64
	       " coalesced; the guest has counted %" PRIu64 "; %" PRIu64 " had passed together with another, %" PRIu64
	       " met one that still waited; %" PRIu64 " exits%s\n",
	       PIT_FREQUENCY / account->count, (double)(account->last - account->programmed) / (double)NS_PER_SECOND,
	       due, taken, due - taken, *counted, pit->coalesced, pit->raised - taken, account->exits,
	       account->has_waited ? "" : "; the guest never waited");
	if (pit->raised + pit->coalesced != due)
		return error_set(error, "the 8254 says that %" PRIu64 " were due", pit->raised + pit->coalesced);
	if (account->injected != taken)
		return error_set(error, "%" PRIu64 " were injected", account->injected);
	/* If the guest was stopped anywhere, it may be about to count the last interrupt. */
	if (*counted != taken && (account->has_waited || *counted + 1 != taken))
		return error_set(error, "the guest has not counted as many as were taken");
	return 0;
}

static int soak(uint64_t seconds, const char *hz, const char *kernel, uint64_t address, struct error *error)
{
	static struct soak_machine machine;
	static struct account account = {.machine = &machine};
	const struct record_watcher watcher = {see_record, see_entry, see_waiting, &account};
	char words[128];

	snprintf(words, sizeof(words), "quiet hz=%s -- sleeper 1000000000", hz);
	const struct soak_guest guest = {
		.image = kernel,
		.command_line = words,
		.memory = MEMORY,
		.clock = {clock_now, clock_alarm, &account},
	};
	int status = soak_machine_open(&machine, &guest, error);
	if (status == 0) {
		machine.recorder.watcher = &watcher;
		account.end = deadlines_now() + seconds * NS_PER_SECOND;
		status = soak_machine_run(&machine, seconds * NS_PER_SECOND + LATE_NS, error);
		if (machine.board.ending == ENDING_POWEROFF || machine.board.ending == ENDING_TIMEOUT)
			status = settle(&account, address, error);
	}
	soak_machine_close(&machine);
	return status;
}

int main(int argc, char **argv)
{
	struct error error;

	if (argc != 5)
		return STATUS_USAGE;
	if (soak(strtoull(argv[1], NULL, 10), argv[2], argv[3], strtoull(argv[4], NULL, 16), &error) == 0)
		return 0;
	fprintf(stderr, "ticks: %s\n", error.text);
	return 1;
}
