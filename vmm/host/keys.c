/* SPDX-License-Identifier: MIT */
/* The queue of typed keys and the escape ^A: see keys.h. */
#include "host/keys.h"

enum { ESCAPE = 'A' & 0x1f, END_KEY = 'x', HELP_KEY = 'h', ESCAPE_KEY = 'a' };

size_t keys_room(const struct keys *keys)
{
	return KEYS_SIZE - (keys->written - __atomic_load_n(&keys->taken, __ATOMIC_ACQUIRE));
}

/* Queues one byte for the guest, or drops it when the queue is full. */
static void put(struct keys *keys, uint8_t byte)
{
	if (keys_room(keys) == 0)
		return;
	keys->bytes[keys->written % KEYS_SIZE] = byte;
	__atomic_store_n(&keys->written, keys->written + 1, __ATOMIC_RELEASE);
}

/* Handles the key typed after the escape. */
static enum keys_request add_escaped(struct keys *keys, uint8_t key)
{
	if (key == END_KEY)
		return KEYS_END;
	if (key == HELP_KEY)
		return KEYS_HELP;
	put(keys, ESCAPE);
	if (key != ESCAPE && key != ESCAPE_KEY)
		put(keys, key);
	return KEYS_NOTHING;
}

enum keys_request keys_add(struct keys *keys, const uint8_t *typed, size_t size)
{
	enum keys_request request = KEYS_NOTHING;

	for (size_t i = 0; i < size; i++) {
		const bool escaped = keys->escape;
		keys->escape = !keys->is_plain && !escaped && typed[i] == ESCAPE;
		if (escaped) {
			const enum keys_request escaped_request = add_escaped(keys, typed[i]);
			request = escaped_request > request ? escaped_request : request;
		} else if (!keys->escape) {
			put(keys, typed[i]);
		}
	}
	return request;
}

bool keys_waiting(const struct keys *keys)
{
	return __atomic_load_n(&keys->written, __ATOMIC_ACQUIRE) != keys->taken;
}

size_t keys_take(struct keys *keys, uint8_t *bytes, size_t size)
{
	const uint32_t written = __atomic_load_n(&keys->written, __ATOMIC_ACQUIRE);
	size_t count = 0;

	while (count < size && (uint32_t)(keys->taken + count) != written) {
		bytes[count] = keys->bytes[(keys->taken + count) % KEYS_SIZE];
		count++;
	}
	__atomic_store_n(&keys->taken, keys->taken + (uint32_t)count, __ATOMIC_RELEASE);
	return count;
}
