/* SPDX-License-Identifier: MIT */
/*
 * The text of a file in /proc while it is read. What makes the text begins at its start each time; what lies before the
 * position of the read, and what does not fit the reader's buffer, is dropped here.
 */
#ifndef GUEST_KERNEL_PROC_PROC_TEXT_H
#define GUEST_KERNEL_PROC_PROC_TEXT_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel/files/transfer.h"

struct proc_text {
	struct transfer transfer; /* to the reader's buffer */
	uint64_t skip;		  /* bytes that are still before the position */
	uint64_t room;		  /* bytes that still fit */
	uint64_t done;		  /* bytes that were given */
};

void proc_put(struct proc_text *text, const char *bytes, uint64_t size);

/* A piece of text of less than PROC_PIECE_MAX bytes; a longer one is cut. */
enum { PROC_PIECE_MAX = 256 };
void __attribute__((format(printf, 2, 3))) proc_print(struct proc_text *text, const char *format, ...);

/* Whether the reader takes no more, so that a long text need not be made to its end. */
static inline bool proc_is_full(const struct proc_text *text)
{
	return text->room == 0 || text->transfer.error != 0;
}

/* system_texts.c */
void proc_interrupts(struct proc_text *text);
void proc_meminfo(struct proc_text *text);
void proc_uptime(struct proc_text *text);

/* self_texts.c: of the process that reads */
void proc_self_cmdline(struct proc_text *text);
void proc_self_maps(struct proc_text *text);
void proc_self_status(struct proc_text *text);

#endif
