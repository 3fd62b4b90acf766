/* SPDX-License-Identifier: MIT */
/* Buffers and writes what exporters put: see export_output.h. */
#include "tools/trace/export/export_output.h"

#include <errno.h>
#include <stdbool.h>
#include <unistd.h>

#include "base/digits.h"

void output_start(struct export_output *output, int fd)
{
	output->fd = fd;
	output->failure = 0;
	output->written = 0;
	output->used = 0;
}

/* The bytes that a write has written, by its result; 0 when it has failed, which is remembered, or was interrupted. */
static size_t written(struct export_output *output, ssize_t result)
{
	if (result > 0)
		return (size_t)result;
	if (result == 0)
		output->failure = ENOSPC;
	else if (errno != EINTR)
		output->failure = errno;
	return 0;
}

int output_flush(struct export_output *output)
{
	size_t done = 0;

	while (done < output->used && output->failure == 0)
		done += written(output, write(output->fd, output->buffer + done, output->used - done));
	output->written += output->used;
	output->used = 0;
	return output->failure == 0 ? 0 : -1;
}

void output_rewrite(struct export_output *output, uint64_t offset, const void *bytes, size_t size)
{
	const char *from = bytes;
	size_t done = 0;

	output_flush(output);
	while (done < size && output->failure == 0)
		done += written(output, pwrite(output->fd, from + done, size - done, (off_t)(offset + done)));
}

void output_align(struct export_output *output, size_t alignment)
{
	size_t past = (size_t)((output->written + output->used) % alignment);

	if (past == 0)
		return;
	memset(output_room(output, alignment - past), 0, alignment - past);
	output_advance(output, alignment - past);
}

void output_plain(struct export_output *output, const char *text, size_t length)
{
	for (size_t i = 0; i < length; i++) {
		bool plain = text[i] >= ' ' && text[i] <= '~' && text[i] != '"' && text[i] != '\\';
		output_char(output, plain ? text[i] : '?');
	}
}

void output_decimal(struct export_output *output, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	const char *start = digits_decimal(end, value);

	output_bytes(output, start, (size_t)(end - start));
}

void output_hex(struct export_output *output, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	const char *start = digits_hex(end, value);

	output_bytes(output, start, (size_t)(end - start));
}

void output_fixed(struct export_output *output, uint64_t value, unsigned decimals)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	const char *start = digits_fixed(end, value, decimals);

	output_bytes(output, start, (size_t)(end - start));
}
