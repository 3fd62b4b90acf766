/* SPDX-License-Identifier: MIT */
/* Asks each field of the filter about each record, and packs the answers by field. See report_facts.h. */
#include "tools/trace/report/report_facts.h"

#include <inttypes.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/linux_names.h"
#include "text/names.h"
#include "text/place.h"
#include "tools/trace/filter/filter_fields.h"

enum {
	SETS_MAX = 1 << 16,
	COLUMNS_MAX = 64,   /* bits of `known` */
	ARGUMENTS = 2,	    /* of an event: columns after those of the fields */
	LISTS = 6,	    /* of names, */
	NUMBERS_MAX = 4096, /* and how long the longest is: Linux's errors */
};

/* The answers of a record, without gaps: the nth bit of `known` says whether there is one of column n. */
struct answers {
	uint64_t known;
	uint64_t values[COLUMNS_MAX];
};

static void answer(struct answers *answers, unsigned *count, unsigned column, uint64_t value)
{
	answers->known |= UINT64_C(1) << column;
	answers->values[(*count)++] = value;
}

static unsigned ask(const struct text_moment *moment, struct answers *answers)
{
	unsigned count = 0, fields = filter_field_count();
	uint64_t value;

	for (unsigned i = 0; i < fields; i++) {
		const struct filter_field *field = filter_field_at(i);
		if (field->type != FILTER_TIME && field->get(moment, &value))
			answer(answers, &count, i, value);
	}
	if (record_is_event(moment->record)) {
		answer(answers, &count, fields, moment->record->event.a);
		answer(answers, &count, fields + 1, moment->record->event.b);
	}
	return count;
}

/* The name that the field "symbol" compares with. */
static bool keep_symbol(struct facts *facts, const struct text_moment *moment)
{
	const struct filter_field *rip = filter_field_find("rip", strlen("rip"));
	bool user = record_is_event(moment->record) || moment->cpl == CPL_USER;
	uint64_t address, offset;

	if (!rip->get(moment, &address))
		return true;
	const char *name = symbols_lookup(moment->symbols, place_image(process_image(moment->process), user, address),
					  address, &offset);
	return name == NULL || intern(&facts->symbols, name, strlen(name)) != INTERN_FAILED;
}

uint32_t facts_keep(struct facts *facts, const struct text_moment *moment)
{
	struct answers answers = {0};
	size_t size = offsetof(struct answers, values) + ask(moment, &answers) * sizeof(answers.values[0]);
	static const struct answers nothing;
	uint32_t before = facts->sets.count;

	if (before == 0 && intern(&facts->sets, &nothing, offsetof(struct answers, values)) == INTERN_FAILED)
		return INTERN_FAILED;
	if (before >= SETS_MAX) {
		uint32_t number = intern_find(&facts->sets, &answers, size);
		return number != INTERN_FAILED ? number : 0;
	}
	uint32_t number = intern(&facts->sets, &answers, size);
	return number < before || keep_symbol(facts, moment) ? number : INTERN_FAILED;
}

void facts_free(struct facts *facts)
{
	intern_free(&facts->sets);
	intern_free(&facts->symbols);
	free(facts->packed.bytes);
}

/* ---- names ---- */

/* The nth name of all lists that fields have names from; NULL where there is none. */
static const char *name_in_tables(unsigned list, unsigned n)
{
	switch (list) {
	case 0:
		return n == 0 ? "vmexit" : event_name(n - 1);
	case 1:
		return exit_name(n);
	case 2:
		return syscall_name(n);
	case 3:
		return trap_mnemonic(n);
	case 4:
		return argument_code_at(n);
	default:
		return errno_name(n);
	}
}

static void write_name(const struct filter_field *field, const struct symbols *symbols, const char *name,
		       struct json_writer *json)
{
	char number[20];
	uint64_t value;

	if (name == NULL || !field->resolve(name, symbols, &value))
		return;
	snprintf(number, sizeof(number), "%" PRIx64, value);
	json_put_string(json, NULL, name);
	json_put_string(json, NULL, number);
}

static void write_names(const struct facts *facts, const struct symbols *symbols, const struct filter_field *field,
			struct json_writer *json)
{
	const char *name;

	json_begin_array(json, "any_case"); /* each followed by its number; names of the project's tables: the field
					       takes them in any case */
	for (unsigned list = 0; list < LISTS; list++)
		for (unsigned n = 0; n < NUMBERS_MAX; n++)
			write_name(field, NULL, name_in_tables(list, n), json);
	json_end(json);
	json_begin_array(json, "names"); /* of the trace */
	for (int image = 0; symbols != NULL && (name = symbols_image_name(symbols, image)) != NULL; image++)
		write_name(field, symbols, name, json);
	for (uint32_t i = 0; i < facts->symbols.count; i++)
		write_name(field, symbols, intern_at(&facts->symbols, i), json);
	json_end(json);
}

void facts_write_fields(const struct facts *facts, const struct symbols *symbols, struct json_writer *json)
{
	static const char *const types[] = {
		[FILTER_NUMBER] = "number", [FILTER_SIGNED] = "signed", [FILTER_TIME] = "time",
		[FILTER_NAME] = "name",	    [FILTER_FLAG] = "flag",
	};

	json_begin_array(json, "fields");
	for (unsigned i = 0; i < filter_field_count(); i++) {
		const struct filter_field *field = filter_field_at(i);
		json_next_line(json, 0);
		json_begin_object(json, NULL);
		json_put_string(json, "name", field->name);
		json_put_string(json, "help", field->help);
		json_put_string(json, "type", types[field->type]);
		json_put_bool(json, "by_number", field->resolve == NULL || field->by_number);
		if (field->resolve != NULL)
			write_names(facts, symbols, field, json);
		json_end(json);
	}
	json_end(json);
}

/* ---- packing ---- */

/* The answer of a set in a column; false when it has none. */
static bool answer_of(const struct facts *facts, uint32_t set, unsigned column, uint64_t *value)
{
	const char *bytes = intern_at(&facts->sets, set);
	uint64_t known, bit = UINT64_C(1) << column;

	memcpy(&known, bytes, sizeof(known));
	if ((known & bit) == 0)
		return false;
	unsigned place = (unsigned)__builtin_popcountll(known & (bit - 1));
	memcpy(value, bytes + offsetof(struct answers, values) + place * sizeof(*value), sizeof(*value));
	return true;
}

static bool pack_run(struct pack *pack, uint32_t length, bool known, uint64_t value)
{
	if (!pack_reserve(pack, 2))
		return false;
	pack_number(pack, (uint64_t)length * 2 + known);
	if (known)
		pack_number(pack, value);
	return true;
}

static bool pack_column(struct facts *facts, unsigned column)
{
	uint32_t length = 0;
	uint64_t run = 0, value = 0;
	bool run_known = false;

	for (uint32_t set = 0; set < facts->sets.count; set++) {
		bool known = answer_of(facts, set, column, &value);
		if (length > 0 && (known != run_known || (known && value != run))) {
			if (!pack_run(&facts->packed, length, run_known, run))
				return false;
			length = 0;
		}
		run_known = known;
		run = value;
		length++;
	}
	return length == 0 || pack_run(&facts->packed, length, run_known, run);
}

void facts_write_columns(struct facts *facts, FILE *out)
{
	for (unsigned column = 0; column < filter_field_count() + ARGUMENTS; column++) {
		facts->packed.used = 0;
		if (pack_column(facts, column))
			pack_write(&facts->packed, out);
		fputs(".\n", out);
	}
}
