/* SPDX-License-Identifier: MIT */
/*
 * Reads the ring of performance events, and the kernel's totals: see absences.h. The layouts are those of
 * perf_event_open(2), "MMAP layout".
 */
#include "host/absences.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "base/array.h"
#include "base/units.h"

#ifndef PERF_RECORD_MISC_SWITCH_OUT_PREEMPT /* Linux 4.17 */
#define PERF_RECORD_MISC_SWITCH_OUT_PREEMPT (1 << 14)
#endif

enum {
	PAGE = 4096,
	/*
	 * Bytes of the ring, a power of two: a thousand absences, or three thousand exits. A user's programs may have
	 * 516 KiB of such rings.
	 */
	RING_SIZE = 8 * PAGE,
	RING_SIZE_EXITS = 128 * PAGE,
	RAW_WORDS = 10,	    /* of a tracepoint's record: its size in 4 bytes, then what its format says */
	FORMAT_SIZE = 8192, /* bytes of a format's file; what comes behind tells only how to print the fields */
	PAIR_TRIES = 3,
	SCHEDSTAT_SIZE = 128,
};

/*
 * A record: its header, then for a switch the time; for PERF_RECORD_LOST an identifier, the number lost and the time;
 * for a tracepoint the time and the raw record.
 */
enum { WORD_HEADER, WORD_TIME = 1, WORD_LOST = 2, WORD_RAW = 2 };

/*
 * Reads both clocks at one moment: the TSC in the middle of the narrowest of several readings, since one that was
 * interrupted tells little.
 */
static struct moment_pair read_clocks(void)
{
	struct moment_pair best = {0};
	uint64_t narrowest = UINT64_MAX;

	for (unsigned i = 0; i < PAIR_TRIES; i++) {
		const uint64_t start = __builtin_ia32_rdtsc();
		const uint64_t ns = clock_ns(CLOCK_MONOTONIC_RAW);
		const uint64_t width = __builtin_ia32_rdtsc() - start;

		if (width < narrowest)
			best = (struct moment_pair){start + width / 2, ns};
		narrowest = width < narrowest ? width : narrowest;
	}
	return best;
}

/* Opens an event of this thread, with times on CLOCK_MONOTONIC_RAW; nobody waits for its ring. */
static int open_event(struct perf_event_attr attributes)
{
	attributes.size = sizeof(attributes);
	attributes.sample_type |= PERF_SAMPLE_TIME;
	attributes.watermark = 1;
	attributes.wakeup_watermark = RING_SIZE_EXITS;
	attributes.use_clockid = 1;
	attributes.clockid = CLOCK_MONOTONIC_RAW;
	return (int)syscall(SYS_perf_event_open, &attributes, 0, -1, -1, PERF_FLAG_FD_CLOEXEC);
}

/*
 * Asks for a record of each switch of this thread. The event itself counts nothing, and nothing in the kernel, so that
 * no privilege is needed.
 */
static int open_switches(void)
{
	return open_event((struct perf_event_attr){
		.type = PERF_TYPE_SOFTWARE,
		.config = PERF_COUNT_SW_DUMMY,
		.exclude_kernel = 1,
		.exclude_hv = 1,
		.sample_id_all = 1,
		.context_switch = 1,
	});
}

void absences_attach(struct absences *absences, struct perf_event_mmap_page *page)
{
	absences->page = page;
	absences->words = (const uint64_t *)((const char *)page + page->data_offset);
	absences->mask = page->data_size / sizeof(uint64_t) - 1;
	absences->before = absences->now = read_clocks();
}

void absences_start(struct absences *absences, bool has_exits)
{
	const int event = open_switches();
	const size_t size = has_exits ? RING_SIZE_EXITS : RING_SIZE;
	void *page = MAP_FAILED;

	*absences = (struct absences){.schedstat = open("/proc/thread-self/schedstat", O_RDONLY | O_CLOEXEC),
				      .event = event};
	if (event >= 0)
		page = mmap(NULL, PAGE + size, PROT_READ | PROT_WRITE, MAP_SHARED, event, 0);
	if (page != MAP_FAILED && ((struct perf_event_mmap_page *)page)->data_size == size)
		absences_attach(absences, page);
	else if (event >= 0)
		close(event); /* else the event lives as long as its mapping */
}

/* ---- tracepoints ---- */

/* Reads "KEY<number>"; false when it is not there, or so great that no field of a record can be there. */
static bool read_number(const char *text, const char *key, uint32_t limit, uint32_t *number)
{
	const char *at = strstr(text, key);

	if (at == NULL)
		return false;
	const unsigned long value = strtoul(at + strlen(key), NULL, 10);

	*number = (uint32_t)value;
	return value < limit;
}

bool absences_read_format(const char *text, bool is_entry, struct tracepoint *tracepoint)
{
	enum { OFFSET_LIMIT = (RAW_WORDS - 2) * sizeof(uint64_t) };

	*tracepoint = (struct tracepoint){0};
	if (!read_number(text, "\nID: ", UINT16_MAX, &tracepoint->id) || tracepoint->id == 0)
		return false;
	return is_entry || (read_number(text, " exit_reason;\toffset:", OFFSET_LIMIT, &tracepoint->reason) &&
			    read_number(text, " guest_rip;\toffset:", OFFSET_LIMIT, &tracepoint->rip) &&
			    read_number(text, " isa;\toffset:", OFFSET_LIMIT, &tracepoint->isa));
}

static int open_tracepoint(struct absences *absences, const char *name, struct tracepoint *tracepoint,
			   struct error *error)
{
	static const char *const places[] = {"/sys/kernel/tracing", "/sys/kernel/debug/tracing"};
	char path[64], text[FORMAT_SIZE];
	int file = -1;

	for (unsigned i = 0; i < COUNT(places) && file < 0; i++) {
		snprintf(path, sizeof(path), "%s/events/kvm/%s/format", places[i], name);
		file = open(path, O_RDONLY | O_CLOEXEC);
	}
	if (file < 0)
		return error_set(error, "--kvm-exits: no tracepoint kvm:%s: %s; it takes root, and tracefs at %s", name,
				 strerror(errno), places[0]);
	const ssize_t got = read(file, text, sizeof(text) - 1);

	close(file);
	text[got > 0 ? got : 0] = '\0';
	if (!absences_read_format(text, tracepoint == &absences->entry, tracepoint))
		return error_set(
			error, "--kvm-exits: the tracepoint kvm:%s of this kernel has not the fields it should", name);
	const int event = open_event((struct perf_event_attr){
		.type = PERF_TYPE_TRACEPOINT,
		.config = tracepoint->id,
		.sample_period = 1,
		.sample_type = PERF_SAMPLE_RAW,
	});

	if (event < 0 || ioctl(event, PERF_EVENT_IOC_SET_OUTPUT, absences->event) < 0)
		return error_set(error,
				 "--kvm-exits: the host's kernel refuses the tracepoint kvm:%s: %s; it takes root",
				 name, strerror(errno));
	return 0;
}

int absences_add_exits(struct absences *absences, struct error *error)
{
	if (absences->page == NULL)
		return error_set(error, "--kvm-exits: the host's kernel refuses performance events; they take root");
	if (open_tracepoint(absences, "kvm_exit", &absences->exit, error) < 0)
		return -1;
	return open_tracepoint(absences, "kvm_entry", &absences->entry, error);
}

/* ---- the ring ---- */

static uint64_t word(const struct absences *absences, unsigned i)
{
	return absences->words[(absences->tail / sizeof(uint64_t) + i) & absences->mask];
}

/*
 * The TSC at a time of the kernel's clock, which lies between two looks at both clocks: the last one, and a new one if
 * that was before.
 */
static uint64_t tsc_at(struct absences *absences, uint64_t ns)
{
	if (ns > absences->now.ns) {
		absences->before = absences->now;
		absences->now = read_clocks();
	}
	const struct moment_pair *before = &absences->before, *now = &absences->now;

	if (ns <= before->ns)
		return before->tsc;
	if (ns >= now->ns)
		return now->tsc;
	return before->tsc +
	       (uint64_t)((unsigned __int128)(ns - before->ns) * (now->tsc - before->tsc) / (now->ns - before->ns));
}

/* The thread ran again at `ns`. */
static void end_absence(struct absences *absences, uint64_t ns, struct time_away *absence)
{
	const uint64_t end = tsc_at(absences, ns), start = tsc_at(absences, absences->left_ns);

	*absence = (struct time_away){.end = end,
				      .ticks = end - start,
				      .ns = ns - absences->left_ns,
				      .is_voluntary = absences->left_by_itself};
	absences->left_ns = 0;
}

/* Keeps an exit of the guest until it is entered again. */
static void begin_exit(struct absences *absences, uint64_t ns, const char *raw)
{
	struct time_away *left = &absences->left;

	*left = (struct time_away){.ns = ns, .is_exit = true};
	memcpy(&left->reason, raw + absences->exit.reason, sizeof(left->reason));
	memcpy(&left->rip, raw + absences->exit.rip, sizeof(left->rip));
	memcpy(&left->isa, raw + absences->exit.isa, sizeof(left->isa));
}

static void end_exit(struct absences *absences, uint64_t ns, struct time_away *exit)
{
	*exit = absences->left;
	exit->end = tsc_at(absences, ns);
	exit->ticks = exit->end - tsc_at(absences, exit->ns);
	exit->ns = ns - exit->ns;
	absences->left.ns = 0;
}

/* Takes the record of a tracepoint, of `count` words. Returns whether it ends an exit. */
static bool take_sample(struct absences *absences, unsigned count, uint64_t ns, struct time_away *exit)
{
	uint64_t words[RAW_WORDS] = {0};
	const char *raw = (const char *)words + sizeof(uint32_t);
	uint16_t id;

	for (unsigned i = 0; i < RAW_WORDS && WORD_RAW + i < count; i++)
		words[i] = word(absences, WORD_RAW + i);
	memcpy(&id, raw, sizeof(id));
	if (id == absences->exit.id)
		begin_exit(absences, ns, raw);
	if (id != absences->entry.id || absences->left.ns == 0 || ns < absences->left.ns)
		return false;
	end_exit(absences, ns, exit);
	return true;
}

bool absences_next(struct absences *absences, struct time_away *absence)
{
	const uint64_t head = __atomic_load_n(&absences->page->data_head, __ATOMIC_ACQUIRE);
	bool found = false;

	while (absences->tail != head && !found) {
		const uint64_t first = word(absences, WORD_HEADER), ns = word(absences, WORD_TIME);
		struct perf_event_header header;

		memcpy(&header, &first, sizeof(header));
		if (header.type == PERF_RECORD_LOST) {
			absences->lost += word(absences, WORD_LOST);
			absences->left_ns = absences->left.ns = 0;
		} else if (header.type == PERF_RECORD_SAMPLE) {
			found = take_sample(absences, header.size / sizeof(uint64_t), ns, absence);
		} else if (header.type == PERF_RECORD_SWITCH && header.misc & PERF_RECORD_MISC_SWITCH_OUT) {
			absences->left_ns = ns;
			absences->left_by_itself = (header.misc & PERF_RECORD_MISC_SWITCH_OUT_PREEMPT) == 0;
		} else if (header.type == PERF_RECORD_SWITCH && absences->left_ns != 0 && ns >= absences->left_ns) {
			end_absence(absences, ns, absence);
			found = true;
		}
		absences->tail += header.size >= sizeof(header) ? header.size : head - absences->tail;
	}
	__atomic_store_n(&absences->page->data_tail, absences->tail, __ATOMIC_RELEASE);
	return found;
}

bool absences_in_stretch(struct absences *absences, uint64_t end, uint64_t ticks, uint32_t tsc_khz,
			 struct time_away *absence)
{
	uint64_t run_ns, wait_ns;

	if (ticks <= tsc_khz || !absences_totals(absences, &run_ns, &wait_ns))
		return false;
	const uint64_t ns = wait_ns > absences->wait_ns ? wait_ns - absences->wait_ns : 0;
	const uint64_t waited = (uint64_t)((unsigned __int128)ns * tsc_khz / NS_PER_MS);

	absences->wait_ns = wait_ns;
	if (waited == 0)
		return false;
	*absence = (struct time_away){.end = end, .ticks = waited, .ns = ns};
	if (waited > ticks)
		*absence = (struct time_away){
			.end = end, .ticks = ticks, .ns = (uint64_t)((unsigned __int128)ticks * NS_PER_MS / tsc_khz)};
	return true;
}

bool absences_totals(const struct absences *absences, uint64_t *run_ns, uint64_t *wait_ns)
{
	char text[SCHEDSTAT_SIZE];
	const ssize_t got = absences->schedstat >= 0 ? pread(absences->schedstat, text, sizeof(text) - 1, 0) : -1;

	if (got <= 0)
		return false;
	text[got] = '\0';
	return sscanf(text, "%" SCNu64 " %" SCNu64, run_ns, wait_ns) == 2;
}
