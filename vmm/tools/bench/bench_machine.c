/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_machine.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "base/units.h"
#include "host/deadlines.h"
#include "host/kick.h"
#include "loaders/loader.h"
#include "machine/exit.h"
#include "ringside/device.h"

#define PATIENCE_NS UINT64_C(60000000000) /* on no host does a batch last that long */
#define TIMER_NS UINT64_C(100000)	  /* from setting the timer to its interrupt at least, */
#define TIMER_EXITS 10			  /* and at least as long as so many exits take */
#define TIMER_COUNT_MAX 0xffff

enum {
	PAGE_SHIFT = 12,
	TRIAL_EXITS = 16,
	KERNEL_TIMER_ATTEMPTS = 8, /* where the guest's clock is all that tells when the timer was set */
};

/* ---- the device ---- */

static void set_page(struct bench_machine *machine, uint64_t frame)
{
	machine->page = memory_translate(&machine->memory, frame << PAGE_SHIFT, sizeof(*machine->page));
}

static void delay(const struct bench_machine *machine)
{
	const uint64_t ticks = machine->delay_ns * machine->vcpu.tsc_khz / NS_PER_MS;
	const uint64_t start = __builtin_ia32_rdtsc();

	while (__builtin_ia32_rdtsc() - start < ticks)
		__builtin_ia32_pause();
}

static uint64_t device_read(void *owner, uint64_t offset, unsigned size)
{
	(void)owner, (void)size;
	return offset == BENCH_REG_ID ? BENCH_ID : 0;
}

static void device_write(void *owner, uint64_t offset, unsigned size, uint64_t value)
{
	struct bench_machine *machine = owner;

	(void)size;
	if (offset == BENCH_REG_PAGE) {
		set_page(machine, value);
	} else if (offset == BENCH_REG_NEXT) {
		machine->is_done = true;
		board_end(&machine->board, ENDING_POWEROFF,
			  RINGSIDE_STATUS_OK); /* ends the run loop; the guest goes on with the next order */
	} else if (offset == BENCH_REG_DELAY) {
		delay(machine);
	}
}

static const struct bus_device device = {"bench", 4, device_read, device_write};

/* ---- the machine ---- */

static void clock_alarm(void *owner, uint64_t deadline)
{
	struct bench_machine *machine = owner;

	if (deadline != CLOCK_NEVER && machine->deadline_count < BENCH_SAMPLES_MAX)
		machine->deadlines[machine->deadline_count++] = deadline;
	deadline_set(DEADLINE_TICK, deadline);
}

/*
 * Keeps the guest's memory out of the children that the host's rows fork. Otherwise copying that memory on write would
 * be measured with these rows, and would change the guest's pages each time.
 */
static int keep_memory(const struct memory *memory, struct error *error)
{
	if (madvise(memory->host, memory->size, MADV_DONTFORK) < 0)
		return error_set(error, "cannot keep the guest's memory from children: %s", strerror(errno));
	return 0;
}

static int build_vcpu(struct bench_machine *machine, const char *image, uint64_t memory, struct error *error)
{
	struct boot boot;
	const struct memory_range *low = &machine->memory.low;

	if (memory_create(&machine->memory, memory, error) < 0 || keep_memory(&machine->memory, error) < 0 ||
	    load_kernel(&machine->memory, image, NULL, "", &boot, error) != 0 || kvm_open(&machine->kvm, error) < 0 ||
	    vm_create(&machine->vm, &machine->kvm, machine->irqchip, error) < 0 ||
	    vm_add_memory(&machine->vm, 0, low->base, low->length, low->host, error) < 0 ||
	    vcpu_create(&machine->vcpu, &machine->kvm, &machine->vm, error) < 0)
		return -1;
	vcpu_skip_sregs(&machine->vcpu); /* as `vmm run` does without a trace */
	return vcpu_start_at(&machine->vcpu, boot.entry, boot.start_info, error);
}

static void count_record(void *stat, const union record *record)
{
	stat_record(stat, record);
}

static void ignore_entry(void *stat, uint64_t tsc)
{
	(void)stat, (void)tsc;
}

static void ignore_waiting(void *stat)
{
	(void)stat;
}

static int build_board(struct bench_machine *machine, struct error *error)
{
	struct board_parts parts = {
		.memory = &machine->memory,
		.clock = {.now = deadlines_clock.now, .alarm = clock_alarm, .owner = machine},
		.console = chardev_null,
		.features = RINGSIDE_FEATURE_EVENTS,
	};

	if (machine->irqchip == IRQCHIP_KERNEL)
		parts.irqchip = (struct line){vm_set_input, &machine->vm, 0};
	if (board_init(&machine->board, &parts, error) < 0 ||
	    bus_add(&machine->board.ports, BENCH_PORT, BENCH_PORT_COUNT, &device, machine, error) < 0 ||
	    bus_add(&machine->board.mmio, BENCH_MMIO, BENCH_MMIO_SIZE, &device, machine, error) < 0)
		return -1;
	machine->loop = (struct loop){
		.vcpu = &machine->vcpu,
		.board = &machine->board,
		.recorder = &machine->recorder,
		.console = &machine->console,
		.halts_in_kernel = machine->irqchip != IRQCHIP_USER,
	};
	return 0;
}

static int ended_early(struct bench_machine *machine, struct error *error)
{
	const int failure = machine->loop.failure;

	error_set(&machine->loss, "the benchmark's guest ended: %s%s%s", ending_words(machine->board.ending),
		  failure != 0 ? ": " : "", failure != 0 ? strerror(failure) : "");
	machine->is_lost = true;
	*error = machine->loss;
	return -1;
}

/* Runs the guest until it has done what it was told. */
static int run_guest(struct bench_machine *machine, struct error *error)
{
	machine->is_done = false;
	machine->board.ending = ENDING_NONE;
	deadline_set(DEADLINE_TIMEOUT, deadlines_now() + PATIENCE_NS);
	loop_run(&machine->loop);
	deadline_set(DEADLINE_TIMEOUT, CLOCK_NEVER);
	return machine->is_done ? 0 : ended_early(machine, error);
}

/* ---- measuring ---- */

static bool is_measured_exit(const struct kvm_run *run)
{
	return run->exit_reason == KVM_EXIT_HLT ||
	       (run->exit_reason == KVM_EXIT_IO && run->io.port == BENCH_PORT + BENCH_REG_SINK);
}

/* The least that a VMM can do. Any other exit than the measured one ends the batch, and is handled as always. */
static int run_bare(struct bench_machine *machine, struct error *error)
{
	struct kvm_run *run_page = machine->vcpu.run;
	struct exit_record record;
	int result;

	machine->is_done = false;
	machine->board.ending = ENDING_NONE;
	kick_attach(run_page);
	if (run_page->immediate_exit)
		kick_take(); /* the kick came before this batch; a signal to stop is remembered */
	do
		result = ioctl(machine->vcpu.fd, KVM_RUN, 0);
	while (result == 0 && is_measured_exit(run_page));
	kick_detach();
	if (result < 0 && errno != EINTR && errno != EAGAIN)
		return error_set(error, "KVM_RUN failed: %s", strerror(errno));
	if (result == 0)
		machine_handle_exit(&machine->board, run_page, &record);
	return machine->is_done ? 0 : run_guest(machine, error);
}

/* Each batch writes a trace file of its own, so that the file does not grow for minutes. */
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

/* The host's TSC at a time of CLOCK_MONOTONIC, from both clocks being read next to each other. */
static int64_t host_tsc_at(const struct bench_machine *machine, uint64_t ns)
{
	const int64_t now_tsc = (int64_t)__builtin_ia32_rdtsc(), now_ns = (int64_t)deadlines_now();

	return now_tsc - (now_ns - (int64_t)ns) * (int64_t)machine->vcpu.tsc_khz / (int64_t)NS_PER_MS;
}

/* Turns the guest's TSC at the end of each sample into the time since the deadline that the VMM was given for it. */
static int subtract_deadlines(struct bench_machine *machine, unsigned count, int64_t *ticks, struct error *error)
{
	const int64_t offset = (int64_t)vcpu_tsc_offset(&machine->vcpu);

	if (machine->deadline_count < count)
		return error_set(error, "the timer was set %u times, not %u", machine->deadline_count, count);
	for (unsigned i = 0; i < count; i++)
		ticks[i] = ticks[i] - offset - host_tsc_at(machine, machine->deadlines[i]);
	return 0;
}

/* The same where the timer is in the kernel: the deadline is as long after setting the timer as its count says. */
static void subtract_set(const struct bench_machine *machine, unsigned count, int64_t *ticks)
{
	const uint64_t wait_ns = machine->timer_count * NS_PER_SECOND / PIT_FREQUENCY;
	const int64_t wait = (int64_t)(wait_ns * machine->vcpu.tsc_khz / NS_PER_MS);

	for (unsigned i = 0; i < count; i++)
		ticks[i] -= (int64_t)machine->page->set[i] + wait;
}

static int run_batch(struct bench_machine *machine, enum bench_logging logging, struct error *error)
{
	struct error ignored;

	if (begin_logging(machine, logging, error) < 0)
		return -1;
	const int result = (logging == BENCH_LOG_BARE ? run_bare : run_guest)(machine, error);
	return end_logging(machine, result < 0 ? &ignored : error) < 0 ? -1 : result;
}

int bench_machine_measure(struct bench_machine *machine, const struct bench_order *order, int64_t *ticks,
			  struct error *error)
{
	struct bench_page *page = machine->page;

	if (machine->is_lost) {
		*error = machine->loss;
		return -1;
	}
	page->crossing = order->crossing;
	page->count = order->count;
	page->iterations = order->iterations;
	page->timer_count = machine->timer_count;
	page->timer_attempts = machine->irqchip == IRQCHIP_KERNEL ? KERNEL_TIMER_ATTEMPTS : 1;
	page->processes = order->processes;
	page->bytes = order->bytes;
	machine->deadline_count = 0;
	if (run_batch(machine, order->logging, error) < 0)
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

/* ---- from start to end ---- */

/* Chooses the timer's count. Where exits are slow, the guest takes longer from setting the timer to waiting for it. */
static int choose_timer(struct bench_machine *machine, struct error *error)
{
	const struct bench_order order = {.crossing = BENCH_OUT32, .iterations = TRIAL_EXITS, .count = 1};
	int64_t ticks = 0;

	if (bench_machine_measure(machine, &order, &ticks, error) < 0)
		return -1;
	const uint64_t exits_ns = (uint64_t)ticks * NS_PER_MS / machine->vcpu.tsc_khz * TIMER_EXITS / TRIAL_EXITS;
	const uint64_t count = (exits_ns > TIMER_NS ? exits_ns : TIMER_NS) * PIT_FREQUENCY / NS_PER_SECOND;
	machine->timer_count = count < TIMER_COUNT_MAX ? (uint32_t)count : TIMER_COUNT_MAX;
	return 0;
}

int bench_machine_start(struct bench_machine *machine, const char *image, enum irqchip irqchip, uint64_t memory,
			const char *trace, struct error *error)
{
	machine->irqchip = irqchip;
	machine->trace = trace;
	if (kick_start(error) < 0 || build_vcpu(machine, image, memory, error) < 0 || build_board(machine, error) < 0)
		return -1;
	stat_init(&machine->stat);
	recorder_init(&machine->recorder);
	machine->watcher = (struct record_watcher){count_record, ignore_entry, ignore_waiting, &machine->stat};
	machine->clock = (struct trace_clock){.tsc_start = __builtin_ia32_rdtsc(), .tsc_khz = machine->vcpu.tsc_khz};
	if (run_guest(machine, error) < 0)
		return -1;
	if (machine->page == NULL)
		return error_set(error, "%s is not the benchmark's guest: it named no page", image);
	machine->board.ring.tsc_offset = vcpu_tsc_offset(&machine->vcpu);
	return choose_timer(machine, error);
}

void bench_machine_end(struct bench_machine *machine)
{
	vcpu_close(&machine->vcpu);
	vm_close(&machine->vm);
	kvm_close(&machine->kvm);
	memory_destroy(&machine->memory);
}
