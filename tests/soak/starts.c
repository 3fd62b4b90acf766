/* SPDX-License-Identifier: MIT */
/*
 * Starts and ends thousands of machines in this one process and counts before and after them what a process can leak:
 * descriptors, mappings, threads, timers, heap, resident memory. `vmm run` is a process of its own and gives all back
 * when it ends; `vmm bench` and `vmm doctor` build many machines, and there a leak would stay.
 *   starts COUNT IMAGE KERNEL DIRECTORY
 * IMAGE ends at once, KERNEL has symbols for a trace, DIRECTORY takes the traces. Every row of `kinds` has its turn:
 * whole machines, and ones that are refused half-way. Status 1 if something was leaked. Called by scripts/soak.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/units.h"
#include "soak_machine.h"
#include "tools/doctor/probe_machine.h"
#include "tools/output/progress.h"

enum { WARM_UP = 10, STATUS_USAGE = 2, STATUS_REFUSED = 125, RESIDENT_SLACK = 512 /* KiB */ };

#define MEMORY UINT64_C(0x400000)
#define LIMIT_NS (UINT64_C(100) * NS_PER_SECOND)
#define TRACE_LIMIT UINT64_C(400000)

static const char *image, *kernel, *directory;
static struct kvm host;

/* ---- the kinds of starts: each returns 0 if it went as it should ---- */

static int start(enum irqchip irqchip, struct error *error)
{
	static struct soak_machine machine;
	const struct soak_guest guest = {.image = image, .command_line = "", .memory = MEMORY, .irqchip = irqchip};
	int status = soak_machine_open(&machine, &guest, error);

	if (status == 0)
		status = soak_machine_run(&machine, LIMIT_NS, error);
	soak_machine_close(&machine);
	return status;
}

static int start_user(struct error *error)
{
	return start(IRQCHIP_USER, error);
}

static int start_split(struct error *error)
{
	return kvm_check(&host, KVM_CAP_SPLIT_IRQCHIP) ? start(IRQCHIP_SPLIT, error) : 0;
}

static int start_kernel(struct error *error)
{
	return kvm_check(&host, KVM_CAP_IRQCHIP) && kvm_check(&host, KVM_CAP_PIT2) ? start(IRQCHIP_KERNEL, error) : 0;
}

/* Succeeds if `refused`, the result of a call that must fail, is a failure. */
static int expect_refusal(int refused, const char *what, struct error *error)
{
	return refused < 0 ? 0 : error_set(error, "%s was not refused", what);
}

static int start_without_kernel(struct error *error)
{
	static struct soak_machine machine;
	const struct soak_guest guest = {.image = "/proc/self/exe", .command_line = "", .memory = MEMORY};
	const int status = soak_machine_open(&machine, &guest, error);

	soak_machine_close(&machine);
	return expect_refusal(status, "an image that is no kernel", error);
}

static int start_without_memory(struct error *error)
{
	static struct soak_machine machine;
	const struct soak_guest guest = {.image = image, .command_line = "", .memory = MEMORY + 1};
	const int status = soak_machine_open(&machine, &guest, error);

	soak_machine_close(&machine);
	return expect_refusal(status, "a memory of no whole pages", error);
}

static struct symbols *load_symbols(void)
{
	struct symbols *symbols = symbols_new();
	const int file = open(kernel, O_RDONLY | O_CLOEXEC);

	if (symbols != NULL && file >= 0)
		symbols_add_files(symbols, kernel, file, -1);
	if (file >= 0)
		close(file);
	return symbols;
}

static int record(struct soak_machine *machine, struct trace_writer *writer, struct error *error)
{
	machine->recorder.writer = writer;
	int status = soak_machine_run(machine, LIMIT_NS, error);
	if (trace_writer_close(writer, __builtin_ia32_rdtsc(), status == 0 ? error : &(struct error){0}) < 0)
		status = -1;
	unlink(writer->path);
	return status;
}

static int start_traced(struct error *error)
{
	static struct soak_machine machine;
	static struct trace_writer writer;
	static bool keeps_last;
	const struct soak_guest guest = {.image = image, .command_line = "", .memory = MEMORY};
	struct symbols *symbols = load_symbols();
	char path[PATH_MAX];
	int status = soak_machine_open(&machine, &guest, error);

	snprintf(path, sizeof(path), "%s/trace", directory);
	keeps_last = !keeps_last;
	const struct trace_clock clock = {.tsc_start = __builtin_ia32_rdtsc(), .tsc_khz = machine.vcpu.tsc_khz};
	if (status == 0)
		status = trace_writer_open(&writer, path, &clock, "image=soak\n", symbols, error);
	if (status == 0)
		status = trace_writer_limit(&writer, TRACE_LIMIT, keeps_last, error);
	if (status == 0)
		status = record(&machine, &writer, error);
	soak_machine_close(&machine);
	symbols_free(symbols);
	return status;
}

static int start_trace_refused(struct error *error)
{
	static struct trace_writer writer;
	const struct trace_clock clock = {.tsc_start = 1, .tsc_khz = 1};
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/small", directory);
	if (expect_refusal(trace_writer_open(&writer, directory, &clock, "", NULL, error), "a directory as trace",
			   error) < 0 ||
	    trace_writer_open(&writer, path, &clock, "", NULL, error) < 0)
		return -1;
	return expect_refusal(trace_writer_limit(&writer, 1, false, error), "a limit of one byte", error);
}

/* A machine of `vmm doctor`. */
static int start_probe(struct error *error)
{
	const struct probe_trial trial = {.code = probe_done};
	struct probe_result result;

	if (probe_try(&host, &trial, &result, error) < 0)
		return -1;
	return result.end == PROBE_DONE ? 0 : error_set(error, "a trial of vmm doctor ended as %d", result.end);
}

static const struct kind {
	const char *name;
	int (*start)(struct error *error);
} kinds[] = {
	{"irqchip=user", start_user},
	{"irqchip=split", start_split},
	{"irqchip=kernel", start_kernel},
	{"traced", start_traced},
	{"doctor", start_probe},
	{"no kernel", start_without_kernel},
	{"no memory", start_without_memory},
	{"trace refused", start_trace_refused},
};

/* ---- what the process has ---- */

struct census {
	uint64_t descriptors, mappings, mapped, threads, timers, heap; /* `mapped` and `heap` in bytes */
	uint64_t resident;					       /* KiB */
};

static uint64_t count_entries(const char *path)
{
	DIR *folder = opendir(path);
	uint64_t count = 0;

	if (folder == NULL)
		return 0;
	for (const struct dirent *entry; (entry = readdir(folder)) != NULL;)
		count += entry->d_name[0] != '.';
	closedir(folder);
	return count;
}

static void count_mappings(struct census *census)
{
	char line[PATH_MAX + 128];
	FILE *file = fopen("/proc/self/maps", "re");
	uint64_t from, to;

	while (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64, &from, &to) != 2)
			continue;
		census->mappings++;
		census->mapped += to - from;
	}
	if (file != NULL)
		fclose(file);
}

/* Timers of timer_create(2), on kernels that tell of them. */
static uint64_t count_timers(void)
{
	char line[128];
	uint64_t count = 0;
	FILE *file = fopen("/proc/self/timers", "re");

	while (file != NULL && fgets(line, sizeof(line), file) != NULL)
		count += strncmp(line, "ID:", 3) == 0;
	if (file != NULL)
		fclose(file);
	return count;
}

static uint64_t resident(void)
{
	uint64_t pages = 0;
	FILE *file = fopen("/proc/self/statm", "re");

	if (file != NULL) {
		if (fscanf(file, "%*u %" SCNu64, &pages) != 1)
			pages = 0;
		fclose(file);
	}
	return pages * (uint64_t)sysconf(_SC_PAGESIZE) / 1024;
}

/* What the C library has kept of freed memory is no leak: it goes back to the kernel first. */
static struct census take_census(void)
{
	malloc_trim(0);
	struct census census = {
		.heap = mallinfo2().uordblks,
		.descriptors = count_entries("/proc/self/fd"),
		.threads = count_entries("/proc/self/task"),
		.timers = count_timers(),
		.resident = resident(),
	};

	count_mappings(&census);
	return census;
}

/* Under AddressSanitizer, which keeps what was freed, and looks for leaks itself, memory is not compared. */
#ifdef __SANITIZE_ADDRESS__
enum { COMPARES_MEMORY = 0 };
#else
enum { COMPARES_MEMORY = 1 };
#endif

static bool memory_has_grown(const struct census *before, const struct census *after)
{
	return after->mappings != before->mappings || after->mapped != before->mapped || after->heap != before->heap ||
	       after->resident > before->resident + RESIDENT_SLACK;
}

static bool has_grown(const struct census *before, const struct census *after)
{
	return after->descriptors != before->descriptors || after->threads != before->threads ||
	       after->timers != before->timers || (COMPARES_MEMORY && memory_has_grown(before, after));
}

/* ---- many starts ---- */

static int start_many(uint64_t count, struct error *error)
{
	progress_start();
	for (uint64_t i = 0; i < count; i++) {
		const struct kind *kind = &kinds[i % COUNT(kinds)];
		struct error why;

		if (kind->start(&why) < 0) {
			progress_end();
			return error_set(error, "start %" PRIu64 " (%s): %s", i, kind->name, why.text);
		}
		progress_count((double)i, "starts", (double)i / (double)count);
	}
	progress_end();
	return 0;
}

static int soak(uint64_t count, struct error *error)
{
	if (kvm_open(&host, error) < 0 || start_many(WARM_UP * COUNT(kinds), error) < 0)
		return -1;
	const struct census before = take_census();
	const uint64_t start = clock_ns(CLOCK_MONOTONIC);
	if (start_many(count, error) < 0)
		return -1;
	const double seconds = (double)(clock_ns(CLOCK_MONOTONIC) - start) / (double)NS_PER_SECOND;
	const struct census after = take_census();

	printf("%" PRIu64 " starts in one process, of %zu kinds, in %.1f s", count, COUNT(kinds), seconds);
#define TELL(field, words) printf("; " words " %" PRIu64 " -> %" PRIu64, before.field, after.field)
	TELL(descriptors, "descriptors");
	TELL(mappings, "mappings");
	TELL(mapped, "mapped bytes");
	TELL(threads, "threads");
	TELL(timers, "timers");
	TELL(heap, "heap bytes");
	TELL(resident, "resident KiB");
#undef TELL
	putchar('\n');
	return has_grown(&before, &after) ? error_set(error, "something of these was leaked") : 0;
}

int main(int argc, char **argv)
{
	struct error error;
	char *end;

	if (argc != 5)
		return STATUS_USAGE;
	const uint64_t count = strtoull(argv[1], &end, 10);
	if (*end != '\0' || count == 0)
		return STATUS_USAGE;
	image = argv[2];
	kernel = argv[3];
	directory = argv[4];
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	if (soak(count, &error) == 0)
		return 0;
	fprintf(stderr, "starts: %s\n", error.text);
	return 1;
}
