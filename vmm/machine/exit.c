/* SPDX-License-Identifier: MIT */
/* Handles the reasons of exits, I/O before all others: see exit.h. */
#include "machine/exit.h"

#include <string.h>

#include "kvm/vcpu.h"

/*
 * load() and store() copy a little-endian value of `size` bytes. They compare instead of using a switch, for which a
 * compiler makes a jump table: after an exit the processor has lost the history by which it predicts indirect branches.
 * For the same reason machine_handle_exit() compares with KVM_EXIT_IO first.
 */
static inline uint64_t load(const uint8_t *bytes, unsigned size)
{
	uint64_t value = 0;

	if (size == 1)
		return bytes[0];
	if (size == 2)
		memcpy(&value, bytes, 2);
	else if (size == 4)
		memcpy(&value, bytes, 4);
	else
		memcpy(&value, bytes, size < sizeof(value) ? size : sizeof(value));
	return value;
}

static inline void store(uint8_t *bytes, unsigned size, uint64_t value)
{
	if (size == 1)
		bytes[0] = (uint8_t)value;
	else if (size == 2)
		memcpy(bytes, &value, 2);
	else if (size == 4)
		memcpy(bytes, &value, 4);
	else
		memcpy(bytes, &value, size < sizeof(value) ? size : sizeof(value));
}

/* Performs one access of the guest. Returns the flags that the access adds to the exit's record. */
static uint8_t access_bus(struct bus *bus, uint64_t address, unsigned size, bool is_write, uint8_t *data)
{
	uint64_t value = 0;
	bool claimed;

	if (is_write) {
		claimed = bus_write(bus, address, size, load(data, size));
	} else {
		claimed = bus_read(bus, address, size, &value);
		store(data, size, value);
	}
	return claimed ? 0 : RECORD_UNCLAIMED;
}

static void handle_io(struct board *board, struct kvm_run *run, struct exit_record *record)
{
	uint8_t *data = (uint8_t *)run + run->io.data_offset;
	const bool is_write = run->io.direction == KVM_EXIT_IO_OUT;
	const unsigned size = run->io.size;

	record->address = run->io.port | (uint64_t)run->io.count << RECORD_COUNT_SHIFT;
	record->cpl_size |= (uint8_t)(size << RECORD_SIZE_SHIFT);
	record->flags = (uint8_t)((is_write ? RECORD_WRITE : 0) | (run->io.count > 1 ? RECORD_STRING : 0));
	for (unsigned i = 0; i < run->io.count; i++)
		record->flags |= access_bus(&board->ports, run->io.port, size, is_write, data + (size_t)i * size);
	record->value = load(data, size);
}

static void handle_mmio(struct board *board, struct kvm_run *run, struct exit_record *record)
{
	const unsigned length = run->mmio.len;
	const bool is_power_of_two = (length & (length - 1)) == 0;
	/* KVM may split an access that crosses a page into parts of any length. */
	const unsigned size = is_power_of_two ? length : 1;

	record->address = run->mmio.phys_addr;
	record->cpl_size |= (uint8_t)(length << RECORD_SIZE_SHIFT);
	record->flags = run->mmio.is_write ? RECORD_WRITE : 0;
	for (unsigned at = 0; at < length; at += size)
		record->flags |= access_bus(&board->mmio, run->mmio.phys_addr + at, size, run->mmio.is_write,
					    run->mmio.data + at);
	record->value = load(run->mmio.data, length);
}

static void handle_system_event(struct board *board, const struct kvm_run *run, struct exit_record *record)
{
	record->value = run->system_event.type;
	switch (run->system_event.type) {
	case KVM_SYSTEM_EVENT_SHUTDOWN:
		board_end(board, ENDING_POWEROFF, RINGSIDE_STATUS_OK);
		break;
	case KVM_SYSTEM_EVENT_RESET:
		board_end(board, ENDING_RESET, RINGSIDE_STATUS_OK);
		break;
	default:
		board_end(board, ENDING_PANIC, RINGSIDE_STATUS_CRASH);
	}
}

static enum outcome handle_halt(struct board *board, const struct kvm_run *run)
{
	if (run->if_flag)
		return OUTCOME_HALT;
	board_end(board, ENDING_DEAD_HALT, RINGSIDE_STATUS_CRASH);
	return OUTCOME_END;
}

_Static_assert((unsigned)VCPU_CPL_UNKNOWN == CPL_UNKNOWN,
	       "describe() copies the CPL from the vCPU to the record unchanged");

/* Fills in what the record of every exit has. */
static void describe(const struct kvm_run *run, struct exit_record *record)
{
	const struct kvm_sync_regs *registers = &run->s.regs;

	record->rip = registers->regs.rip;
	record->frame = (uint32_t)(registers->sregs.cr3 >> CR3_FRAME_SHIFT);
	record->kind = (uint8_t)(run->exit_reason < RINGSIDE_EXIT_LIMIT ? run->exit_reason : RINGSIDE_EXIT_UNKNOWN);
	record->cpl_size = registers->sregs.ss.dpl; /* the CPL, in every mode (Intel SDM vol. 3C, 25.4.1) */
	record->address = 0;
	record->value = 0;
	record->flags = 0;
	record->vector = 0;
}

/* Handles every exit reason except I/O. */
static enum outcome handle_other(struct board *board, struct kvm_run *run, struct exit_record *record)
{
	switch (run->exit_reason) {
	case KVM_EXIT_MMIO:
		handle_mmio(board, run, record);
		break;
	case KVM_EXIT_HLT:
		return handle_halt(board, run);
	case KVM_EXIT_INTR:
	case KVM_EXIT_IRQ_WINDOW_OPEN:
	case KVM_EXIT_SET_TPR: /* the guest wrote CR8, which affects only a local APIC, and there is none */
	case KVM_EXIT_DEBUG:
		break;
	case KVM_EXIT_SHUTDOWN:
		board_end(board, ENDING_TRIPLE_FAULT, RINGSIDE_STATUS_CRASH);
		break;
	case KVM_EXIT_FAIL_ENTRY:
		record->value = run->fail_entry.hardware_entry_failure_reason;
		board_end(board, ENDING_ENTRY_FAILURE, RINGSIDE_STATUS_CRASH);
		break;
	case KVM_EXIT_INTERNAL_ERROR:
		record->value = run->internal.suberror;
		board_end(board, ENDING_INTERNAL_ERROR, RINGSIDE_STATUS_CRASH);
		break;
	case KVM_EXIT_SYSTEM_EVENT:
		handle_system_event(board, run, record);
		break;
	default:
		record->value = run->exit_reason;
		board_end(board, ENDING_UNEXPECTED_EXIT, RINGSIDE_STATUS_CRASH);
	}
	return board->ending == ENDING_NONE ? OUTCOME_CONTINUE : OUTCOME_END;
}

enum outcome machine_handle_exit(struct board *board, struct kvm_run *run, struct exit_record *record)
{
	describe(run, record);
	if (__builtin_expect(run->exit_reason != KVM_EXIT_IO, 0))
		return handle_other(board, run, record);
	handle_io(board, run, record);
	return board->ending == ENDING_NONE ? OUTCOME_CONTINUE : OUTCOME_END;
}
