/* SPDX-License-Identifier: MIT */
/* The orders of the machine of `vmm bench`: a batch of samples of one crossing. Called by measure.c. */
#include "tools/bench/bench_machine.h"

#include <string.h>

#include "host/deadlines.h"
#include "host/kick.h"
#include "machine/exit.h"

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_SECOND UINT64_C(1000000000)

enum { KERNEL_TIMER_ATTEMPTS = 8 }; /* where the guest's clock is all that tells when it was set */

static bool is_measured_exit(const struct kvm_run *run)
{
	return run->exit_reason == KVM_EXIT_HLT ||
	       (run->exit_reason == KVM_EXIT_IO && run->io.port == BENCH_PORT + BENCH_REG_SINK);
}

/* The least a VMM can do. What is not the measured exit ends the batch and is handled as always. */
static int run_bare(struct bench_machine *machine, struct error *error)
{
	struct kvm_run *run_page = machine->vcpu.run;
	struct exit_record record;
	int result;

	machine->is_done = false;
	machine->board.ending = ENDING_NONE;
	kick_attach(run_page);
	if (run_page->immediate_exit)
		kick_take(); /* of before this batch; a signal to stop is remembered */
	do
		result = ioctl(machine->vcpu.fd, KVM_RUN, 0);
	while (result == 0 && is_measured_exit(run_page));
	kick_detach();
	if (result < 0 && errno != EINTR && errno != EAGAIN)
		return error_set(error, "KVM_RUN failed: %s", strerror(errno));
	if (result == 0)
		machine_handle_exit(&machine->board, run_page, &record);
	return machine->is_done ? 0 : bench_machine_run(machine, error);
}

/* What --trace writes goes to a file of its own for each batch, so that it does not grow for minutes. */
static int begin_logging(struct bench_machine *machine, enum bench_logging logging, struct error *error)
{
	machine->recorder.watcher = logging == BENCH_LOG_STATS ? &machine->watcher : NULL;
	if (logging != BENCH_LOG_FILE)
		return 0;
	if (trace_writer_open(&machine->writer, machine->trace, &machine->clock, NULL, NULL, error) < 0)
		return -1;
	machine->recorder.writer = &machine->writer;
	return 0;
}

static int end_logging(struct bench_machine *machine, struct error *error)
{
	if (machine->recorder.writer == NULL)
		return 0;
	machine->recorder.writer = NULL;
	return trace_writer_close(&machine->writer, __builtin_ia32_rdtsc(), error);
}

/* The TSC of the host that belongs to a time of its clock: both are read next to each other. */
static int64_t host_tsc_at(const struct bench_machine *machine, uint64_t ns)
{
	const int64_t now_tsc = (int64_t)__builtin_ia32_rdtsc(), now_ns = (int64_t)deadlines_now();

	return now_tsc - (now_ns - (int64_t)ns) * (int64_t)machine->vcpu.tsc_khz / (int64_t)NS_PER_MS;
}

/* From what the guest saw at the end to how late that was, with the deadlines that the VMM was given. */
static int subtract_deadlines(struct bench_machine *machine, unsigned count, int64_t *ticks, struct error *error)
{
	const int64_t offset = (int64_t)vcpu_tsc_offset(&machine->vcpu);

	if (machine->deadline_count < count)
		return error_set(error, "the timer was set %u times, not %u", machine->deadline_count, count);
	for (unsigned i = 0; i < count; i++)
		ticks[i] = ticks[i] - offset - host_tsc_at(machine, machine->deadlines[i]);
	return 0;
}

/* The same where the timer is in the kernel: its deadline is the count's time after it was set. */
static void subtract_set(const struct bench_machine *machine, unsigned count, int64_t *ticks)
{
	const uint64_t wait_ns = machine->timer_count * NS_PER_SECOND / PIT_FREQUENCY;
	const int64_t wait = (int64_t)(wait_ns * machine->vcpu.tsc_khz / NS_PER_MS);

	for (unsigned i = 0; i < count; i++)
		ticks[i] -= (int64_t)machine->page->set[i] + wait;
}

static int obey(struct bench_machine *machine, enum bench_logging logging, struct error *error)
{
	struct error ignored;

	if (begin_logging(machine, logging, error) < 0)
		return -1;
	const int result = (logging == BENCH_LOG_BARE ? run_bare : bench_machine_run)(machine, error);
	return end_logging(machine, result < 0 ? &ignored : error) < 0 ? -1 : result;
}

int bench_machine_measure(struct bench_machine *machine, const struct bench_order *order, int64_t *ticks,
			  struct error *error)
{
	struct bench_page *page = machine->page;

	if (machine->is_lost)
		return error_set(error, "the benchmark's guest is not there any more");
	page->crossing = order->crossing;
	page->count = order->count;
	page->iterations = order->iterations;
	page->timer_count = machine->timer_count;
	page->timer_attempts = machine->irqchip == IRQCHIP_KERNEL ? KERNEL_TIMER_ATTEMPTS : 1;
	page->processes = order->processes;
	page->bytes = order->bytes;
	machine->deadline_count = 0;
	if (obey(machine, order->logging, error) < 0)
		return -1;
	for (unsigned i = 0; i < order->count; i++)
		ticks[i] = (int64_t)page->samples[i];
	if (order->crossing < BENCH_TIMER_HALTED || order->crossing > BENCH_TIMER_RING3)
		return 0;
	if (machine->irqchip != IRQCHIP_KERNEL)
		return subtract_deadlines(machine, order->count, ticks, error);
	subtract_set(machine, order->count, ticks);
	return 0;
}
