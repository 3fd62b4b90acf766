/* SPDX-License-Identifier: MIT */
/*
 * How the VMM's parts refuse: a function that can fail takes a `struct error *`, fills it with one line
 * (what, where, what to do; no newline, no prefix) and returns -1. Only cmd/ prints it.
 */
#ifndef VMM_BASE_ERROR_H
#define VMM_BASE_ERROR_H

struct error {
	char text[512];
};

/* Formats the line into `error`, control characters as `?`. Always returns -1, so that `return error_set(...)` reads
 * well. */
int error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
