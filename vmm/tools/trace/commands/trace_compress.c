/* SPDX-License-Identifier: MIT */
/* `vmm trace compress`: a trace in frames of zstd, each of them whole records and decodable alone. */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ringside/device.h"
#include "tools/commands.h"
#include "tools/output/output_file.h"
#include "tools/output/progress.h"
#include "tools/trace/commands/trace_command.h"
#include "tools/trace/export/export_output.h"
#include "tools/trace/read/zstd.h"

#define SUFFIX ".zst"

enum { FRAME_SIZE = (64 << 10) * sizeof(union record) /* 3 MiB */ };

struct compress_options {
	const char *file, *output;
};

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
	progress_bytes(compression->from, compression->taken);
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

static int check_output(const struct output_file *output, struct error *error)
{
	if (isatty(output->fd) == 1)
		return error_set(error, "what is compressed is not for a terminal; give -o FILE");
	return 0;
}

static int compress_to(struct compression *compression, const struct compress_options *options, size_t header_size)
{
	struct output_file output;
	struct error error, closing;

	if (output_file_open(&output, options->output, options->file, &error) < 0)
		return trace_command_complain(error.text);
	output_start(&compression->to, output.fd);
	int made = check_output(&output, &error) == 0 ? compress_all(compression, header_size, &error) : -1;
	int closed = output_file_close(&output, made == 0, &closing);
	if (compression->to.failure != 0)
		return trace_command_write_failed(options->output, compression->to.failure);
	if (made < 0 || closed < 0)
		return trace_command_complain(made < 0 ? error.text : closing.text);
	if (!output_file_is_stdout(options->output))
		fprintf(stderr, "vmm: %s: %" PRIu64 " bytes, %.1f %% of %s\n", options->output, compression->written,
			100 * (double)compression->written / (double)compression->taken, options->file);
	return RINGSIDE_STATUS_OK;
}

static int compress_with(struct compression *compression, const struct compress_options *options, size_t header_size)
{
	struct error error;
	int status = RINGSIDE_STATUS_REFUSED;

	compression->taken = compression->written = 0;
	compression->encoder = NULL;
	compression->from = stream_open(options->file, &error);
	if (compression->from != NULL)
		compression->encoder = zstd_encoder_new(FRAME_SIZE, &error);
	if (compression->encoder != NULL)
		status = compress_to(compression, options, header_size);
	else
		trace_command_complain(error.text);
	zstd_encoder_free(compression->encoder);
	stream_close(compression->from);
	return status;
}

/* What is a trace, and can be read twice: by the reader that knows, and byte for byte. */
static int check_trace(const struct trace_reader *reader, const char *file, struct error *error)
{
	struct stat status;

	if (trace_reader_is_compressed(reader))
		return error_set(error, "%s is compressed already", file);
	if (stat(file, &status) < 0 || !S_ISREG(status.st_mode))
		return error_set(error, "%s is not a file; compress a trace that is, or use zstd", file);
	return 0;
}

static int compress(const struct trace_reader *reader, const struct compress_options *options)
{
	struct error error;

	if (check_trace(reader, options->file, &error) < 0)
		return trace_command_complain(error.text);
	struct compression *compression = malloc(sizeof(*compression));
	if (compression == NULL)
		return trace_command_complain("no memory to compress with");
	int status = compress_with(compression, options, trace_reader_header_size(reader));
	free(compression);
	return status == RINGSIDE_STATUS_OK ? trace_command_finish(reader, options->file) : status;
}

/* ---- words ---- */

static error_t apply(void *input, int key, const char *word, const char **complaint)
{
	struct compress_options *options = input;

	(void)complaint;
	if (key != 'o')
		return ARGP_ERR_UNKNOWN;
	options->output = word;
	return 0;
}

/* clang-format off */
static const struct argp_option argp_options[] = {
	{"output", 'o', "OUTPUT", 0, "Where to (FILE" SUFFIX "); - is standard output", 0},
	TRACE_HELP_OPTION,
	{0},
};
static const struct trace_command command = {
	"compress", argp_options, "FILE",
	"Compresses a trace by zstd. Every subcommand reads it as it is; zstd -d gives the same file again.", apply,
};
/* clang-format on */

int cmd_trace_compress(int argc, char **argv)
{
	struct compress_options options = {0};
	int status = trace_command_parse(&command, argc, argv, &options, &options.file);
	char beside[PATH_MAX];

	if (status >= 0)
		return status;
	if (options.output == NULL && snprintf(beside, sizeof(beside), "%s" SUFFIX, options.file) < (int)sizeof(beside))
		options.output = beside;
	struct trace_reader *reader = trace_command_open(options.file);
	if (reader == NULL)
		return RINGSIDE_STATUS_REFUSED;
	status = options.output != NULL ? compress(reader, &options)
					: trace_command_complain("the name is too long; give -o OUTPUT");
	trace_reader_close(reader);
	return status;
}
