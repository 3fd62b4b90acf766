/* SPDX-License-Identifier: MIT */
/*
 * Writes protocol buffers (protobuf.dev, "Encoding"). These few lines are all that an exporter needs; a library would
 * be a dependency many times their size, and slower. The caller makes sure that there is room.
 */
#ifndef VMM_TOOLS_TRACE_EXPORT_PROTOBUF_H
#define VMM_TOOLS_TRACE_EXPORT_PROTOBUF_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum {
	WIRE_VARINT = 0,
	WIRE_FIXED64 = 1,
	WIRE_LENGTH = 2,
	WIRE_BITS = 3,
	VARINT_BITS = 7,
	VARINT_MORE = 1 << VARINT_BITS
};

/* Bytes left for the length of a message, which is written when it is known: a varint may be padded. */
enum { LENGTH_BYTES = 2, MESSAGE_MAX = (1 << LENGTH_BYTES * VARINT_BITS) - 1 };

static inline char *put_varint(char *at, uint64_t value)
{
	for (; value >= VARINT_MORE; value >>= VARINT_BITS)
		*at++ = (char)(value | VARINT_MORE);
	*at++ = (char)value;
	return at;
}

static inline char *put_number_field(char *at, unsigned field, uint64_t value)
{
	return put_varint(put_varint(at, field << WIRE_BITS | WIRE_VARINT), value);
}

static inline char *put_fixed64_field(char *at, unsigned field, uint64_t value)
{
	at = put_varint(at, field << WIRE_BITS | WIRE_FIXED64);
	memcpy(at, &value, sizeof(value));
	return at + sizeof(value);
}

static inline char *put_bytes_field(char *at, unsigned field, const char *bytes, size_t size)
{
	at = put_varint(put_varint(at, field << WIRE_BITS | WIRE_LENGTH), size);
	memcpy(at, bytes, size);
	return at + size;
}

static inline char *put_string_field(char *at, unsigned field, const char *text)
{
	return put_bytes_field(at, field, text, strlen(text));
}

/* Opens a message of MESSAGE_MAX bytes at most. Returns where its content begins, which close_message() needs. */
static inline char *open_message(char *at, unsigned field)
{
	return put_varint(at, field << WIRE_BITS | WIRE_LENGTH) + LENGTH_BYTES;
}

static inline void close_message(char *beginning, const char *end)
{
	size_t length = (size_t)(end - beginning);

	beginning[-2] = (char)(length | VARINT_MORE);
	beginning[-1] = (char)(length >> VARINT_BITS);
}

#endif
