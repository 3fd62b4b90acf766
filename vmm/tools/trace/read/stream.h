/* SPDX-License-Identifier: MIT */
/*
 * The bytes of a trace file from front to end, decompressed where the file is compressed, in constant memory.
 * Used by trace_reader.c. The file is read, not mapped: a mapped file that shrinks would end the reader with SIGBUS.
 */
#ifndef VMM_TOOLS_TRACE_READ_STREAM_H
#define VMM_TOOLS_TRACE_READ_STREAM_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/error.h"

struct stream;

/* Returns NULL with a line in *error if the file cannot be opened or read. `path` must outlive the stream. */
struct stream *stream_open(const char *path, struct error *error);
void stream_close(struct stream *stream);

/*
 * Reads until `size` bytes are there or the stream ends: for a regular file where it ended when it was opened or last
 * sought, however fast it grows. Returns how many. -1 with a line in *error when the file
 * cannot be read, or is damaged and nothing is left before the damage.
 */
ssize_t stream_read(struct stream *stream, void *buffer, size_t size, struct error *error);

bool stream_is_compressed(const struct stream *stream);

/* Whether the stream ended in the middle of a compressed frame. */
bool stream_is_torn(const struct stream *stream);

/* The part of the file that has been read, 0 to 1; below 0 when its size is not known. */
double stream_progress(const struct stream *stream);

/* The descriptor of the file. Only for a stream that is not compressed. */
int stream_file(const struct stream *stream);

/* The offset from `offset` on at which a hole in the file ends; `offset` itself when it is in none, or not known. */
uint64_t stream_data(const struct stream *stream, uint64_t offset);

/* Continues at `offset` in the file, up to its present end. Returns false for a pipe. Only for a stream that is not
 * compressed. */
bool stream_seek(struct stream *stream, off_t offset);

#endif
