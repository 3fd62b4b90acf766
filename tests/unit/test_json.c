/* SPDX-License-Identifier: MIT */
/* JSON as it is written: punctuation, lines, numbers, and strings that are safe whatever they hold. */
#include <criterion/criterion.h>
#include <math.h>
#include <stdlib.h>

#include "base/json.h"

static void assert_written(void (*write)(struct json_writer *json), const char *expected)
{
	char *text;
	size_t size;
	struct json_writer json;
	FILE *out = open_memstream(&text, &size);

	json_start(&json, out);
	write(&json);
	fclose(out);
	cr_assert_str_eq(text, expected);
	free(text);
}

static void write_nested(struct json_writer *json)
{
	json_begin_object(json, NULL);
	json_put_string(json, "name", "IO");
	json_begin_array(json, "empty");
	json_end(json);
	json_begin_array(json, "list");
	json_put_unsigned(json, NULL, UINT64_MAX);
	json_put_signed(json, NULL, -1);
	json_begin_object(json, NULL);
	json_put_bool(json, "yes", true);
	json_put_bool(json, "no", false);
	json_end(json);
	json_end(json);
	json_put_string(json, "nothing", NULL);
	json_end(json);
}

Test(json, elements)
{
	assert_written(write_nested, "{\"name\": \"IO\", \"empty\": [], \"list\": [18446744073709551615, -1, "
				     "{\"yes\": true, \"no\": false}], \"nothing\": null}");
}

static void write_compact(struct json_writer *json)
{
	json->compact = true;
	write_nested(json);
}

Test(json, compact)
{
	assert_written(write_compact, "{\"name\":\"IO\",\"empty\":[],\"list\":[18446744073709551615,-1,"
				      "{\"yes\":true,\"no\":false}],\"nothing\":null}");
}

static void write_lines(struct json_writer *json)
{
	json_begin_array(json, NULL);
	for (unsigned i = 0; i < 2; i++) {
		json_next_line(json, 2);
		json_put_unsigned(json, NULL, i);
	}
	json_next_line(json, 0);
	json_end(json);
}

Test(json, lines)
{
	assert_written(write_lines, "[\n  0,\n  1\n]");
}

static void write_numbers(struct json_writer *json)
{
	json_begin_array(json, NULL);
	json_put_fixed(json, NULL, 2.0 / 3, 4);
	json_put_fixed(json, NULL, 4000, 1);
	json_put_fixed(json, NULL, (double)NAN, 1);
	json_put_real(json, NULL, 0.000123456789, 3);
	json_put_real(json, NULL, (double)INFINITY, 3);
	json_end(json);
}

Test(json, numbers)
{
	assert_written(write_numbers, "[0.6667, 4000.0, null, 0.000123, null]");
}

static void write_strange(struct json_writer *json)
{
	json_put_string(json, NULL, "</script><!--\"\\\n\xff\u00b5\U0001f600");
}

static void write_strange_for_html(struct json_writer *json)
{
	json->html = true;
	write_strange(json);
}

Test(json, strings)
{
	assert_written(write_strange, "\"</script><!--\\\"\\\\\\u000a\\ufffd\\u00b5\\ud83d\\ude00\"");
	assert_written(write_strange_for_html, "\"\\u003c/script\\u003e\\u003c!--\\u0022\\u005c\\u000a\\ufffd"
					       "\\u00b5\\ud83d\\ude00\"");
}

/* Cut short, longer than need be, surrogates, beyond Unicode, a continuation alone; and what text ends before. */
static void write_invalid(struct json_writer *json)
{
	json_begin_array(json, NULL);
	json_put_string(json, NULL, "\xe2\x82");
	json_put_string(json, NULL, "\xc0\xaf\xe0\x80\xaf");
	json_put_string(json, NULL, "\xed\xa0\x80");
	json_put_string(json, NULL, "\xf4\x90\x80\x80");
	json_put_string(json, NULL, "\x80");
	json_put_text(json, NULL, "\u20ac", 2);
	json_put_text(json, NULL, "a\0b", 3);
	json_end(json);
}

Test(json, invalid_utf_8_is_replaced)
{
	assert_written(write_invalid,
		       "[\"\\ufffd\\ufffd\", \"\\ufffd\\ufffd\\ufffd\\ufffd\\ufffd\", \"\\ufffd\\ufffd\\ufffd\", "
		       "\"\\ufffd\\ufffd\\ufffd\\ufffd\", \"\\ufffd\", \"\\ufffd\\ufffd\", \"a\\u0000b\"]");
}
