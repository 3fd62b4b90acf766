/* SPDX-License-Identifier: MIT */
/* Unit tests of compressed traces: complete files, truncated files, and files that only look like compressed traces. */
#include <stdlib.h>
#include <unistd.h>

#include "record/trace_format.h"
#include "tools/trace/read/zstd.h"
#include "trace_files.h"

enum { FRAME_RECORDS = 100, FRAME_SIZE = FRAME_RECORDS * sizeof(union record) };

/* Returns an encoder; skips the test if there is no libzstd. */
static struct zstd_encoder *encoder_or_skip(size_t size)
{
	struct error error;
	struct zstd_encoder *encoder = zstd_encoder_new(size, &error);

	if (encoder == NULL)
		cr_skip_test("%s", error.text);
	return encoder;
}

static void put_frame(struct zstd_encoder *encoder, int to, const void *bytes, size_t size)
{
	struct error error;
	size_t length;
	const void *frame = zstd_encode(encoder, bytes, size, &length, &error);

	cr_assert_not_null(frame, "%s", error.text);
	cr_assert_eq(write(to, frame, length), (ssize_t)length);
}

/* Makes a compressed trace of `count` records, a few per frame. Returns its descriptor. */
static int compressed_trace(char path[32], uint64_t count)
{
	struct zstd_encoder *encoder = encoder_or_skip(FRAME_SIZE);
	static char bytes[FRAME_SIZE];
	char plain_path[32];
	int plain = anonymous_file(plain_path), fd = anonymous_file(path);
	ssize_t got;

	write_trace(plain_path, count);
	cr_assert_eq(read(plain, bytes, FILE_ALIGNMENT), FILE_ALIGNMENT);
	put_frame(encoder, fd, bytes, FILE_ALIGNMENT);
	while ((got = read(plain, bytes, sizeof(bytes))) > 0)
		put_frame(encoder, fd, bytes, (size_t)got);
	zstd_encoder_free(encoder);
	close(plain);
	return fd;
}

static size_t length_of(int fd)
{
	return (size_t)lseek(fd, 0, SEEK_END);
}

Test(trace_zstd, round_trip)
{
	char path[32], note[80];
	struct error error;
	int fd = compressed_trace(path, 10050);

	cr_assert_lt(length_of(fd), 10050 * sizeof(union record) / 2);
	cr_assert_eq(count_in_file(path, note), 10050);
	cr_assert_str_eq(note, "");
	struct trace_reader *reader = trace_reader_open(path, &error);
	cr_assert(trace_reader_is_compressed(reader));
	cr_assert_eq(trace_reader_clock(reader)->tsc_end, 999);
	cr_assert_str_eq(trace_reader_environment(reader), "host=test\n");
	cr_assert_not(trace_reader_resume(reader), "a compressed trace cannot be followed");
	trace_reader_close(reader);
}

/* A file truncated anywhere gives the records of its complete frames, and never counts as complete. */
Test(trace_zstd, truncated_at_every_byte)
{
	char path[32], note[80];
	struct error error;
	uint64_t least = 0;
	int fd = compressed_trace(path, 5 * FRAME_RECORDS);
	size_t size = length_of(fd), header = 0;

	for (size_t length = size - 1; length > 0; length--) {
		cr_assert_eq(ftruncate(fd, (off_t)length), 0);
		struct trace_reader *reader = trace_reader_open(path, &error);
		trace_reader_close(reader);
		if (reader == NULL) {
			header = header > 0 ? header : length;
			continue;
		}
		uint64_t count = count_in_file(path, note);
		cr_assert_leq(count, 5 * FRAME_RECORDS);
		bool between = note[0] == '\0';
		cr_assert(between ? count % FRAME_RECORDS == 0 : strstr(note, "in the middle of") != NULL, "%s", note);
		least += between;
	}
	cr_assert_eq(least, 5, "files cut after the header or after any frame but the last: %lu", least);
	cr_assert_lt(header, 200);
}

Test(trace_zstd, damage_is_told_behind_what_is_good)
{
	char path[32];
	struct error error;
	int fd = compressed_trace(path, 5 * FRAME_RECORDS), last;
	size_t size = length_of(fd);

	cr_assert_eq(pwrite(fd, "damage", 6, (off_t)size - 20), 6);
	struct trace_reader *reader = trace_reader_open(path, &error);
	cr_assert_not_null(reader, "%s", error.text);
	cr_assert_geq(count_records(reader, &last, &error), 4 * FRAME_RECORDS);
	cr_assert_eq(last, -1);
	ASSERT_SAYS(error.text, "damaged: zstd: ");
	trace_reader_close(reader);
}

static const char *refusal(const void *bytes, size_t size)
{
	static struct error error;
	char path[32];
	int fd = anonymous_file(path);

	zstd_encoder_free(encoder_or_skip(1));
	cr_assert_eq(write(fd, bytes, size), (ssize_t)size);
	cr_assert_null(trace_reader_open(path, &error));
	close(fd);
	return error.text;
}

Test(trace_zstd, windows_are_bounded)
{
	/* RFC 8878, 3.1.1: magic, a descriptor without flags, a window of 1 << (10 + 21), an empty last block */
	ASSERT_SAYS(refusal("\x28\xb5\x2f\xfd\x00\xa8\x01\x00\x00", 9), "a window of more than 8 MiB");
	/* a window of 8 MiB, which is allowed */
	ASSERT_SAYS(refusal("\x28\xb5\x2f\xfd\x00\x68\x01\x00\x00", 9), "empty, not a ringside trace");
}

Test(trace_zstd, what_is_no_trace_within)
{
	ASSERT_SAYS(refusal("\x28\xb5\x2f\xfd", 4), "cut short");
	ASSERT_SAYS(refusal("\x28\xb5\x2f\xfd\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", 18),
		    "damaged: zstd: ");
	ASSERT_SAYS(refusal("\x28\xb5\x2f\xfd\x20\x01\x09\x00\x00x", 10), "not a ringside trace");
}

Test(trace_zstd, random_mutations)
{
	static unsigned char good[1 << 16], bad[sizeof(good)];
	char path[32];
	struct error error;
	union record record;
	int fd = compressed_trace(path, 3 * FRAME_RECORDS);
	ssize_t size = pread(fd, good, sizeof(good), 0);

	cr_assert(size > 0 && (size_t)size < sizeof(good));
	srand(1);
	for (unsigned round = 0; round < 20000; round++) {
		memcpy(bad, good, (size_t)size);
		for (int n = rand() % 4; n >= 0; n--)
			bad[rand() % size] = (unsigned char)rand();
		cr_assert_eq(pwrite(fd, bad, (size_t)size, 0), size);
		struct trace_reader *reader = trace_reader_open(path, &error);
		while (reader != NULL && trace_reader_next(reader, &record, &error) > 0)
			continue;
		trace_reader_close(reader);
	}
}
