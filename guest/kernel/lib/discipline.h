/* SPDX-License-Identifier: MIT */
/*
 * The line discipline of a terminal: what a received byte does, what is echoed, what a read returns. Reading is line by
 * line with editing (ICANON) or byte by byte. Semantics and structures are as in Linux's termios(3).
 * files/dev_console.c calls this.
 */
#ifndef GUEST_KERNEL_LIB_DISCIPLINE_H
#define GUEST_KERNEL_LIB_DISCIPLINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The flags of struct termios that have an effect; the others are kept and do nothing. */
enum { INPUT_NL_TO_CR = 0000100, INPUT_IGNORE_CR = 0000200, INPUT_CR_TO_NL = 0000400, INPUT_UTF8 = 0040000 };
enum {
	LOCAL_SIGNALS = 0000001,
	LOCAL_CANONICAL = 0000002,
	LOCAL_ECHO = 0000010,
	LOCAL_ECHO_NL = 0000100,
	LOCAL_NO_FLUSH = 0000200,
	LOCAL_STOP_WRITERS = 0000400, /* TOSTOP; dev_console.c acts on it */
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
	CC_SUSPEND = 10,
	CC_EOL,
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
	uint32_t read, ready, end; /* positions that only grow: up to there bytes are read, can be read, are received */
	uint16_t cells[DISCIPLINE_SIZE]; /* a byte, with flags above */
};

/* Begins with the settings that programs expect: lines, echo, ^C ^\ ^Z ^H/DEL ^U ^W ^D. `echo` writes to the screen. */
void discipline_init(struct discipline *discipline, void (*echo)(const char *bytes, size_t size));

/* Takes a byte from the line. Returns the signal that the byte asks for. */
enum discipline_wish { WISH_NOTHING, WISH_INTERRUPT, WISH_QUIT, WISH_STOP };
enum discipline_wish discipline_receive(struct discipline *discipline, uint8_t byte);

/* Whether there is room for a byte. Without, bytes should wait at their source until something is read. */
bool discipline_has_room(const struct discipline *discipline);

/* Whether a read would return at once, at the end of file as well; and how many bytes can be read. */
bool discipline_readable(const struct discipline *discipline);
size_t discipline_count(const struct discipline *discipline);

/* Reads up to `size` bytes, at most one line. 0 = end of file. Only when readable. */
size_t discipline_read(struct discipline *discipline, char *bytes, size_t size);

/* No more bytes will come, so an unfinished line can be read. */
void discipline_finish(struct discipline *discipline);

/* Drops the bytes that have not been read. */
void discipline_flush(struct discipline *discipline);

/* Changes the settings. If that ends reading by lines, an unfinished line can be read at once. */
void discipline_set(struct discipline *discipline, const struct terminal_settings *settings);

#endif
