/* SPDX-License-Identifier: MIT */
/*
 * Perfetto's native format: a Trace of TracePackets that carry TrackEvents (perfetto.dev, "Writing TrackEvent
 * protos synthetically"). Times are nanoseconds from the start of the run, as the boot clock; a clock
 * snapshot says what time of day that was. Names are interned. Called through the table in export.c.
 */
#include "tools/trace/export/export_perfetto.h"
#include "text/names.h"

static char *put_annotation(char *at, uint64_t iid, const struct export_field *field,
			    const struct export_values *values, unsigned i)
{
	char *annotation = open_message(at, EVENT_ANNOTATIONS);
	const char *reason = field->style == STYLE_REASON ? exit_name((unsigned)values->numbers[i]) : NULL;

	at = put_number_field(annotation, ANNOTATION_NAME_IID, iid);
	if (is_text(field))
		at = put_bytes_field(at, ANNOTATION_STRING, field_text(values, field)->text,
				     field_text(values, field)->length);
	else if (reason != NULL)
		at = put_string_field(at, ANNOTATION_STRING, reason);
	else
		at = put_number_field(at, field->style == STYLE_HEX ? ANNOTATION_POINTER : ANNOTATION_UINT,
				      values->numbers[i]);
	close_message(annotation, at);
	return at;
}

static char *put_annotations(const struct export *export, char *at, const struct moment *moment)
{
	unsigned number = export_schema_number(moment);
	const struct export_schema *schema = export_schema(number);
	struct export_values values;

	export_values(export, moment, &values);
	for (unsigned i = 0; i < schema->count; i++)
		at = put_annotation(at, perfetto_annotation_iid(number, i), &schema->fields[i], &values, i);
	return at;
}

/* An event up to what only some have. */
static char *begin_event(struct packet *packet, uint64_t ns, unsigned type, uint64_t track)
{
	packet->at = put_number_field(packet->at, PACKET_TIMESTAMP, ns);
	char *event = open_message(packet->at, PACKET_TRACK_EVENT);
	packet->at = put_number_field(event, EVENT_TYPE, type);
	packet->at = put_number_field(packet->at, EVENT_TRACK, track);
	return event;
}

static void put_named(struct export *export, unsigned type, const struct lane *lane, uint64_t ns,
		      const struct label *label, const struct moment *moment)
{
	perfetto_know_lane(export, lane);
	struct packet packet = begin_packet(export, SEQUENCE_NEEDS_STATE);
	uint64_t name = perfetto_label_iid(export, &packet, label);
	char *event = begin_event(&packet, ns, type, perfetto_lane_uuid(lane));
	packet.at = put_number_field(packet.at, EVENT_NAME_IID, name);
	packet.at = put_number_field(packet.at, EVENT_CATEGORY_IIDS, lane_category(moment));
	if (moment != NULL)
		packet.at = put_annotations(export, packet.at, moment);
	close_message(event, packet.at);
	end_packet(export, &packet);
}

static void perfetto_slice(struct export *export, const struct lane *lane, uint64_t ns, const struct label *label,
			   const struct moment *moment)
{
	put_named(export, TYPE_SLICE_BEGIN, lane, ns, label, moment);
}

static void perfetto_slice_end(struct export *export, const struct lane *lane, uint64_t ns)
{
	struct packet packet = begin_packet(export, SEQUENCE_NEEDS_STATE);
	char *event = begin_event(&packet, ns, TYPE_SLICE_END, perfetto_lane_uuid(lane));

	close_message(event, packet.at);
	end_packet(export, &packet);
}

static void perfetto_instant(struct export *export, const struct lane *lane, const struct label *label,
			     const struct moment *moment)
{
	put_named(export, TYPE_INSTANT, lane, moment->ns, label, moment);
}

static void perfetto_counter(struct export *export, enum counter counter, uint64_t ns, uint64_t value)
{
	struct packet packet = begin_packet(export, SEQUENCE_NEEDS_STATE);
	char *event = begin_event(&packet, ns, TYPE_COUNTER, UUID_COUNTER + (uint64_t)counter);

	packet.at = put_number_field(packet.at, EVENT_COUNTER_VALUE, value);
	close_message(event, packet.at);
	end_packet(export, &packet);
}

static const struct lane_format perfetto_lanes = {perfetto_slice, perfetto_slice_end, perfetto_instant,
						  perfetto_counter};

/* ---- the whole ----------------------------------------------------------------------------------------------- */

static int perfetto_begin(struct export *export, struct error *error)
{
	(void)error;
	perfetto_preamble(export);
	return 0;
}

static void perfetto_moment(struct export *export, const struct moment *moment)
{
	struct perfetto *perfetto = export->state;

	lanes_moment(export, &perfetto->lanes, &perfetto_lanes, moment);
}

static void perfetto_end(struct export *export, uint64_t ns)
{
	struct perfetto *perfetto = export->state;

	lanes_end(export, &perfetto->lanes, &perfetto_lanes, ns);
}

const struct exporter export_perfetto = {
	.name = "perfetto",
	.description = "Perfetto's TrackEvents: ui.perfetto.dev, trace_processor",
	.traits = EXPORT_BINARY,
	.state_size = sizeof(struct perfetto),
	.begin = perfetto_begin,
	.moment = perfetto_moment,
	.end = perfetto_end,
};
