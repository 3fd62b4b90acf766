/* SPDX-License-Identifier: MIT */
/*
 * The Common Trace Format, version 1.8 (diamon.org/ctf): a directory with one stream of packets and the
 * metadata that describe it. Numbers are little-endian and unaligned. Called through the table in export.c.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "tools/trace/export/export_ctf.h"

#define CTF_MAGIC 0xc1fc1fc1u

enum {
	PACKET_SIZE = OUTPUT_PIECE,
	EVENT_MAX = 4096, /* an event of every field and the longest texts is less */
	BITS_PER_BYTE = 8,
};

struct packet_header {
	uint32_t magic;
	uint32_t stream_id;
	uint64_t timestamp_begin;
	uint64_t timestamp_end;
	uint64_t content_size; /* bits */
	uint64_t packet_size;
};

_Static_assert(sizeof(struct packet_header) == 40, "no padding: the metadata describe it field by field");

struct ctf {
	struct packet_header header;
	size_t used; /* bytes of the packet, its header included */
	char packet[PACKET_SIZE];
};

_Static_assert(EVENT_MAX > 64 + FIELDS_MAX * sizeof(uint64_t) + 3 * sizeof(((struct layout *)0)->text),
	       "three texts and all numbers");

static int ctf_begin(struct export *export, struct error *error)
{
	struct export_output *metadata = malloc(sizeof(*metadata));
	int fd = openat(export->directory, CTF_METADATA_FILE, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);

	if (metadata == NULL || fd < 0) {
		error_set(error, "cannot create the file " CTF_METADATA_FILE ": %s", strerror(errno));
	} else {
		output_start(metadata, fd);
		ctf_metadata(export, metadata);
		if (output_flush(metadata) < 0)
			error_set(error, "cannot write the file " CTF_METADATA_FILE ": %s",
				  strerror(metadata->failure));
	}
	bool good = metadata != NULL && fd >= 0 && metadata->failure == 0;
	if (fd >= 0 && close(fd) < 0 && good) {
		good = false;
		error_set(error, "cannot write the file " CTF_METADATA_FILE ": %s", strerror(errno));
	}
	free(metadata);
	return good ? 0 : -1;
}

static void end_packet(struct export_output *output, struct ctf *ctf)
{
	if (ctf->used == 0)
		return;
	ctf->header.magic = CTF_MAGIC;
	ctf->header.content_size = ctf->header.packet_size = ctf->used * BITS_PER_BYTE;
	memcpy(ctf->packet, &ctf->header, sizeof(ctf->header));
	output_bytes(output, ctf->packet, ctf->used);
	ctf->used = 0;
}

/* All eight bytes, of which the next thing overwrites those beyond `size`: a copy of a size known here is one store. */
static char *put_number(char *at, uint64_t number, size_t size)
{
	memcpy(at, &number, sizeof(number));
	return at + size;
}

static char *put_text(char *at, const char *text, size_t length)
{
	memcpy(at, text, length);
	at[length] = '\0';
	return at + length + 1;
}

static void put_event(struct export *export, struct ctf *ctf, const struct moment *moment)
{
	unsigned number = export_schema_number(moment);
	const struct export_schema *schema = export_schema(number);
	const char *program = export_program(export, moment);
	struct export_values values;
	char *at = ctf->packet + ctf->used;

	export_values(export, moment, &values);
	at = put_number(at, number, sizeof(uint8_t));
	at = put_number(at, moment->ns, sizeof(uint64_t));
	at = put_number(at, moment->pid, sizeof(uint32_t));
	at = put_text(at, program, strnlen(program, sizeof(values.symbol.text)));
	for (unsigned i = 0; i < schema->count; i++) {
		const struct export_field *field = &schema->fields[i];
		if (is_text(field))
			at = put_text(at, field_text(&values, field)->text, field_text(&values, field)->length);
		else
			at = put_number(at, values.numbers[i], field->size);
	}
	ctf->used = (size_t)(at - ctf->packet);
}

static void ctf_moment(struct export *export, const struct moment *moment)
{
	struct ctf *ctf = export->state;

	if (ctf->used > PACKET_SIZE - EVENT_MAX)
		end_packet(export->output, ctf);
	if (ctf->used == 0) {
		ctf->used = sizeof(ctf->header);
		ctf->header.timestamp_begin = moment->ns;
	}
	ctf->header.timestamp_end = moment->ns;
	put_event(export, ctf, moment);
}

static void ctf_end(struct export *export, uint64_t ns)
{
	(void)ns;
	end_packet(export->output, export->state);
}

const struct exporter export_ctf = {
	.name = "ctf",
	.description = "Common Trace Format 1.8, a directory: babeltrace2, Trace Compass",
	.traits = EXPORT_BINARY | EXPORT_DIRECTORY,
	.state_size = sizeof(struct ctf),
	.begin = ctf_begin,
	.moment = ctf_moment,
	.end = ctf_end,
};
