/* SPDX-License-Identifier: MIT */
/* printf-like formatting into a buffer, for the kernel's messages. */
#ifndef GUEST_KERNEL_LIB_FORMAT_H
#define GUEST_KERNEL_LIB_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Understands %s %c %d %u %x %p %%, the flags - and 0, a width of at most 4096 (a number or *; a negative
 * one means the flag -), the precision of %s (a number or *; a negative one means none) and the length l.
 * Writes at most `size` bytes, the last one always NUL, and returns the length of what it wrote without
 * the NUL: what does not fit is cut.
 */
size_t format_text(char *buffer, size_t size, const char *format, va_list arguments);

#endif
