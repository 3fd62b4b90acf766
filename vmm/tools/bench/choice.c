/* SPDX-License-Identifier: MIT */
/* Which rows a session measures, and which it shows: what was asked for, and what that is compared with. */
#include "tools/bench/session.h"

static void need(struct session *session, const char *name)
{
	const int index = name != NULL ? bench_row_find(name) : -1;

	if (index < 0 || session->rows[index].is_measured)
		return;
	session->rows[index].is_measured = true;
	need(session, bench_rows[index].minus);
	need(session, bench_rows[index].of);
	if (bench_rows[index].source == SOURCE_CONTROL)
		need(session, CONTROL_BASE);
	if (bench_rows[index].source == SOURCE_CROWD)
		need(session, CROWD_MEASURE);
}

static bool is_due(const struct bench_row *row, const struct bench_options *options)
{
	if (row->source == SOURCE_PEER && !session_has_peer())
		return false;
	return row->when == WHEN_ALWAYS || (row->when == WHEN_FULL && (!options->quick || options->only[0] != NULL)) ||
	       (row->when == WHEN_DELAYED && options->delay_ns > 0);
}

/* The whole name of a row chooses that row alone, even where it is a part of others. */
static bool is_chosen(unsigned index, const char *pattern)
{
	if (pattern == NULL)
		return true;
	return bench_row_find(pattern) >= 0 ? bench_row_find(pattern) == (int)index
					    : bench_row_matches(&bench_rows[index], pattern);
}

static bool choose(struct session *session, const char *pattern)
{
	bool has_match = false;

	for (unsigned i = 0; i < bench_row_count; i++) {
		const struct bench_row *row = &bench_rows[i];

		if (!is_due(row, session->options) || !is_chosen(i, pattern))
			continue;
		has_match = session->rows[i].is_shown = true;
		need(session, row->name);
	}
	return has_match;
}

static int refuse(const char *pattern, struct error *error)
{
	for (unsigned i = 0; i < bench_row_count; i++) {
		if (!is_chosen(i, pattern))
			continue;
		if (bench_rows[i].source == SOURCE_PEER)
			return error_set(error, "'%s' needs QEMU, which is not installed", pattern);
		if (bench_rows[i].when == WHEN_DELAYED)
			return error_set(error, "'%s' needs --inject-delay", pattern);
	}
	return error_set(error, "no benchmark is called '%s'; --list names them all", pattern);
}

int session_choose(struct session *session, const struct bench_options *options, struct error *error)
{
	session->options = options;
	session->random = options->seed | 1;
	session->phase = "starting";
	if (options->only[0] == NULL)
		choose(session, NULL);
	for (unsigned i = 0; options->only[i] != NULL; i++)
		if (!choose(session, options->only[i]))
			return refuse(options->only[i], error);
	return 0;
}
