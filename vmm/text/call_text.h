/* SPDX-License-Identifier: MIT */
/* System calls in words, as strace prints them. Called by detail.c. */
#ifndef VMM_TEXT_CALL_TEXT_H
#define VMM_TEXT_CALL_TEXT_H

#include "formats/bytes.h"
#include "text/calls.h"

struct layout;

/*
 * Finds constants of programs: the bytes from an address of an image on that the program cannot change; none when there
 * are none.
 */
struct text_constants {
	struct bytes (*find)(const void *context, int image, uint64_t address);
	const void *context;
};

/*
 * Puts "write(1, 0x4020e0, 13)". Strings are not in a trace: those that are constants of the program come from
 * `constants`, which may be NULL or have no find(); of the others the addresses are shown.
 */
void call_text(struct layout *line, const struct call *call, const struct text_constants *constants);

/* Puts the result of a call: "13", "-2 ENOENT", "0x7f0000001000". */
void call_text_result(struct layout *line, uint64_t number, uint64_t result);

#endif
