/* SPDX-License-Identifier: MIT */
/* Unit tests of exit handling without KVM: a whole board and a struct kvm_run that the test fills in. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "kvm/vcpu.h"
#include "machine/exit.h"

enum { RUN_SIZE = 0x3000, DATA_OFFSET = 0x1000, COM1 = 0x3f8, COM1_SCRATCH = 0x3ff, NOBODY = 0x700 };

static struct board board;
static struct memory memory;
static struct kvm_run *run;
static char sent[64];
static size_t sent_count;

static uint64_t now(void *owner)
{
	(void)owner;
	return 1000;
}

static void alarm_at(void *owner, uint64_t deadline)
{
	(void)owner;
	(void)deadline;
}

static void transmit(void *owner, uint8_t byte)
{
	(void)owner;
	if (sent_count < sizeof(sent))
		sent[sent_count++] = (char)byte;
}

static size_t receive(void *owner, uint8_t *bytes, size_t size)
{
	(void)owner;
	(void)bytes;
	(void)size;
	return 0;
}

static bool ready(void *owner, bool watch)
{
	(void)owner;
	(void)watch;
	return false;
}

static void set_up(void)
{
	const struct board_parts parts = {
		.memory = &memory,
		.clock = {.now = now, .alarm = alarm_at},
		.console = {transmit, receive, ready, NULL},
		.features = RINGSIDE_FEATURE_EVENTS,
	};
	struct error error;

	cr_assert_eq(memory_create(&memory, 1 << 20, &error), 0);
	cr_assert_eq(board_init(&board, &parts, &error), 0, "%s", error.text);
	run = calloc(1, RUN_SIZE);
	cr_assert_not_null(run);
	run->io.data_offset = DATA_OFFSET;
	sent_count = 0;
}

static void tear_down(void)
{
	free(run);
	memory_destroy(&memory);
}

static uint8_t *data(void)
{
	return (uint8_t *)run + DATA_OFFSET;
}

static enum outcome io(uint8_t direction, uint16_t port, uint8_t size, uint32_t count, struct exit_record *record)
{
	run->exit_reason = KVM_EXIT_IO;
	run->io.direction = direction;
	run->io.port = port;
	run->io.size = size;
	run->io.count = count;
	return machine_handle_exit(&board, run, record);
}

static enum outcome exit_by(uint32_t reason, struct exit_record *record)
{
	run->exit_reason = reason;
	return machine_handle_exit(&board, run, record);
}

TestSuite(exit, .init = set_up, .fini = tear_down);

Test(exit, registers_reach_the_record)
{
	struct exit_record record = {.tsc = 22, .entry = 11};

	run->s.regs.regs.rip = 0xffffffff80001234;
	run->s.regs.sregs.cr3 = 0x123456000;
	run->s.regs.sregs.ss.dpl = 3;
	cr_expect_eq(exit_by(KVM_EXIT_INTR, &record), OUTCOME_CONTINUE);
	cr_expect_eq(record.tsc, 22);
	cr_expect_eq(record.entry, 11);
	cr_expect_eq(record.rip, 0xffffffff80001234);
	cr_expect_eq(record.frame, 0x123456);
	cr_expect_eq(exit_cpl(&record), CPL_USER);
	cr_expect_eq(record.kind, RINGSIDE_EXIT_INTR);
	cr_expect_eq(record.flags, 0);
}

Test(exit, without_sregs_the_cpl_is_not_known)
{
	struct vcpu vcpu = {.run = run};
	struct exit_record record;

	run->kvm_valid_regs = KVM_SYNC_X86_REGS | KVM_SYNC_X86_SREGS;
	vcpu_skip_sregs(&vcpu);
	cr_expect_eq(run->kvm_valid_regs, KVM_SYNC_X86_REGS);
	exit_by(KVM_EXIT_INTR, &record);
	cr_expect_eq(exit_cpl(&record), CPL_UNKNOWN);
	data()[0] = 'A';
	io(KVM_EXIT_IO_OUT, COM1, 1, 1, &record);
	cr_expect_eq(exit_cpl(&record), CPL_UNKNOWN);
	cr_expect_eq(record.cpl_size >> 4, 1);
}

Test(exit, write_goes_to_the_device)
{
	struct exit_record record;

	data()[0] = 'A';
	cr_expect_eq(io(KVM_EXIT_IO_OUT, COM1, 1, 1, &record), OUTCOME_CONTINUE);
	cr_expect_eq(sent_count, 1);
	cr_expect_eq(sent[0], 'A');
	cr_expect_eq(record.kind, RINGSIDE_EXIT_IO);
	cr_expect_eq(record.flags, RECORD_WRITE);
	cr_expect_eq(record.address, COM1 | UINT64_C(1) << 32);
	cr_expect_eq(record.value, 'A');
	cr_expect_eq(record.cpl_size >> 4, 1);
}

Test(exit, read_completes_the_record)
{
	struct exit_record record;

	data()[0] = 0x5a;
	io(KVM_EXIT_IO_OUT, COM1_SCRATCH, 1, 1, &record);
	data()[0] = 0;
	cr_expect_eq(io(KVM_EXIT_IO_IN, COM1_SCRATCH, 1, 1, &record), OUTCOME_CONTINUE);
	cr_expect_eq(data()[0], 0x5a);
	cr_expect_eq(record.value, 0x5a);
	cr_expect_eq(record.flags, 0);
}

Test(exit, string_is_one_record_of_its_first_element)
{
	struct exit_record record;

	memcpy(data(), "hello", 5);
	io(KVM_EXIT_IO_OUT, COM1, 1, 5, &record);
	cr_expect_arr_eq(sent, "hello", 5);
	cr_expect_eq(record.flags, RECORD_WRITE | RECORD_STRING);
	cr_expect_eq(record.address, COM1 | UINT64_C(5) << 32);
	cr_expect_eq(record.value, 'h');
}

Test(exit, string_read_fills_every_element)
{
	struct exit_record record;

	memset(data(), 0, 16);
	io(KVM_EXIT_IO_IN, NOBODY, 2, 3, &record);
	cr_expect_arr_eq(data(), "\xff\xff\xff\xff\xff\xff\0", 7);
}

Test(exit, nobody_reads_all_ones_and_says_so)
{
	static const uint8_t sizes[] = {1, 2, 4};
	static const uint64_t ones[] = {0xff, 0xffff, 0xffffffff};

	for (unsigned i = 0; i < 3; i++) {
		struct exit_record record;

		memset(data(), 0, 8);
		cr_expect_eq(io(KVM_EXIT_IO_IN, NOBODY, sizes[i], 1, &record), OUTCOME_CONTINUE);
		cr_expect_eq(record.flags, RECORD_UNCLAIMED);
		cr_expect_eq(record.value, ones[i]);
		cr_expect_eq(data()[sizes[i]], 0, "a read of %u bytes wrote more", sizes[i]);
	}
}

Test(exit, mmio_of_any_length)
{
	for (uint32_t length = 1; length <= 8; length++) {
		struct exit_record record;

		run->mmio.phys_addr = 0xd0000000;
		run->mmio.len = length;
		run->mmio.is_write = 0;
		memset(run->mmio.data, 0, sizeof(run->mmio.data));
		cr_expect_eq(exit_by(KVM_EXIT_MMIO, &record), OUTCOME_CONTINUE);
		cr_expect_eq(record.address, 0xd0000000);
		cr_expect_eq(record.flags, RECORD_UNCLAIMED);
		cr_expect_eq(record.cpl_size >> 4, length);
		cr_expect_eq(record.value, UINT64_MAX >> (64 - 8 * length), "length %u", length);
	}
}

Test(exit, mmio_write)
{
	struct exit_record record;

	run->mmio.phys_addr = 0xfee00000;
	run->mmio.len = 4;
	run->mmio.is_write = 1;
	memcpy(run->mmio.data, "\1\2\3\4", 4);
	exit_by(KVM_EXIT_MMIO, &record);
	cr_expect_eq(record.flags, RECORD_WRITE | RECORD_UNCLAIMED);
	cr_expect_eq(record.value, 0x04030201);
}

Test(exit, power_off_statuses)
{
	static const struct {
		uint32_t written;
		enum ending ending;
		uint8_t status;
	} cases[] = {
		{0, ENDING_POWEROFF, 0},
		{7, ENDING_POWEROFF, 7},
		{RINGSIDE_STATUS_INIT_MAX, ENDING_POWEROFF, RINGSIDE_STATUS_INIT_MAX},
		{RINGSIDE_STATUS_INIT_MAX + 1, ENDING_POWEROFF, RINGSIDE_STATUS_INIT_MAX},
		{UINT32_MAX, ENDING_POWEROFF, RINGSIDE_STATUS_INIT_MAX},
		{RINGSIDE_POWEROFF_PANIC, ENDING_PANIC, RINGSIDE_STATUS_CRASH},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct exit_record record;

		board.ending = ENDING_NONE;
		memcpy(data(), &cases[i].written, 4);
		cr_expect_eq(io(KVM_EXIT_IO_OUT, RINGSIDE_PORT + RINGSIDE_REG_POWEROFF, 4, 1, &record), OUTCOME_END);
		cr_expect_eq(board.ending, cases[i].ending);
		cr_expect_eq(board.status, cases[i].status);
	}
}

Test(exit, debug_exit_as_in_qemu)
{
	struct exit_record record;

	data()[0] = 0x10;
	cr_expect_eq(io(KVM_EXIT_IO_OUT, 0xf4, 1, 1, &record), OUTCOME_END);
	cr_expect_eq(board.ending, ENDING_DEBUG_EXIT);
	cr_expect_eq(board.status, 0x21);
}

Test(exit, the_first_ending_stands)
{
	struct exit_record record;

	memcpy(data(), "\5\0\0\0\6\0\0\0", 8);
	io(KVM_EXIT_IO_OUT, RINGSIDE_PORT + RINGSIDE_REG_POWEROFF, 4, 2, &record);
	cr_expect_eq(board.status, 5);
}

Test(exit, halt)
{
	struct exit_record record;

	run->if_flag = 1;
	cr_expect_eq(exit_by(KVM_EXIT_HLT, &record), OUTCOME_HALT);
	run->if_flag = 0;
	cr_expect_eq(exit_by(KVM_EXIT_HLT, &record), OUTCOME_END);
	cr_expect_eq(board.ending, ENDING_DEAD_HALT);
	cr_expect_eq(board.status, RINGSIDE_STATUS_CRASH);
}

Test(exit, crashes)
{
	static const struct {
		uint32_t reason;
		enum ending ending;
	} cases[] = {
		{KVM_EXIT_SHUTDOWN, ENDING_TRIPLE_FAULT},
		{KVM_EXIT_FAIL_ENTRY, ENDING_ENTRY_FAILURE},
		{KVM_EXIT_INTERNAL_ERROR, ENDING_INTERNAL_ERROR},
		{KVM_EXIT_UNKNOWN, ENDING_UNEXPECTED_EXIT},
		{KVM_EXIT_HYPERCALL, ENDING_UNEXPECTED_EXIT},
		{RINGSIDE_EXIT_LIMIT, ENDING_UNEXPECTED_EXIT},
		{UINT32_MAX, ENDING_UNEXPECTED_EXIT},
	};

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct exit_record record;

		board.ending = ENDING_NONE;
		cr_expect_eq(exit_by(cases[i].reason, &record), OUTCOME_END);
		cr_expect_eq(board.ending, cases[i].ending, "reason %u", cases[i].reason);
		cr_expect_eq(board.status, RINGSIDE_STATUS_CRASH);
		cr_expect(ending_is_crash(board.ending));
		cr_expect_lt(record.kind, RINGSIDE_EXIT_LIMIT);
	}
}

Test(exit, details_of_failures)
{
	struct exit_record record;

	run->internal.suberror = KVM_INTERNAL_ERROR_EMULATION;
	exit_by(KVM_EXIT_INTERNAL_ERROR, &record);
	cr_expect_eq(record.value, KVM_INTERNAL_ERROR_EMULATION);
	run->fail_entry.hardware_entry_failure_reason = 0x80000021;
	exit_by(KVM_EXIT_FAIL_ENTRY, &record);
	cr_expect_eq(record.value, 0x80000021);
}

Test(exit, system_events)
{
	struct exit_record record;

	run->system_event.type = KVM_SYSTEM_EVENT_RESET;
	cr_expect_eq(exit_by(KVM_EXIT_SYSTEM_EVENT, &record), OUTCOME_END);
	cr_expect_eq(board.ending, ENDING_RESET);
	cr_expect_eq(record.value, KVM_SYSTEM_EVENT_RESET);
}

Test(exit, the_guest_sees_the_ringside_device)
{
	struct exit_record record;
	uint32_t value;

	io(KVM_EXIT_IO_IN, RINGSIDE_PORT + RINGSIDE_REG_ID, 4, 1, &record);
	memcpy(&value, data(), 4);
	cr_expect_eq(value, RINGSIDE_ID);
	io(KVM_EXIT_IO_IN, RINGSIDE_PORT + RINGSIDE_REG_FEATURES, 4, 1, &record);
	cr_expect_eq(record.value, RINGSIDE_FEATURE_EVENTS);
}

/* ---- an interrupt controller in the kernel ---- */

static unsigned raised;

static void set_input(void *controller, unsigned input, bool level)
{
	if (level)
		*(unsigned *)controller |= 1u << input;
}

Test(exit, lines_go_to_an_interrupt_controller_elsewhere)
{
	enum {
		IRQ_SERIAL = 4,
		COM1_IER = 0x3f9,
		COM1_MCR = 0x3fc,
		IER_THR_EMPTY = 2,
		MCR_OUT2 = 8,
		PIC = 0x20,
		PIT = 0x43
	};
	const struct board_parts parts = {
		.memory = &memory,
		.clock = {.now = now, .alarm = alarm_at},
		.console = {transmit, receive, ready, NULL},
		.irqchip = {set_input, &raised, 0},
	};
	struct exit_record record;
	struct error error;

	cr_assert_eq(board_init(&board, &parts, &error), 0, "%s", error.text);
	raised = 0;
	*data() = MCR_OUT2;
	io(KVM_EXIT_IO_OUT, COM1_MCR, 1, 1, &record);
	*data() = IER_THR_EMPTY;
	io(KVM_EXIT_IO_OUT, COM1_IER, 1, 1, &record);
	cr_expect_eq(raised, 1u << IRQ_SERIAL);
	cr_expect_not(pic_pending(&board.devices.pic));
	io(KVM_EXIT_IO_OUT, PIC, 1, 1, &record);
	cr_expect(record.flags & RECORD_UNCLAIMED, "the 8259A is not the board's");
	io(KVM_EXIT_IO_OUT, PIT, 1, 1, &record);
	cr_expect(record.flags & RECORD_UNCLAIMED, "the 8254 is not the board's");
}

/* ---- the table of devices ---- */

Test(exit, every_port_of_a_device_has_a_name_where_it_answers)
{
	const struct device_row *row;

	for (unsigned i = 0; (row = device_row(i)) != NULL; i++)
		for (unsigned n = 0; n < row->device->range_count; n++) {
			const struct device_range *range = &row->device->ranges[n];
			const struct device_register *first = device_register_at((uint16_t)range->base);
			cr_expect_not_null(first, "%s, port %#x", range->access.name, (unsigned)range->base);
			cr_expect_eq(first, range->registers);
		}
	cr_expect_str_eq(device_register_name(device_register_at(0x20), true), "PIC1 command");
	cr_expect_str_eq(device_register_name(device_register_at(0x20), false), "PIC1 status");
	cr_expect_str_eq(device_register_at(0xcfc)->name, "PCI data");
	cr_expect_null(device_register_at(0x22));
	cr_expect_null(device_register_at(0xcfa));
}
