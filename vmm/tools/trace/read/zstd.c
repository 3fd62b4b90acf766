/* SPDX-License-Identifier: MIT */
/* Zstandard frames: see zstd.h. */
#include "tools/trace/read/zstd.h"

#include <string.h>

bool zstd_is_frame(const void *start, size_t size)
{
	const unsigned char magic[ZSTD_FRAME_START] = {0x28, 0xb5, 0x2f, 0xfd};

	return size >= sizeof(magic) && memcmp(start, magic, sizeof(magic)) == 0;
}

#ifdef HAVE_ZSTD

#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

struct zstd_decoder {
	ZSTD_DCtx *context;
	bool between_frames;
};

struct zstd_decoder *zstd_decoder_new(struct error *error)
{
	struct zstd_decoder *decoder = malloc(sizeof(*decoder));
	ZSTD_DCtx *context = ZSTD_createDCtx();

	if (decoder != NULL && context != NULL &&
	    !ZSTD_isError(ZSTD_DCtx_setParameter(context, ZSTD_d_windowLogMax, ZSTD_WINDOW_LOG_MAX))) {
		*decoder = (struct zstd_decoder){context, true};
		return decoder;
	}
	ZSTD_freeDCtx(context);
	free(decoder);
	error_set(error, "no memory to decompress with");
	return NULL;
}

void zstd_decoder_free(struct zstd_decoder *decoder)
{
	if (decoder == NULL)
		return;
	ZSTD_freeDCtx(decoder->context);
	free(decoder);
}

static int refuse(size_t code, struct error *error)
{
	if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge)
		return error_set(error, "compressed with a window of more than %d MiB; decompress it by zstd -d first",
				 1 << (ZSTD_WINDOW_LOG_MAX - 20));
	return error_set(error, "damaged: zstd: %s; what is before it has been read", ZSTD_getErrorName(code));
}

int zstd_decode(struct zstd_decoder *decoder, const void *in, size_t in_size, size_t *in_used, void *out,
		size_t out_size, size_t *out_used, struct error *error)
{
	ZSTD_inBuffer from = {in, in_size, 0};
	ZSTD_outBuffer to = {out, out_size, 0};
	size_t left = ZSTD_decompressStream(decoder->context, &to, &from);

	*in_used = from.pos;
	*out_used = to.pos;
	if (ZSTD_isError(left))
		return refuse(left, error);
	if (from.pos > 0 || to.pos > 0)
		decoder->between_frames = left == 0;
	return 0;
}

bool zstd_decoder_is_between_frames(const struct zstd_decoder *decoder)
{
	return decoder->between_frames;
}

struct zstd_encoder {
	ZSTD_CCtx *context;
	size_t room;
	char frame[];
};

struct zstd_encoder *zstd_encoder_new(size_t size, struct error *error)
{
	size_t room = ZSTD_compressBound(size);
	struct zstd_encoder *encoder = malloc(sizeof(*encoder) + room);
	ZSTD_CCtx *context = ZSTD_createCCtx();

	if (encoder != NULL && context != NULL &&
	    !ZSTD_isError(ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1))) {
		encoder->context = context;
		encoder->room = room;
		return encoder;
	}
	ZSTD_freeCCtx(context);
	free(encoder);
	error_set(error, "no memory to compress with");
	return NULL;
}

void zstd_encoder_free(struct zstd_encoder *encoder)
{
	if (encoder == NULL)
		return;
	ZSTD_freeCCtx(encoder->context);
	free(encoder);
}

const void *zstd_encode(struct zstd_encoder *encoder, const void *bytes, size_t size, size_t *frame_size,
			struct error *error)
{
	*frame_size = ZSTD_compress2(encoder->context, encoder->frame, encoder->room, bytes, size);
	if (!ZSTD_isError(*frame_size))
		return encoder->frame;
	error_set(error, "cannot compress: zstd: %s", ZSTD_getErrorName(*frame_size));
	return NULL;
}

#else

static int refuse(struct error *error)
{
	return error_set(error, "built without zstd; get it by scripts/setup compress, then make");
}

struct zstd_decoder *zstd_decoder_new(struct error *error)
{
	refuse(error);
	return NULL;
}

void zstd_decoder_free(struct zstd_decoder *decoder)
{
	(void)decoder;
}

int zstd_decode(struct zstd_decoder *decoder, const void *in, size_t in_size, size_t *in_used, void *out,
		size_t out_size, size_t *out_used, struct error *error)
{
	(void)decoder, (void)in, (void)in_size, (void)in_used, (void)out, (void)out_size, (void)out_used;
	return refuse(error);
}

bool zstd_decoder_is_between_frames(const struct zstd_decoder *decoder)
{
	(void)decoder;
	return true;
}

struct zstd_encoder *zstd_encoder_new(size_t size, struct error *error)
{
	(void)size;
	refuse(error);
	return NULL;
}

void zstd_encoder_free(struct zstd_encoder *encoder)
{
	(void)encoder;
}

const void *zstd_encode(struct zstd_encoder *encoder, const void *bytes, size_t size, size_t *frame_size,
			struct error *error)
{
	(void)encoder, (void)bytes, (void)size, (void)frame_size;
	refuse(error);
	return NULL;
}

#endif
