/* SPDX-License-Identifier: MIT */
/*
 * The report as a web page that needs no other file and no script: a table with a picture in each row, all on one
 * logarithmic axis.
 */
#include <math.h>
#include <string.h>

#include "base/array.h"
#include "tools/bench/bench_report.h"
#include "tools/trace/report/report_page.h"

enum { PLOT_WIDTH = 260, PLOT_HEIGHT = 18, MIDDLE = PLOT_HEIGHT / 2, AXIS_HEIGHT = 16, BAR_WIDTH = 300 };
enum { COLUMNS = 14 };

/* Added to the style sheet of `vmm trace report`. */
static const char style[] =
	"td,th{padding:.1em .6em;text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
	"table{border-collapse:collapse}.card{overflow-x:auto;margin-bottom:14px}"
	"td:first-child,th:first-child,td.l,th.l{text-align:left}td.w{text-align:left;overflow-wrap:anywhere;white-"
	"space:normal}"
	"td:first-child{position:sticky;left:-16px;background:var(--card)}"
	"th{color:var(--soft);font-weight:500;vertical-align:bottom}"
	"th.g{text-align:left;padding-top:1em;color:var(--ink);font-weight:650}"
	"tr:hover td{background:var(--mark)}svg{display:block}svg text{fill:var(--soft);font-size:10px}"
	"small{color:var(--soft)}.range{stroke:var(--accent);stroke-width:3;opacity:.6}"
	".far{stroke:var(--accent);opacity:.5}.mid{fill:var(--vmm)}.grid{stroke:var(--line)}"
	".bar{fill:var(--accent)}.doubt{fill:var(--accent);opacity:.35}";

static void put_text(const char *text, FILE *out)
{
	for (; *text != '\0'; text++) {
		if (*text == '<')
			fputs("&lt;", out);
		else if (*text == '>')
			fputs("&gt;", out);
		else if (*text == '&')
			fputs("&amp;", out);
		else
			fputc(*text, out);
	}
}

struct axis {
	double first, decades; /* log10 of the value at the left end; how many powers of ten the axis covers */
};

static struct axis find_axis(const struct report *report)
{
	double low = INFINITY, high = -INFINITY;

	for (unsigned i = 0; i < report->count; i++) {
		const struct summary *raw = &report->results[i].raw;

		if (raw->count == 0 || !(raw->min > 0))
			continue;
		low = fmin(low, raw->min);
		high = fmax(high, raw->p99);
	}
	if (!(high > low))
		return (struct axis){0, 1};
	return (struct axis){floor(log10(low)), ceil(log10(high)) - floor(log10(low))};
}

static double place(const struct axis *axis, double ns)
{
	const double at = ns > 0 ? (log10(ns) - axis->first) / axis->decades : 0;

	return fmin(fmax(at, 0), 1) * PLOT_WIDTH;
}

static void put_plot(const struct axis *axis, const struct summary *raw, FILE *out)
{
	fprintf(out, "<svg width=%d height=%d>", PLOT_WIDTH, PLOT_HEIGHT);
	for (unsigned decade = 1; decade < axis->decades; decade++) {
		const double x = decade / axis->decades * PLOT_WIDTH;

		fprintf(out, "<line class=grid x1=%.1f x2=%.1f y1=0 y2=%d />", x, x, PLOT_HEIGHT);
	}
	fprintf(out,
		"<line class=far x1=%.1f x2=%.1f y1=%d y2=%d /><line class=range x1=%.1f x2=%.1f y1=%d y2=%d />"
		"<circle class=mid cx=%.1f cy=%d r=3.5 /></svg>",
		place(axis, raw->min), place(axis, raw->p99), MIDDLE, MIDDLE, place(axis, raw->p10),
		place(axis, raw->p90), MIDDLE, MIDDLE, place(axis, raw->median), MIDDLE);
}

/* Labels the powers of ten whose units have names. */
static void put_axis(const struct axis *axis, FILE *out)
{
	static const struct {
		double ns;
		const char *word;
	} marks[] = {{1, "1 ns"}, {1e3, "1 µs"}, {1e6, "1 ms"}, {1e9, "1 s"}};

	fprintf(out, "<svg width=%d height=%d>", PLOT_WIDTH, AXIS_HEIGHT);
	for (unsigned i = 0; i < COUNT(marks); i++) {
		const double x = place(axis, marks[i].ns);
		const char *anchor = x <= 0 ? "start" : x >= PLOT_WIDTH ? "end" : "middle";

		if (log10(marks[i].ns) >= axis->first && log10(marks[i].ns) <= axis->first + axis->decades)
			fprintf(out, "<text x=%.1f y=12 text-anchor=%s>%s</text>", x, anchor, marks[i].word);
	}
	fputs("</svg>", out);
}

static void put_number(double ns, FILE *out)
{
	char text[VALUE_TEXT];

	fprintf(out, "<td>%s", report_number(text, ns));
}

static void put_remark(const struct result *result, FILE *out)
{
	const char *minus = result->row->minus;

	fprintf(out, "<td class=l><small>%s%s%s%s ", minus != NULL ? "less " : "", minus != NULL ? minus : "",
		minus != NULL && result->label[0] != '\0' ? " · " : "", result->label);
	put_text(result->failure != NULL ? result->failure : "", out);
	fputs("</small>", out);
}

static void put_result(const struct report *report, const struct result *result, const struct axis *axis, FILE *out)
{
	char text[VALUE_TEXT];
	const struct summary *raw = &result->raw;
	const double cells[] = {raw->min, raw->p10, raw->median, raw->p90, raw->p99, raw->mad};

	fprintf(out, "<tr><td title=\"%s\">%s", result->row->summary, result->row->name);
	if (raw->count == 0) {
		fprintf(out, "<td class=l colspan=%d><small>", COLUMNS - 1);
		put_text(result->failure != NULL ? result->failure : "not measured", out);
		fputs("</small>\n", out);
		return;
	}
	fputs("<td><b>", out);
	put_text(report_value(text, &result->net, result->is_nothing), out);
	fputs("</b>", out);
	put_number(result->net.low, out);
	put_number(result->net.high, out);
	put_number(result->is_nothing ? (double)NAN : report_ticks(report, result->net.value), out);
	fputs("<td>", out);
	put_plot(axis, raw, out);
	put_remark(result, out);
	for (unsigned i = 0; i < COUNT(cells); i++)
		put_number(cells[i], out);
	fprintf(out, "<td>%zu\n", raw->count);
}

static void put_rows(const struct report *report, FILE *out)
{
	const struct axis axis = find_axis(report);
	const char *group = "";

	fputs("<table><tr><th>ns<th>value<th>low<th>high<th>TSC ticks<th class=l>samples: "
	      "min–<b>p10–median–p90</b>–p99",
	      out);
	put_axis(&axis, out);
	fputs("<th><th>min<th>p10<th>median<th>p90<th>p99<th>MAD<th>n\n", out);
	for (unsigned i = 0; i < report->count; i++) {
		if (strcmp(report->results[i].row->group, group) != 0)
			fprintf(out, "<tr><th class=g colspan=%d>%s\n", COLUMNS, report->results[i].row->group);
		group = report->results[i].row->group;
		put_result(report, &report->results[i], &axis, out);
	}
	fputs("</table>\n", out);
}

/* ---- the price of control ---- */

/* A bar, full up to the low end of the interval and pale up to its high end. */
static void put_bar(const struct estimate *slowdown, double most, FILE *out)
{
	const double low = fmin(slowdown->low / most, 1) * BAR_WIDTH, high = fmin(slowdown->high / most, 1) * BAR_WIDTH;

	if (isnan(low) || slowdown->value > most)
		return;
	fprintf(out,
		"<svg width=%d height=%d><rect class=bar y=3 width=%.1f height=%d />"
		"<rect class=doubt x=%.1f y=3 width=%.1f height=%d /></svg>",
		BAR_WIDTH, PLOT_HEIGHT, low, PLOT_HEIGHT - 6, low, high - low, PLOT_HEIGHT - 6);
}

static void put_slowdown(const struct result *result, double most, FILE *out)
{
	char text[VALUE_TEXT];

	fprintf(out, "<tr><td title=\"%s\">%s<td><b>", result->row->summary, result->row->name);
	if (!isnan(result->slowdown.value))
		put_text(report_slowdown(text, &result->slowdown), out);
	fputs("</b>", out);
	put_number(result->slowdown.low, out);
	put_number(result->slowdown.high, out);
	fputs("<td class=l>", out);
	put_bar(&result->slowdown, most, out);
	fprintf(out, "<small>%s ", result->label);
	put_text(result->failure != NULL ? result->failure : "", out);
	fputs("</small>\n", out);
}

static void put_tick_cost(const struct estimate *cost, FILE *out)
{
	char text[VALUE_TEXT];

	fputs("<p>A timer tick takes <b>", out);
	put_text(report_value(text, cost, estimate_holds_zero(cost)), out);
	fputs(" ns</b> from the process (95 %: ", out);
	fputs(report_number(text, cost->low), out);
	fprintf(out, " to %s), fitted at 100 and 1000 Hz.</p>\n", report_number(text, cost->high));
}

static void put_control(const struct report *report, FILE *out)
{
	const double most = report_most_slowdown(report);
	bool has_any = false;

	for (unsigned i = 0; i < report->count; i++) {
		if (report->results[i].row->source != SOURCE_CONTROL)
			continue;
		if (!has_any)
			fputs("<div class=card><h2>The price of control</h2><p class=note>The same computation, times "
			      "what it takes in ring 3 without a timer.</p>"
			      "<table><tr><th>run<th>slowdown<th>low<th>high<th>\n",
			      out);
		has_any = true;
		put_slowdown(&report->results[i], most, out);
	}
	if (!has_any)
		return;
	fputs("</table>\n", out);
	if (!isnan(report->tick_cost.value))
		put_tick_cost(&report->tick_cost, out);
	fputs("</div>\n", out);
}

static void put_environment(const struct report *report, FILE *out)
{
	fputs("<div class=card><h2>Measured on</h2><table>\n", out);
	for (unsigned i = 0; i < report->environment.count; i++) {
		const struct fact *fact = &report->environment.facts[i];

		fprintf(out, "<tr><td>%s<td class=w>", fact->name);
		put_text(fact->value, out);
		fputc('\n', out);
	}
	fputs("</table></div>\n", out);
}

void report_html(const struct report *report, FILE *out)
{
	const struct page_file css = page_report_css();

	fputs("<!DOCTYPE html>\n<html lang=en><meta charset=utf-8><meta name=viewport content=\"width=device-width\">"
	      "<title>vmm bench</title><style>",
	      out);
	fwrite(css.bytes, 1, css.size, out);
	fprintf(out, "%s</style>\n<h1><span class=brand>ringside</span> What a crossing costs</h1>\n<p id=subtitle>",
		style);
	put_text(environment_value(&report->environment, "cpu"), out);
	fprintf(out,
		" · %s · ring 0 %s · %u rounds in %.1f s</p>\n"
		"<p class=note>ns unless said otherwise; the interval is that of 95 %%. A value is the median less the "
		"row named beside the picture; <b>&lt;</b> means that it is smaller than its error.</p>\n",
		environment_value(&report->environment, "kvm"), environment_value(&report->environment, "ring0"),
		report->rounds, report->seconds);
	for (unsigned i = 0; i < report->note_count; i++) {
		fputs("<p class=note>", out);
		put_text(report->notes[i], out);
		fputs("</p>\n", out);
	}
	fputs("<div class=card>", out);
	put_rows(report, out);
	fputs("</div>\n", out);
	put_control(report, out);
	put_environment(report, out);
	fputs("</html>\n", out);
}
