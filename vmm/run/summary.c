/* SPDX-License-Identifier: MIT */
/* Prints all that `vmm run` reports after a run: see summary.h. run_report() at the end shows the order. */
#include "run/summary.h"

#include <ctype.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/linux_names.h"
#include "host/kick.h"
#include "run/crash.h"
#include "text/names.h"

void run_load_symbols(struct run *run)
{
	if (run->symbols != NULL)
		return;
	run->symbols = symbols_new();
	if (run->symbols != NULL)
		symbols_add_files(run->symbols, run->options.image, run->image, run->initrd);
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
	if (run->recorder.writer != NULL && trace_writer_close(&run->writer, run->clock.tsc_end, &error) < 0) {
		fprintf(stderr, "vmm: %s\n", error.text);
		is_whole = false;
	}
	if (run->board.ring.lost > 0)
		fprintf(stderr, "vmm: %" PRIu64 " guest events lost: the guest overran its event ring\n",
			run->board.ring.lost);
	return is_whole;
}

/* Reports lost output of the guest. Returns whether all output was written. */
static bool end_console(const struct run *run)
{
	if (run->console.dropped == 0)
		return true;
	fprintf(stderr, "vmm: %" PRIu64 " bytes of console output lost: stdout: %s\n", run->console.dropped,
		strerror(run->console.failure));
	return false;
}

static void report_crash(struct run *run)
{
	run_load_symbols(run);
	vcpu_fetch_registers(&run->vcpu); /* on failure the registers of the last exit are reported */
	crash_report(run, stderr);
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
