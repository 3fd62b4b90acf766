/* SPDX-License-Identifier: MIT */
#include "host/keys.h"

enum { ESCAPE = 'A' & 0x1f, END_KEY = 'x' };

static void put(struct keys *keys, uint8_t byte)
{
	if (keys->written - __atomic_load_n(&keys->taken, __ATOMIC_ACQUIRE) == KEYS_SIZE)
		return;
	keys->bytes[keys->written % KEYS_SIZE] = byte;
	__atomic_store_n(&keys->written, keys->written + 1, __ATOMIC_RELEASE);
}

bool keys_add(struct keys *keys, const uint8_t *typed, size_t size)
{
	bool end = false;

	for (size_t i = 0; i < size; i++) {
		const bool escaped = keys->escape;
		keys->escape = !escaped && typed[i] == ESCAPE;
		if (keys->escape)
			continue;
		if (escaped && typed[i] == END_KEY) {
			end = true;
			continue;
		}
		if (escaped && typed[i] != ESCAPE)
			put(keys, ESCAPE);
		put(keys, typed[i]);
	}
	return end;
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
