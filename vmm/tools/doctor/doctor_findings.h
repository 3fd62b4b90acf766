/* SPDX-License-Identifier: MIT */
/* What `vmm doctor` finds, in sections, and how it is printed: as aligned text or as JSON. Filled by doctor.c. */
#ifndef VMM_TOOLS_DOCTOR_DOCTOR_FINDINGS_H
#define VMM_TOOLS_DOCTOR_DOCTOR_FINDINGS_H

#include <stdbool.h>
#include <stdio.h>

#include "base/table.h"

/* X(NAME, JSON word, mark before a line, colour of the mark: SGR parameters) */
/* clang-format off */
#define FINDING_STATES(X) \
	X(FACT,    "fact",    " ", "") \
	X(GOOD,    "good",    "✓", "32") \
	X(ABSENT,  "absent",  "–", "33") \
	X(QUIRK,   "quirk",   "!", "33") \
	X(BLOCKER, "blocker", "✗", "31")
/* clang-format on */

#define FINDING_STATE_ENUM(name, ...) FINDING_##name,
enum finding_state { FINDING_STATES(FINDING_STATE_ENUM) FINDING_STATE_COUNT };
#undef FINDING_STATE_ENUM

enum { FINDINGS_MAX = 160, FINDING_KEY_SIZE = 64, FINDING_VALUE_SIZE = 160, FINDING_NOTE_SIZE = 320 };

struct finding {
	const char *section; /* a literal: compared by address */
	char key[FINDING_KEY_SIZE];
	enum finding_state state;
	char value[FINDING_VALUE_SIZE];
	double number;		      /* stands for `value` where there is a unit */
	const char *unit;	      /* NULL = the finding has no number */
	char note[FINDING_NOTE_SIZE]; /* what it means, what to do; "" = nothing to add */
};

struct findings {
	const char *section; /* of what is added next */
	unsigned count, blockers;
	struct finding rows[FINDINGS_MAX];
};

/* What is added from now on belongs to this section; `section` is a literal. */
void findings_section(struct findings *findings, const char *section);

/* Add a finding; text that does not fit is cut. `note` may be NULL. */
void findings_add(struct findings *findings, enum finding_state state, const char *key, const char *note,
		  const char *format, ...) __attribute__((format(printf, 5, 6)));
void findings_add_number(struct findings *findings, enum finding_state state, const char *key, const char *note,
			 double number, const char *unit);

void findings_print_text(const struct findings *findings, struct page *page);
/* One object: "can_run", and an object of objects for each section. */
void findings_print_json(const struct findings *findings, FILE *out);

#endif
