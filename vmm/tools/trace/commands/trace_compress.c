/* SPDX-License-Identifier: MIT */
/* `vmm trace compress`: writes a trace as frames of zstd, each of which holds whole records and is decodable alone. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ringside/device.h"
#include "tools/output/complain.h"
#include "tools/output/output_file.h"
#include "tools/output/progress.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/export/export_output.h"
#include "tools/trace/read/stream.h"
#include "tools/trace/read/zstd.h"

#define SUFFIX ".zst"

enum { FRAME_SIZE = (64 << 10) * sizeof(union record) /* 3 MiB */ };

static const char *output; /* a path; NULL = FILE.zst */

/* One compression under way. */
struct compression {
	struct stream *from;
	struct zstd_encoder *encoder;
	uint64_t taken, written; /* bytes */
	struct export_output to;
	char bytes[FRAME_SIZE];
};

static void put_frame(struct compression *compression, const char *frame, size_t size)
{
	compression->written += size;
	while (size > 0) {
		size_t piece = size < OUTPUT_PIECE ? size : OUTPUT_PIECE;
		output_bytes(&compression->to, frame, piece);
		frame += piece;
		size -= piece;
	}
}

/* Returns 1, 0 at the end of the file, or -1 with a line in *error. */
static int compress_frame(struct compression *compression, size_t size, struct error *error)
{
	ssize_t got = stream_read(compression->from, compression->bytes, size, error);
	size_t frame_size;

	if (got <= 0)
		return (int)got;
	const char *frame = zstd_encode(compression->encoder, compression->bytes, (size_t)got, &frame_size, error);
	if (frame == NULL)
		return -1;
	put_frame(compression, frame, frame_size);
	compression->taken += (size_t)got;
	progress_count((double)compression->taken / 1e6, "MB", stream_progress(compression->from));
	return output_flush(&compression->to) == 0 ? 1 : error_set(error, "cannot write");
}

/* The header is a frame of its own, so that the others are of whole records. */
static int compress_all(struct compression *compression, size_t header_size, struct error *error)
{
	int more = 1;

	progress_start();
	for (size_t left = header_size; left > 0 && more > 0;) {
		size_t size = left < FRAME_SIZE ? left : FRAME_SIZE;
		more = compress_frame(compression, size, error);
		left -= size;
	}
	while (more > 0)
		more = compress_frame(compression, FRAME_SIZE, error);
	progress_end();
	return more;
}

static int check_output(const struct output_file *to, struct error *error)
{
	if (isatty(to->fd) == 1)
		return error_set(error, "what is compressed is not for a terminal; give -o FILE");
	return 0;
}

static int compress_to(struct compression *compression, const char *path, const char *file, size_t header_size)
{
	struct output_file to;
	struct error error;

	if (output_file_open(&to, path, file, &error) < 0)
		return complain(error.text);
	output_start(&compression->to, to.fd);
	int made = check_output(&to, &error) == 0 ? compress_all(compression, header_size, &error) : -1;
	int status = output_file_finish(&to, made < 0 ? &error : NULL, compression->to.failure);
	if (status == RINGSIDE_STATUS_OK && compression->to.failure == 0 && !output_file_is_stdout(path))
		fprintf(stderr, "vmm: %s: %" PRIu64 " bytes, %.1f %% of %s\n", path, compression->written,
			100 * (double)compression->written / (double)compression->taken, file);
	return status;
}

/* Only a regular file can be read twice: by the reader that knows the header, and then byte for byte. */
static int check_trace(const struct trace_reader *reader, const char *file, struct error *error)
{
	struct stat status;

	if (trace_reader_is_compressed(reader))
		return error_set(error, "%s is compressed already", file);
	if (stat(file, &status) < 0 || !S_ISREG(status.st_mode))
		return error_set(error,
				 "%s is no regular file, which can be read twice; save it in one first, or compress it "
				 "by zstd",
				 file);
	return 0;
}

static int compress(const struct trace_reader *reader, const char *path, const char *file)
{
	struct compression *compression = malloc(sizeof(*compression));
	int status = RINGSIDE_STATUS_REFUSED;
	struct error error;

	if (compression == NULL)
		return complain("no memory to compress with");
	compression->taken = compression->written = 0;
	compression->encoder = NULL;
	compression->from = stream_open(file, &error);
	if (compression->from != NULL)
		compression->encoder = zstd_encoder_new(FRAME_SIZE, &error);
	if (compression->encoder != NULL)
		status = compress_to(compression, path, file, trace_reader_header_size(reader));
	else
		complain(error.text);
	zstd_encoder_free(compression->encoder);
	stream_close(compression->from);
	free(compression);
	return status == RINGSIDE_STATUS_OK ? trace_command_finish(reader, file) : status;
}

static int run(struct trace_reader *reader, const char *file)
{
	char beside[PATH_MAX];
	struct error error;

	if (output == NULL && snprintf(beside, sizeof(beside), "%s" SUFFIX, file) >= (int)sizeof(beside))
		return complain("the name is too long; give -o FILE");
	if (check_trace(reader, file, &error) < 0)
		return complain(error.text);
	return compress(reader, output != NULL ? output : beside, file);
}

static int take_option(int key, char *value, struct error *error)
{
	(void)key, (void)error;
	output = value;
	return 0;
}

/* clang-format off */
static const struct argp_option options[] = {
	{"output", 'o', "FILE", 0, "Where to, else the trace's name with " SUFFIX "; - is standard output", 0},
	COMMAND_LINE_QUESTIONS,
	{0},
};
/* clang-format on */

static const struct command_line_row examples[] = {
	{"vmm trace compress run.trace", "make run.trace.zst"},
	{0},
};

const struct trace_command trace_command_compress = {
	.line =
		{
			.name = "vmm trace compress",
			.options = options,
			.words = "FILE",
			.documentation = "Compresses a trace by zstd. Every subcommand reads it as it is; zstd -d "
					 "gives the same file again.",
			.statuses = trace_command_statuses,
			.examples = examples,
		},
	.option = take_option,
	.run = run,
};
