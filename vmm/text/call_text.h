/* SPDX-License-Identifier: MIT */
/* System calls as text, in the form that strace prints. Called by detail.c. */
#ifndef VMM_TEXT_CALL_TEXT_H
#define VMM_TEXT_CALL_TEXT_H

#include "formats/bytes.h"
#include "text/calls.h"

struct layout;

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

/* Appends the result of a call: "13", "-2 ENOENT", "0x7f0000001000". */
void call_text_result(struct layout *line, uint64_t number, uint64_t result);

#endif
