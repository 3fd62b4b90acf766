/* SPDX-License-Identifier: MIT */
/* The run loop: kicks, interrupts and halts between two entries of the guest. See loop.h. */
#include "machine/loop.h"

#include "base/array.h"
#include "host/absences.h"
#include "host/deadlines.h"
#include "host/input.h"
#include "host/kick.h"
#include "machine/exit.h"

enum { SIGNAL_STATUS_BASE = 128 }; /* a shell reports a process ended by signal N as 128 + N */

#define WATCH_NS UINT64_C(250000000) /* interval of watch_halt() */

static void end_for_kick(struct loop *loop, unsigned kicks)
{
	if (kicks & KICK_STOP) {
		board_end(loop->board, ENDING_SIGNAL, (uint8_t)(SIGNAL_STATUS_BASE + kick_stop_signal()));
	} else if (kicks & KICK_FAILURE) {
		loop->failure = deadlines_failure();
		board_end(loop->board, ENDING_HOST_FAILURE, RINGSIDE_STATUS_REFUSED);
	} else if (deadline_has_passed(DEADLINE_TIMEOUT)) {
		board_end(loop->board, ENDING_TIMEOUT, RINGSIDE_STATUS_TIMEOUT);
	}
}

static void take_input(struct uart *uart)
{
	if (input_ended())
		uart_hang_up(uart);
	else
		uart_input(uart);
}

/*
 * Ends the run if the guest has halted with interrupts disabled, since nothing can wake it. For guests that halt inside
 * KVM_RUN; where HLT causes an exit, machine/exit.c sees the halt at once.
 */
static void watch_halt(struct loop *loop)
{
	if (!loop->vcpu->run->if_flag && vcpu_is_halted(loop->vcpu))
		board_end(loop->board, ENDING_DEAD_HALT, RINGSIDE_STATUS_CRASH);
	deadline_set(DEADLINE_WATCH, deadlines_now() + WATCH_NS);
}

static void take_deadlines(struct loop *loop)
{
	const unsigned passed = deadlines_take();

	pit_advance(&loop->board->devices.pit);
	if (passed & 1u << DEADLINE_FLUSH)
		console_flush(loop->console);
	if (passed & 1u << DEADLINE_WATCH)
		watch_halt(loop);
}

static void take_kicks(struct loop *loop, struct exit_record *record)
{
	const unsigned kicks = kick_take();

	if (record->kind == RINGSIDE_EXIT_INTR)
		record->value = kicks & KICK_DEADLINE ? RECORD_INTR_TICK : RECORD_INTR_SIGNAL;
	if (kicks & KICK_DEADLINE)
		take_deadlines(loop);
	if (kicks & KICK_INPUT)
		take_input(&loop->board->devices.uart);
	if (kicks & (KICK_DEADLINE | KICK_STOP | KICK_FAILURE))
		end_for_kick(loop, kicks);
}

/* The guest has halted: sleeps until an interrupt is pending or the run has ended. */
static void halt(struct loop *loop, struct exit_record *record)
{
	console_flush(loop->console);
	if (loop->recorder->watcher != NULL)
		loop->recorder->watcher->waiting(loop->recorder->watcher->context);
	for (;;) {
		if (loop->vcpu->run->immediate_exit)
			take_kicks(loop, record);
		if (loop->board->ending != ENDING_NONE || pic_pending(&loop->board->devices.pic))
			return;
		loop->slept = __builtin_ia32_rdtsc();
		kick_wait();
		loop->woken = __builtin_ia32_rdtsc();
		if (!(record->flags & RECORD_WAITED))
			record->address = loop->slept;
		record->flags |= RECORD_WAITED;
		record->value += loop->woken - loop->slept;
	}
}

/* Which event an absence of the thread is; RINGSIDE_EVENT_COUNT = none: it is the sleep that the exit of HLT tells. */
static unsigned event_of(const struct loop *loop, const struct time_away *absence)
{
	const uint64_t start = absence->end - absence->ticks;

	if (!absence->is_voluntary)
		return RINGSIDE_EVENT_HOST_TOOK;
	if (start < loop->woken && absence->end > loop->slept)
		return RINGSIDE_EVENT_COUNT;
	if (loop->halts_in_kernel && start < loop->exit && absence->end > loop->entry)
		return RINGSIDE_EVENT_HOST_HALT;
	return RINGSIDE_EVENT_HOST_BLOCK;
}

/* The row of an exit in ringside/kvm_exits.h. */
static unsigned kvm_exit_of(const struct time_away *exit)
{
	static const struct {
		uint32_t isa, number;
	} rows[] = {
#define ROW(code, words, isa, number) {isa, number},
		RINGSIDE_KVM_EXITS(ROW)
#undef ROW
	};
	const uint32_t number = exit->isa == RINGSIDE_ISA_VMX ? (uint16_t)exit->reason : exit->reason;

	for (unsigned i = 0; i < COUNT(rows); i++)
		if (rows[i].isa == exit->isa && rows[i].number == number)
			return i;
	return 0;
}

/* Makes the record of an exit that KVM handled by itself. False: it came to user space, and is a record already. */
static bool take_kvm_exit(struct loop *loop, const struct time_away *exit, union record *record)
{
	uint64_t end = exit->end;

	if (end - exit->ticks < loop->entry && end > loop->entry)
		return false;
	/* It was before KVM_RUN returned, even if two clocks say otherwise. */
	end = end > loop->exit ? loop->exit : end;
	*record = (union record){.event = {
					 .tsc = end > loop->told ? end : loop->told,
					 .a = exit->rip,
					 .b = kvm_exit_of(exit),
					 .ns = exit->ns,
					 .kind = RECORD_EVENT + RINGSIDE_EVENT_KVM_EXIT,
				 }};
	return true;
}

/* The next absence of which the kernel has told: one at most where it tells of no switches. */
static bool take_absence(struct loop *loop, struct time_away *absence)
{
	if (loop->absences->page != NULL)
		return absences_next(loop->absences, absence);
	*absence = loop->waited;
	loop->waited.ticks = 0;
	return absence->ticks != 0;
}

static bool next_absence(void *context, union record *record)
{
	struct loop *loop = context;
	struct time_away absence;

	while (take_absence(loop, &absence)) {
		if (absence.is_exit) {
			if (!take_kvm_exit(loop, &absence, record))
				continue;
			loop->told = record->event.tsc;
			return true;
		}
		const unsigned event = event_of(loop, &absence);

		if (event == RINGSIDE_EVENT_COUNT)
			continue;
		*record = (union record){.event = {
						 .tsc = absence.end,
						 .a = absence.ticks,
						 .b = absence.ns,
						 .kind = (uint8_t)(RECORD_EVENT + event),
					 }};
		loop->told = absence.end;
		return true;
	}
	return false;
}

static void run_failed(struct loop *loop, int failure)
{
	loop->failure = failure;
	board_end(loop->board, ENDING_RUN_FAILURE, RINGSIDE_STATUS_CRASH);
}

/* Injects the pending interrupt, or asks KVM for an exit as soon as the vCPU can take an interrupt. */
static void deliver_interrupt(struct loop *loop, struct exit_record *record)
{
	struct kvm_run *run = loop->vcpu->run;

	if (__builtin_expect(loop->stepper != NULL, 0) && !loop->stepper->may_inject(loop->stepper->context, run))
		return;
	if (run->ready_for_interrupt_injection && run->if_flag) {
		record->vector = pic_acknowledge(&loop->board->devices.pic);
		record->flags |= RECORD_INJECTED;
		int failure = vcpu_interrupt(loop->vcpu, record->vector);
		if (failure != 0)
			run_failed(loop, failure);
		if (!pic_pending(&loop->board->devices.pic))
			return;
	}
	run->request_interrupt_window = 1;
	record->flags |= RECORD_WINDOW;
}

/*
 * Sets a deadline for the text in the console's buffer, or removes it when there is none any more. Most text ends with
 * a newline or before the guest waits; but a guest may compute on, or halt inside KVM_RUN, where the VMM does not see
 * it.
 */
static void arrange_flush(struct loop *loop)
{
	loop->is_flush_due = loop->console->length != 0;
	deadline_set(DEADLINE_FLUSH, loop->is_flush_due ? deadlines_now() + CONSOLE_PATIENCE_NS : CLOCK_NEVER);
}

/*
 * Takes the guest's events step by step, so that a full ring does not keep the VMM from the end of the run. Other kicks
 * wait, because all events come before the exit that they led to: a ring of the greatest capacity takes a few
 * milliseconds, and as live text some 100.
 */
static void take_events(struct loop *loop, const struct exit_record *exit)
{
	while (event_ring_take(&loop->board->ring, loop->recorder, exit->entry, exit->tsc)) {
		if (loop->vcpu->run->immediate_exit && deadlines_must_end())
			return;
	}
}

/* Where the kernel tells of no switches: looks whether the thread had to wait in the guest, or before, in the VMM. */
static void find_wait(struct loop *loop, const struct exit_record *exit)
{
	const uint32_t khz = loop->vcpu->tsc_khz;
	const uint64_t since = loop->woken > loop->left ? loop->woken : loop->left;

	if (!absences_in_stretch(loop->absences, exit->tsc, exit->tsc - exit->entry, khz, &loop->waited) && since != 0)
		absences_in_stretch(loop->absences, exit->entry, exit->entry - since, khz, &loop->waited);
	loop->left = exit->tsc;
}

/* Looks for absences of the thread, which stand among the other records in the order of time. */
static void take_absences(struct loop *loop, const struct exit_record *exit)
{
	if (loop->absences == NULL)
		return;
	if (loop->absences->page == NULL && loop->left != exit->tsc)
		find_wait(loop, exit);
	if (__builtin_expect(!absences_are_told(loop->absences) && loop->waited.ticks == 0, 1))
		return;
	loop->entry = exit->entry;
	loop->exit = exit->tsc;
	recorder_take_source(loop->recorder);
}

static uint64_t periods(const struct pit *pit)
{
	return pit->raised + pit->coalesced;
}

/* Records that the 8254 has raised its interrupt at `tsc`. */
static void record_tick(struct loop *loop, uint64_t tsc)
{
	const struct pit *pit = &loop->board->devices.pit;
	const union record record = {.event = {
					     .tsc = tsc,
					     .a = pit->late,
					     .b = periods(pit) - loop->periods - 1,
					     .kind = RECORD_EVENT + RINGSIDE_EVENT_TICK,
				     }};

	loop->periods = periods(pit);
	recorder_append(loop->recorder, &record);
}

/* Does everything between an exit and the next entry of the guest. */
static void handle_exit(struct loop *loop, union record *record)
{
	struct kvm_run *run = loop->vcpu->run;
	uint64_t tick = 0;

	take_absences(loop, &record->exit);
	if (event_ring_has_events(&loop->board->ring))
		take_events(loop, &record->exit);
	if (__builtin_expect(loop->stepper != NULL, 0))
		loop->stepper->exited(loop->stepper->context, run);
	const enum outcome outcome = machine_handle_exit(loop->board, run, &record->exit);

	if (outcome == OUTCOME_HALT)
		halt(loop, &record->exit);
	else if (__builtin_expect(run->immediate_exit, 0))
		take_kicks(loop, &record->exit);
	if (__builtin_expect(periods(&loop->board->devices.pit) != loop->periods, 0))
		tick = __builtin_ia32_rdtsc();
	run->request_interrupt_window = 0;
	if (pic_pending(&loop->board->devices.pic) && loop->board->ending == ENDING_NONE)
		deliver_interrupt(loop, &record->exit);
	if (__builtin_expect((loop->console->length != 0) != loop->is_flush_due, 0))
		arrange_flush(loop);
	recorder_append(loop->recorder, record);
	if (__builtin_expect(tick != 0, 0)) {
		take_absences(loop, &record->exit); /* those since the exit come before the tick */
		record_tick(loop, tick);
	}
	if (__builtin_expect(loop->stepper != NULL, 0))
		loop->stepper->entering(loop->stepper->context, run);
}

void loop_run(struct loop *loop)
{
	union record record;
	const struct record_watcher *watcher = loop->recorder->watcher;

	if (loop->absences != NULL)
		loop->recorder->source = (struct record_source){next_absence, loop};
	kick_attach(loop->vcpu->run);
	if (loop->halts_in_kernel)
		deadline_set(DEADLINE_WATCH, deadlines_now() + WATCH_NS);
	while (loop->board->ending == ENDING_NONE) {
		if (__builtin_expect(watcher != NULL, 0))
			watcher->entering(watcher->context, __builtin_ia32_rdtsc());
		int failure = vcpu_run(loop->vcpu, &record.exit.entry, &record.exit.tsc);
		if (__builtin_expect(failure != 0, 0)) {
			if (event_ring_has_events(&loop->board->ring))
				take_events(loop, &record.exit);
			run_failed(loop, failure);
			break;
		}
		handle_exit(loop, &record);
	}
	kick_detach();
	if (loop->absences != NULL && absences_are_told(loop->absences))
		recorder_take_source(loop->recorder);
	recorder_append_due(loop->recorder, UINT64_MAX);
	if (loop->stepper != NULL)
		loop->stepper->ended(loop->stepper->context);
}
