/* SPDX-License-Identifier: MIT */
/*
 * Writes the page of two traces: the data of both reports, one page for both, empty, and what their comparison says.
 * report_pair.js fills a frame from that page for each. See report_pair.h.
 */
#include "tools/trace/report/report_pair.h"

#include "base/json.h"
#include "tools/trace/report/report_page.h"
#include "tools/trace/report/report_parts.h"

/* ---- where they part ---- */

static void write_parting(struct json_writer *json, const char *name, const struct diff_parting *parting,
			  const struct diff *diff)
{
	if (parting == NULL) {
		json_put_null(json, name);
		return;
	}
	json_begin_object(json, name);
	json_put_bool(json, "transition", parting->line != DIFF_RECORDS);
	json_put_unsigned(json, "number", parting->index + 1);
	json_begin_array(json, "records"); /* from 0; null where that trace has no more */
	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		if (parting->at[side].ended)
			json_put_null(json, NULL);
		else
			json_put_unsigned(json, NULL, parting->at[side].record);
	}
	json_end(json);
	json_begin_array(json, "choices"); /* of the scheduler */
	for (unsigned side = 0; side < DIFF_SIDES && parting->line == DIFF_DECISIONS; side++) {
		char text[200];
		diff_name_choice(diff, parting, side, text, sizeof(text));
		json_put_string(json, NULL, text);
	}
	json_end(json);
	json_end(json);
}

/* ---- tables ---- */

struct tables {
	struct json_writer *json;
	unsigned columns; /* of the table that is open; 0 = none is */
};

static void end_table(struct tables *tables)
{
	if (tables->columns == 0)
		return;
	json_end(tables->json);
	json_end(tables->json);
}

static void begin_table(void *context, const struct table_column *columns, unsigned count)
{
	struct tables *tables = context;
	struct json_writer *json = tables->json;

	end_table(tables);
	tables->columns = count;
	json_next_line(json, 0);
	json_begin_object(json, NULL);
	json_begin_array(json, "columns"); /* titles, each followed by whether its cells are words */
	for (unsigned i = 0; i < count; i++) {
		json_put_string(json, NULL, columns[i].title);
		json_put_bool(json, NULL, columns[i].is_left);
	}
	json_end(json);
	json_begin_array(json, "rows");
}

static void put_row(void *context, const char *const cells[])
{
	const struct tables *tables = context;

	json_next_line(tables->json, 0);
	json_begin_array(tables->json, NULL);
	for (unsigned i = 0; i < tables->columns; i++)
		json_put_string(tables->json, NULL, cells[i] != NULL ? cells[i] : "");
	json_end(tables->json);
}

/* A row of one cell. */
static void put_place(void *context, unsigned side, const struct diff_place *place, const struct diff_side *of)
{
	const struct tables *tables = context;
	struct layout line;

	layout_start(&line, TTY_FILE);
	layout_text(&line, side == DIFF_A ? "A: " : "B: ");
	diff_put_place(&line, place, of);
	json_begin_array(tables->json, NULL);
	json_put_text(tables->json, NULL, line.text, line.length);
	json_end(tables->json);
}

static void write_comparison(void *context, FILE *out)
{
	const struct report_pair *pair = context;
	const struct diff *diff = pair->diff;
	const enum diff_line line = diff_same(diff, DIFF_EVENTS) ? DIFF_RECORDS : DIFF_EVENTS;
	struct json_writer json;
	struct tables tables = {.json = &json};

	json_start(&json, out);
	json.html = true;
	json_begin_object(&json, NULL);
	json_begin_array(&json, "files");
	for (unsigned side = 0; side < DIFF_SIDES; side++)
		json_put_string(&json, NULL, pair->files[side]);
	json_end(&json);
	write_parting(&json, "parting", diff_parting(diff, line, 0), diff);
	write_parting(&json, "decision", diff_parting(diff, DIFF_DECISIONS, 0), diff);
	json_begin_array(&json, "tables");
	diff_tell(diff, &(const struct diff_sink){begin_table, put_row, put_place, &tables});
	end_table(&tables);
	json_end(&json);
	json_end(&json);
}

/* ---- the page ---- */

static void write_empty_page(void *context, FILE *out)
{
	(void)context;
	report_put_empty_page(out);
}

#define SIDE_WRITER(name, side, put)                                                                                   \
	static void name(void *context, FILE *out)                                                                     \
	{                                                                                                              \
		put(((const struct report_pair *)context)->reports[side], out);                                        \
	}
SIDE_WRITER(write_data_a, DIFF_A, report_put_data)
SIDE_WRITER(write_records_a, DIFF_A, report_put_records)
SIDE_WRITER(write_facts_a, DIFF_A, report_put_facts)
SIDE_WRITER(write_data_b, DIFF_B, report_put_data)
SIDE_WRITER(write_records_b, DIFF_B, report_put_records)
SIDE_WRITER(write_facts_b, DIFF_B, report_put_facts)

int report_pair_write(const struct report_pair *pair, FILE *out)
{
	static const struct page_part parts[] = {
		{"css", page_report_css, NULL},
		{"words.js", page_report_words_js, NULL},
		{"side.js", page_report_side_js, NULL},
		{"pair.js", page_report_pair_js, NULL},
		{"page", NULL, write_empty_page},
		{"comparison", NULL, write_comparison},
		{"data-a", NULL, write_data_a},
		{"records-a", NULL, write_records_a},
		{"facts-a", NULL, write_facts_a},
		{"data-b", NULL, write_data_b},
		{"records-b", NULL, write_records_b},
		{"facts-b", NULL, write_facts_b},
		{NULL, NULL, NULL},
	};
	struct report_pair mutable = *pair;

	for (unsigned side = 0; side < DIFF_SIDES; side++)
		if (report_end(pair->reports[side]) < 0)
			return -1;
	page_write(page_report_pair_html(), parts, &mutable, out);
	return 0;
}
