/* SPDX-License-Identifier: MIT */
/* Unit tests of the web page of a trace: complete, bounded and safe for any trace. tests/report opens it in a browser.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "records.h"
#include "tools/trace/filter/filter_fields.h"
#include "tools/trace/report/intern.h"
#include "tools/trace/report/report.h"
#include "tools/trace/report/report_pair.h"

static struct report *new_report(const char *environment, uint64_t limit)
{
	static struct file_header header;

	header.clock = test_clock;
	return report_new(&header, NULL, environment, limit);
}

static char *page_of(struct report *report)
{
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	cr_assert_eq(report_write(report, out), 0);
	fclose(out);
	return text;
}

static void add_exit(struct report *report, uint64_t entry, uint64_t tsc, uint64_t value)
{
	union record record = {.exit = {.tsc = tsc,
					.entry = entry,
					.rip = 0x1000,
					.address = 0x3f8,
					.value = value,
					.kind = RINGSIDE_EXIT_IO,
					.cpl_size = 1 << 4,
					.flags = RECORD_WRITE}};

	report_record(report, &record);
}

static unsigned occurrences(const char *text, const char *word)
{
	unsigned count = 0;

	for (; (text = strstr(text, word)) != NULL; text++)
		count++;
	return count;
}

Test(report, is_one_page)
{
	struct report *report = new_report("image=guest.bin\n", 10);
	add_exit(report, 1000, 3000, 'x');
	char *page = page_of(report);

	cr_assert_eq(occurrences(page, "{{"), 0, "every placeholder has been replaced");
	cr_assert_eq(occurrences(page, "<!DOCTYPE html>"), 1);
	cr_assert_eq(occurrences(page, "</html>"), 1);
	cr_assert_eq(occurrences(page, " src="), 0, "the page loads no other file");
	cr_assert_eq(occurrences(page, "<link"), 0);
	cr_assert_not_null(strstr(page, "default-src 'none'"));
	cr_assert_not_null(strstr(page, "[\"image\", \"guest.bin\"]"));
	cr_assert_not_null(strstr(page, "outb 0x3f8 'x' 0x78  COM1 THR"));
	free(page);
	report_free(report);
}

/* The packed form of shape 0, 3000 ns after the start, 2000 ns in the guest is 00 b8 17 d0 0f. */
Test(report, packs_records)
{
	struct report *report = new_report(NULL, 10);
	add_exit(report, 1000, 3000, 'x');
	char *page = page_of(report);

	cr_assert_not_null(strstr(page, "id=\"records\">ALgX0A8=\n</script>"));
	free(page);
	report_free(report);
}

Test(report, what_a_trace_says_stays_text)
{
	struct report *report = new_report("image=</script><script>alert(1)</script>\n<b>\n=\n", 10);
	char *page = page_of(report);

	unsigned scripts = occurrences(page, "</script>");
	report_free(report);
	report = new_report("image=x\n", 10);
	char *harmless = page_of(report);
	cr_assert_eq(scripts, occurrences(harmless, "</script>"));
	cr_assert_not_null(strstr(page, "\\u003c/script\\u003e"));
	cr_assert_null(strstr(page, "alert(1)<"));
	free(harmless);
	free(page);
	report_free(report);
}

Test(report, keeps_to_its_limit)
{
	struct report *report = new_report(NULL, 3);
	for (unsigned i = 0; i < 5; i++)
		add_exit(report, i * 10, i * 10 + 5, i);
	char *page = page_of(report);

	cr_assert_eq(report_left_out(report), 2);
	cr_assert_not_null(strstr(page, "\"records\": 3, \"left_out\": 2"));
	free(page);
	report_free(report);
}

/* A column for each field of the filter, and two for the arguments of events, each ended by a full stop. */
Test(report, answers_for_the_filter)
{
	struct report *report = new_report(NULL, 10);
	add_exit(report, 1000, 3000, 'x');
	char *page = page_of(report);
	const char *facts = strstr(page, "id=\"facts\">");

	cr_assert_not_null(facts);
	*strstr(facts, "</script>") = '\0';
	cr_assert_eq(occurrences(facts, "."), filter_field_count() + 2);
	cr_assert_not_null(strstr(page, "\"name\": \"reason\""));
	cr_assert_not_null(strstr(page, "\"IO\", \"2\""), "a name and what it stands for");
	free(page);
	report_free(report);
}

/* With all records different the table of texts stops growing, and every record is still there. */
Test(report, different_records_are_bounded)
{
	struct report *report = new_report(NULL, UINT64_MAX);
	for (unsigned i = 0; i < 300000; i++)
		add_exit(report, i * 10, i * 10 + 5, i);
	char *page = page_of(report);

	cr_assert_not_null(strstr(page, "\"records\": 300000"));
	cr_assert_lt(strlen(page), 9u << 20);
	free(page);
	report_free(report);
}

Test(report, hostile_records)
{
	struct report *report = new_report(NULL, UINT64_MAX);
	uint64_t seed = 1;

	for (unsigned i = 0; i < 50000; i++) {
		union record record;
		for (size_t at = 0; at < sizeof(record); at += sizeof(seed)) {
			seed = seed * 6364136223846793005 + 1442695040888963407;
			memcpy((char *)&record + at, &seed, sizeof(seed));
		}
		report_record(report, &record);
	}
	free(page_of(report));
	report_free(report);
}

/* ---- two traces on one page ---- */

enum { PAIR_RECORDS = 3 };

static void find_places(struct diff *diff, union record records[DIFF_SIDES][PAIR_RECORDS])
{
	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		cr_assert_eq(diff_search_begin(diff, side), 0);
		for (unsigned i = 0; i < PAIR_RECORDS && diff_search_record(diff, &records[side][i]); i++)
			;
	}
	diff_search_end(diff);
	for (unsigned side = 0; side < DIFF_SIDES; side++)
		for (unsigned i = 0; i < PAIR_RECORDS; i++)
			if (diff_next_place(diff, side, i) == i)
				diff_set_place(diff, side, i, &records[side][i]);
}

/* The page of two traces, of which the second event may differ. To be freed. */
static char *page_of_pair(const char *file, unsigned second)
{
	union record records[DIFF_SIDES][PAIR_RECORDS];
	struct diff *diff = diff_new((const struct trace_clock *const[]){&test_clock, &test_clock},
				     (const struct symbols *const[]){NULL, NULL});
	struct report_pair pair = {.files = {file, "b.trace"}, .diff = diff};
	char *text;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	for (unsigned side = 0; side < DIFF_SIDES; side++) {
		pair.reports[side] = new_report("image=guest.bin\n", 10);
		for (unsigned i = 0; i < PAIR_RECORDS; i++) {
			const unsigned event = i == 1 && side == DIFF_B ? second : RINGSIDE_EVENT_RETURN;
			records[side][i] = event_at(1000 * (i + 1), event, 1, 0, 0);
			report_record(pair.reports[side], &records[side][i]);
			diff_record(diff, side, &records[side][i]);
		}
	}
	cr_assert_eq(diff_end(diff), 0);
	if (!diff_same(diff, DIFF_RECORDS))
		find_places(diff, records);
	cr_assert_eq(report_pair_write(&pair, out), 0);
	fclose(out);
	diff_free(diff);
	for (unsigned side = 0; side < DIFF_SIDES; side++)
		report_free(pair.reports[side]);
	return text;
}

Test(report, two_traces_are_one_page)
{
	char *page = page_of_pair("</script><script>alert(1)</script>", RINGSIDE_EVENT_SIGNAL_KILL);
	char *same = page_of_pair("a.trace", RINGSIDE_EVENT_RETURN);

	cr_assert_eq(occurrences(page, "{{"), 0, "every placeholder has been replaced");
	cr_assert_eq(occurrences(page, " src="), 0, "the page loads no other file");
	cr_assert_eq(occurrences(page, "</script>"), occurrences(same, "</script>"));
	cr_assert_null(strstr(page, "alert(1)<"));
	cr_assert_not_null(strstr(page, "\"parting\": {\"transition\": true, \"number\": 2, \"records\": [1, 1]"));
	cr_assert_not_null(strstr(page, "[\"kill\", \"0\", \"1\", \"+1\", \"kill the process\"]"));
	cr_assert_not_null(strstr(same, "\"parting\": null, \"decision\": null"));
	for (unsigned side = 0; side < DIFF_SIDES; side++)
		cr_assert_not_null(strstr(page, side == DIFF_A ? "id=\"data-a\">{\"records\": 3"
							       : "id=\"data-b\">{\"records\": 3"));
	free(page);
	free(same);
}

Test(intern, keeps_each_string_once)
{
	struct intern set = {0};
	char word[16];

	for (unsigned round = 0; round < 2; round++)
		for (unsigned i = 0; i < 5000; i++) {
			int length = snprintf(word, sizeof(word), "%u", i);
			cr_assert_eq(intern(&set, word, (size_t)length), i);
		}
	cr_assert_eq(set.count, 5000);
	cr_assert_str_eq(intern_at(&set, 4321), "4321");
	cr_assert_eq(intern(&set, "a\0b", 3), 5000, "any bytes");
	cr_assert_eq(intern(&set, "a\0c", 3), 5001);
	cr_assert_eq(intern(&set, "a", 1), 5002);
	cr_assert_eq(intern(&set, "", 0), 5003);
	intern_free(&set);
}
