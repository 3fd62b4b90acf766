/* SPDX-License-Identifier: MIT */
#include "bench/machine.h"

#include <string.h>

#include "host/kick.h"
#include "loaders/pvh.h"
#include "machine/exit.h"
#include "ringside/device.h"

#define MEMORY_SIZE (UINT64_C(16) << 20)
#define NS_PER_MS UINT64_C(1000000)
#define PATIENCE_NS UINT64_C(20000000000) /* no batch lasts that long, on no host */

enum { PAGE_SHIFT = 12 };

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
		board_end(&machine->board, ENDING_POWEROFF, RINGSIDE_STATUS_OK); /* leaves the loop, not the guest */
	} else if (offset == BENCH_REG_DELAY) {
		delay(machine);
	}
}

static const struct bus_device device = {"bench", 4, device_read, device_write};

/* ---- the machine ---- */

static uint64_t clock_now(void *owner)
{
	(void)owner;
	return kick_now();
}

static void clock_alarm(void *owner, uint64_t deadline)
{
	struct bench_machine *machine = owner;

	if (deadline != CLOCK_NEVER && machine->deadline_count < BENCH_SAMPLES_MAX)
		machine->deadlines[machine->deadline_count++] = deadline;
	kick_alarm(deadline);
}

static void transmit(void *owner, uint8_t byte)
{
	(void)owner, (void)byte;
}

static size_t receive(void *owner, uint8_t *bytes, size_t size)
{
	(void)owner, (void)bytes, (void)size;
	return 0;
}

static bool ready(void *owner, bool watch)
{
	(void)owner, (void)watch;
	return false;
}

static int build_vcpu(struct bench_machine *machine, const char *image, struct error *error)
{
	struct pvh_boot boot;
	const struct memory_range *low = &machine->memory.low;

	if (memory_create(&machine->memory, MEMORY_SIZE, error) < 0 ||
	    pvh_load(&machine->memory, image, NULL, "", &boot, error) < 0 || kvm_open(&machine->kvm, error) < 0 ||
	    vm_create(&machine->vm, &machine->kvm, IRQCHIP_USER, error) < 0 ||
	    vm_add_memory(&machine->vm, 0, low->base, low->length, low->host, error) < 0 ||
	    vcpu_create(&machine->vcpu, &machine->kvm, &machine->vm, error) < 0)
		return -1;
	return vcpu_start_at(&machine->vcpu, boot.entry, boot.start_info, error);
}

static int build_board(struct bench_machine *machine, struct error *error)
{
	const struct clock clock = {clock_now, clock_alarm, machine};
	const struct chardev sink = {transmit, receive, ready, machine};

	if (board_init(&machine->board, &machine->memory, &machine->journal, &clock, &sink, NULL, 0, error) < 0 ||
	    bus_add(&machine->board.ports, BENCH_PORT, BENCH_PORT_COUNT, &device, machine, error) < 0 ||
	    bus_add(&machine->board.mmio, BENCH_MMIO, BENCH_MMIO_SIZE, &device, machine, error) < 0)
		return -1;
	machine->loop = (struct loop){
		.vcpu = &machine->vcpu,
		.board = &machine->board,
		.journal = &machine->journal,
		.console = &machine->console,
	};
	return 0;
}

static int open_journal(struct bench_machine *machine, const char *trace, struct error *error)
{
	machine->clock = (struct trace_clock){.tsc_start = __builtin_ia32_rdtsc(), .tsc_khz = machine->vcpu.tsc_khz};
	stat_init(&machine->stat);
	recorder_init(&machine->journal.recorder, NULL);
	return trace_writer_open(&machine->writer, trace, &machine->clock, NULL, NULL, error);
}

static int ended_early(struct bench_machine *machine, struct error *error)
{
	machine->is_lost = true;
	return error_set(error, "the benchmark's guest ended: %s", ending_words(machine->board.ending));
}

static int run(struct bench_machine *machine, struct error *error)
{
	machine->is_done = false;
	machine->board.ending = ENDING_NONE;
	kick_timeout(kick_now() + PATIENCE_NS);
	loop_run(&machine->loop);
	kick_timeout(CLOCK_NEVER);
	return machine->is_done ? 0 : ended_early(machine, error);
}

int bench_machine_start(struct bench_machine *machine, const char *image, const char *trace, struct error *error)
{
	if (build_vcpu(machine, image, error) < 0 || build_board(machine, error) < 0 ||
	    kick_start(machine->vcpu.run, error) < 0 || open_journal(machine, trace, error) < 0 ||
	    run(machine, error) < 0)
		return -1;
	if (machine->page == NULL)
		return error_set(error, "%s is not the benchmark's guest: it named no page", image);
	return 0;
}

void bench_machine_end(struct bench_machine *machine)
{
	struct error ignored;

	trace_writer_close(&machine->writer, __builtin_ia32_rdtsc(), &ignored);
	vcpu_close(&machine->vcpu);
	vm_close(&machine->vm);
	kvm_close(&machine->kvm);
	memory_destroy(&machine->memory);
}

/* ---- orders ---- */

static bool is_sink(const struct kvm_run *run)
{
	return run->exit_reason == KVM_EXIT_IO && run->io.port == BENCH_PORT + BENCH_REG_SINK;
}

/* The least a VMM can do. What is not the measured exit ends the batch and is handled as always. */
static int run_bare(struct bench_machine *machine, struct error *error)
{
	struct kvm_run *run_page = machine->vcpu.run;
	struct exit_record record;
	int result;

	machine->is_done = false;
	machine->board.ending = ENDING_NONE;
	do
		result = ioctl(machine->vcpu.fd, KVM_RUN, 0);
	while (result == 0 && is_sink(run_page));
	if (result < 0 && errno != EINTR && errno != EAGAIN)
		return error_set(error, "KVM_RUN failed: %s", strerror(errno));
	if (result == 0)
		machine_handle_exit(&machine->board, run_page, &record);
	return machine->is_done ? 0 : run(machine, error);
}

static void set_logging(struct bench_machine *machine, enum bench_logging logging)
{
	machine->journal.stat = logging == BENCH_LOG_STATS ? &machine->stat : NULL;
	machine->journal.recorder.writer = logging == BENCH_LOG_FILE ? &machine->writer : NULL;
}

/* From what the guest saw in its handler to how late that was: both clocks are read once, next to each other. */
static int subtract_deadlines(struct bench_machine *machine, unsigned count, int64_t *ticks, struct error *error)
{
	const int64_t now_tsc = (int64_t)__builtin_ia32_rdtsc(), now_ns = (int64_t)kick_now();
	const int64_t offset = (int64_t)vcpu_tsc_offset(&machine->vcpu);

	if (machine->deadline_count < count)
		return error_set(error, "the timer was set %u times, not %u", machine->deadline_count, count);
	for (unsigned i = 0; i < count; i++) {
		const int64_t ago = now_ns - (int64_t)machine->deadlines[i];
		const int64_t deadline = now_tsc - ago * (int64_t)machine->vcpu.tsc_khz / (int64_t)NS_PER_MS;

		ticks[i] = ticks[i] - offset - deadline;
	}
	return 0;
}

int bench_machine_measure(struct bench_machine *machine, enum bench_crossing crossing, enum bench_logging logging,
			  uint64_t iterations, unsigned count, int64_t *ticks, struct error *error)
{
	struct bench_page *page = machine->page;

	if (machine->is_lost)
		return error_set(error, "the benchmark's guest is not there any more");
	page->crossing = crossing;
	page->count = count;
	page->iterations = iterations;
	machine->deadline_count = 0;
	set_logging(machine, logging);
	if ((logging == BENCH_LOG_BARE ? run_bare : run)(machine, error) < 0)
		return -1;
	for (unsigned i = 0; i < count; i++)
		ticks[i] = (int64_t)page->samples[i];
	if (crossing == BENCH_TIMER_HALTED || crossing == BENCH_TIMER_RING3)
		return subtract_deadlines(machine, count, ticks, error);
	return 0;
}
