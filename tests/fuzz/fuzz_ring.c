/* SPDX-License-Identifier: MIT */
/*
 * Fuzzes the event ring against a guest that rewrites it while the VMM reads it: a sequence of writes to guest memory,
 * of choices of the ring's page, and of exits; the guest's further writes happen between any two records that the VMM
 * takes out, as those of another processor could. Nothing outside guest memory may be touched, the records must be in
 * order of time, and the VMM must come to an end at every exit, by steps of a bounded length. Run by tests/fuzz/run.
 */
#include <stdlib.h>
#include <string.h>

#include "machine/event_ring.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* So many pages that a ring can have more records than the VMM takes in one step. */
enum { PAGES = 20, RAM = PAGES * 4096, SCRIBBLES = 3 };

/* An input is a sequence of these steps. */
struct step {
	uint8_t operation; /* enum operation */
	uint8_t place;	   /* which field or record of the ring, or which page */
	uint8_t shift;	   /* the value is `number` shifted left by this modulo 64 */
	uint8_t number;
};

enum operation { CHOOSE, EXIT, HEAD, CAPACITY, TAIL, RECORD, OPERATIONS };

static struct {
	const uint8_t *data;
	size_t size;
	struct memory memory;
	struct event_ring ring;
	struct recorder recorder;
	uint64_t now, before; /* host's TSC at the exit, and of the record before */
	uint8_t *ram; /* exactly RAM bytes, so that the address sanitizer sees accesses beyond them; made once */
} fuzz;

static void check(bool holds)
{
	if (!holds)
		abort();
}

static bool take(struct step *step)
{
	if (fuzz.size < sizeof(*step))
		return false;
	memcpy(step, fuzz.data, sizeof(*step));
	fuzz.data += sizeof(*step);
	fuzz.size -= sizeof(*step);
	return true;
}

/* The guest writes to the ring on page `place` / 64. */
static void scribble(const struct step *step)
{
	struct ringside_ring *ring = (void *)(fuzz.ram + (size_t)(step->place >> 6) * MEMORY_PAGE_SIZE);
	struct ringside_event_record *record = &ring->records[step->place & 63];
	const uint64_t value = (uint64_t)step->number << (step->shift & 63);

	switch ((enum operation)(step->operation % OPERATIONS)) {
	case HEAD:
		ring->head = step->shift & 64 ? ring->head + value : value;
		break;
	case TAIL:
		ring->tail = value;
		break;
	case CAPACITY:
		ring->capacity = (uint32_t)value;
		break;
	case RECORD:
		*record = (struct ringside_event_record){value, step->number, step->shift, value, ~value};
		break;
	default:
		break;
	}
}

/* Called for each record that the VMM appends. */
static void rewrite(void *context, const union record *record)
{
	struct step step;

	(void)context;
	check(record_is_event(record) && record->event.kind < RECORD_EVENT + RINGSIDE_EVENT_COUNT);
	check(record->event.tsc >= fuzz.before && record->event.tsc <= fuzz.now);
	fuzz.before = record->event.tsc;
	for (unsigned i = 0; i < SCRIBBLES && take(&step); i++)
		scribble(&step);
}

static void leave_guest(uint8_t length)
{
	bool more = event_ring_has_events(&fuzz.ring);
	const uint64_t entry = fuzz.now;

	fuzz.now += length;
	fuzz.before = entry;
	while (more) { /* it ends: the input does, and then the ring has at most its capacity */
		const uint64_t records = fuzz.recorder.count;
		more = event_ring_take(&fuzz.ring, &fuzz.recorder, entry, fuzz.now);
		check(fuzz.recorder.count - records <= EVENT_RING_STEP + RINGSIDE_RING_FAULT_COUNT);
		check(fuzz.recorder.count - records <= fuzz.ring.capacity + RINGSIDE_RING_FAULT_COUNT);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct record_watcher watcher = {.record = rewrite};
	struct step step;

	fuzz.data = data;
	fuzz.size = size;
	if (fuzz.ram == NULL)
		fuzz.ram = aligned_alloc(MEMORY_PAGE_SIZE, RAM);
	check(fuzz.ram != NULL);
	memset(fuzz.ram, 0, RAM);
	fuzz.memory = (struct memory){fuzz.ram, RAM, {0, RAM, fuzz.ram}, {MEMORY_HOLE_END, 0, fuzz.ram + RAM}};
	fuzz.ring = (struct event_ring){0};
	fuzz.now = 1000;
	recorder_init(&fuzz.recorder);
	fuzz.recorder.watcher = &watcher;
	while (take(&step)) {
		const unsigned operation = step.operation % OPERATIONS;
		if (operation == CHOOSE)
			event_ring_set(&fuzz.ring, &fuzz.memory,
				       step.place & 0x80 ? (uint32_t)step.place << 24 : step.place);
		else if (operation == EXIT)
			leave_guest(step.number);
		else
			scribble(&step);
	}
	event_ring_abandon(&fuzz.ring, NULL, 0);
	check(!event_ring_has_events(&fuzz.ring));
	return 0;
}
