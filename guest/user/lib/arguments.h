/* SPDX-License-Identifier: MIT */
/* Numbers on the command line, for all programs. */
#ifndef USER_ARGUMENTS_H
#define USER_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

enum { STATUS_USAGE = 2 };

/* Parses a decimal number, or a hexadecimal one after 0x. False: `text` is neither, or the number exceeds 64 bits. */
bool parse_number(const char *text, uint64_t *value);

/* Returns argv[index] as a number, or `fallback` if absent; a malformed number ends the program with STATUS_USAGE. */
uint64_t number_argument(int argc, char **argv, int index, uint64_t fallback);

#endif
