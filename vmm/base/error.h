/* SPDX-License-Identifier: MIT */
/*
 * How every part of the VMM reports failure: a function that can fail takes a `struct error *`, fills it with one line
 * (what failed, where, what to do about it; no newline, no "vmm: " prefix) and returns -1. Only the code of the
 * subcommands (vmm/run and vmm/tools) prints that line.
 */
#ifndef VMM_BASE_ERROR_H
#define VMM_BASE_ERROR_H

struct error {
	char text[512];
};

/*
 * Formats the line into `error`, cut at the size of error->text; control characters become `?`. Always returns -1, so
 * that a caller can write `return error_set(...)`.
 */
int error_set(struct error *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

#endif
