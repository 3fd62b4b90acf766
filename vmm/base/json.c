/* SPDX-License-Identifier: MIT */
/* Writes JSON: see json.h. */
#include "base/json.h"

#include <assert.h>
#include <inttypes.h>
#include <string.h>

#include "base/utf8.h"

void json_start(struct json_writer *json, FILE *out)
{
	*json = (struct json_writer){.out = out};
}

/* ---- strings ---- */

/*
 * Decodes the first code point of `size` bytes of UTF-8 (RFC 3629); `size` is at least 1. Returns the number of bytes
 * that were decoded. Of an invalid sequence it decodes one byte, as the replacement character U+FFFD.
 */
static size_t decode(const unsigned char *text, size_t size, uint32_t *code)
{
	size_t length = text[0] < 0x80			    ? 1
			: text[0] >= 0xf0 && text[0] < 0xf5 ? 4
			: text[0] >= 0xe0 && text[0] < 0xf0 ? 3
			: text[0] >= 0xc2 && text[0] < 0xe0 ? 2
							    : 0;
	bool valid = length > 0 && length <= size;

	*code = length == 1 ? text[0] : text[0] & (0x7fu >> length);
	for (size_t i = 1; valid && i < length; i++) {
		valid = utf8_continues((char)text[i]);
		*code = *code << 6 | (text[i] & 0x3f);
	}
	/* Refuses overlong forms, surrogates, and code points above U+10FFFF. */
	if (length > 1 && (*code < (length == 2	  ? 0x80u
				    : length == 3 ? 0x800u
						  : 0x10000u) ||
			   (*code >= 0xd800 && *code < 0xe000) || *code > 0x10ffff))
		valid = false;
	if (valid)
		return length;
	*code = 0xfffd;
	return 1;
}

static void put_escaped(uint32_t code, FILE *out)
{
	const uint32_t plane = 0x10000;

	if (code >= plane)
		fprintf(out, "\\u%04" PRIx32 "\\u%04" PRIx32, 0xd800 + ((code - plane) >> 10),
			0xdc00 + ((code - plane) & 0x3ff));
	else
		fprintf(out, "\\u%04" PRIx32, code);
}

static void put_quoted(const struct json_writer *json, const char *text, size_t length)
{
	const unsigned char *at = (const unsigned char *)text, *end = at + length;
	FILE *out = json->out;

	fputc('"', out);
	while (at < end) {
		uint32_t code;
		at += decode(at, (size_t)(end - at), &code);
		if (code < ' ' || code > '~' || (json->html && strchr("\"\\<>&", (int)code) != NULL)) {
			put_escaped(code, out);
			continue;
		}
		if (code == '"' || code == '\\')
			fputc('\\', out);
		fputc((int)code, out);
	}
	fputc('"', out);
}

/* ---- elements ---- */

static void begin_line(struct json_writer *json)
{
	fprintf(json->out, "\n%*s", (int)json->indent, "");
	json->new_line = false;
}

/* Writes what stands before a value: comma, white space, name. */
static void begin_element(struct json_writer *json, const char *name)
{
	if (json->another)
		fputc(',', json->out);
	if (json->new_line)
		begin_line(json);
	else if (json->another && !json->compact)
		fputc(' ', json->out);
	json->another = true;
	if (name == NULL)
		return;
	put_quoted(json, name, strlen(name));
	fputs(json->compact ? ":" : ": ", json->out);
}

static void begin(struct json_writer *json, const char *name, char open, char close)
{
	assert(json->depth < JSON_DEPTH_MAX);
	begin_element(json, name);
	fputc(open, json->out);
	json->ends[json->depth++] = close;
	json->another = false;
}

void json_begin_object(struct json_writer *json, const char *name)
{
	begin(json, name, '{', '}');
}

void json_begin_array(struct json_writer *json, const char *name)
{
	begin(json, name, '[', ']');
}

void json_end(struct json_writer *json)
{
	assert(json->depth > 0);
	if (json->new_line)
		begin_line(json);
	fputc(json->ends[--json->depth], json->out);
	json->another = true;
}

void json_next_line(struct json_writer *json, unsigned indent)
{
	json->new_line = true;
	json->indent = indent;
}

void json_put_text(struct json_writer *json, const char *name, const char *text, size_t length)
{
	begin_element(json, name);
	put_quoted(json, text, length);
}

void json_put_string(struct json_writer *json, const char *name, const char *text)
{
	if (text != NULL)
		json_put_text(json, name, text, strlen(text));
	else
		json_put_null(json, name);
}

void json_put_unsigned(struct json_writer *json, const char *name, uint64_t value)
{
	begin_element(json, name);
	fprintf(json->out, "%" PRIu64, value);
}

void json_put_signed(struct json_writer *json, const char *name, int64_t value)
{
	begin_element(json, name);
	fprintf(json->out, "%" PRId64, value);
}

void json_put_bool(struct json_writer *json, const char *name, bool value)
{
	begin_element(json, name);
	fputs(value ? "true" : "false", json->out);
}

void json_put_null(struct json_writer *json, const char *name)
{
	begin_element(json, name);
	fputs("null", json->out);
}

static void put_real(struct json_writer *json, const char *name, const char *format, double value, int digits)
{
	begin_element(json, name);
	if (__builtin_isfinite(value))
		fprintf(json->out, format, digits, value);
	else
		fputs("null", json->out);
}

void json_put_fixed(struct json_writer *json, const char *name, double value, int decimals)
{
	put_real(json, name, "%.*f", value, decimals);
}

void json_put_real(struct json_writer *json, const char *name, double value, int digits)
{
	put_real(json, name, "%.*g", value, digits);
}
