/* SPDX-License-Identifier: MIT */
/* Cuts the time of a run into slices, for any sink: see accounting.h. The rules are in accounting_rules.h. */
#include "tools/trace/stat/accounting.h"

#include <stdlib.h>

#include "tools/trace/stat/accounting_rules.h"

static const struct {
	const char *name, *words;
} shares[SHARE_COUNT] = {
#define ROW(share, name, words) [SHARE_##share] = {name, words},
	SHARES(ROW)
#undef ROW
};

const char *share_name(enum share share)
{
	return shares[share].name;
}

const char *share_words(enum share share)
{
	return shares[share].words;
}

void accounting_start(struct accounting *accounting, const struct file_header *header, struct accounting_sink sink)
{
	const bool keeps_last = header->flags & FILE_KEEPS_LAST;
	const struct trace_clock *clock = &header->clock;

	*accounting = (struct accounting){
		.sink = sink,
		.now = clock->tsc_start,
		.end = clock->tsc_end != 0 ? clock->tsc_end : UINT64_MAX,
		.until = UINT64_MAX,
		.limit = clock->tsc_end != 0 ? clock->tsc_end : UINT64_MAX,
		.latest = clock->tsc_start,
		.cpl = CPL_KERNEL, /* in which a vCPU starts */
		.owner = header->lost > 0 && keeps_last ? OWNER_UNKNOWN : OWNER_BOOT,
		.begins_late = header->lost > 0 && keeps_last,
		.ends_early = header->lost > 0 && !keeps_last,
	};
}

void accounting_cut(struct accounting *accounting, uint64_t from, uint64_t until)
{
	accounting->from = from;
	accounting->until = until;
	accounting->limit = until < accounting->end ? until : accounting->end;
}

void accounting_close(struct accounting *accounting, const struct file_header *header)
{
	accounting->end = header->clock.tsc_end != 0 ? header->clock.tsc_end : UINT64_MAX;
	accounting->ends_early = header->lost > 0 && !(header->flags & FILE_KEEPS_LAST);
	accounting_cut(accounting, accounting->from, accounting->until);
}

void accounting_free(struct accounting *accounting)
{
	free(accounting->held);
	accounting->held = NULL;
	accounting->held_count = accounting->held_capacity = 0;
}

/* ---- records ---- */

static inline void accounting_slice(struct accounting *accounting, const struct time_slice *slice)
{
	accounting->sink.slice(accounting->sink.context, slice);
}

static inline void accounting_tell(struct accounting *accounting, const union record *record, unsigned cpl)
{
	accounting->sink.record(accounting->sink.context, record, cpl);
}

void accounting_record(struct accounting *accounting, const union record *record)
{
	accounting_walk(accounting, record);
}

void accounting_end(struct accounting *accounting)
{
	const uint64_t end = accounting->end != UINT64_MAX ? accounting->end : accounting->latest;
	size_t next = 0;

	accounting->end = end;
	accounting_cut(accounting, accounting->from, accounting->until);
	if (accounting->ends_early) {
		next = take_held_events(accounting, next);
		give_around(accounting, &next, accounting->latest, SHARE_VMM);
		give(accounting, end, SHARE_MISSING);
	} else if (accounting->in_vmm || !accounting->has_begun) {
		/* After the last exit the VMM ends the run; events behind it are those of a KVM_RUN that failed. */
		next = take_held_events(accounting, next);
		give_around(accounting, &next, end, SHARE_VMM);
	} else {
		give_around(accounting, &next, end, share_of_ring(accounting->cpl));
	}
	for (; next < accounting->held_count; next++)
		accounting_tell(accounting, &accounting->held[next], accounting->cpl);
	accounting->held_count = 0;
}
