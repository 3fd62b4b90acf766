/* SPDX-License-Identifier: MIT */
/* Reads a file as a stream of bytes: see stream.h. */
#include "tools/trace/read/stream.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/trace/read/zstd.h"

enum { INPUT_SIZE = 64 << 10 };

struct stream {
	const char *path;
	int fd;
	off_t size;  /* of a regular file, when it was opened or sought; 0 = not known */
	off_t taken; /* bytes read from the file */
	bool ended, torn;
	bool damaged;
	struct error damage;
	struct zstd_decoder *decoder; /* NULL = the file is not compressed */
	const char *next, *limit;     /* the part of the input that has not been used */
	char input[INPUT_SIZE];	      /* compressed bytes; at first those that tell whether the file is compressed */
};

static int read_error(const struct stream *stream, struct error *error)
{
	return error_set(error, "cannot read %s: %s", stream->path, strerror(errno));
}

/*
 * Reads until `size` bytes are there or the file ends: where it ended when its size was asked for, since a reader that
 * is slower than the recording would otherwise never come to the end. Returns how many, or -1 with errno.
 */
static ssize_t read_file(struct stream *stream, void *buffer, size_t size)
{
	const off_t left = stream->size - stream->taken;
	size_t done = 0;

	if (stream->size > 0 && (off_t)size > left)
		size = left > 0 ? (size_t)left : 0;

	while (done < size) {
		ssize_t got = read(stream->fd, (char *)buffer + done, size - done);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -1;
		if (got == 0)
			break;
		done += (size_t)got;
	}
	stream->taken += (off_t)done;
	return (ssize_t)done;
}

static void ask_size(struct stream *stream)
{
	struct stat status;

	stream->size = fstat(stream->fd, &status) == 0 && S_ISREG(status.st_mode) ? status.st_size : 0;
}

/* Reads the first bytes, which tell whether the file is compressed. */
static int begin(struct stream *stream, struct error *error)
{
	struct error why;

	ask_size(stream);
	ssize_t got = read_file(stream, stream->input, ZSTD_FRAME_START);
	if (got < 0)
		return read_error(stream, error);
	stream->next = stream->input;
	stream->limit = stream->input + got;
	if (!zstd_is_frame(stream->input, (size_t)got))
		return 0;
	stream->decoder = zstd_decoder_new(&why);
	return stream->decoder != NULL ? 0 : error_set(error, "%s is compressed: %s", stream->path, why.text);
}

struct stream *stream_open(const char *path, struct error *error)
{
	struct stream *stream = malloc(sizeof(*stream));

	if (stream == NULL) {
		error_set(error, "no memory to read %s", path);
		return NULL;
	}
	/* The array at the end is not touched, so that it takes no memory until it is used. */
	memset(stream, 0, offsetof(struct stream, input));
	stream->path = path;
	stream->fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (stream->fd < 0)
		read_error(stream, error);
	else if (begin(stream, error) == 0)
		return stream;
	stream_close(stream);
	return NULL;
}

void stream_close(struct stream *stream)
{
	if (stream == NULL)
		return;
	if (stream->fd >= 0)
		close(stream->fd);
	zstd_decoder_free(stream->decoder);
	free(stream);
}

/* ---- reading ---- */

static ssize_t read_plain(struct stream *stream, char *buffer, size_t size, struct error *error)
{
	size_t first = (size_t)(stream->limit - stream->next);

	first = first < size ? first : size;
	memcpy(buffer, stream->next, first);
	stream->next += first;
	ssize_t got = first < size ? read_file(stream, buffer + first, size - first) : 0;
	return got < 0 ? read_error(stream, error) : (ssize_t)first + got;
}

/* Reads more compressed bytes. False at the end of the file. */
static bool refill(struct stream *stream)
{
	ssize_t got = read_file(stream, stream->input, sizeof(stream->input));

	if (got < 0) {
		read_error(stream, &stream->damage);
		stream->damaged = true;
	}
	stream->next = stream->input;
	stream->limit = stream->input + (got > 0 ? got : 0);
	return got > 0;
}

/* Decodes some bytes and adds how many to *done. False when no more will come. */
static bool decode(struct stream *stream, char *buffer, size_t size, size_t *done)
{
	size_t used = 0, made = 0;
	struct error why;

	if (zstd_decode(stream->decoder, stream->next, (size_t)(stream->limit - stream->next), &used, buffer, size,
			&made, &why) < 0) {
		error_set(&stream->damage, "%s: %s", stream->path, why.text);
		stream->damaged = true;
		return false;
	}
	stream->next += used;
	*done += made;
	if (made > 0 || stream->next < stream->limit || refill(stream))
		return true;
	stream->ended = true;
	stream->torn = !zstd_decoder_is_between_frames(stream->decoder);
	return false;
}

/* Delivers what is before the damage, and reports the damage when nothing is left. */
static ssize_t read_compressed(struct stream *stream, char *buffer, size_t size, struct error *error)
{
	size_t done = 0;

	while (done < size && !stream->ended && !stream->damaged)
		if (!decode(stream, buffer + done, size - done, &done))
			break;
	if (done > 0 || !stream->damaged)
		return (ssize_t)done;
	*error = stream->damage;
	return -1;
}

ssize_t stream_read(struct stream *stream, void *buffer, size_t size, struct error *error)
{
	return (stream->decoder != NULL ? read_compressed : read_plain)(stream, buffer, size, error);
}

/* ---- what is known of it ---- */

bool stream_is_compressed(const struct stream *stream)
{
	return stream->decoder != NULL;
}

bool stream_is_torn(const struct stream *stream)
{
	return stream->torn;
}

double stream_progress(const struct stream *stream)
{
	return stream->size > 0 ? (double)stream->taken / (double)stream->size : -1;
}

int stream_file(const struct stream *stream)
{
	return stream->fd;
}

uint64_t stream_data(const struct stream *stream, uint64_t offset)
{
	const off_t data = lseek(stream->fd, (off_t)offset, SEEK_DATA);

	return data < 0 ? offset : (uint64_t)data;
}

bool stream_seek(struct stream *stream, off_t offset)
{
	if (lseek(stream->fd, offset, SEEK_SET) < 0)
		return false;
	stream->next = stream->limit = stream->input;
	stream->taken = offset;
	ask_size(stream);
	return true;
}
