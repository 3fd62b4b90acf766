/* SPDX-License-Identifier: MIT */
/* Prints and counts the results of a test program. */
#include "lib/report_case.h"

#include "lib/print.h"

#include <stdarg.h>

enum { LINE = 160, STATUS_FAILURES_MAX = 100 };

static int passes, failures;

bool check(bool passed, const char *format, ...)
{
	char line[LINE];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(line, sizeof(line), format, arguments);
	va_end(arguments);
	*(passed ? &passes : &failures) += 1;
	printf("%s  %s\n", passed ? "PASS" : "FAIL", line);
	return passed;
}

int check_summary(const char *program)
{
	printf("%s: %d passed, %d failed\n", program, passes, failures);
	return failures < STATUS_FAILURES_MAX ? failures : STATUS_FAILURES_MAX;
}
