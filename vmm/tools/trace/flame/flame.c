/* SPDX-License-Identifier: MIT */
/* Counts the stacks of a flame graph and prints them folded: see flame.h. flame_svg.c draws them. */
#include "tools/trace/flame/flame.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "text/address_spaces.h"
#include "text/place.h"
#include "tools/output/hash.h"
#include "tools/trace/flame/flame_stacks.h"

enum { STACKS_MAX = 1 << 14, REACH = 16 }; /* a search looks at so many slots */

struct flame {
	const struct trace_clock *clock;
	const struct symbols *symbols;
	struct processes processes;
	struct flame_stack others;		   /* for which there was no room */
	struct flame_stack stacks[STACKS_MAX + 1]; /* a hash table; at the end the first `count` are all, sorted */
	size_t count;
};

struct flame *flame_new(const struct trace_clock *clock, const struct symbols *symbols)
{
	struct flame *flame = calloc(1, sizeof(*flame));

	if (flame == NULL)
		return NULL;
	flame->clock = clock;
	flame->symbols = symbols;
	return flame;
}

void flame_free(struct flame *flame)
{
	free(flame);
}

/* ---- counting ---- */

/* Without padding, as it is hashed and compared as bytes. */
_Static_assert(sizeof(struct flame_place) == 2 * sizeof(uint32_t) + 2 * sizeof(uint64_t), "no padding");

static struct flame_stack *find(struct flame *flame, const struct flame_place *place)
{
	const uint64_t hash = hash_bytes(place, sizeof(*place));

	for (uint64_t i = 0; i < REACH; i++) {
		struct flame_stack *stack = &flame->stacks[(hash + i) % STACKS_MAX];

		if (stack->weights[FLAME_EXITS] == 0)
			stack->place = *place;
		if (memcmp(&stack->place, place, sizeof(*place)) == 0)
			return stack;
	}
	flame->others.place.kind = FLAME_OTHERS;
	return &flame->others;
}

static struct flame_place place_of(const struct flame *flame, const struct exit_record *exit)
{
	const struct process *process = processes_by_frame(&flame->processes, exit->frame);
	const unsigned cpl = exit_cpl(exit);
	const int image = place_image(process_image(process), cpl == CPL_USER, exit->rip);
	uint64_t offset;

	return (struct flame_place){
		.pid = process != NULL ? process->pid : 0,
		.kind = (uint16_t)(process != NULL ? FLAME_PROCESS : FLAME_NO_PROCESS),
		.cpl = (uint16_t)cpl,
		.program = symbols_image_name(flame->symbols, process_image(process)),
		.function = symbols_lookup(flame->symbols, image, exit->rip, &offset),
	};
}

void flame_record(struct flame *flame, const union record *record)
{
	const struct exit_record *exit = &record->exit;

	if (record_is_event(record)) {
		processes_learn(&flame->processes, &record->event, flame->symbols);
		return;
	}
	const struct flame_place place = place_of(flame, exit);
	struct flame_stack *stack = find(flame, &place);
	const uint64_t ticks = exit->tsc > exit->entry ? exit->tsc - exit->entry : 0;

	stack->weights[FLAME_EXITS]++;
	if (__builtin_add_overflow(stack->weights[FLAME_TIME], trace_clock_ticks_ns(flame->clock, ticks),
				   &stack->weights[FLAME_TIME]))
		stack->weights[FLAME_TIME] = UINT64_MAX;
}

/* ---- what there is ---- */

static const char *or_empty(const char *name)
{
	return name != NULL ? name : "";
}

/* How two stacks differ in the first `depth` of process, ring and function. */
int flame_compare(const struct flame_stack *left, const struct flame_stack *right, unsigned depth)
{
	const struct flame_place *a = &left->place, *b = &right->place;
	const int program = strcmp(or_empty(a->program), or_empty(b->program));

	if (a->kind != b->kind)
		return a->kind < b->kind ? -1 : 1;
	if (a->pid != b->pid)
		return a->pid < b->pid ? -1 : 1;
	if (program != 0 || depth == FLAME_DEPTH_PROCESS)
		return program;
	if (a->cpl != b->cpl || depth == FLAME_DEPTH_RING)
		return (int)a->cpl - (int)b->cpl;
	return strcmp(or_empty(a->function), or_empty(b->function));
}

static int compare_all(const void *left, const void *right)
{
	return flame_compare(left, right, FLAME_DEPTH_FUNCTION);
}

void flame_end(struct flame *flame)
{
	flame->count = 0;
	for (size_t i = 0; i < STACKS_MAX; i++)
		if (flame->stacks[i].weights[FLAME_EXITS] > 0)
			flame->stacks[flame->count++] = flame->stacks[i];
	if (flame->others.weights[FLAME_EXITS] > 0)
		flame->stacks[flame->count++] = flame->others;
	qsort(flame->stacks, flame->count, sizeof(flame->stacks[0]), compare_all);
}

const struct flame_stack *flame_stacks(const struct flame *flame, size_t *count)
{
	*count = flame->count;
	return flame->stacks;
}

static void put_clean(char *label, size_t size, const char *before, const char *name)
{
	snprintf(label, size, "%s%s", before, name);
	for (char *c = label; *c != '\0'; c++)
		*c = *c < ' ' || *c > '~' || strchr(";<>&\"'", *c) != NULL ? '?' : *c;
}

void flame_label(const struct flame_stack *stack, unsigned depth, char label[FLAME_LABEL_SIZE])
{
	static const char *const rings[] = {"ring 0", "ring 1", "ring 2", "ring 3", "ring not told"};
	const struct flame_place *place = &stack->place;
	char pid[16];

	if (depth == FLAME_DEPTH_RING) {
		put_clean(label, FLAME_LABEL_SIZE, rings[place->cpl], "");
	} else if (depth == FLAME_DEPTH_FUNCTION) {
		put_clean(label, FLAME_LABEL_SIZE, place->function != NULL ? place->function : "(no symbol)", "");
	} else if (place->kind == FLAME_PROCESS) {
		snprintf(pid, sizeof(pid), "%" PRIu32 " ", place->pid);
		put_clean(label, FLAME_LABEL_SIZE, pid, place->program != NULL ? place->program : "-");
	} else {
		put_clean(label, FLAME_LABEL_SIZE, place->kind == FLAME_OTHERS ? "(others)" : "(no process)", "");
	}
}

void flame_print_folded(const struct flame *flame, enum flame_weight weight, FILE *out)
{
	for (size_t first = 0, end; first < flame->count; first = end) {
		const struct flame_stack *stack = &flame->stacks[first];
		char label[FLAME_LABEL_SIZE];
		uint64_t sum = 0;

		for (end = first; end < flame->count && compare_all(stack, &flame->stacks[end]) == 0; end++)
			sum += flame->stacks[end].weights[weight];
		for (unsigned depth = 0; depth < FLAME_DEPTHS && sum > 0; depth++) {
			flame_label(stack, depth, label);
			fprintf(out, "%s%s", depth > 0 ? ";" : "", label);
		}
		if (sum > 0)
			fprintf(out, " %" PRIu64 "\n", sum);
	}
}
