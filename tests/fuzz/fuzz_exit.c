/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes exit handling on a whole board: the input is a sequence of struct kvm_run as KVM could leave it, with any exit
 * reason, any access, any element count that fits the data page. The record must describe the exit, and only the data
 * that KVM owns may be written. Run by tests/fuzz/run.
 */
#include <stdlib.h>
#include <string.h>

#include "machine/exit.h"
#include "text/text.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { RAM = 1 << 16, DATA_OFFSET = 0x1000, DATA_SIZE = 0x1000, RUN_SIZE = DATA_OFFSET + DATA_SIZE };

/* An input is a sequence of these steps. */
struct step {
	uint8_t reason;
	uint8_t size; /* bit 7: the number of elements has the high bits of `more`, so it may be thousands */
	uint8_t direction, count;
	uint16_t port;
	uint8_t datum[8];
	uint16_t more; /* the high bits of an address, or of a count */
};

static void check(bool holds)
{
	if (!holds)
		abort();
}

static uint64_t now(void *owner)
{
	return *(uint64_t *)owner += 1000;
}

static void alarm_at(void *owner, uint64_t deadline)
{
	(void)owner, (void)deadline;
}

static void transmit(void *owner, uint8_t byte)
{
	(void)owner, (void)byte;
}

static size_t receive(void *owner, uint8_t *bytes, size_t size)
{
	(void)owner;
	memset(bytes, 'x', size);
	return size;
}

static bool ready(void *owner, bool watch)
{
	(void)owner;
	return watch;
}

static void fill_io(struct kvm_run *run, const struct step *step)
{
	run->io.size = (uint8_t)(1u << step->size % 3);
	run->io.direction = step->direction & 1;
	run->io.port = step->port;
	const uint32_t count = step->count | (step->size & 0x80 ? (uint32_t)step->more << 8 : 0);
	run->io.count = 1 + count % ((uint32_t)DATA_SIZE / run->io.size);
	/* The elements end where the page ends. */
	run->io.data_offset = RUN_SIZE - run->io.count * run->io.size;
	for (uint64_t i = run->io.data_offset; i < RUN_SIZE; i++)
		((uint8_t *)run)[i] = step->datum[i % sizeof(step->datum)];
}

static void fill(struct kvm_run *run, const struct step *step)
{
	memset(run, 0, sizeof(*run));
	run->exit_reason = step->reason < 0x80 ? step->reason & 0x1f : (uint32_t)step->reason << 24;
	run->if_flag = step->direction & 1;
	run->s.regs.regs.rip = step->port;
	run->s.regs.sregs.ss.dpl = step->size & 3;
	switch (run->exit_reason) {
	case KVM_EXIT_IO:
		fill_io(run, step);
		break;
	case KVM_EXIT_MMIO:
		run->mmio.phys_addr = step->port | (uint64_t)step->more << 48;
		run->mmio.len = 1 + step->size % sizeof(run->mmio.data);
		run->mmio.is_write = step->direction & 1;
		memcpy(run->mmio.data, step->datum, sizeof(run->mmio.data));
		break;
	default:
		memcpy(&run->hw, step->datum, sizeof(step->datum));
	}
}

static void run_step(struct board *board, struct kvm_run *run, const struct step *step)
{
	union record record = {.exit = {.tsc = 2, .entry = 1}};

	fill(run, step);
	const enum outcome outcome = machine_handle_exit(board, run, &record.exit);
	check(!record_is_event(&record) && record.exit.kind < RINGSIDE_EXIT_LIMIT);
	check(record.exit.rip == step->port && exit_cpl(&record.exit) == (step->size & 3));
	check((outcome == OUTCOME_END) == (board->ending != ENDING_NONE));
	check(board->ending < ENDING_COUNT && ending_words(board->ending) != NULL);
	check(board->ring.shared == NULL || board->ring.capacity != 0);
	board->ending = ENDING_NONE; /* and the guest goes on */
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct memory memory;
	static struct kvm_run *run;
	uint64_t time = 0;
	struct board board;
	const struct board_parts parts = {
		.memory = &memory,
		.clock = {.now = now, .alarm = alarm_at, .owner = &time, .time_of_day = now},
		.console = {transmit, receive, ready, NULL},
	};
	struct error error;
	struct step step;

	if (run == NULL) {
		run = malloc(RUN_SIZE);
		check(run != NULL && memory_create(&memory, RAM, &error) == 0);
	}
	memset(memory.host, 0, RAM);
	check(board_init(&board, &parts, &error) == 0);
	for (; size >= sizeof(step); data += sizeof(step), size -= sizeof(step)) {
		memcpy(&step, data, sizeof(step));
		run_step(&board, run, &step);
	}
	return 0;
}
