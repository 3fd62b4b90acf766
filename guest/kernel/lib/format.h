/* SPDX-License-Identifier: MIT */
/* printf-like formatting into a buffer, for messages of the kernel and /proc files. */
#ifndef GUEST_KERNEL_LIB_FORMAT_H
#define GUEST_KERNEL_LIB_FORMAT_H

#include <stdarg.h>
#include <stddef.h>

/*
 * Understands %s %c %d %u %x %p %%, the flags - and 0, a width of at most 4096 (a number or *; a negative width means
 * the flag -), the precision of %s (a number or *; a negative precision means none) and the length l. Writes at most
 * `size` bytes, of which the last is always a NUL, and cuts what does not fit. Returns the length without the NUL.
 */
size_t format_text(char *buffer, size_t size, const char *format, va_list arguments);
size_t __attribute__((format(printf, 3, 4))) format_string(char *buffer, size_t size, const char *format, ...);

#endif
