/* SPDX-License-Identifier: MIT */
/*
 * `vmm run`: builds the machine from the options and runs the guest. cmd_run() at the end shows the order;
 * run/summary.c reports how the run ended.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/array.h"
#include "base/command_line.h"
#include "base/image_file.h"
#include "base/tty.h"
#include "base/units.h"
#include "host/deadlines.h"
#include "host/input.h"
#include "host/kick.h"
#include "host/privileges.h"
#include "host/sandbox.h"
#include "host/writer.h"
#include "loaders/loader.h"
#include "run/run.h"
#include "run/run_environment.h"
#include "run/sigbus.h"
#include "run/summary.h"

/*
 * If a standard descriptor is closed, the next file opened would get its number, and the guest's output would go into
 * that file. So this opens /dev/null in its place, for the opposite direction, so that reads and writes still fail.
 */
static void occupy_standard_descriptors(void)
{
	static const int unusable[] = {O_WRONLY, O_RDONLY, O_RDONLY};

	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", unusable[fd]) < 0)
			_exit(RINGSIDE_STATUS_REFUSED);
	}
}

/* The RINGSIDE_FEATURE_* that the guest reads. */
static uint32_t features_of(const struct run_options *options)
{
	uint32_t features = tty_takes_utf8() ? 0 : RINGSIDE_FEATURE_ASCII;

	if (isatty(STDIN_FILENO) != 1)
		features |= RINGSIDE_FEATURE_INPUT_FILE;
	if (isatty(STDOUT_FILENO) != 1)
		features |= RINGSIDE_FEATURE_OUTPUT_FILE;
	if ((!options->trace_text && options->trace_file == NULL) || options->transitions == TRANSITIONS_OFF)
		return features;
	features |= options->transitions == TRANSITIONS_EXIT ? RINGSIDE_FEATURE_EVENT_EXIT : 0;
	return features | RINGSIDE_FEATURE_EVENTS;
}

/* What this run needs of the sandbox: a mask of enum filter_need. */
static unsigned needs_of(const struct run_options *options)
{
	static const unsigned of_irqchip[IRQCHIP_COUNT] = {
		[IRQCHIP_USER] = FILTER_USER_PIC,
		[IRQCHIP_SPLIT] = FILTER_USER_PIC | FILTER_KVM_APIC,
		[IRQCHIP_KERNEL] = FILTER_KVM_APIC,
	};
	const bool has_terminal = isatty(STDIN_FILENO) == 1 || isatty(STDOUT_FILENO) == 1 || isatty(STDERR_FILENO) == 1;

	return of_irqchip[options->irqchip] | (has_terminal ? FILTER_TERMINAL : 0u) |
	       (input_waits() ? FILTER_INPUT_WAITS : 0u) | (options->trace_file != NULL ? FILTER_TRACE_FILE : 0u) |
	       (options->count_ring0 ? FILTER_STEPS : 0u) | (options->stats == STATS_TABLE ? FILTER_KVM_STATS : 0u);
}

/*
 * Keeps the image files open for their symbols, which a crash report needs when the sandbox no longer allows to open
 * files. A failure is not reported, since the loader has already read the same files.
 */
static void keep_images_open(struct run *run)
{
	run->image = image_file_open(run->options.image);
	run->initrd = run->options.initrd != NULL ? image_file_open(run->options.initrd) : -1;
}

/* Returns 0; or, with a line in *error, -1 or the exit status. */
static int build_vcpu(struct run *run, struct error *error)
{
	const struct run_options *options = &run->options;
	struct boot boot;
	struct memory *memory = &run->memory;

	if (memory_create(memory, options->memory, error) < 0)
		return -1;
	const int loaded = load_kernel(memory, options->image, options->initrd, options->command_line, &boot, error);
	if (loaded != 0)
		return loaded;
	if (kvm_open(&run->kvm, error) < 0 || vm_create(&run->vm, &run->kvm, options->irqchip, error) < 0)
		return -1;
	if (vm_add_memory(&run->vm, 0, memory->low.base, memory->low.length, memory->low.host, error) < 0 ||
	    vm_add_memory(&run->vm, 1, memory->high.base, memory->high.length, memory->high.host, error) < 0)
		return -1;
	if (vcpu_create(&run->vcpu, &run->kvm, &run->vm, error) < 0)
		return -1;
	kvm_close(&run->kvm); /* nothing needs it any more, and it could make other VMs */
	return vcpu_start_at(&run->vcpu, boot.entry, boot.start_info, error);
}

/*
 * Takes standard input and output. If there may be input to wait for, the thread for it begins now, so that it is in
 * its sandbox when the vCPU is made.
 */
static void open_console(struct run *run)
{
	console_init(&run->console, STDOUT_FILENO, deadlines_must_end);
	run->console.room = run->options.console_limit;
	input_start(&run->chardev, &run->console);
	writer_take_stderr(deadlines_must_end);
	if (!run->options.no_sandbox && !run->options.jail)
		sandbox_begin(needs_of(&run->options));
}

static int build_board(struct run *run, struct error *error)
{
	struct board_parts parts = {
		.console = run->chardev,
		.memory = &run->memory,
		.clock = deadlines_clock,
		.features = features_of(&run->options),
	};

	if (run->options.irqchip == IRQCHIP_KERNEL)
		parts.irqchip = (struct line){vm_set_input, &run->vm, 0};
	if (board_init(&run->board, &parts, error) < 0)
		return -1;
	if (parts.features & RINGSIDE_FEATURE_EVENTS)
		run->board.ring.tsc_offset = vcpu_tsc_offset(&run->vcpu);
	return 0;
}

static void start_clock(struct trace_clock *clock, uint32_t tsc_khz)
{
	*clock = (struct trace_clock){
		.tsc_start = __builtin_ia32_rdtsc(),
		.realtime_start = clock_ns(CLOCK_REALTIME),
		.tsc_khz = tsc_khz,
	};
}

/* Whether a path names the regular file that is open as `fd`; -1 = none is. */
static bool names_file(const char *path, int fd)
{
	struct stat named, opened;

	return fd >= 0 && stat(path, &named) == 0 && fstat(fd, &opened) == 0 && S_ISREG(opened.st_mode) &&
	       named.st_dev == opened.st_dev && named.st_ino == opened.st_ino;
}

/* Recording empties the trace file, so it must not be a file that the run reads or writes for something else. */
static int check_trace_file(const struct run *run, const char *path, struct error *error)
{
	const struct {
		int fd;
		const char *what;
	} others[] = {
		{run->image, "the image"},	    {run->initrd, "the initrd"},       {STDIN_FILENO, "standard input"},
		{STDOUT_FILENO, "standard output"}, {STDERR_FILENO, "standard error"},
	};

	for (unsigned i = 0; i < COUNT(others); i++)
		if (names_file(path, others[i].fd))
			return error_set(error, "--trace=%s: that is %s itself: give the trace another name", path,
					 others[i].what);
	return 0;
}

/* Before the run: KVM's counters, of which the trace keeps those before and after the run. */
static void start_counters(struct run *run)
{
	struct vcpu_counter now[VCPU_COUNTERS_MAX];

	run->counters_fd = vcpu_open_counters(&run->vcpu);
	run->counter_count = vcpu_counters(run->counters_fd, now);
	for (size_t i = 0; i < run->counter_count; i++) {
		struct file_counter *counter = &run->counters[i];

		_Static_assert(sizeof(counter->name) == sizeof(now[i].name), "the trace keeps whole names");
		memcpy(counter->name, now[i].name, sizeof(counter->name));
		counter->start = counter->end = now[i].value;
	}
	trace_writer_add_counters(&run->writer, run->counters, run->counter_count);
}

static void end_counters(struct run *run)
{
	struct vcpu_counter now[VCPU_COUNTERS_MAX];

	if (vcpu_counters(run->counters_fd, now) != run->counter_count)
		return;
	for (size_t i = 0; i < run->counter_count; i++)
		run->counters[i].end = now[i].value;
	trace_writer_end_counters(&run->writer, run->counters, run->counter_count);
}

static int start_trace_file(struct run *run, struct error *error)
{
	const char *path = run->options.trace_file;

	if (check_trace_file(run, path, error) < 0)
		return -1;
	char *environment = environment_describe(&run->options, run->image);
	int result = trace_writer_prepare(&run->writer, path, &run->clock, environment, run->symbols, error);

	free(environment);
	if (result == 0)
		start_counters(run);
	if (result == 0 && run->options.trace_limit != 0)
		result = trace_writer_limit(&run->writer, run->options.trace_limit, run->options.trace_keeps_last,
					    error);
	if (result < 0)
		return -1;
	run->recorder.writer = &run->writer;
	run->writer.flags |= run->absences.page != NULL ? FILE_ABSENCES : 0;
	/* A new file is begun before the sandbox, in which it could not be removed again. */
	return run->writer.created ? trace_writer_start(&run->writer, error) : 0;
}

static int start_trace_text(struct run *run, struct error *error)
{
	const bool is_terminal = isatty(STDERR_FILENO) == 1;

	setvbuf(stderr, NULL, is_terminal ? _IOLBF : _IOFBF, BUFSIZ);
	run->printer = text_new(stderr, &run->clock, run->symbols, run->style);
	if (run->printer == NULL)
		return error_set(error, "not enough memory to print the trace");
	text_header(run->printer);
	return 0;
}

static void watch_record(void *context, const union record *record)
{
	struct run *run = context;

	if (run->printer != NULL)
		text_record(run->printer, record);
	if (run->wants_stat)
		stat_record(&run->stat, record);
}

static void watch_entry(void *context, uint64_t tsc)
{
	const struct run *run = context;

	if (run->printer != NULL)
		text_entered(run->printer, tsc);
}

static void watch_waiting(void *context)
{
	const struct run *run = context;

	if (run->printer != NULL)
		fflush(stderr);
}

/* Before a trace begins: what the host does to this thread is a part of it. */
static int start_absences(struct run *run, struct error *error)
{
	absences_start(&run->absences, run->options.kvm_exits);
	if (run->options.kvm_exits && absences_add_exits(&run->absences, error) < 0)
		return -1;
	const bool has_totals = absences_totals(&run->absences, &run->host.run_ns, &run->host.wait_ns);

	run->loop.absences = run->absences.page != NULL || has_totals ? &run->absences : NULL;
	if (!has_totals)
		run->host.run_ns = run->host.wait_ns = FILE_NS_UNKNOWN;
	run->absences.wait_ns = run->host.wait_ns;
	return 0;
}

/* After the run: makes the totals those of the run. */
static void end_absences(struct run *run)
{
	uint64_t run_ns, wait_ns;

	if (run->recorder.writer == NULL)
		return;
	if (run->host.run_ns != FILE_NS_UNKNOWN && absences_totals(&run->absences, &run_ns, &wait_ns)) {
		run->writer.host.run_ns = run_ns - run->host.run_ns;
		run->writer.host.wait_ns = wait_ns - run->host.wait_ns;
	}
	run->writer.host.lost = run->absences.lost;
	end_counters(run);
}

static int start_observers(struct run *run, struct error *error)
{
	recorder_init(&run->recorder);
	if ((run->options.trace_text || run->options.trace_file != NULL) && start_absences(run, error) < 0)
		return -1;
	start_clock(&run->clock, run->vcpu.tsc_khz);
	if (run->options.trace_text || run->options.trace_file != NULL || run->options.count_ring0)
		run_load_symbols(run);
	if (run->options.trace_file != NULL && start_trace_file(run, error) < 0)
		return -1;
	if (run->options.trace_text && start_trace_text(run, error) < 0)
		return -1;
	run->wants_stat = run->options.stats != STATS_NONE;
	if (run->wants_stat)
		stat_init(&run->stat);
	if (run->printer != NULL || run->wants_stat) {
		run->watcher = (struct record_watcher){watch_record, watch_entry, watch_waiting, run};
		run->recorder.watcher = &run->watcher;
	}
	if (run->options.count_ring0) {
		run->loop.stepper = &run->counter.stepper;
		return counter_start(&run->counter, &run->memory, &run->vcpu, error);
	}
	/*
	 * Without a trace, statistics or counting, records serve only a crash report, which needs no special registers.
	 */
	if (run->options.trace_file == NULL && run->recorder.watcher == NULL)
		vcpu_skip_sregs(&run->vcpu);
	return 0;
}

/* Returns 0; or, with a line in *error, -1 or the exit status. */
static int run_guest(struct run *run, struct error *error)
{
	open_console(run);
	const int built = build_vcpu(run, error);
	if (built != 0)
		return built;
	if (build_board(run, error) < 0 || kick_start(error) < 0)
		return -1;
	sigbus_start(&run->writer);
	keep_images_open(run);
	run->style = tty_style(STDERR_FILENO);
	if (start_observers(run, error) < 0 ||
	    (!run->options.no_sandbox && sandbox_enter(needs_of(&run->options), run->options.jail, error) < 0))
		return -1;
	/* Only now nothing can refuse the run any more, for which an older trace would be lost. */
	if (run->recorder.writer != NULL && trace_writer_start(&run->writer, error) < 0)
		return -1;
	run->loop.vcpu = &run->vcpu;
	run->loop.board = &run->board;
	run->loop.recorder = &run->recorder;
	run->loop.console = &run->console;
	run->loop.halts_in_kernel = run->options.irqchip != IRQCHIP_USER;
	if (run->options.timeout > 0)
		deadline_set(DEADLINE_TIMEOUT,
			     deadlines_now() + (uint64_t)(run->options.timeout * (double)NS_PER_SECOND));
	loop_run(&run->loop);
	run->clock.tsc_end = __builtin_ia32_rdtsc();
	end_absences(run);
	event_ring_abandon(&run->board.ring, &run->recorder, run->clock.tsc_end);
	if (run->board.control.features & RINGSIDE_FEATURE_EVENTS)
		run->tsc_change = vcpu_tsc_change(&run->vcpu, run->board.ring.tsc_offset);
	console_flush(&run->console);
	input_stop();
	return 0;
}

int cmd_run(int argc, char **argv)
{
	static struct run run; /* static, because it is large, and its pages cost nothing until they are touched */
	struct error error;

	privileges_close_inherited();
	occupy_standard_descriptors();
	int status = run_options_parse(&run.options, argc, argv, &error);
	if (status == COMMAND_LINE_ANSWERED)
		return RINGSIDE_STATUS_OK;
	if (status == 0)
		status = run_guest(&run, &error);
	if (status < 0)
		status = RINGSIDE_STATUS_REFUSED;
	if (status == 0) {
		status = run_report(&run);
	} else {
		if (run.recorder.writer != NULL)
			trace_writer_discard(&run.writer);
		fprintf(stderr, "vmm: %s\n", error.text);
	}
	run_options_free(&run.options);
	return status;
}
