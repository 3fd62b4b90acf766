/* SPDX-License-Identifier: MIT */
/* Giving the part of a text that the reader asks for. */
#include "kernel/proc/proc_text.h"

#include <stdarg.h>

#include "kernel/lib/format.h"

void proc_put(struct proc_text *text, const char *bytes, uint64_t size)
{
	uint64_t skipped = size < text->skip ? size : text->skip;

	text->skip -= skipped;
	size -= skipped;
	if (size > text->room)
		size = text->room;
	if (size == 0 || text->transfer.error != 0)
		return;
	uint64_t given = transfer_to_user(&text->transfer, bytes + skipped, size);
	text->room -= given;
	text->done += given;
}

void proc_print(struct proc_text *text, const char *format, ...)
{
	char piece[PROC_PIECE_MAX];
	va_list arguments;

	va_start(arguments, format);
	proc_put(text, piece, format_text(piece, sizeof(piece), format, arguments));
	va_end(arguments);
}
