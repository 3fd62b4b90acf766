/* SPDX-License-Identifier: MIT */
/* What the figures were measured on: facts by name, in a fixed order. Used by every output and by bench_compare.c. */
#ifndef VMM_TOOLS_BENCH_BENCH_ENVIRONMENT_H
#define VMM_TOOLS_BENCH_BENCH_ENVIRONMENT_H

#include <stdbool.h>

struct session;

enum { FACTS_MAX = 32, VALUE_SIZE = 4096 };

struct fact {
	const char *name;
	char value[VALUE_SIZE]; /* items separated by ", "; "" = not known */
};

struct environment {
	struct fact facts[FACTS_MAX];
	unsigned count;
};

/* Fills `environment` with the facts of this host, this build and this session. */
void environment_gather(struct environment *environment, const struct session *session);

/* The value of a fact; "" when it is not known. */
const char *environment_value(const struct environment *environment, const char *name);

/* Whether two runs that differ in the fact of that name have been made on different machines. */
bool environment_is_of_machine(const char *name);

#endif
