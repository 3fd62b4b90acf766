/* SPDX-License-Identifier: MIT */
/*
 * The output of an export: a buffer in front of a file descriptor, without stdio, which would be most of an export's
 * time. Exporters put bytes without checking. After a failed write nothing more is written; the caller who opened the
 * output asks for `failure` at the end.
 */
#ifndef VMM_TOOLS_TRACE_EXPORT_EXPORT_OUTPUT_H
#define VMM_TOOLS_TRACE_EXPORT_EXPORT_OUTPUT_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include "tools/output/quote.h"

enum {
	OUTPUT_BUFFER = 1 << 18,
	OUTPUT_PIECE = 1 << 16, /* the most that may be put at once */
};

struct export_output {
	int fd;
	int failure;	  /* errno of the first write that failed; 0 = none */
	uint64_t written; /* bytes before those in the buffer */
	size_t used;
	char buffer[OUTPUT_BUFFER];
};

void output_start(struct export_output *output, int fd);

/* Writes out what is in the buffer. Returns -1 when that or an earlier write failed, else 0. */
int output_flush(struct export_output *output);

/* Overwrites bytes that were put before; the output must be a file. */
void output_rewrite(struct export_output *output, uint64_t offset, const void *bytes, size_t size);

/* Room for `size` bytes, OUTPUT_PIECE at most; output_advance() says how many were put there. */
static inline char *output_room(struct export_output *output, size_t size)
{
	if (__builtin_expect(size > sizeof(output->buffer) - output->used, 0))
		output_flush(output);
	return output->buffer + output->used;
}

static inline void output_advance(struct export_output *output, size_t size)
{
	output->used += size;
}

static inline void output_bytes(struct export_output *output, const void *bytes, size_t size)
{
	memcpy(output_room(output, size), bytes, size);
	output_advance(output, size);
}

static inline void output_text(struct export_output *output, const char *text)
{
	output_bytes(output, text, strlen(text));
}

static inline void output_char(struct export_output *output, char character)
{
	*output_room(output, 1) = character;
	output_advance(output, 1);
}

/* Puts text in double quotes: see tools/output/quote.h. OUTPUT_PIECE / 2 - 1 bytes at most. */
static inline void output_quoted(struct export_output *output, const char *text, size_t length, char escape)
{
	char *start = output_room(output, 2 * length + 2);

	output_advance(output, (size_t)(quote(start, text, length, escape) - start));
}

/* Puts text from outside that stands in double quotes: quotes, backslashes and what is no visible ASCII become '?'. */
void output_plain(struct export_output *output, const char *text, size_t length);

/* Puts zero bytes until the length of the output is a multiple of `alignment`. */
void output_align(struct export_output *output, size_t alignment);

void output_decimal(struct export_output *output, uint64_t value);
void output_hex(struct export_output *output, uint64_t value); /* with 0x */

/* Puts value / 10^decimals, with all its decimals. */
void output_fixed(struct export_output *output, uint64_t value, unsigned decimals);

#endif
