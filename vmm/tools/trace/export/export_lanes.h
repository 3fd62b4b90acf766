/* SPDX-License-Identifier: MIT */
/*
 * The timeline as lanes, for formats that draw: one for each share of the time (tools/trace/stat/accounting.h), but in
 * ring 3 one for each process. One of the lanes is busy at any moment of a run, and the slices of a lane add up to what
 * `vmm trace stat` says, because both are given the same time. What a slice is called the moments tell. There are
 * counters too. The formats (Perfetto, Chrome) say how a slice, an instant and a counter are written.
 */
#ifndef VMM_TOOLS_TRACE_EXPORT_EXPORT_LANES_H
#define VMM_TOOLS_TRACE_EXPORT_EXPORT_LANES_H

#include "base/pid_table.h"
#include "text/address_spaces.h"
#include "tools/trace/export/export_fields.h"

struct lane {
	enum share share; /* or LANE_KVM */
	uint32_t pid;	  /* in ring 3; 0 = not known */
	int image;	  /* the program that this process runs now, or IMAGE_UNKNOWN */
};

/* Beside the lanes of shares: the exits that KVM handled by itself. Their time is the guest's in all sums. */
enum { LANE_KVM = SHARE_COUNT, LANE_COUNT };

/* The name of a lane: the program of a process, or what the share is. */
const char *lane_name(const struct export *export, const struct lane *lane);

/* What is written on a slice or an instant. X(kind, numbers): a kind of label, and how many labels it has. */
#define LABELS(X)                                                                                                      \
	X(SETUP, 1) /* the VMM makes the machine */                                                                    \
	X(BOOT, 1)                                                                                                     \
	X(KERNEL, 1)	      /* ring 0, for a reason the trace does not tell */                                       \
	X(SHARE, SHARE_COUNT) /* none of guest and VMM, or not known which ring */                                     \
	X(PROCESS, 1)	      /* ring 3, of an unknown program */                                                      \
	X(EXIT, RINGSIDE_EXIT_LIMIT)                                                                                   \
	X(IN, 1 << 16) /* an exit at a known port */                                                                   \
	X(OUT, 1 << 16)                                                                                                \
	X(EVENT, RINGSIDE_EVENT_COUNT)                                                                                 \
	X(SYSCALL, 1 << 10) /* the last one stands for all greater numbers too */                                      \
	X(TRAP, 1 << 8)	    /* likewise */                                                                             \
	X(KVM, 1 << 9)	    /* why the guest left, and KVM entered it again; likewise */                               \
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
	X(PROCESSES, "processes")                                                                                      \
	X(READY, "ready processes")                                                                                    \
	X(TICK_LATE, "timer tick late, ns")

#define COUNTER_ENUM(counter, name) COUNTER_##counter,
enum counter { COUNTERS(COUNTER_ENUM) COUNTER_COUNT };
#undef COUNTER_ENUM

const char *counter_name(enum counter counter);

/* What a slice or an instant is about: a record of the trace, the guest that goes on, or what the host does. */
enum lane_category { CATEGORY_EXIT = 1, CATEGORY_EVENT, CATEGORY_GUEST, CATEGORY_HOST, CATEGORY_END };

enum lane_category lane_category(const struct lane *lane, const struct moment *moment);
const char *lane_category_name(enum lane_category category);

/*
 * What leads where: a trap to the return from it, a switch to the process that gets the CPU, a wake-up to the moment
 * when the process that was woken has the CPU. By numbers from 1; 0 = none.
 */
enum { FLOWS_ENDED_MAX = 2 };

struct lane_flows {
	uint64_t begun;
	uint64_t ended[FLOWS_ENDED_MAX];
};

struct lane_slice {
	struct lane lane;
	struct label label;
	uint64_t since;		     /* ns */
	const struct moment *moment; /* what it is about; NULL = it goes on with what was before */
	struct lane_flows flows;
};

struct lane_format {
	void (*begin)(struct export *export, const struct lane_slice *slice);
	void (*end)(struct export *export, const struct lane_slice *slice, uint64_t ns);
	void (*instant)(struct export *export, const struct lane *lane, const struct label *label,
			const struct moment *moment, const struct lane_flows *flows);
	void (*counter)(struct export *export, enum counter counter, uint64_t ns, uint64_t value);
	/* A slice of LANE_KVM and its end at `ns`: it lies inside other lanes' slices. */
	void (*inside)(struct export *export, const struct lane_slice *slice, uint64_t ns);
};

/* A process of which something is known. */
struct lane_process {
	struct pid_slot slot;
	bool named; /* its lane has a name, of the program `image` */
	int image;
	bool ready;	     /* it could run, but another process has the CPU */
	uint64_t trap, wake; /* flows that have begun with it and not ended; 0 = none */
};

/* A moment that is kept, with what it points to. */
struct kept_moment {
	struct moment moment;
	union record record;
	struct call call;
	struct lane_flows flows;
};

enum { LANES_PROCESSES_MAX = 1024, LANES_GIVEN_MAX = 1 << 16 };

/* Part of a format's state, begun by lanes_start(). */
struct lanes {
	struct export *export;
	const struct lane_format *format;
	struct time_slice *given; /* and not drawn yet, because the moments that name them have not come */
	size_t given_first, given_count, given_capacity;
	uint64_t drawn; /* ns up to which time has been drawn */
	bool open;	/* `slice` has not ended */
	struct lane_slice slice;
	struct kept_moment about; /* of `slice` */
	struct kept_moment next;  /* what the next slice that it fits is about */
	bool has_next;
	struct label handling; /* what the VMM does */
	struct label work;     /* what ring 0 is doing */
	bool booted;	       /* a process has run */
	bool direct;	       /* programs run in ring 0 */
	uint64_t window;       /* the millisecond that is being counted */
	uint64_t counts[COUNTER_COUNT];
	uint64_t shown[COUNTER_COUNT]; /* the values last written */
	bool lanes_named[LANE_COUNT];
	uint64_t flows;	      /* how many have begun */
	uint64_t switch_flow; /* of the switch under way; 0 = none */
	uint32_t switch_to;   /* the process that it gives the CPU to */
	struct lane_process process_list[LANES_PROCESSES_MAX];
	struct processes processes;
};

/*
 * Whether the lane is to be named now: it has had no name yet, or that of another program. Of more than
 * LANES_PROCESSES_MAX processes some are named again.
 */
bool lanes_learn_name(struct lanes *lanes, const struct lane *lane);

void lanes_start(struct lanes *lanes, struct export *export, const struct lane_format *format);
void lanes_slice(struct lanes *lanes, const struct time_slice *slice);
void lanes_moment(struct lanes *lanes, const struct moment *moment);

/* Draws and ends what is still open, at the end of the run, and releases what lanes hold. */
void lanes_end(struct lanes *lanes, uint64_t ns);

#endif
