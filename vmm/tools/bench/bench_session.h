/* SPDX-License-Identifier: MIT */
/*
 * A session of `vmm bench`: measures the chosen rows round by round until the time is up or the user stops it. Each
 * round has a random order of its own, so that rows which are compared have met the same disturbances. Called by
 * bench_command.c.
 */
#ifndef VMM_TOOLS_BENCH_BENCH_SESSION_H
#define VMM_TOOLS_BENCH_BENCH_SESSION_H

#include "tools/bench/bench_conditions.h"
#include "tools/bench/bench_host.h"
#include "tools/bench/bench_machine.h"
#include "tools/bench/bench_rows.h"
#include "tools/bench/bench_series.h"

enum { BENCH_ROWS_MAX = 192, PATTERNS_MAX = 16 };

struct bench_options {
	const char *only[PATTERNS_MAX]; /* NULL after the last pattern; no pattern = all rows */
	bool quick;
	double seconds;	   /* to measure for; 0 = as `quick` says */
	uint64_t delay_ns; /* that the VMM adds to the exits of the row "delayed" */
	uint64_t seed;
	const char *bench_image, *guest_image; /* the files of guest/bench and of the guest kernel */
	const char *vmm;		       /* the executable that has the subcommand `run` */
};

struct row_state {
	bool is_measured; /* shown, or needed by a row that is */
	bool is_shown;
	uint64_t iterations; /* crossings in a sample */
	double sample_ns;    /* how long a sample took when its size was chosen */
	uint64_t spent_ns;   /* on all its samples; 0 for rows that share a run */
	uint64_t last_ns;    /* on the samples of its last round */
	struct series series;
	uint64_t preempted;  /* how often other processes took the CPU while the row was measured */
	const char *failure; /* NULL = none; owned */
};

/* Rows that are measured together, because they are compared with each other. */
enum bench_class {
	CLASS_LOOPS,	/* the guest's and the host's loops */
	CLASS_SWITCHES, /* switches between processes of the benchmark's guest */
	CLASS_RUNS,	/* runs of the guest kernel */
	CLASS_CONTROL,	/* the price of control */
	CLASS_PEERS,
	CLASS_COUNT,
};

struct class_state {
	bool is_present; /* a row of this class is measured */
	unsigned passes; /* rounds in which it was measured */
	uint64_t spent_ns;
};

struct session {
	const struct bench_options *options;
	struct bench_machine machine;
	struct bench_machine others[IRQCHIP_COUNT]; /* started when first needed; for IRQCHIP_USER there is `machine` */
	struct host_bench host;
	char trace[64]; /* the path of a file for the rows that write a trace */
	struct row_state rows[BENCH_ROWS_MAX];
	struct class_state classes[CLASS_COUNT];
	double clock[3]; /* ticks between two readings in this round: in ring 0, in ring 3, on the host */
	uint64_t random;
	uint64_t start, deadline; /* CLOCK_MONOTONIC ns */
	unsigned rounds;
	struct conditions conditions;
	double page_ns;		/* that the first touch of a page of a working set takes; 0 = not known yet */
	double control_seconds; /* that the fastest run of the price of control took; 0 = none yet */
	double seconds;		/* that the rounds took */
	int cpu;		/* that the session is pinned to; -1 = pinning is not allowed */
	bool is_interrupted;
};

/* Chooses the rows. -1 with a line in *error when a pattern fits none. `options` must outlive the session. */
int session_choose(struct session *session, const struct bench_options *options, struct error *error);

/* Starts the guest, measures, ends the guest. What has been measured stays also when -1 is returned. */
int session_run(struct session *session, struct error *error);
void session_free(struct session *session);

/* Measures round by round until the time is up (bench_rounds.c). */
int session_measure_all(struct session *session, struct error *error);

/* Measures one round of a row of SOURCE_GUEST or SOURCE_HOST, or of the clocks (bench_measure.c). */
int session_measure_loop(struct session *session, unsigned index, struct error *error);
int session_measure_clocks(struct session *session, struct error *error);
/* -1 with a line in *error when this host cannot spare so many bytes. */
int session_check_memory(uint64_t bytes, struct error *error);

/* Measures one round of all rows of SOURCE_KERNEL, or of a row that needs a run of its own (bench_runs.c). */
int session_measure_kernel(struct session *session, struct error *error);
int session_measure_run(struct session *session, unsigned index, struct error *error);

/* Whether QEMU is installed (bench_peer.c). */
bool session_has_peer(void);
/* Puts QEMU's version into `version`, when the session has rows of QEMU. */
void session_tell_peer(const struct session *session, char *version, size_t size);
/* Measures one round of all rows of SOURCE_PEER with that accelerator. */
int session_measure_peer(struct session *session, const char *accelerator, struct error *error);

/* Adds the samples of a round, in ns, to a row. */
int session_keep(struct session *session, unsigned index, const double *values, size_t count, struct error *error);
/* Convert between ticks of the TSC and nanoseconds. */
double session_ns(const struct session *session, double ticks);
double session_ticks(const struct session *session, double ns);

#endif
