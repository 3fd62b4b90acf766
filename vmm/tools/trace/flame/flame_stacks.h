/* SPDX-License-Identifier: MIT */
/* The stacks of a flame graph, for what prints them: flame.c folded, flame_svg.c as a picture. */
#ifndef VMM_TOOLS_TRACE_FLAME_FLAME_STACKS_H
#define VMM_TOOLS_TRACE_FLAME_FLAME_STACKS_H

#include <stddef.h>
#include <stdint.h>

#include "tools/trace/flame/flame.h"

/* From the bottom of the picture to its top. */
enum { FLAME_DEPTH_PROCESS, FLAME_DEPTH_RING, FLAME_DEPTH_FUNCTION, FLAME_DEPTHS, FLAME_LABEL_SIZE = 128 };

enum flame_kind { FLAME_PROCESS, FLAME_NO_PROCESS, FLAME_OTHERS };

struct flame_place {
	uint32_t pid; /* of FLAME_PROCESS */
	uint16_t kind, cpl;
	const char *program, *function; /* in the symbols; NULL = not known */
};

struct flame_stack {
	struct flame_place place;
	uint64_t weights[FLAME_WEIGHT_COUNT]; /* ns, exits */
};

/* All stacks, sorted by flame_compare(); some may be equal in it. */
const struct flame_stack *flame_stacks(const struct flame *flame, size_t *count);

/* Compares stacks from the bottom up to `depth`. */
int flame_compare(const struct flame_stack *left, const struct flame_stack *right, unsigned depth);

/* What stands on a stack at a depth: printable ASCII without what has a meaning in folded stacks or in XML. */
void flame_label(const struct flame_stack *stack, unsigned depth, char label[FLAME_LABEL_SIZE]);

#endif
