/* SPDX-License-Identifier: MIT */
/* Reports of test programs: one PASS or FAIL line a case, a summary, and the failures as exit status. */
#ifndef USER_REPORT_CASE_H
#define USER_REPORT_CASE_H

#include <stdbool.h>

/* Prints the case; the format says what was checked and, after it, what was seen. Returns `passed`. */
bool check(bool passed, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints the totals; returns the failures, at most 100, as the status main returns. */
int check_summary(const char *program);

#endif
