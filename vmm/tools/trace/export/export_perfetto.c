/* SPDX-License-Identifier: MIT */
/*
 * Perfetto's native format: a Trace of TracePackets that carry TrackEvents (perfetto.dev, "Writing TrackEvent
 * protos synthetically"). Times are nanoseconds from the start of the run, as the boot clock; a clock
 * snapshot says what time of day that was. Names are interned. Called through the table in export.c.
 */
#include "text/names.h"
#include "tools/trace/export/export_lanes.h"
#include "tools/trace/export/protobuf.h"

/* Field numbers, by message, as in protos/perfetto/trace/ of Perfetto's sources. */
enum { TRACE_PACKET = 1 };
enum {
	PACKET_CLOCK_SNAPSHOT = 6,
	PACKET_TIMESTAMP = 8,
	PACKET_SEQUENCE_ID = 10,
	PACKET_TRACK_EVENT = 11,
	PACKET_INTERNED_DATA = 12,
	PACKET_SEQUENCE_FLAGS = 13,
	PACKET_TRACK_DESCRIPTOR = 60,
};
enum { SNAPSHOT_CLOCKS = 1, SNAPSHOT_PRIMARY = 2, CLOCK_ID = 1, CLOCK_TIMESTAMP = 2 };
enum {
	DESCRIPTOR_UUID = 1,
	DESCRIPTOR_NAME = 2,
	DESCRIPTOR_PROCESS = 3,
	DESCRIPTOR_THREAD = 4,
	DESCRIPTOR_PARENT = 5,
	DESCRIPTOR_COUNTER = 8,
	DESCRIPTOR_CHILD_ORDERING = 11,
	DESCRIPTOR_RANK = 12,
};
enum { PROCESS_PID = 1, PROCESS_NAME = 6, THREAD_PID = 1, THREAD_TID = 2, THREAD_NAME = 5, COUNTER_UNIT = 3 };
enum {
	EVENT_CATEGORY_IIDS = 3,
	EVENT_ANNOTATIONS = 4,
	EVENT_TYPE = 9,
	EVENT_NAME_IID = 10,
	EVENT_TRACK = 11,
	EVENT_COUNTER_VALUE = 30,
	EVENT_FLOW_IDS = 47,
	EVENT_TERMINATING_FLOW_IDS = 48,
};
enum { ANNOTATION_NAME_IID = 1, ANNOTATION_UINT = 3, ANNOTATION_STRING = 6, ANNOTATION_POINTER = 7 };
enum {
	INTERNED_CATEGORIES = 1,
	INTERNED_EVENT_NAMES = 2,
	INTERNED_ANNOTATIONS = 3,
	INTERNED_IID = 1,
	INTERNED_NAME = 2
};

enum { TYPE_SLICE_BEGIN = 1, TYPE_SLICE_END = 2, TYPE_INSTANT = 3, TYPE_COUNTER = 4 };
enum { SEQUENCE_CLEARED = 1, SEQUENCE_NEEDS_STATE = 2 };
enum { CLOCK_REALTIME_ID = 1, CLOCK_BOOTTIME_ID = 6, ORDER_EXPLICIT = 3, UNIT_COUNT = 2 };

/* What this exporter chooses. */
enum { SEQUENCE_ID = 1, GUEST_PID = 1, PACKET_MAX = 8192 };
enum {
	UUID_GUEST = 1,
	UUID_SHARE,
	UUID_COUNTER = UUID_SHARE + LANE_COUNT,
	UUID_PROCESS = UUID_COUNTER + COUNTER_COUNT
};

enum { BITS_PER_BYTE = 8 };

struct perfetto {
	struct lanes lanes;
	uint8_t interned[LABEL_IDS / BITS_PER_BYTE + 1]; /* a bit for each label whose name has been written */
};

/* A packet while it is built in the output's buffer. */
struct packet {
	char *beginning;
	char *at;
};

static struct packet begin_packet(struct export *export, unsigned flags)
{
	char *room = output_room(export->output, PACKET_MAX);
	struct packet packet = {.beginning = open_message(room, TRACE_PACKET)};

	packet.at = put_number_field(packet.beginning, PACKET_SEQUENCE_ID, SEQUENCE_ID);
	packet.at = put_number_field(packet.at, PACKET_SEQUENCE_FLAGS, flags);
	return packet;
}

static void end_packet(struct export *export, const struct packet *packet)
{
	struct export_output *output = export->output;

	close_message(packet->beginning, packet->at);
	output_advance(output, (size_t)(packet->at - (output->buffer + output->used)));
}

/* ---- tracks ---- */

static void describe(struct export *export, uint64_t uuid, const char *name, int32_t rank, bool counter)
{
	struct packet packet = begin_packet(export, SEQUENCE_NEEDS_STATE);
	char *descriptor = open_message(packet.at, PACKET_TRACK_DESCRIPTOR);

	packet.at = put_number_field(descriptor, DESCRIPTOR_UUID, uuid);
	packet.at = put_string_field(packet.at, DESCRIPTOR_NAME, name);
	packet.at = put_number_field(packet.at, DESCRIPTOR_PARENT, UUID_GUEST);
	packet.at = put_number_field(packet.at, DESCRIPTOR_RANK, (uint64_t)rank);
	if (counter) {
		char *unit = open_message(packet.at, DESCRIPTOR_COUNTER);
		packet.at = put_number_field(unit, COUNTER_UNIT, UNIT_COUNT);
		close_message(unit, packet.at);
	}
	close_message(descriptor, packet.at);
	end_packet(export, &packet);
}

static void describe_guest(struct export *export)
{
	struct packet packet = begin_packet(export, SEQUENCE_NEEDS_STATE);
	char *descriptor = open_message(packet.at, PACKET_TRACK_DESCRIPTOR);

	packet.at = put_number_field(descriptor, DESCRIPTOR_UUID, UUID_GUEST);
	packet.at = put_number_field(packet.at, DESCRIPTOR_CHILD_ORDERING, ORDER_EXPLICIT);
	char *process = open_message(packet.at, DESCRIPTOR_PROCESS);
	packet.at = put_number_field(process, PROCESS_PID, GUEST_PID);
	packet.at = put_string_field(packet.at, PROCESS_NAME, "ringside");
	close_message(process, packet.at);
	close_message(descriptor, packet.at);
	end_packet(export, &packet);
}

static uint64_t lane_uuid(const struct lane *lane)
{
	return lane->pid == 0 ? UUID_SHARE + (uint64_t)lane->share : UUID_PROCESS + (uint64_t)lane->pid;
}

/* Describes ring 3 of a process as a thread, whose name Perfetto replaces when there is a new one, after execve. */
static void describe_process(struct export *export, const struct lane *lane)
{
	struct packet packet = begin_packet(export, SEQUENCE_NEEDS_STATE);
	char *descriptor = open_message(packet.at, PACKET_TRACK_DESCRIPTOR);

	packet.at = put_number_field(descriptor, DESCRIPTOR_UUID, lane_uuid(lane));
	packet.at = put_number_field(packet.at, DESCRIPTOR_PARENT, UUID_GUEST);
	char *thread = open_message(packet.at, DESCRIPTOR_THREAD);
	packet.at = put_number_field(thread, THREAD_PID, GUEST_PID);
	packet.at = put_number_field(packet.at, THREAD_TID, lane->pid & INT32_MAX);
	packet.at = put_string_field(packet.at, THREAD_NAME, lane_name(export, lane));
	close_message(thread, packet.at);
	close_message(descriptor, packet.at);
	end_packet(export, &packet);
}

static void describe_lane(struct export *export, const struct lane *lane)
{
	struct perfetto *perfetto = export->state;

	if (!lanes_learn_name(&perfetto->lanes, lane))
		return;
	if (lane->pid != 0)
		describe_process(export, lane);
	else
		describe(export, lane_uuid(lane), lane_name(export, lane), (int32_t)lane->share, false);
}

/* ---- names ---- */

static char *put_interned(char *at, unsigned kind, uint64_t iid, const char *name, size_t length)
{
	char *entry = open_message(at, kind);

	at = put_number_field(entry, INTERNED_IID, iid);
	at = put_bytes_field(at, INTERNED_NAME, name, length);
	close_message(entry, at);
	return at;
}

static uint64_t annotation_iid(unsigned schema, unsigned field)
{
	return schema * FIELDS_MAX + field + 1; /* 0 is not valid */
}

static uint64_t label_iid(struct export *export, struct packet *packet, const struct label *label)
{
	struct perfetto *perfetto = export->state;
	uint32_t id = label_id(label);
	uint8_t *byte = &perfetto->interned[id / BITS_PER_BYTE], bit = (uint8_t)(1u << id % BITS_PER_BYTE);
	struct layout name;

	if ((*byte & bit) == 0) {
		*byte |= bit;
		layout_start(&name, TTY_FILE);
		label_text(export, label, &name);
		char *data = open_message(packet->at, PACKET_INTERNED_DATA);
		packet->at = put_interned(data, INTERNED_EVENT_NAMES, id + 1, name.text, name.length);
		close_message(data, packet->at);
	}
	return id + 1;
}

static void intern_categories(struct packet *packet)
{
	char *data = open_message(packet->at, PACKET_INTERNED_DATA);

	packet->at = data;
	for (unsigned category = CATEGORY_EXIT; category < CATEGORY_END; category++) {
		const char *name = lane_category_name(category);
		packet->at = put_interned(packet->at, INTERNED_CATEGORIES, category, name, strlen(name));
	}
	close_message(data, packet->at);
}

static void intern_fields(struct export *export, unsigned number)
{
	const struct export_schema *schema = export_schema(number);
	struct packet packet = begin_packet(export, SEQUENCE_NEEDS_STATE);
	char *data = open_message(packet.at, PACKET_INTERNED_DATA);

	packet.at = data;
	for (unsigned i = 0; i < schema->count; i++)
		packet.at = put_interned(packet.at, INTERNED_ANNOTATIONS, annotation_iid(number, i),
					 schema->fields[i].name, strlen(schema->fields[i].name));
	close_message(data, packet.at);
	end_packet(export, &packet);
}

/* ---- what stands before the first event ---- */

static char *put_clock(char *at, unsigned id, uint64_t timestamp)
{
	char *clock = open_message(at, SNAPSHOT_CLOCKS);

	at = put_number_field(put_number_field(clock, CLOCK_ID, id), CLOCK_TIMESTAMP, timestamp);
	close_message(clock, at);
	return at;
}

static void put_clocks(struct export *export)
{
	struct packet packet = begin_packet(export, SEQUENCE_NEEDS_STATE);
	char *snapshot = open_message(packet.at, PACKET_CLOCK_SNAPSHOT);

	packet.at = put_clock(snapshot, CLOCK_BOOTTIME_ID, 0);
	packet.at = put_clock(packet.at, CLOCK_REALTIME_ID, export->clock->realtime_start);
	packet.at = put_number_field(packet.at, SNAPSHOT_PRIMARY, CLOCK_BOOTTIME_ID);
	close_message(snapshot, packet.at);
	end_packet(export, &packet);
}

/* ---- events ---- */

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
		at = put_annotation(at, annotation_iid(number, i), &schema->fields[i], &values, i);
	return at;
}

/* Begins an event with what all events have. */
static char *begin_event(struct packet *packet, uint64_t ns, unsigned type, uint64_t track)
{
	packet->at = put_number_field(packet->at, PACKET_TIMESTAMP, ns);
	char *event = open_message(packet->at, PACKET_TRACK_EVENT);
	packet->at = put_number_field(event, EVENT_TYPE, type);
	packet->at = put_number_field(packet->at, EVENT_TRACK, track);
	return event;
}

static void put_named(struct export *export, unsigned type, const struct lane *lane, uint64_t ns,
		      const struct label *label, const struct moment *moment, const struct lane_flows *flows)
{
	describe_lane(export, lane);
	struct packet packet = begin_packet(export, SEQUENCE_NEEDS_STATE);
	uint64_t name = label_iid(export, &packet, label);
	char *event = begin_event(&packet, ns, type, lane_uuid(lane));
	packet.at = put_number_field(packet.at, EVENT_NAME_IID, name);
	if (flows->begun != 0)
		packet.at = put_fixed64_field(packet.at, EVENT_FLOW_IDS, flows->begun);
	for (unsigned i = 0; i < FLOWS_ENDED_MAX; i++)
		if (flows->ended[i] != 0)
			packet.at = put_fixed64_field(packet.at, EVENT_TERMINATING_FLOW_IDS, flows->ended[i]);
	packet.at = put_number_field(packet.at, EVENT_CATEGORY_IIDS, lane_category(lane, moment));
	if (moment != NULL)
		packet.at = put_annotations(export, packet.at, moment);
	close_message(event, packet.at);
	end_packet(export, &packet);
}

static void perfetto_slice(struct export *export, const struct lane_slice *slice)
{
	put_named(export, TYPE_SLICE_BEGIN, &slice->lane, slice->since, &slice->label, slice->moment, &slice->flows);
}

static void perfetto_slice_end(struct export *export, const struct lane_slice *slice, uint64_t ns)
{
	struct packet packet = begin_packet(export, SEQUENCE_NEEDS_STATE);
	char *event = begin_event(&packet, ns, TYPE_SLICE_END, lane_uuid(&slice->lane));

	close_message(event, packet.at);
	end_packet(export, &packet);
}

static void perfetto_instant(struct export *export, const struct lane *lane, const struct label *label,
			     const struct moment *moment, const struct lane_flows *flows)
{
	put_named(export, TYPE_INSTANT, lane, moment->ns, label, moment, flows);
}

static void perfetto_counter(struct export *export, enum counter counter, uint64_t ns, uint64_t value)
{
	struct packet packet = begin_packet(export, SEQUENCE_NEEDS_STATE);
	char *event = begin_event(&packet, ns, TYPE_COUNTER, UUID_COUNTER + (uint64_t)counter);

	packet.at = put_number_field(packet.at, EVENT_COUNTER_VALUE, value);
	close_message(event, packet.at);
	end_packet(export, &packet);
}

static void perfetto_inside(struct export *export, const struct lane_slice *slice, uint64_t ns)
{
	perfetto_slice(export, slice);
	perfetto_slice_end(export, slice, ns);
}

static const struct lane_format perfetto_lanes = {perfetto_slice, perfetto_slice_end, perfetto_instant,
						  perfetto_counter, perfetto_inside};

static int perfetto_begin(struct export *export, struct error *error)
{
	struct perfetto *perfetto = export->state;

	(void)error;
	lanes_start(&perfetto->lanes, export, &perfetto_lanes);
	struct packet packet = begin_packet(export, SEQUENCE_CLEARED);
	intern_categories(&packet);
	end_packet(export, &packet);
	for (unsigned number = 0; number < SCHEMA_COUNT; number++)
		intern_fields(export, number);
	put_clocks(export);
	describe_guest(export);
	for (unsigned counter = 0; counter < COUNTER_COUNT; counter++)
		describe(export, UUID_COUNTER + (uint64_t)counter, counter_name(counter),
			 (int32_t)(LANE_COUNT + counter), true);
	return 0;
}

static void perfetto_time(struct export *export, const struct time_slice *slice)
{
	struct perfetto *perfetto = export->state;

	lanes_slice(&perfetto->lanes, slice);
}

static void perfetto_moment(struct export *export, const struct moment *moment)
{
	struct perfetto *perfetto = export->state;

	lanes_moment(&perfetto->lanes, moment);
}

static void perfetto_end(struct export *export, uint64_t ns)
{
	struct perfetto *perfetto = export->state;

	lanes_end(&perfetto->lanes, ns);
}

const struct exporter export_perfetto = {
	.name = "perfetto",
	.description = "Perfetto's TrackEvents: ui.perfetto.dev, trace_processor",
	.traits = EXPORT_BINARY,
	.state_size = sizeof(struct perfetto),
	.begin = perfetto_begin,
	.slice = perfetto_time,
	.moment = perfetto_moment,
	.end = perfetto_end,
};
