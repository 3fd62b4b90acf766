/* SPDX-License-Identifier: MIT */
/* Numbers of the report in words, the same in every output. */
#include <math.h>

#include "tools/bench/bench_report.h"

#define NS_PER_MS 1e6
#define MHZ_PER_GHZ 1e3

double report_ticks(const struct report *report, double ns)
{
	return ns * report->tsc_khz / NS_PER_MS;
}

double report_cycles(const struct report *report, double ns)
{
	return ns * report->core_mhz.median / MHZ_PER_GHZ;
}

const char *report_number(char text[VALUE_TEXT], double ns)
{
	const double size = fabs(ns);

	if (isnan(ns))
		snprintf(text, VALUE_TEXT, "-");
	else
		snprintf(text, VALUE_TEXT, "%.*f", size < 1 ? 3 : size < 10 ? 2 : size < 1000 ? 1 : 0, ns);
	return text;
}

const char *report_value(char text[VALUE_TEXT], const struct estimate *estimate, bool is_nothing)
{
	char number[VALUE_TEXT];

	if (is_nothing && isnan(estimate->low)) {
		snprintf(text, VALUE_TEXT, "unknown");
		return text;
	}
	if (isnan(estimate->value) || !is_nothing)
		return report_number(text, estimate->value);
	snprintf(text, VALUE_TEXT, "< %.24s", report_number(number, fmax(fabs(estimate->low), fabs(estimate->high))));
	return text;
}

const char *report_slowdown(char text[VALUE_TEXT], const struct estimate *slowdown)
{
	const bool is_none = slowdown->low <= 1 && slowdown->high >= 1 && slowdown->low < slowdown->high;

	snprintf(text, VALUE_TEXT,
		 is_none		 ? "< %.3f"
		 : slowdown->value < 100 ? "%.3f"
					 : "%.0f",
		 is_none ? slowdown->high : slowdown->value);
	return text;
}

double report_most_slowdown(const struct report *report)
{
	double most = 1;

	for (unsigned i = 0; i < report->count; i++)
		if (report->results[i].slowdown.value > most && report->results[i].label[0] == '\0')
			most = fmax(report->results[i].slowdown.value, report->results[i].slowdown.high);
	return most;
}
