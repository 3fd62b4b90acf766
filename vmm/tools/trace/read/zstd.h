/* SPDX-License-Identifier: MIT */
/*
 * Zstandard (RFC 8878) by libzstd, in frames that each can be decoded alone. Used by stream.c to read and by
 * commands/trace_compress.c to write. Built without the library, everything here fails and says how to get it.
 */
#ifndef VMM_TOOLS_TRACE_READ_ZSTD_H
#define VMM_TOOLS_TRACE_READ_ZSTD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* Whether the first `size` bytes of a file, of which ZSTD_FRAME_START are needed, begin a frame. */
enum { ZSTD_FRAME_START = 4 };
bool zstd_is_frame(const void *start, size_t size);

/*
 * A decoder allocates what the frame's window takes; a frame that asks for more than this is refused. RFC 8878,
 * 3.1.1.1.2, recommends to support 8 MiB.
 */
enum { ZSTD_WINDOW_LOG_MAX = 23 };

struct zstd_decoder;

struct zstd_decoder *zstd_decoder_new(struct error *error);
void zstd_decoder_free(struct zstd_decoder *decoder);

/*
 * Decodes from `in` to `out`, and says in *in_used and *out_used how many bytes of each were used. -1 with a line in
 * *error, to follow the file's name, when the input is not a sound frame.
 */
int zstd_decode(struct zstd_decoder *decoder, const void *in, size_t in_size, size_t *in_used, void *out,
		size_t out_size, size_t *out_used, struct error *error);

/* Whether what has been decoded so far ends with a frame. */
bool zstd_decoder_is_between_frames(const struct zstd_decoder *decoder);

struct zstd_encoder;

/* For frames of `size` bytes at most. */
struct zstd_encoder *zstd_encoder_new(size_t size, struct error *error);
void zstd_encoder_free(struct zstd_encoder *encoder);

/*
 * Encodes one frame, with a checksum. The result belongs to the encoder and is valid until the next call; NULL on an
 * error.
 */
const void *zstd_encode(struct zstd_encoder *encoder, const void *bytes, size_t size, size_t *frame_size,
			struct error *error);

#endif
