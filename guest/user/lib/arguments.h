/* SPDX-License-Identifier: MIT */
/* Numbers on the command line. */
#ifndef USER_ARGUMENTS_H
#define USER_ARGUMENTS_H

#include <stdbool.h>
#include <stdint.h>

enum { STATUS_USAGE = 2 };

/* Decimal, or hexadecimal after 0x; false when it is anything else or does not fit 64 bits. */
bool parse_number(const char *text, uint64_t *value);

/* argv[index] as a number, or `fallback` when it is absent; a malformed one ends the program. */
uint64_t number_argument(int argc, char **argv, int index, uint64_t fallback);

#endif
