/* SPDX-License-Identifier: MIT */
/* Prints all that `vmm run` reports after a run: see summary.h. run_report() at the end shows the order. */
#include "run/summary.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/linux_names.h"
#include "devices/absent.h"
#include "host/kick.h"
#include "record/trace_format.h"
#include "run/crash.h"
#include "text/names.h"

/* Reads of addresses without a device that are more than a search for devices. */
enum { POLLING_READS = 10000 };

void run_load_symbols(struct run *run)
{
	if (run->symbols != NULL)
		return;
	run->symbols = symbols_new();
	if (run->symbols != NULL)
		symbols_add_files(run->symbols, run->options.image, run->image, run->initrd);
}

static void report_refused_ring(struct run *run)
{
	const struct event_ring *ring = &run->board.ring;

	run->writer.flags |= FILE_RING_REFUSED;
	if (ring->refused_capacity == 0)
		fputs("vmm: the guest's event ring was refused: it is not in RAM, or has no capacity\n", stderr);
	else
		fprintf(stderr,
			"vmm: the guest's event ring was refused: a capacity of %" PRIu32
			" records is not a power of two "
			"up to %d\n",
			ring->refused_capacity, RINGSIDE_RING_CAPACITY_MAX);
}

static void report_tsc_change(struct run *run)
{
	run->writer.flags |= FILE_TSC_CHANGED;
	fprintf(stderr,
		"vmm: the guest changed its TSC by %+.3f ms: the times of its events are not exact, only between those "
		"of "
		"the exits around them\n",
		(double)run->tsc_change / (double)run->clock.tsc_khz);
}

/* Completes the trace. Returns whether every record was printed and written. */
static bool end_trace(struct run *run)
{
	bool is_whole = true;
	struct error error;

	if (run->printer != NULL) {
		text_end(run->printer);
		is_whole = !ferror(stderr);
	}
	if (run->board.ring.refused > 0)
		report_refused_ring(run);
	if (run->tsc_change != 0)
		report_tsc_change(run);
	if (run->recorder.writer != NULL && trace_writer_close(&run->writer, run->clock.tsc_end, &error) < 0) {
		fprintf(stderr, "vmm: %s\n", error.text);
		is_whole = false;
	} else if (run->recorder.writer != NULL && run->writer.lost > 0 && !run->options.quiet) {
		fprintf(stderr, "vmm: %s: --trace-limit: the first %" PRIu64 " records were dropped\n",
			run->options.trace_file, run->writer.lost);
	}
	if (run->board.ring.lost > 0)
		fprintf(stderr,
			"vmm: %" PRIu64 " guest events lost: overwritten in the event ring, of unknown kind, or still "
			"there when the run ended\n",
			run->board.ring.lost);
	return is_whole;
}

/* Reports lost output of the guest. Returns whether all output was written. */
static bool end_console(const struct run *run)
{
	if (run->console.dropped == 0)
		return true;
	if (run->console.writer.failure != 0)
		fprintf(stderr, "vmm: %" PRIu64 " bytes of console output lost: stdout: %s\n", run->console.dropped,
			writer_failure(&run->console.writer));
	else
		fprintf(stderr, "vmm: %" PRIu64 " bytes of console output dropped: more than --console-limit\n",
			run->console.dropped);
	return false;
}

static void report_crash(struct run *run)
{
	run_load_symbols(run);
	vcpu_fetch_registers(&run->vcpu); /* on failure the registers of the last exit are reported */
	crash_report(run, stderr);
}

/* Where the guest is that did not end in time. */
static void report_timeout(struct run *run)
{
	run_load_symbols(run);
	vcpu_fetch_registers(&run->vcpu);
	crash_place(run, stderr);
}

/* The guest's own report has these names, but only a guest that ends by itself makes one. */
static void report_absent_calls(const struct board *board)
{
	const char *separator = "vmm: system calls that the guest does not have, but a program tried: ";
	bool is_any = false;

	for (unsigned number = 0; number < ABSENT_CALLS_MAX; number++) {
		const char *name = syscall_name(number);

		if (board->absent_calls[number] == CALL_UNTRIED)
			continue;
		fputs(separator, stderr);
		if (name != NULL)
			fputs(name, stderr);
		else
			fprintf(stderr, "%u", number);
		if (board->absent_calls[number] == CALL_ABSENT_IN_PART)
			fputs(" (in part)", stderr);
		separator = ", ";
		is_any = true;
	}
	if (is_any)
		fputc('\n', stderr);
}

/* A guest that waits for a device that is not there does so until the timeout, and nothing else would say why. */
static void report_polling(const struct bus *bus, bool is_mmio)
{
	const struct unclaimed_slot *most = unclaimed_most(&bus->unclaimed);

	if (bus->unclaimed.reads < POLLING_READS || most == NULL)
		return;
	const struct absent_device *device = absent_device_at(is_mmio, most->address);
	fprintf(stderr, "vmm: %" PRIu64 " unclaimed reads, most at %s0x%" PRIx64, bus->unclaimed.reads,
		is_mmio ? "" : "port ", most->address);
	if (device != NULL)
		fprintf(stderr, ", %s: %s", device->name, device->advice);
	fputc('\n', stderr);
}

static void report_stats(const struct run *run, struct page *page)
{
	char kvm_exits[64] = "";
	uint64_t exits;

	if (run->options.stats == STATS_JSON) {
		stat_print_json(&run->stat, &run->clock, stderr);
		return;
	}
	if (vcpu_kvm_exits(&run->vcpu, &exits))
		snprintf(kvm_exits, sizeof(kvm_exits), "; KVM's own count of exits is %" PRIu64, exits);
	stat_print(&run->stat, &run->clock, page);
	page_print(page, 2, "%" PRIu64 " records of exits; KVM_RUN returned %" PRIu64 " times%s",
		   recorder_exits(&run->recorder), run->vcpu.runs, kvm_exits);
}

static void print_reasons(const struct run *run)
{
	const char *separator = " (";

	for (unsigned kind = 0; kind < RINGSIDE_EXIT_LIMIT; kind++) {
		const char *name = exit_name(kind);

		if (run->recorder.counts[kind] == 0)
			continue;
		fputs(separator, stderr);
		for (; name != NULL && *name != '\0'; name++)
			fputc(tolower((unsigned char)*name), stderr);
		fprintf(stderr, " %" PRIu64, run->recorder.counts[kind]);
		separator = ", ";
	}
	fputs(recorder_exits(&run->recorder) > 0 ? ")" : "", stderr);
}

/*
 * Reports coalesced ticks. A tick is one period of the 8254. It is coalesced when it did not become an interrupt of its
 * own that the vCPU took: several periods had passed at once, or the interrupt before was still waiting.
 */
static void print_ticks(const struct board *board)
{
	const uint64_t ticks = board->devices.pit.raised + board->devices.pit.coalesced;
	const uint64_t taken = board->devices.pic.taken[0];

	if (taken > 0 && taken < ticks)
		fprintf(stderr, "; %" PRIu64 " of %" PRIu64 " ticks coalesced", ticks - taken, ticks);
}

static void print_summary(const struct run *run, int status)
{
	const double ms = (double)(run->clock.tsc_end - run->clock.tsc_start) / (double)run->clock.tsc_khz;

	if (run->board.ending == ENDING_SIGNAL)
		fprintf(stderr, "vmm: stopped by SIG%s", signal_name((unsigned)kick_stop_signal()));
	else
		fprintf(stderr, "vmm: %s", ending_words(run->board.ending));
	fprintf(stderr, ", status %d; %" PRIu64 " exits in %.3f s", status, recorder_exits(&run->recorder), ms / 1000);
	print_reasons(run);
	print_ticks(&run->board);
	fputc('\n', stderr);
}

/* Where the guest's output and the VMM's messages share a terminal, the messages begin on a new line. */
static void leave_guest_line(const struct run *run)
{
	if (run->console.is_mid_line && isatty(STDOUT_FILENO) == 1 && isatty(STDERR_FILENO) == 1)
		fputc('\n', stderr);
}

int run_report(struct run *run)
{
	struct page page;

	page_start(&page, stderr, run->style);
	leave_guest_line(run);
	const bool is_trace_whole = end_trace(run);
	const bool is_console_whole = end_console(run);
	int status = run->board.status;

	if (status == RINGSIDE_STATUS_OK && !(is_trace_whole && is_console_whole))
		status = RINGSIDE_STATUS_TRACE_LOST;
	if (ending_is_crash(run->board.ending))
		report_crash(run);
	if (run->board.ending == ENDING_TIMEOUT && !run->options.quiet)
		report_timeout(run);
	if (!run->options.quiet && run->board.ending != ENDING_POWEROFF)
		report_absent_calls(&run->board);
	if (!run->options.quiet) {
		report_polling(&run->board.ports, false);
		report_polling(&run->board.mmio, true);
	}
	if (run->board.ending == ENDING_HOST_FAILURE)
		fprintf(stderr, "vmm: the host gives no timer: %s\n", strerror(run->loop.failure));
	if (run->options.stats != STATS_NONE)
		report_stats(run, &page);
	if (run->options.count_ring0)
		counter_report(&run->counter, run->symbols, &page);
	page_end(&page);
	if (!run->options.quiet)
		print_summary(run, status);
	fflush(stderr);
	return status;
}
