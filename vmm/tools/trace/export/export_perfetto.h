/* SPDX-License-Identifier: MIT */
/*
 * What the files of the Perfetto exporter share: export_perfetto.c writes the events,
 * export_perfetto_tracks.c what they refer to: clocks, tracks and names.
 */
#ifndef VMM_TOOLS_TRACE_EXPORT_EXPORT_PERFETTO_H
#define VMM_TOOLS_TRACE_EXPORT_EXPORT_PERFETTO_H

#include "tools/trace/export/export_lanes.h"
#include "tools/trace/export/protobuf.h"

/* Field numbers, by message: protos/perfetto/trace/ of Perfetto's sources. */
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

/* What this file chooses. */
enum { SEQUENCE_ID = 1, GUEST_PID = 1, PACKET_MAX = 8192 };
enum { UUID_GUEST = 1, UUID_VMM, UUID_KERNEL, UUID_UNKNOWN, UUID_COUNTER, UUID_PROCESS = UUID_COUNTER + COUNTER_COUNT };

enum { KNOWN_MAX = 1024, BITS_PER_BYTE = 8 };

struct perfetto {
	struct lanes lanes;
	bool known[KNOWN_MAX]; /* lanes that have been described; of more, some are again */
	struct lane lanes_known[KNOWN_MAX];
	uint8_t interned[LABEL_IDS / BITS_PER_BYTE + 1]; /* labels, a bit each */
};

/* A packet being built in the output's buffer. */
struct packet {
	char *beginning;
	char *at;
};

static inline struct packet begin_packet(struct export *export, unsigned flags)
{
	char *room = output_room(export->output, PACKET_MAX);
	struct packet packet = {.beginning = open_message(room, TRACE_PACKET)};

	packet.at = put_number_field(packet.beginning, PACKET_SEQUENCE_ID, SEQUENCE_ID);
	packet.at = put_number_field(packet.at, PACKET_SEQUENCE_FLAGS, flags);
	return packet;
}

static inline void end_packet(struct export *export, const struct packet *packet)
{
	struct export_output *output = export->output;

	close_message(packet->beginning, packet->at);
	output_advance(output, (size_t)(packet->at - (output->buffer + output->used)));
}

/* Puts what stands before the first event. */
void perfetto_preamble(struct export *export);

/* Describes a lane's track where that is still to be done, or its name has changed. */
void perfetto_know_lane(struct export *export, const struct lane *lane);
uint64_t perfetto_lane_uuid(const struct lane *lane);

/* Interning ids; a label's name goes into the packet of its first use. */
uint64_t perfetto_label_iid(struct export *export, struct packet *packet, const struct label *label);
uint64_t perfetto_annotation_iid(unsigned schema, unsigned field);

#endif
