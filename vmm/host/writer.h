/* SPDX-License-Identifier: MIT */
/*
 * Writing to descriptors 1 and 2 while the VMM runs a guest: the console (host/console.h), and through stderr the live
 * trace, the messages and the reports after the run. A reader that does not read, or a slow terminal, makes the guest
 * wait; but once the run must end, a writer waits for 40 ms in all, and what it cannot write by then is given up. No
 * write blocks: a pipe or terminal is opened once more, without blocking, because O_NONBLOCK on the inherited open file
 * description would also change the shell's.
 */
#ifndef VMM_HOST_WRITER_H
#define VMM_HOST_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct writer {
	int fd;		   /* what is written to */
	bool never_blocks; /* write() to `fd` returns at once; else only after poll(), for PIPE_BUF bytes at most */
	int failure;	   /* errno of the first failed write, after which all is dropped; 0 = none */
	uint64_t end;	   /* CLOCK_MONOTONIC ns when waiting ends, since the run must end; 0 = it need not yet */
	bool (*must_end)(void); /* whether the run must end; NULL = never */
};

/* Prepares writing to `fd`. Opens files, so it is called before the sandbox is entered. Cannot fail. */
void writer_open(struct writer *writer, int fd, bool (*must_end)(void));

/*
 * Writes all bytes, waiting for the reader as long as it may. Returns how many were written; fewer than `size` only
 * after a failure, which writer->failure then tells: EAGAIN if there was no room when waiting ended.
 */
size_t writer_write(struct writer *writer, const char *bytes, size_t size);

/* Why bytes were dropped, in words. */
const char *writer_failure(const struct writer *writer);

/*
 * From now on the stream `stderr` writes by a writer. It is line-buffered, and ferror(stderr) is true when something
 * was dropped. Without memory for that, stderr stays as it is.
 */
void writer_take_stderr(bool (*must_end)(void));

/*
 * Writes a short text to descriptor 2 if there is room for it, and drops it otherwise. May be called by any thread, and
 * never waits: neither for a reader nor for a thread that uses stderr.
 */
void writer_note(const char *text);

#endif
