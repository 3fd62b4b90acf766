/* SPDX-License-Identifier: MIT */
/* System calls as text, in the form that strace prints. Called by detail.c, and by writers of single arguments. */
#ifndef VMM_TEXT_CALL_TEXT_H
#define VMM_TEXT_CALL_TEXT_H

#include "base/layout.h"
#include "base/linux_names.h"
#include "formats/bytes.h"
#include "text/calls.h"

/*
 * Finds constants of programs. find() returns the bytes that the program of an image has at an address and cannot
 * change; an empty range when there are none.
 */
struct text_constants {
	struct bytes (*find)(const void *context, int image, uint64_t address);
	const void *context;
};

/*
 * Appends a call: "write(1, 0x4020e0, 13)". A trace has addresses of strings, not strings. A string that is a constant
 * of the program is printed if `constants` finds it; of other strings the address is printed. `constants` may be NULL,
 * and its find() may be NULL.
 */
void call_text(struct layout *line, const struct call *call, const struct text_constants *constants);

/* An argument of a call by itself, for those who write data and no lines. */
struct call_argument {
	struct bytes name;	   /* as Linux's manual pages have it */
	bool is_number, is_signed; /* it is a plain number, and `value` may be negative */
	uint64_t value;
	struct layout text;    /* as call_text() prints it if it is no constant */
	struct bytes constant; /* the string of the program that it points to; an empty range when that is not known */
};

/* Fills in argument `i` of a call, from 0; false = the call does not use that many, or the trace lacks it. */
bool call_argument(const struct call *call, unsigned i, const struct text_constants *constants,
		   struct call_argument *argument);

/* Whether a result is an error; then -result is Linux's number of it. */
static inline bool call_failed(uint64_t result)
{
	return -result - 1 < ERRNO_MAX;
}

/* Appends the result of a call: "13", "-2 ENOENT", "0x7f0000001000". */
void call_text_result(struct layout *line, uint64_t number, uint64_t result);

#endif
