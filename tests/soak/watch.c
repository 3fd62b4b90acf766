/* SPDX-License-Identifier: MIT */
/*
 * Runs a VMM whose guest is tests/soak/mixture.c, and watches it from outside: whether the VMM's memory stays as it is,
 * apart from the guest's, and whether the guest's clock goes as the host's.
 *   watch MEMORY_KIB DRIFT_US SECONDS COMMAND...
 * MEMORY_KIB is the size of the guest's memory, DRIFT_US how far the two clocks may go apart, SECONDS how
 * long the guest runs. The offset of the clocks
 * is the least one of many samples, because a line may come late but never early: at first in the first tenth of the
 * samples, at last in the last. Prints what the guest says besides its clock, and one line at the end. Status 1 if the
 * guest failed, memory grew or a clock drifted. Called by scripts/soak.
 */
#include <errno.h>
#include <inttypes.h>
#include <signal.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/timex.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/units.h"

enum { STATUS_USAGE = 2, STATUS_NOT_STARTED = 127, TENTHS = 10, RESIDENT_SLACK = 256 /* KiB */, LINE = 512 };

#define SAMPLES_MAX 1000000 /* of the clock: more than half a day */
#define RESIDENT_EVERY_NS NS_PER_SECOND

struct sample {
	uint64_t guest, host, raw; /* ns: in the guest; CLOCK_MONOTONIC and CLOCK_MONOTONIC_RAW when the line came */
};

static struct sample samples[SAMPLES_MAX];
static size_t sample_count;

/* Of the VMM's memory besides the guest's, in KiB. */
static struct {
	uint64_t first, last, most, readings, due;
} resident;

static uint64_t start_ns;

/* ---- the VMM's memory ---- */

/* KiB that the process has in memory, without the mapping of the guest's memory. 0 = cannot be read. */
static uint64_t resident_without(pid_t pid, uint64_t guest_kib)
{
	char line[LINE], path[64];
	uint64_t from, to, kib, sum = 0;
	bool is_guest = false;

	snprintf(path, sizeof(path), "/proc/%d/smaps", (int)pid);
	FILE *file = fopen(path, "re");
	if (file == NULL)
		return 0;
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "%" SCNx64 "-%" SCNx64 " ", &from, &to) == 2)
			is_guest = (to - from) / 1024 == guest_kib;
		else if (sscanf(line, "Rss: %" SCNu64, &kib) == 1 && !is_guest)
			sum += kib;
	}
	fclose(file);
	return sum;
}

/* The first reading that counts is after a tenth of the run: what is used once is then there. */
static void watch_memory(pid_t pid, uint64_t guest_kib, uint64_t now, uint64_t warm_up)
{
	if (now < resident.due)
		return;
	resident.due = now + RESIDENT_EVERY_NS;
	const uint64_t kib = resident_without(pid, guest_kib);
	if (kib == 0 || now - start_ns < warm_up)
		return;
	resident.first = resident.readings++ == 0 ? kib : resident.first;
	resident.last = kib;
	resident.most = kib > resident.most ? kib : resident.most;
}

/* ---- the clocks ---- */

static int64_t offset_of(const struct sample *sample, bool raw)
{
	return (int64_t)((raw ? sample->raw : sample->host) - sample->guest);
}

/* The least offset of the samples from `from` to `to`. */
static int64_t least_offset(size_t from, size_t to, bool raw)
{
	int64_t least = INT64_MAX;

	for (size_t i = from; i < to; i++) {
		const int64_t offset = offset_of(&samples[i], raw);
		least = offset < least ? offset : least;
	}
	return least;
}

/* How far the guest's clock has fallen behind the host's between the first tenth and the last, in us. */
static double drift_us(bool raw)
{
	const size_t tenth = sample_count / TENTHS;

	return (double)(least_offset(sample_count - tenth, sample_count, raw) - least_offset(0, tenth, raw)) / 1000;
}

/* Whether the host corrects the rate of CLOCK_MONOTONIC, as NTP does; a guest's TSC does not follow that. */
static bool host_is_steered(void)
{
	struct timex state = {0};

	return adjtimex(&state) >= 0 && (state.freq != 0 || state.offset != 0);
}

/* ---- the run ---- */

static pid_t start(char **words, FILE **out)
{
	int ends[2];

	if (pipe(ends) < 0)
		return -1;
	const pid_t pid = fork();
	if (pid == 0) {
		dup2(ends[1], STDOUT_FILENO);
		close(ends[0]);
		close(ends[1]);
		execvp(words[0], words);
		_exit(STATUS_NOT_STARTED);
	}
	close(ends[1]);
	*out = fdopen(ends[0], "r");
	return *out != NULL ? pid : -1;
}

static void take_line(const char *line)
{
	struct sample sample = {.host = clock_ns(CLOCK_MONOTONIC), .raw = clock_ns(CLOCK_MONOTONIC_RAW)};

	if (sscanf(line, "clock %" SCNu64, &sample.guest) != 1)
		fputs(line, stdout);
	else if (sample_count < SAMPLES_MAX)
		samples[sample_count++] = sample;
}

static int settle(uint64_t drift_most)
{
	if (sample_count < TENTHS || resident.readings == 0) {
		fprintf(stderr, "watch: only %zu samples of the clock and %" PRIu64 " of memory\n", sample_count,
			resident.readings);
		return 1;
	}
	const bool steered = host_is_steered();
	const double monotonic = drift_us(false), raw = drift_us(true), judged = steered ? raw : monotonic;
	const bool grew = resident.most > resident.first + RESIDENT_SLACK;
	const bool drifted = judged > (double)drift_most || judged < -(double)drift_most;

	printf("%.0f s watched: the VMM without the guest's memory %" PRIu64 " -> %" PRIu64 " KiB, at most %" PRIu64
	       " (%" PRIu64 " readings); the guest's clock against the host's %+.0f us, against its raw one %+.0f us "
	       "(%zu samples)%s\n",
	       (double)(samples[sample_count - 1].host - samples[0].host) / (double)NS_PER_SECOND, resident.first,
	       resident.last, resident.most, resident.readings, monotonic, raw, sample_count,
	       steered ? "; the host's clock is being corrected" : "");
	if (grew)
		fputs("watch: the VMM's memory has grown\n", stderr);
	if (drifted)
		fprintf(stderr, "watch: the clocks went apart by more than %" PRIu64 " us\n", drift_most);
	return grew || drifted;
}

int main(int argc, char **argv)
{
	FILE *out = NULL;
	char line[LINE];
	int status = 0;

	if (argc < 5)
		return STATUS_USAGE;
	const uint64_t guest_kib = strtoull(argv[1], NULL, 10), seconds = strtoull(argv[3], NULL, 10);
	setvbuf(stdout, NULL, _IOLBF, BUFSIZ);
	const pid_t pid = start(argv + 4, &out);
	if (pid < 0) {
		fprintf(stderr, "watch: cannot start %s: %s\n", argv[4], strerror(errno));
		return 1;
	}
	start_ns = clock_ns(CLOCK_MONOTONIC);
	while (fgets(line, sizeof(line), out) != NULL) {
		take_line(line);
		watch_memory(pid, guest_kib, clock_ns(CLOCK_MONOTONIC), seconds * NS_PER_SECOND / TENTHS);
	}
	waitpid(pid, &status, 0);
	if (status != 0)
		fprintf(stderr, "watch: the VMM ended with %s %d\n", WIFEXITED(status) ? "status" : "signal",
			WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
	return settle(strtoull(argv[2], NULL, 10)) != 0 || status != 0;
}
