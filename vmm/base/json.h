/* SPDX-License-Identifier: MIT */
/*
 * Writes JSON (RFC 8259) to a stdio stream as it comes, without a tree in memory: commas, colons, quotes and escapes
 * are put here. Errors stay with the stream. Reading JSON is libjansson's work, in the tools only.
 *
 * Everything put takes a `name`: that of the member in an object, NULL in an array and for the outermost value.
 */
#ifndef VMM_BASE_JSON_H
#define VMM_BASE_JSON_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { JSON_DEPTH_MAX = 16 }; /* objects and arrays inside each other */

struct json_writer {
	FILE *out;
	/* The caller may change these two at any time. */
	bool compact;  /* no spaces behind commas and colons */
	bool html;     /* strings hold nothing that means something in HTML, so that a page can have them in <script> */
	bool another;  /* the next element follows one in the same object or array */
	bool new_line; /* the next element, or the end, begins a new line, */
	unsigned indent;
	unsigned depth;
	char ends[JSON_DEPTH_MAX]; /* the brackets that are still to be closed */
};

void json_start(struct json_writer *json, FILE *out);

void json_begin_object(struct json_writer *json, const char *name);
void json_begin_array(struct json_writer *json, const char *name);

/* Ends the innermost object or array. */
void json_end(struct json_writer *json);

/* The next element, or the end of this object or array, begins a new line with `indent` spaces. */
void json_next_line(struct json_writer *json, unsigned indent);

/*
 * Text is UTF-8 and may hold anything: what is not valid becomes U+FFFD. It is written in ASCII. NULL becomes null.
 */
void json_put_string(struct json_writer *json, const char *name, const char *text);
void json_put_text(struct json_writer *json, const char *name, const char *text, size_t length);

void json_put_unsigned(struct json_writer *json, const char *name, uint64_t value);
void json_put_signed(struct json_writer *json, const char *name, int64_t value);
void json_put_bool(struct json_writer *json, const char *name, bool value);
void json_put_null(struct json_writer *json, const char *name);

/* With so many digits behind the point, or so many significant ones. What is not finite becomes null. */
void json_put_fixed(struct json_writer *json, const char *name, double value, int decimals);
void json_put_real(struct json_writer *json, const char *name, double value, int digits);

#endif
