/* SPDX-License-Identifier: MIT */
#include "tools/doctor/doctor_findings.h"

#include <ctype.h>
#include <stdarg.h>
#include <string.h>

#include "base/json.h"

#define BOLD "1"
#define DIM "2"

enum { INDENT = 4, KEY_WIDTH = 30, VALUE_START = INDENT + KEY_WIDTH + 1, JSON_DIGITS = 8 };

void findings_section(struct findings *findings, const char *section)
{
	findings->section = section;
}

static struct finding *add(struct findings *findings, enum finding_state state, const char *key, const char *note)
{
	static struct finding too_many;

	if (findings->count == FINDINGS_MAX)
		return &too_many;
	struct finding *row = &findings->rows[findings->count++];
	*row = (struct finding){.section = findings->section, .state = state};
	snprintf(row->key, sizeof(row->key), "%s", key);
	snprintf(row->note, sizeof(row->note), "%s", note != NULL ? note : "");
	findings->blockers += state == FINDING_BLOCKER;
	return row;
}

void findings_add(struct findings *findings, enum finding_state state, const char *key, const char *note,
		  const char *format, ...)
{
	struct finding *row = add(findings, state, key, note);
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(row->value, sizeof(row->value), format, arguments);
	va_end(arguments);
}

void findings_add_number(struct findings *findings, enum finding_state state, const char *key, const char *note,
			 double number, const char *unit)
{
	struct finding *row = add(findings, state, key, note);

	row->number = number;
	row->unit = unit;
}

/* ---- text ---- */

#define STATE_MARK(name, word, mark, colour) [FINDING_##name] = (mark),
#define STATE_COLOUR(name, word, mark, colour) [FINDING_##name] = (colour),
#define STATE_WORD(name, word, ...) [FINDING_##name] = (word),
static const char *const marks[] = {FINDING_STATES(STATE_MARK)};
static const char *const colours[] = {FINDING_STATES(STATE_COLOUR)};
static const char *const state_words[] = {FINDING_STATES(STATE_WORD)};
#undef STATE_MARK
#undef STATE_COLOUR
#undef STATE_WORD

/* How many decimals give three significant digits: 0.148, 9.18, 295; whole numbers have none. */
static int decimals(double number)
{
	return number == (double)(long long)number ? 0 : number < 1 ? 3 : number < 10 ? 2 : number < 100 ? 1 : 0;
}

static void print_row(const struct finding *row, struct page *page)
{
	char number[FINDING_VALUE_SIZE];
	struct layout line;

	page_begin(page, &line);
	layout_to(&line, 2);
	if (colours[row->state][0] != '\0')
		layout_colour(&line, colours[row->state]);
	layout_utf8(&line, marks[row->state]);
	if (colours[row->state][0] != '\0')
		layout_colour(&line, LAYOUT_PLAIN);
	layout_to(&line, INDENT);
	layout_text(&line, row->key);
	if (row->unit != NULL)
		snprintf(number, sizeof(number), "%.*f %s", decimals(row->number), row->number, row->unit);
	page_put_words(page, &line, VALUE_START, row->unit != NULL ? number : row->value, NULL);
	if (row->note[0] == '\0')
		return;
	page_begin(page, &line);
	page_put_words(page, &line, INDENT, row->note, DIM);
}

void findings_print_text(const struct findings *findings, struct page *page)
{
	const char *section = NULL;
	struct layout line;

	for (unsigned i = 0; i < findings->count; i++) {
		const struct finding *row = &findings->rows[i];

		if (row->section != section) {
			if (section != NULL)
				fputc('\n', page->out);
			page_begin(page, &line);
			page_put_words(page, &line, 0, row->section, BOLD);
		}
		section = row->section;
		print_row(row, page);
	}
}

/* ---- JSON ---- */

/* "PIO exit (64-bit)" becomes "pio_exit_64_bit". */
static const char *name_of(const char *words, char name[FINDING_KEY_SIZE])
{
	size_t length = 0;
	bool is_gap = false;

	for (; *words != '\0' && length < FINDING_KEY_SIZE - 2; words++) {
		if (!isalnum((unsigned char)*words)) {
			is_gap = length > 0;
			continue;
		}
		if (is_gap)
			name[length++] = '_';
		name[length++] = (char)tolower((unsigned char)*words);
		is_gap = false;
	}
	name[length] = '\0';
	return name;
}

/* Names are unique in their object: where a section has a key twice, the last row counts. */
static bool is_last_of_its_key(const struct findings *findings, unsigned index)
{
	const struct finding *row = &findings->rows[index];

	for (unsigned i = index + 1; i < findings->count && findings->rows[i].section == row->section; i++)
		if (strcmp(findings->rows[i].key, row->key) == 0)
			return false;
	return true;
}

static void put_row(struct json_writer *json, const struct finding *row)
{
	char name[FINDING_KEY_SIZE];

	json_next_line(json, 4);
	json_begin_object(json, name_of(row->key, name));
	json_next_line(json, 6);
	json_put_string(json, "name", row->key);
	json_next_line(json, 6);
	json_put_string(json, "state", state_words[row->state]);
	json_next_line(json, 6);
	if (row->unit != NULL) {
		json_put_real(json, "value", row->number, JSON_DIGITS);
		json_next_line(json, 6);
		json_put_string(json, "unit", row->unit);
	} else {
		json_put_string(json, "value", row->value);
	}
	if (row->note[0] != '\0') {
		json_next_line(json, 6);
		json_put_string(json, "note", row->note);
	}
	json_next_line(json, 4);
	json_end(json);
}

void findings_print_json(const struct findings *findings, FILE *out)
{
	struct json_writer json;
	char name[FINDING_KEY_SIZE];
	const char *section = NULL;

	json_start(&json, out);
	json_begin_object(&json, NULL);
	json_next_line(&json, 2);
	json_put_bool(&json, "can_run", findings->blockers == 0);
	for (unsigned i = 0; i < findings->count; i++) {
		const struct finding *row = &findings->rows[i];

		json_next_line(&json, 2);
		if (row->section != section && section != NULL) {
			json_end(&json);
			json_next_line(&json, 2);
		}
		if (row->section != section)
			json_begin_object(&json, name_of(row->section, name));
		section = row->section;
		if (is_last_of_its_key(findings, i))
			put_row(&json, row);
	}
	json_next_line(&json, 2);
	if (section != NULL)
		json_end(&json);
	json_next_line(&json, 0);
	json_end(&json);
	fputc('\n', out);
}
