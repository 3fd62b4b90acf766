/* SPDX-License-Identifier: MIT */
/*
 * Writes JSON (RFC 8259) to a stdio stream, value by value, without a tree in memory; adds commas, colons, quotes and
 * escapes. Write errors stay with the stream. Used by --stats=json and the tools, which read JSON with libjansson.
 *
 * `name` is always the name of the member in an object; it is NULL in an array and for the outermost value.
 */
#ifndef VMM_BASE_JSON_H
#define VMM_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { JSON_DEPTH_MAX = 16 }; /* nested objects and arrays */

struct json_writer {
	FILE *out;
	/* The caller may change these two at any time. */
	bool compact;  /* write no spaces after commas and colons */
	bool html;     /* escape what has a meaning in HTML, so that a <script> of a page can contain the text */
	bool another;  /* the next element follows one in the same object or array */
	bool new_line; /* the next element, or the end, begins a new line with `indent` spaces */
	unsigned indent;
	unsigned depth;
	char ends[JSON_DEPTH_MAX]; /* the closing bracket of each open object and array */
};

void json_start(struct json_writer *json, FILE *out);

void json_begin_object(struct json_writer *json, const char *name);
void json_begin_array(struct json_writer *json, const char *name);

/* Ends the innermost object or array. */
void json_end(struct json_writer *json);

/* The next element, or the end of this object or array, begins a new line with `indent` spaces. */
void json_next_line(struct json_writer *json, unsigned indent);

/*
 * Write a string, given with a NUL at its end or with its length in bytes. The text is taken for UTF-8, and invalid
 * sequences become U+FFFD. The output is ASCII. A NULL string becomes null.
 */
void json_put_string(struct json_writer *json, const char *name, const char *text);
void json_put_text(struct json_writer *json, const char *name, const char *text, size_t length);

void json_put_unsigned(struct json_writer *json, const char *name, uint64_t value);
void json_put_signed(struct json_writer *json, const char *name, int64_t value);
void json_put_bool(struct json_writer *json, const char *name, bool value);
void json_put_null(struct json_writer *json, const char *name);

/*
 * Write a number with `decimals` digits after the point, or with at most `digits` significant digits. Infinities and
 * NaN become null, because JSON cannot express them.
 */
void json_put_fixed(struct json_writer *json, const char *name, double value, int decimals);
void json_put_real(struct json_writer *json, const char *name, double value, int digits);

#endif
