/* SPDX-License-Identifier: MIT */
/* What the events of a Perfetto trace refer to: clocks, tracks, names. Called by export_perfetto.c. */
#include "tools/trace/export/export_perfetto.h"

/* ---- tracks -------------------------------------------------------------------------------------------------- */

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

uint64_t perfetto_lane_uuid(const struct lane *lane)
{
	if (lane->kind != LANE_PROCESS)
		return lane->kind == LANE_VMM ? UUID_VMM : UUID_KERNEL;
	return lane->pid == 0 ? UUID_UNKNOWN : UUID_PROCESS + (uint64_t)lane->pid;
}

/* Ring 3 of a process is a thread, so that a new name, after execve, replaces the old one. */
static void describe_process(struct export *export, const struct lane *lane)
{
	const struct moment who = {.pid = lane->pid, .image = lane->image};
	struct packet packet = begin_packet(export, SEQUENCE_NEEDS_STATE);
	char *descriptor = open_message(packet.at, PACKET_TRACK_DESCRIPTOR);

	packet.at = put_number_field(descriptor, DESCRIPTOR_UUID, perfetto_lane_uuid(lane));
	packet.at = put_number_field(packet.at, DESCRIPTOR_PARENT, UUID_GUEST);
	char *thread = open_message(packet.at, DESCRIPTOR_THREAD);
	packet.at = put_number_field(thread, THREAD_PID, GUEST_PID);
	packet.at = put_number_field(packet.at, THREAD_TID, lane->pid & INT32_MAX);
	packet.at = put_string_field(packet.at, THREAD_NAME, export_program(export, &who));
	close_message(thread, packet.at);
	close_message(descriptor, packet.at);
	end_packet(export, &packet);
}

void perfetto_know_lane(struct export *export, const struct lane *lane)
{
	struct perfetto *perfetto = export->state;
	unsigned slot = lane->pid % KNOWN_MAX;
	struct lane *known = &perfetto->lanes_known[slot];

	if (lane->kind != LANE_PROCESS || lane->pid == 0)
		return;
	if (perfetto->known[slot] && known->pid == lane->pid && known->image == lane->image)
		return;
	perfetto->known[slot] = true;
	*known = *lane;
	describe_process(export, lane);
}

/* ---- names --------------------------------------------------------------------------------------------------- */

static char *put_interned(char *at, unsigned kind, uint64_t iid, const char *name, size_t length)
{
	char *entry = open_message(at, kind);

	at = put_number_field(entry, INTERNED_IID, iid);
	at = put_bytes_field(at, INTERNED_NAME, name, length);
	close_message(entry, at);
	return at;
}

uint64_t perfetto_annotation_iid(unsigned schema, unsigned field)
{
	return schema * FIELDS_MAX + field + 1; /* 0 is not valid */
}

uint64_t perfetto_label_iid(struct export *export, struct packet *packet, const struct label *label)
{
	struct perfetto *perfetto = export->state;
	uint32_t id = label_id(label);
	uint8_t *byte = &perfetto->interned[id / BITS_PER_BYTE], bit = (uint8_t)(1u << id % BITS_PER_BYTE);
	struct layout name;

	if ((*byte & bit) == 0) {
		*byte |= bit;
		layout_start(&name, false);
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
		packet.at = put_interned(packet.at, INTERNED_ANNOTATIONS, perfetto_annotation_iid(number, i),
					 schema->fields[i].name, strlen(schema->fields[i].name));
	close_message(data, packet.at);
	end_packet(export, &packet);
}

/* ---- the preamble -------------------------------------------------------------------------------------------- */

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

void perfetto_preamble(struct export *export)
{
	int32_t rank = 0;

	struct packet packet = begin_packet(export, SEQUENCE_CLEARED);
	intern_categories(&packet);
	end_packet(export, &packet);
	for (unsigned number = 0; number < SCHEMA_COUNT; number++)
		intern_fields(export, number);
	put_clocks(export);
	describe_guest(export);
	describe(export, UUID_VMM, "VMM", rank++, false);
	describe(export, UUID_KERNEL, "ring 0", rank++, false);
	describe(export, UUID_UNKNOWN, "ring 3, process not known", rank++, false);
	for (unsigned counter = 0; counter < COUNTER_COUNT; counter++)
		describe(export, UUID_COUNTER + (uint64_t)counter, counter_name(counter), rank++, true);
}
