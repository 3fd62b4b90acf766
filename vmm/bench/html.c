/* SPDX-License-Identifier: MIT */
/* The report as one self-contained page: a table whose rows draw themselves on one logarithmic axis. No script. */
#include <math.h>
#include <string.h>

#include "bench/report.h"
#include "trace/report_page.h"

enum { PLOT_WIDTH = 260, PLOT_HEIGHT = 18, MIDDLE = PLOT_HEIGHT / 2, BAR_WIDTH = 300 };

/* Besides what the trace's page has. */
static const char style[] =
	"td,th{padding:.1em .6em;text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
	"table{border-collapse:collapse}.card{overflow-x:auto;margin-bottom:14px}"
	"td:first-child,th:first-child,td.l{text-align:left}td.w{text-align:left;white-space:normal}"
	"th{color:var(--soft);font-weight:500}th.g{text-align:left;padding-top:1em;color:var(--ink);font-weight:650}"
	"tr:hover td{background:var(--mark)}td svg{display:block}small{color:var(--soft)}"
	".range{stroke:var(--accent);stroke-width:3;opacity:.6}.far{stroke:var(--accent);opacity:.5}"
	".mid{fill:var(--vmm)}.grid{stroke:var(--line)}.bar{fill:var(--accent)}";

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
	double first, decades; /* log10 of the left end; length */
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

static void put_number(double ns, FILE *out)
{
	char text[VALUE_TEXT];

	fprintf(out, "<td>%s", report_number(text, ns));
}

static void put_result(const struct report *report, const struct result *result, const struct axis *axis, FILE *out)
{
	char text[VALUE_TEXT];
	const struct summary *raw = &result->raw;

	fprintf(out, "<tr><td title=\"%s\">%s", result->row->summary, result->row->name);
	fputs("<td><b>", out);
	put_text(report_value(text, &result->net, result->is_nothing), out);
	fputs("</b>", out);
	put_number(result->net.low, out);
	put_number(result->net.high, out);
	put_number(result->is_nothing ? (double)NAN : report_ticks(report, result->net.value), out);
	const double cells[] = {raw->min, raw->p10, raw->median, raw->p90, raw->p99, raw->mad};
	for (unsigned i = 0; i < sizeof(cells) / sizeof(*cells); i++)
		put_number(cells[i], out);
	fprintf(out, "<td>%zu<td>", raw->count);
	if (raw->count > 0)
		put_plot(axis, raw, out);
	fprintf(out, "<td class=l><small>%s%s", result->row->minus != NULL ? "less " : "",
		result->row->minus != NULL ? result->row->minus : "");
	fprintf(out, "%s%s ", result->label[0] != '\0' ? " · " : "", result->label);
	put_text(result->failure != NULL ? result->failure : "", out);
	fputs("</small>\n", out);
}

static void put_rows(const struct report *report, FILE *out)
{
	const struct axis axis = find_axis(report);
	const char *group = "";

	fputs("<table><tr><th>ns<th>value<th>low<th>high<th>TSC "
	      "ticks<th>min<th>p10<th>median<th>p90<th>p99<th>MAD<th>n",
	      out);
	fprintf(out, "<th>min–<b>p10–median–p90</b>–p99, 10<sup>%.0f</sup> to 10<sup>%.0f</sup> ns<th>\n", axis.first,
		axis.first + axis.decades);
	for (unsigned i = 0; i < report->count; i++) {
		if (strcmp(report->results[i].row->group, group) != 0)
			fprintf(out, "<tr><th class=g colspan=14>%s\n", report->results[i].row->group);
		group = report->results[i].row->group;
		put_result(report, &report->results[i], &axis, out);
	}
	fputs("</table>\n", out);
}

static void put_control(const struct report *report, FILE *out)
{
	const double most = report_most_slowdown(report);
	char text[VALUE_TEXT];

	fputs("<div class=card><h2>The price of control</h2><table><tr><th>run<th>slowdown<th>low<th>high<th>\n", out);
	for (unsigned i = 0; i < report->count; i++) {
		const struct result *result = &report->results[i];

		if (isnan(result->slowdown.value))
			continue;
		fprintf(out, "<tr><td title=\"%s\">%s", result->row->summary, result->row->name);
		put_number(result->slowdown.value, out);
		put_number(result->slowdown.low, out);
		put_number(result->slowdown.high, out);
		fprintf(out,
			"<td class=l><svg width=%d height=%d><rect class=bar y=3 width=%.1f height=%d /></svg>"
			"<small>%s</small>\n",
			BAR_WIDTH, PLOT_HEIGHT, fmin(result->slowdown.value / most, 1) * BAR_WIDTH, PLOT_HEIGHT - 6,
			result->label);
	}
	fputs("</table>\n", out);
	if (!isnan(report->tick_cost.value)) {
		fputs("<p>A timer tick takes <b>", out);
		put_text(report_value(text, &report->tick_cost, estimate_holds_zero(&report->tick_cost)), out);
		fputs(" ns</b> from the process (95 %: ", out);
		fputs(report_number(text, report->tick_cost.low), out);
		fprintf(out, " to %s), fitted at 100 and 1000 Hz.</p>\n", report_number(text, report->tick_cost.high));
	}
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
	fprintf(out,
		"%s</style>\n<h1><span class=brand>ringside</span> What a crossing costs</h1>\n"
		"<p id=subtitle>%s · %s · ring 0 %s · %u rounds in %.0f s</p>\n"
		"<p class=note>ns unless said otherwise; the interval is that of 95 %%. A value is the median less the "
		"row "
		"named at the end; <b>&lt;</b> means that it is smaller than its error.</p>\n",
		style, environment_value(&report->environment, "cpu"), environment_value(&report->environment, "kvm"),
		environment_value(&report->environment, "ring0"), report->rounds, report->seconds);
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
