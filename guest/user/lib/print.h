/* SPDX-License-Identifier: MIT */
/*
 * Formatted output: %d %i %u %x %p %c %s %%, lengths l and z, flags - and 0, a width or *.
 * One call is one write (as long as the text stays below PRINT_BUFFER bytes), so lines of different
 * processes do not mix. Functions return the bytes printed.
 */
#ifndef USER_PRINT_H
#define USER_PRINT_H

#include <stdarg.h>
#include <stddef.h>

#define PRINT_BUFFER 512

int printf(const char *format, ...) __attribute__((format(printf, 1, 2)));
int dprintf(int fd, const char *format, ...) __attribute__((format(printf, 2, 3)));

/* Writes at most `size` bytes, the terminating zero among them; returns the bytes written without it. */
int snprintf(char *buffer, size_t size, const char *format, ...) __attribute__((format(printf, 3, 4)));
int vsnprintf(char *buffer, size_t size, const char *format, va_list arguments) __attribute__((format(printf, 3, 0)));

#endif
