/* SPDX-License-Identifier: MIT */
/*
 * Where the run's records go: the recorder always, and, when somebody watches, the live text and the
 * statistics. The run loop and the event ring append; the reports at the end read.
 */
#ifndef VMM_MACHINE_JOURNAL_H
#define VMM_MACHINE_JOURNAL_H

#include "record/recorder.h"
#include "text/exit_stat.h"
#include "text/text.h"

struct journal {
	struct recorder recorder;
	uint64_t counts[RINGSIDE_EXIT_LIMIT]; /* exits by reason */
	struct text_printer *printer;	      /* NULL = no live text */
	struct trace_stat *stat;	      /* NULL = no statistics */
};

static inline void journal_append(struct journal *journal, const union record *record)
{
	recorder_append(&journal->recorder, record);
	if (__builtin_expect(journal->printer != NULL, 0))
		text_record(journal->printer, record);
	if (__builtin_expect(journal->stat != NULL, 0))
		stat_record(journal->stat, record);
}

#endif
