/* SPDX-License-Identifier: MIT */
/* Reports of test programs: a PASS or FAIL line for each case, a summary, and the number of failures as exit status. */
#ifndef USER_REPORT_CASE_H
#define USER_REPORT_CASE_H

#include <stdbool.h>

/* Prints the case; `format` says what was checked, followed by what was seen. Returns `passed`. */
bool check(bool passed, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Prints the totals; returns the number of failures, at most 100, as the exit status for main. */
int check_summary(const char *program);

#endif
