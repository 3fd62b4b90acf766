/* SPDX-License-Identifier: MIT */
/* What the figures were measured on: facts by name, in a fixed order, for every output and for `compare`. */
#ifndef VMM_TOOLS_BENCH_BENCH_ENVIRONMENT_H
#define VMM_TOOLS_BENCH_BENCH_ENVIRONMENT_H

#include <stdbool.h>

struct session;

enum { FACTS_MAX = 32, VALUE_SIZE = 4096 };

struct fact {
	const char *name;
	bool is_of_machine;	/* figures of two runs that differ in it are of different machines */
	char value[VALUE_SIZE]; /* several are parted by ", " */
};

struct environment {
	struct fact facts[FACTS_MAX];
	unsigned count;
};

void environment_gather(struct environment *environment, const struct session *session);

/* The value of a fact; "" when it is not known. */
const char *environment_value(const struct environment *environment, const char *name);

/* Whether two runs that differ in the fact of that name are of different machines. */
bool environment_is_of_machine(const char *name);

#endif
