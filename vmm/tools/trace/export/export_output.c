/* SPDX-License-Identifier: MIT */
/* Buffers and writes what exporters put. Numbers are laid out here: stdio's way would be most of an export's time. */
#include "tools/trace/export/export_output.h"

#include <errno.h>
#include <unistd.h>

enum { DIGITS_MAX = 24 };

void output_start(struct export_output *output, int fd)
{
	output->fd = fd;
	output->failure = 0;
	output->written = 0;
	output->used = 0;
}

int output_flush(struct export_output *output)
{
	size_t done = 0;

	while (done < output->used && output->failure == 0) {
		ssize_t wrote = write(output->fd, output->buffer + done, output->used - done);
		if (wrote > 0)
			done += (size_t)wrote;
		else if (wrote == 0)
			output->failure = ENOSPC;
		else if (errno != EINTR)
			output->failure = errno;
	}
	output->written += output->used;
	output->used = 0;
	return output->failure == 0 ? 0 : -1;
}

void output_rewrite(struct export_output *output, uint64_t offset, const void *bytes, size_t size)
{
	const char *from = bytes;

	output_flush(output);
	while (size > 0 && output->failure == 0) {
		ssize_t wrote = pwrite(output->fd, from, size, (off_t)offset);
		if (wrote > 0) {
			from += wrote;
			size -= (size_t)wrote;
			offset += (size_t)wrote;
		} else if (wrote == 0) {
			output->failure = ENOSPC;
		} else if (errno != EINTR) {
			output->failure = errno;
		}
	}
}

void output_align(struct export_output *output, size_t alignment)
{
	size_t past = (size_t)((output->written + output->used) % alignment);

	if (past == 0)
		return;
	memset(output_room(output, alignment - past), 0, alignment - past);
	output_advance(output, alignment - past);
}

/* Writes digits backwards from `end`. Returns where they start. */
static char *digits_before(char *end, uint64_t value)
{
	do
		*--end = (char)('0' + value % 10);
	while ((value /= 10) > 0);
	return end;
}

void output_decimal(struct export_output *output, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits);
	const char *start = digits_before(end, value);

	output_bytes(output, start, (size_t)(end - start));
}

void output_hex(struct export_output *output, uint64_t value)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits), *start = end;

	do
		*--start = "0123456789abcdef"[value & 0xf];
	while ((value >>= 4) > 0);
	*--start = 'x';
	*--start = '0';
	output_bytes(output, start, (size_t)(end - start));
}

void output_fixed(struct export_output *output, uint64_t value, unsigned decimals)
{
	char digits[DIGITS_MAX], *end = digits + sizeof(digits), *start = end;

	for (unsigned i = 0; i < decimals; i++, value /= 10)
		*--start = (char)('0' + value % 10);
	*--start = '.';
	start = digits_before(start, value);
	output_bytes(output, start, (size_t)(end - start));
}
