/* SPDX-License-Identifier: MIT */
/* What a file is that execve(2) has refused as no program. Used by whoever starts programs. */
#ifndef USER_NO_PROGRAM_H
#define USER_NO_PROGRAM_H

enum { NO_PROGRAM_TEXT = 64 };

/* Writes ": it is ..." about the file at `path` to `text`, or nothing unless `error` is ENOEXEC. Returns `text`. */
const char *no_program_text(char text[NO_PROGRAM_TEXT], long error, const char *path);

#endif
