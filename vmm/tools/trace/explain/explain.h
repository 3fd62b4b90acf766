/* SPDX-License-Identifier: MIT */
/*
 * Explains chosen records of a trace in sentences. It is the choice of a text printer, which asks it about each record
 * in order: so it learns what follows a record, and the printer makes the line of each record that is explained. Used
 * by `vmm trace explain`.
 */
#ifndef VMM_TOOLS_TRACE_EXPLAIN_EXPLAIN_H
#define VMM_TOOLS_TRACE_EXPLAIN_EXPLAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "base/table.h"
#include "text/text.h"

struct explainer;

/*
 * Explains the records that `choice` wants, `limit` of them at most; with a choice of nothing (wants() is NULL) the
 * first record of each kind. The context of the choice must outlive the explainer. NULL when there is no memory.
 */
struct explainer *explainer_new(struct text_choice choice, uint64_t limit);
void explainer_free(struct explainer *explainer);

/* For text_choose(). */
struct text_choice explainer_choice(const struct explainer *explainer);

/* Takes the lines that the printer has made since the last call, text with a newline at the end of each. */
void explainer_take_lines(struct explainer *explainer, const char *lines);

/*
 * Prints the explanations that are complete; at the end of the trace all. `title` is the line with the names of the
 * columns of the printer's lines.
 */
void explainer_print(struct explainer *explainer, const char *title, bool at_end, struct page *page);

/* Whether as many records as were asked for have been explained. */
bool explainer_is_full(const struct explainer *explainer);

/* How many records have been explained. */
uint64_t explainer_count(const struct explainer *explainer);

#endif
