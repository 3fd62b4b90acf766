/* SPDX-License-Identifier: MIT */
/*
 * Taking the kernel command line apart: words, which may hold blanks between double quotes, and `key=value`.
 * boot/parse_options.c and boot/first_process.c call this.
 */
#ifndef GUEST_KERNEL_LIB_CMDLINE_H
#define GUEST_KERNEL_LIB_CMDLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Cuts the next word off *line in place: removes its quotes, ends it with a NUL, moves *line behind the word. NULL at
 * the end of the line.
 */
char *cmdline_word(char **line);

/* If `word` is `key=value`, cuts it at the = and returns the value; else NULL. */
char *cmdline_value(char *word);

/* A decimal number of at most `most`; false if `text` is anything else. */
bool cmdline_number(const char *text, uint64_t most, uint64_t *number);

#endif
