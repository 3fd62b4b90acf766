/* SPDX-License-Identifier: MIT */
#include "tools/bench/bench_machine.h"

#include <errno.h>
#include <string.h>
#include <sys/mman.h>

#include "host/deadlines.h"
#include "host/kick.h"
#include "loaders/loader.h"
#include "machine/exit.h"
#include "ringside/device.h"

#define NS_PER_MS UINT64_C(1000000)
#define NS_PER_SECOND UINT64_C(1000000000)
#define PATIENCE_NS UINT64_C(60000000000) /* no batch lasts that long, on no host */
#define TIMER_NS UINT64_C(100000)	  /* from setting it to its interrupt, or more: */
#define TIMER_EXITS 10			  /* as long as so many exits take */
#define TIMER_COUNT_MAX 0xffff

enum { PAGE_SHIFT = 12, TRIAL_EXITS = 16 };

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
	return deadlines_now();
}

static void clock_alarm(void *owner, uint64_t deadline)
{
	struct bench_machine *machine = owner;

	if (deadline != CLOCK_NEVER && machine->deadline_count < BENCH_SAMPLES_MAX)
		machine->deadlines[machine->deadline_count++] = deadline;
	deadline_set(DEADLINE_TICK, deadline);
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

/*
 * The host's rows fork this process. Copying the guest's memory on write would be measured with them, and would
 * take the guest's pages from it each time.
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
	    load_kernel(&machine->memory, image, NULL, "", &boot, error) < 0 || kvm_open(&machine->kvm, error) < 0 ||
	    vm_create(&machine->vm, &machine->kvm, machine->irqchip, error) < 0 ||
	    vm_add_memory(&machine->vm, 0, low->base, low->length, low->host, error) < 0 ||
	    vcpu_create(&machine->vcpu, &machine->kvm, &machine->vm, error) < 0)
		return -1;
	vcpu_skip_sregs(&machine->vcpu); /* as vmm run without a trace */
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
		.clock = {clock_now, clock_alarm, machine},
		.console = {transmit, receive, ready, machine},
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
	machine->is_lost = true;
	return error_set(error, "the benchmark's guest ended: %s", ending_words(machine->board.ending));
}

int bench_machine_run(struct bench_machine *machine, struct error *error)
{
	machine->is_done = false;
	machine->board.ending = ENDING_NONE;
	deadline_set(DEADLINE_TIMEOUT, deadlines_now() + PATIENCE_NS);
	loop_run(&machine->loop);
	deadline_set(DEADLINE_TIMEOUT, DEADLINE_NEVER);
	return machine->is_done ? 0 : ended_early(machine, error);
}

/* Where an exit is slow, so is the guest's way from setting the timer to waiting for it. */
static int choose_timer(struct bench_machine *machine, struct error *error)
{
	const struct bench_order order = {.crossing = BENCH_OUT32, .iterations = TRIAL_EXITS, .count = 1};
	int64_t ticks;

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
	recorder_init(&machine->recorder, NULL);
	machine->watcher = (struct record_watcher){count_record, ignore_entry, ignore_waiting, &machine->stat};
	machine->clock = (struct trace_clock){.tsc_start = __builtin_ia32_rdtsc(), .tsc_khz = machine->vcpu.tsc_khz};
	if (bench_machine_run(machine, error) < 0)
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
