/* SPDX-License-Identifier: MIT */
#include "tools/doctor/doctor_findings.h"

#include <ctype.h>
#include <jansson.h>
#include <stdarg.h>
#include <string.h>

#define BOLD "\033[1m"
#define DIM "\033[2m"
#define PLAIN "\033[0m"

enum { INDENT = 4, KEY_WIDTH = 30, NOTE_INDENT = INDENT + KEY_WIDTH + 1, NOTE_WIDTH = 80, JSON_DIGITS = 8 };

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

/* Three significant digits, as far as there are: 0.148, 9.18, 295, 2600000. */
static int decimals(double number)
{
	return number == (double)(long long)number ? 0 : number < 1 ? 3 : number < 10 ? 2 : number < 100 ? 1 : 0;
}

/* In as many lines as it needs. */
static void print_note(const char *note, bool colour, FILE *out)
{
	while (*note != '\0') {
		size_t length = strlen(note);

		if (length > NOTE_WIDTH)
			for (length = NOTE_WIDTH; length > 1 && note[length] != ' '; length--)
				;
		fprintf(out, "%*s%s%.*s%s\n", NOTE_INDENT, "", colour ? DIM : "", (int)length, note,
			colour ? PLAIN : "");
		note += length;
		note += *note == ' ';
	}
}

static void print_row(const struct finding *row, bool colour, FILE *out)
{
	const char *end = colour && colours[row->state][0] != '\0' ? PLAIN : "";

	fprintf(out, "  %s%s%s %-*s ", colour ? colours[row->state] : "", marks[row->state], end, KEY_WIDTH, row->key);
	if (row->unit != NULL)
		fprintf(out, "%.*f %s", decimals(row->number), row->number, row->unit);
	else
		fputs(row->value, out);
	fputc('\n', out);
	if (row->note[0] != '\0')
		print_note(row->note, colour, out);
}

void findings_print_text(const struct findings *findings, bool colour, FILE *out)
{
	const char *section = NULL;

	for (unsigned i = 0; i < findings->count; i++) {
		const struct finding *row = &findings->rows[i];

		if (row->section != section)
			fprintf(out, "%s%s%s%s\n", section != NULL ? "\n" : "", colour ? BOLD : "", row->section,
				colour ? PLAIN : "");
		section = row->section;
		print_row(row, colour, out);
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

static json_t *to_json(const struct finding *row)
{
	json_t *object = json_pack("{s:s, s:s}", "name", row->key, "state", state_words[row->state]);

	if (row->unit != NULL) {
		json_object_set_new(object, "value", json_real(row->number));
		json_object_set_new(object, "unit", json_string(row->unit));
	} else {
		json_object_set_new(object, "value", json_string(row->value));
	}
	if (row->note[0] != '\0')
		json_object_set_new(object, "note", json_string(row->note));
	return object;
}

/* Running out of memory leaves members out; jansson takes NULL everywhere. */
int findings_print_json(const struct findings *findings, FILE *out)
{
	json_t *root = json_pack("{s:b}", "can_run", findings->blockers == 0), *section = NULL;
	char name[FINDING_KEY_SIZE];

	for (unsigned i = 0; i < findings->count; i++) {
		const struct finding *row = &findings->rows[i];

		if (i == 0 || row->section != row[-1].section) {
			section = json_object();
			json_object_set_new(root, name_of(row->section, name), section);
		}
		json_object_set_new(section, name_of(row->key, name), to_json(row));
	}
	const int result = json_dumpf(root, out, JSON_INDENT(2) | JSON_REAL_PRECISION(JSON_DIGITS));
	json_decref(root);
	fputc('\n', out);
	return result;
}
