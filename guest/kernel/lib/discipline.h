/* SPDX-License-Identifier: MIT */
/*
 * The line discipline of a terminal: what becomes of a received byte, what is echoed, what a read gives.
 * Line by line with editing (ICANON) or byte by byte. Semantics and structures as in Linux's termios(3).
 */
#ifndef GUEST_KERNEL_LIB_DISCIPLINE_H
#define GUEST_KERNEL_LIB_DISCIPLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What is honoured of struct termios's flags; others are kept and do nothing. */
enum { INPUT_NL_TO_CR = 0000100, INPUT_IGNORE_CR = 0000200, INPUT_CR_TO_NL = 0000400, INPUT_UTF8 = 0040000 };
enum {
	LOCAL_SIGNALS = 0000001,
	LOCAL_CANONICAL = 0000002,
	LOCAL_ECHO = 0000010,
	LOCAL_ECHO_NL = 0000100,
	LOCAL_NO_FLUSH = 0000200,
	LOCAL_ECHO_CONTROL = 0001000,
};

/* Indices of the special characters; 0 as a character means none. */
enum {
	CC_INTERRUPT,
	CC_QUIT,
	CC_ERASE,
	CC_KILL,
	CC_EOF,
	CC_TIME,
	CC_MIN,
	CC_EOL = 11,
	CC_WORD_ERASE = 14,
	CC_COUNT = 19
};

/* struct termios as the kernel's ioctls have it. */
struct terminal_settings {
	uint32_t input, output, control, local;
	uint8_t line;
	uint8_t characters[CC_COUNT];
};

enum { DISCIPLINE_SIZE = 4096 }; /* a power of two */

struct discipline {
	struct terminal_settings settings;
	void (*echo)(const char *bytes, size_t size);
	uint32_t read, ready, end;	 /* only grow: what has been read, can be read, is there */
	uint16_t cells[DISCIPLINE_SIZE]; /* a byte, with flags above */
};

/* A terminal as programs expect one: lines, echo, ^C ^\ ^H/DEL ^U ^W ^D. */
void discipline_init(struct discipline *discipline, void (*echo)(const char *bytes, size_t size));

/* What a received byte asks for besides. */
enum discipline_wish { WISH_NOTHING, WISH_INTERRUPT, WISH_QUIT };
enum discipline_wish discipline_receive(struct discipline *discipline, uint8_t byte);

/* Whether there is room; with none, bytes should wait at their source until something is read. */
bool discipline_has_room(const struct discipline *discipline);

/* Whether a read would give something, the end of file included; and how many bytes. */
bool discipline_readable(const struct discipline *discipline);
size_t discipline_count(const struct discipline *discipline);

/* Takes up to `size` bytes, one line at most. 0 = end of file; only to be called when readable. */
size_t discipline_read(struct discipline *discipline, char *bytes, size_t size);

/* No more will come: what there is of a line can be read. */
void discipline_finish(struct discipline *discipline);

/* Forgets what has not been read. */
void discipline_flush(struct discipline *discipline);

/* Sets new settings: a line that is being edited can be read at once when lines are switched off. */
void discipline_set(struct discipline *discipline, const struct terminal_settings *settings);

#endif
