/* SPDX-License-Identifier: MIT */
/*
 * Keeps the lives of processes: each event is a step of one, the steps from a trap to its return are an
 * episode, and episodes like one that is shown already are folded into a count. Called by protocol.c.
 */
#include <stdlib.h>
#include <string.h>

#include "tools/trace/protocol/protocol_log.h"

enum { LIFE_STEPS_FIRST = 32, LIVES_FIRST = 16 };

struct life *protocol_life_of(struct protocol_log *log, uint32_t pid)
{
	if (log->last_life < log->count && log->lives[log->last_life]->pid == pid)
		return log->lives[log->last_life];
	for (size_t i = log->count; i-- > 0;)
		if (log->lives[i]->pid == pid) {
			log->last_life = i;
			return log->lives[i];
		}
	return NULL;
}

static bool grow_lives(struct protocol_log *log)
{
	size_t capacity = log->capacity > 0 ? log->capacity * 2 : LIVES_FIRST;
	struct life **grown = reallocarray(log->lives, capacity, sizeof(struct life *));

	if (grown == NULL)
		return false;
	log->lives = grown;
	log->capacity = capacity;
	return true;
}

static struct life *add_life(struct protocol_log *log, uint32_t pid)
{
	if (log->count == LIVES_MAX)
		return NULL;
	struct life *life = calloc(1, sizeof(*life));
	if (life == NULL || (log->count == log->capacity && !grow_lives(log))) {
		log->no_memory = true;
		free(life);
		return NULL;
	}
	life->pid = pid;
	log->last_life = log->count;
	log->lives[log->count++] = life;
	return life;
}

/* Pid 0 is the kernel's idle loop, which is no process. A pid whose process was removed may be born again. */
static struct life *life_for(struct protocol_log *log, uint32_t pid, unsigned kind)
{
	if (pid == 0)
		return NULL;
	struct life *life = protocol_life_of(log, pid);
	if (life == NULL || (life->removed && kind == RINGSIDE_EVENT_PROC_CREATE))
		return add_life(log, pid);
	return life->removed ? NULL : life;
}

/* ---- steps ---- */

static struct step *append(struct protocol_log *log, struct life *life)
{
	if (life->count == life->capacity) {
		size_t capacity = life->capacity > 0 ? life->capacity * 2 : LIFE_STEPS_FIRST;
		struct step *grown = reallocarray(life->steps, capacity, sizeof(*grown));
		if (grown == NULL) {
			log->no_memory = true;
			return NULL;
		}
		life->steps = grown;
		life->capacity = capacity;
	}
	return &life->steps[life->count++];
}

static void count_step(struct fold *fold, unsigned kind)
{
	fold->calls += kind == RINGSIDE_EVENT_SYSCALL || kind == RINGSIDE_EVENT_SERVICE;
	fold->results += kind == RINGSIDE_EVENT_SYSCALL_RESULT;
	fold->exceptions += kind == RINGSIDE_EVENT_EXCEPTION;
	fold->interrupts += kind == RINGSIDE_EVENT_INTERRUPT;
	fold->switches += kind == RINGSIDE_EVENT_SAVE;
}

/* Makes a step part of the fold at the end of the life, which it may begin. */
static void fold(struct protocol_log *log, struct life *life, const struct step *step)
{
	struct step *last = life->count > 0 ? &life->steps[life->count - 1] : NULL;

	if (last == NULL || !last->folded) {
		last = append(log, life);
		if (last == NULL)
			return;
		*last = (struct step){.event = step->event, .first = step->first, .folded = true};
	}
	count_step(&last->fold, step_kind(step));
	last->last = step->last;
	last->ran += step->ran;
}

static void keep(struct protocol_log *log, struct life *life, const struct step *step)
{
	struct step *place = life->count < LIFE_STEPS_MAX ? append(log, life) : NULL;

	if (place != NULL)
		*place = *step;
	else if (!log->no_memory)
		fold(log, life, step);
}

/* ---- episodes ---- */

/* Whether a trap like this one has not been shown yet; it has, then. */
static bool is_new(struct life *life, const struct step *trap)
{
	for (unsigned i = 0; i < life->shown_count; i++)
		if (life->shown[i].kind == trap->event.kind && life->shown[i].what == trap->event.a)
			return false;
	if (life->shown_count == EPISODES_SHOWN)
		return false;
	life->shown[life->shown_count].kind = trap->event.kind;
	life->shown[life->shown_count++].what = trap->event.a;
	return true;
}

static void close_episode(struct protocol_log *log, struct life *life)
{
	struct episode *episode = &life->episode;
	bool shown = episode->count > 0 && (is_new(life, &episode->steps[0]) || episode->notable);

	for (unsigned i = 0; i < episode->count; i++) {
		struct step *step = &episode->steps[i];
		(shown ? keep : fold)(log, life, step);
	}
	episode->count = 0;
	episode->open = episode->notable = false;
}

/* The arguments of a call are told after it; when a later step comes, they are known. */
static void note_call(struct protocol_log *log, struct life *life)
{
	const struct call *call = calls_find(&log->calls, life->pid);

	for (unsigned i = 0; i < life->episode.count && call != NULL; i++) {
		struct step *step = &life->episode.steps[i];
		if (is_call(step_kind(step)) && call->number == step->event.a)
			step->call = *call;
	}
}

/* What makes an episode worth its place however many there were like it. */
static bool is_notable(unsigned kind)
{
	return kind == RINGSIDE_EVENT_PROC_LOAD || kind == RINGSIDE_EVENT_SIGNAL_KILL ||
	       kind == RINGSIDE_EVENT_PROC_EXIT || kind == RINGSIDE_EVENT_MAIN_RETURN;
}

static void add_to_episode(struct protocol_log *log, struct life *life, const struct step *step)
{
	struct episode *episode = &life->episode;
	unsigned kind = step_kind(step);

	if (episode->count == EPISODE_MAX) /* more than a trap ever does: show what fits */
		close_episode(log, life);
	episode->steps[episode->count++] = *step;
	if (!is_trap(kind))
		note_call(log, life);
	episode->notable |= is_notable(kind);
	if (is_entry(kind) || kind == RINGSIDE_EVENT_PROC_EXIT)
		close_episode(log, life);
}

static void note_name(struct protocol_log *log, struct life *life, int image)
{
	const char *name = log->symbols != NULL ? symbols_image_name(log->symbols, image) : NULL;

	life->loaded = true;
	if (name != NULL) {
		strncpy(life->name, name, sizeof(life->name) - 1);
		life->name[sizeof(life->name) - 1] = '\0';
	}
}

static void live(struct protocol_log *log, struct life *life, struct step *step)
{
	unsigned kind = step_kind(step);

	if (is_trap(kind)) {
		if (life->episode.open)
			close_episode(log, life);
		life->episode.open = true;
		step->ran = life->running != 0 && step->event.tsc > life->running ? step->event.tsc - life->running : 0;
		life->running = 0;
	}
	if (is_entry(kind))
		life->running = step->event.tsc;
	if (kind == RINGSIDE_EVENT_PROC_LOAD)
		note_name(log, life, step->image);
	life->called |= is_call(kind);
	life->returned |= is_entry(kind);
	life->removed |= kind == RINGSIDE_EVENT_PROC_REMOVE;
	if (life->episode.open)
		add_to_episode(log, life, step);
	else
		keep(log, life, step);
}

/* A child is born as a copy: that is a step of its life, and its program is its parent's. */
static void live_fork(struct protocol_log *log, const struct step *step)
{
	const struct life *parent = protocol_life_of(log, step->event.pid);
	struct life *child = life_for(log, (uint32_t)step->event.a, RINGSIDE_EVENT_FORK);

	if (child == NULL || child == parent)
		return;
	if (parent != NULL)
		memcpy(child->name, parent->name, sizeof(child->name));
	keep(log, child, step);
}

void protocol_live(struct protocol_log *log, struct step *step)
{
	struct life *life = life_for(log, step->event.pid, step_kind(step));

	if (life != NULL)
		live(log, life, step);
	if (step_kind(step) == RINGSIDE_EVENT_FORK)
		live_fork(log, step);
}

void protocol_end_lives(struct protocol_log *log)
{
	for (size_t i = 0; i < log->count; i++)
		close_episode(log, log->lives[i]);
}

void protocol_free_lives(struct protocol_log *log)
{
	for (size_t i = 0; i < log->count; i++) {
		free(log->lives[i]->steps);
		free(log->lives[i]);
	}
	free(log->lives);
}
