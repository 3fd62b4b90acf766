/* SPDX-License-Identifier: MIT */
/*
 * The timeline as lanes, for formats that draw: the VMM, ring 0, ring 3 of each process, and the time when none of them
 * ran. One of the lanes is busy at any moment of a run, so that what a lane shows adds up to the time spent there.
 * There are counters too. The formats (Perfetto, Chrome) say how a slice, an instant and a counter are written.
 */
#ifndef VMM_TOOLS_TRACE_EXPORT_EXPORT_LANES_H
#define VMM_TOOLS_TRACE_EXPORT_EXPORT_LANES_H

#include "base/pid_table.h"
#include "tools/trace/export/export_fields.h"

enum lane_kind { LANE_VMM, LANE_KERNEL, LANE_PROCESS, LANE_AWAY /* idle, or the host took the CPU */ };

struct lane {
	enum lane_kind kind;
	uint32_t pid; /* of LANE_PROCESS; 0 = not known */
	int image;    /* the program that this process runs now, or IMAGE_UNKNOWN */
};

/* What is written on a slice or an instant. X(kind, numbers): a kind of label, and how many labels it has. */
#define LABELS(X)                                                                                                      \
	X(SETUP, 1) /* the VMM makes the machine */                                                                    \
	X(BOOT, 1)                                                                                                     \
	X(KERNEL, 1) /* ring 0, for a reason the trace does not tell */                                                \
	X(IDLE, 1)                                                                                                     \
	X(PROCESS, 1) /* ring 3, of an unknown program */                                                              \
	X(EXIT, RINGSIDE_EXIT_LIMIT)                                                                                   \
	X(IN, 1 << 16) /* an exit at a known port */                                                                   \
	X(OUT, 1 << 16)                                                                                                \
	X(EVENT, RINGSIDE_EVENT_COUNT)                                                                                 \
	X(SYSCALL, 1 << 10) /* the last one stands for all greater numbers too */                                      \
	X(TRAP, 1 << 8)	    /* likewise */                                                                             \
	X(PROGRAM, 1 << 12)

#define LABEL_ENUM(kind, numbers) LABEL_##kind,
enum label_kind { LABELS(LABEL_ENUM) LABEL_KINDS };
#undef LABEL_ENUM

struct label {
	enum label_kind kind;
	uint32_t number;
};

/* Each label of any kind has an id below LABEL_IDS. */
#define LABEL_COUNT(kind, numbers) +(numbers)
enum { LABEL_IDS = 0 LABELS(LABEL_COUNT) };
#undef LABEL_COUNT

uint32_t label_id(const struct label *label);
void label_text(const struct export *export, const struct label *label, struct layout *line);

/* X(counter, name) */
#define COUNTERS(X)                                                                                                    \
	X(EXITS, "VM exits per ms")                                                                                    \
	X(EVENTS, "guest events per ms")                                                                               \
	X(PROCESSES, "processes")

#define COUNTER_ENUM(counter, name) COUNTER_##counter,
enum counter { COUNTERS(COUNTER_ENUM) COUNTER_COUNT };
#undef COUNTER_ENUM

const char *counter_name(enum counter counter);

/* What a slice or an instant is about: a record of the trace, or the guest that goes on after an entry. */
enum lane_category { CATEGORY_EXIT = 1, CATEGORY_EVENT, CATEGORY_GUEST, CATEGORY_END };

enum lane_category lane_category(const struct moment *moment);
const char *lane_category_name(enum lane_category category);

struct lane_format {
	/* `moment` is NULL where the slice is about the guest that goes on after an entry. */
	void (*begin)(struct export *export, const struct lane *lane, uint64_t ns, const struct label *label,
		      const struct moment *moment);
	void (*end)(struct export *export, const struct lane *lane, uint64_t ns);
	void (*instant)(struct export *export, const struct lane *lane, const struct label *label,
			const struct moment *moment);
	void (*counter)(struct export *export, enum counter counter, uint64_t ns, uint64_t value);
};

/* A process whose lane has a name already. */
struct named_lane {
	struct pid_slot slot;
	int image;
};

enum { LANES_NAMED_MAX = 1024 };

/* Part of a format's state, begun by lanes_start(). */
struct lanes {
	struct export *export;
	const struct lane_format *format;
	bool open; /* there is a slice on `lane` that has not ended */
	struct lane lane;
	struct label label; /* of that slice */
	uint64_t since;	    /* its beginning */
	bool booted;	    /* a process has run */
	bool direct;	    /* programs run in ring 0 */
	struct label work;  /* what ring 0 is doing */
	uint64_t window;    /* the millisecond that is being counted */
	uint64_t counts[COUNTER_COUNT];
	uint64_t shown[COUNTER_COUNT]; /* the values last written */
	struct named_lane named[LANES_NAMED_MAX];
};

/*
 * Whether the lane of a process is to be named now, after the program that it runs: it has had no name yet, or that of
 * another program. Of more than LANES_NAMED_MAX processes some are named again.
 */
bool lanes_learn_name(struct lanes *lanes, const struct lane *lane);

void lanes_start(struct lanes *lanes, struct export *export, const struct lane_format *format);
void lanes_moment(struct lanes *lanes, const struct moment *moment);

/* Ends what is still open, at the end of the run. */
void lanes_end(struct lanes *lanes, uint64_t ns);

#endif
