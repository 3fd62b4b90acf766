/* SPDX-License-Identifier: MIT */
/*
 * A session of `vmm bench`: measures the chosen rows round by round until its time is up or it is told to
 * stop, each round in a random order of its own, so that what is compared met the same disturbances.
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
	const char *only[PATTERNS_MAX]; /* NULL after the last; none: all rows */
	bool quick;
	double seconds; /* 0: as --quick says */
	uint64_t delay_ns;
	uint64_t seed;
	const char *bench_image, *guest_image; /* guest/bench and the kernel */
	const char *vmm;		       /* the file that `run` is a subcommand of */
};

struct row_state {
	bool is_measured; /* chosen, or needed by one that is */
	bool is_shown;
	uint64_t iterations; /* crossings in a sample */
	double sample_ns;    /* what a sample took when it was sized */
	uint64_t spent_ns;   /* on all its samples, and the last time; not of rows that share a run */
	uint64_t last_ns;
	struct series series;
	uint64_t preempted;  /* times somebody else took the CPU while it was measured */
	const char *failure; /* NULL: none; owned */
};

/* Rows that are measured together, so that what is compared is measured next to each other. */
enum bench_class {
	CLASS_LOOPS,	/* the guest's and the host's loops */
	CLASS_SWITCHES, /* between processes of the benchmark's guest */
	CLASS_RUNS,	/* of the guest kernel */
	CLASS_CONTROL,	/* the price of control */
	CLASS_PEERS,
	CLASS_COUNT,
};

struct class_state {
	bool is_present; /* some row is of it */
	unsigned passes; /* rounds in which it was measured */
	uint64_t spent_ns;
};

struct session {
	const struct bench_options *options;
	struct bench_machine machine;
	struct bench_machine others[IRQCHIP_COUNT]; /* started when first needed; that of IRQCHIP_USER is `machine` */
	struct host_bench host;
	char trace[64]; /* a file for what writes traces */
	struct row_state rows[BENCH_ROWS_MAX];
	struct class_state classes[CLASS_COUNT];
	double clock[3]; /* ticks of two readings: ring 0, ring 3, host; of this round */
	uint64_t random;
	uint64_t start, deadline; /* CLOCK_MONOTONIC ns */
	unsigned rounds;
	struct conditions conditions;
	double page_ns;		/* of the first touch of a page of a working set; 0: not known yet */
	double control_seconds; /* of the fastest run of the price of control; 0: none yet */
	double seconds;		/* it took */
	int cpu;		/* pinned to; -1: not allowed */
	bool is_interrupted;
};

/* Of choice.c: chooses the rows. Refuses a pattern that fits none. */
int session_choose(struct session *session, const struct bench_options *options, struct error *error);

/* Starts the guest, measures, ends the guest. What has been measured stays, whatever is returned. */
int session_run(struct session *session, struct error *error);
void session_free(struct session *session);

/* Of rounds.c: round by round, until the time is up. */
int session_measure_all(struct session *session, struct error *error);

/* Of measure.c: one round of one row of the guest's or the host's; and of the clocks. -1: see *error. */
int session_measure_loop(struct session *session, unsigned index, struct error *error);
int session_measure_clocks(struct session *session, struct error *error);
/* Whether so many bytes may be touched on this host. */
int session_check_memory(uint64_t bytes, struct error *error);

/* Of runs.c: one round of all rows of the guest kernel that share a run; of one that needs its own. */
int session_measure_kernel(struct session *session, struct error *error);
int session_measure_run(struct session *session, unsigned index, struct error *error);

/* Of peer.c: whether QEMU is installed, and one round of its rows. */
bool session_has_peer(void);
/* Its version, when the session has rows of it; else nothing. */
void session_tell_peer(const struct session *session, char *version, size_t size);
int session_measure_peer(struct session *session, const char *accelerator, struct error *error);

/* Adds a round's samples to a row. */
int session_keep(struct session *session, unsigned index, const double *values, size_t count, struct error *error);
double session_ns(const struct session *session, double ticks);
double session_ticks(const struct session *session, double ns);

#endif
