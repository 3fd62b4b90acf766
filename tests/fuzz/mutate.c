/* SPDX-License-Identifier: MIT */
/* Implements mutate.h: changes that break structured files, of bits, integers of every size, lengths, order. */
#include "mutate.h"
#include "base/array.h"

#include <string.h>

enum { STEPS_MAX = 8, CHUNK_MAX = 256, NEAR = 128, RECORD = 48 };

struct mutation {
	const struct corpus *corpus;
	uint64_t state;
	uint8_t *data;
	size_t size;
};

/* splitmix64: S. Vigna, prng.di.unimi.it. Any state is a good one, so seed and input number are simply mixed. */
static uint64_t next(struct mutation *m)
{
	uint64_t z = m->state += 0x9e3779b97f4a7c15;

	z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
	z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
	return z ^ (z >> 31);
}

static size_t below(struct mutation *m, size_t limit)
{
	return limit > 0 ? next(m) % limit : 0;
}

/*
 * Returns a position: sometimes near the start or the end, where headers are, otherwise anywhere. If headers were
 * changed more often, most inputs would be refused before anything else is read.
 */
static size_t place(struct mutation *m)
{
	size_t near = m->size < NEAR ? m->size : NEAR;

	switch (below(m, 8)) {
	case 0:
		return below(m, near);
	case 1:
		return m->size - near + below(m, near);
	default:
		return below(m, m->size);
	}
}

static size_t chunk(struct mutation *m, size_t limit)
{
	size_t size = below(m, 2) == 0 ? RECORD : 1 + below(m, CHUNK_MAX);

	return size < limit ? size : limit;
}

static void flip_bit(struct mutation *m)
{
	if (m->size > 0)
		m->data[place(m)] ^= (uint8_t)(1u << below(m, 8));
}

static void set_byte(struct mutation *m)
{
	if (m->size > 0)
		m->data[place(m)] = (uint8_t)next(m);
}

/* Writes an integer of 1 to 8 bytes: extreme, near a power of two, near the old value, near the size of the file. */
static void set_integer(struct mutation *m)
{
	size_t at = place(m), size = (size_t)1 << below(m, 4);
	uint64_t value = 0, little = below(m, 17) - 8;

	if (size > m->size || at > m->size - size)
		return;
	switch (below(m, 5)) {
	case 0:
		value = little;
		break;
	case 1:
		value = (UINT64_C(1) << below(m, 64)) + little;
		break;
	case 2:
		memcpy(&value, m->data + at, size);
		value += little;
		break;
	case 3:
		value = m->size + little;
		break;
	default:
		value = next(m);
	}
	memcpy(m->data + at, &value, size);
}

static void cut(struct mutation *m)
{
	m->size = place(m);
}

static void erase(struct mutation *m)
{
	size_t at = place(m), size = chunk(m, m->size - at);

	memmove(m->data + at, m->data + at + size, m->size - at - size);
	m->size -= size;
}

static void make_room(struct mutation *m, size_t at, size_t size)
{
	memmove(m->data + at + size, m->data + at, m->size - at);
	m->size += size;
}

static void insert_random(struct mutation *m)
{
	size_t at = place(m), size = 1 + below(m, CHUNK_MAX);

	make_room(m, at, size);
	for (size_t i = 0; i < size; i++)
		m->data[at + i] = (uint8_t)next(m);
}

/* Inserts bytes of this or another file, or overwrites bytes with them. */
static void splice(struct mutation *m)
{
	const struct corpus_file *other = &m->corpus->files[below(m, m->corpus->count)];
	size_t from = below(m, other->size), size = chunk(m, other->size - from), at = place(m);

	if (below(m, 2) == 0)
		make_room(m, at, size);
	else if (size > m->size - at)
		size = m->size - at;
	if (size > 0)
		memcpy(m->data + at, other->data + from, size);
}

static void swap(struct mutation *m)
{
	uint8_t held[CHUNK_MAX];
	size_t a = place(m), b = place(m), size = chunk(m, m->size - (a > b ? a : b));

	if (a == b || size > (a > b ? a - b : b - a))
		return;
	memcpy(held, m->data + a, size);
	memcpy(m->data + a, m->data + b, size);
	memcpy(m->data + b, held, size);
}

size_t mutate(const struct corpus *corpus, uint64_t seed, uint64_t input, uint8_t *data)
{
	static void (*const ways[])(struct mutation * m) = {flip_bit, set_byte, set_integer, set_integer,  set_integer,
							    erase,    swap,	splice,	     insert_random};
	struct mutation m = {.corpus = corpus, .state = seed * 0xd1342543de82ef95 + input, .data = data};
	const struct corpus_file *file = &corpus->files[below(&m, corpus->count)];

	m.size = file->size;
	if (m.size > 0)
		memcpy(data, file->data, m.size);
	size_t steps = 1 + below(&m, STEPS_MAX);
	while (steps-- > 0)
		ways[below(&m, COUNT(ways))](&m);
	if (below(&m, 16) == 0)
		cut(&m);
	return m.size;
}
