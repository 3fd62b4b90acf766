/* SPDX-License-Identifier: MIT */
/*
 * Collects, from the events of a trace, what the protocol tables are made of: the steps at boot, the lives of
 * processes, and the switches that the timer brought about. Knows whose story to tell when nobody says. See protocol.h.
 */
#include "tools/trace/protocol/protocol_log.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "ringside/traps.h"
#include "text/names.h"
#include "text/place.h"

/*
 * ---- lives ----
 * Each event is a step of one life. The steps from a trap to its return are an episode, and episodes like one that is
 * shown already are folded into a count.
 */

/* The life of a pid that is alive, or else the last one it had; NULL when it has none. */
static struct life *find_life(struct protocol_log *log, uint32_t pid)
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

static struct life *add_life(struct protocol_log *log, uint32_t pid)
{
	if (log->count == LIVES_MAX)
		return NULL;
	struct life *life = calloc(1, sizeof(*life));
	if (life == NULL ||
	    !array_reserve(&log->lives, &log->capacity, log->count + 1, LIVES_MAX, sizeof(*log->lives))) {
		log->no_memory = true;
		free(life);
		return NULL;
	}
	life->pid = pid;
	log->last_life = log->count;
	log->lives[log->count++] = life;
	return life;
}

/* The life that an event belongs to; NULL for none: pid 0 is the idle loop. A removed pid may be created again. */
static struct life *life_for(struct protocol_log *log, uint32_t pid, unsigned kind)
{
	if (pid == 0)
		return NULL;
	struct life *life = find_life(log, pid);
	if (life == NULL || (life->removed && kind == RINGSIDE_EVENT_PROC_CREATE))
		return add_life(log, pid);
	return life->removed ? NULL : life;
}

/* ---- steps of lives ---- */

static struct step *append(struct protocol_log *log, struct life *life)
{
	if (array_reserve(&life->steps, &life->capacity, life->count + 1, SIZE_MAX, sizeof(*life->steps)))
		return &life->steps[life->count++];
	log->no_memory = true;
	return NULL;
}

static void count_step(struct fold *fold, const struct step *step)
{
	unsigned kind = step_kind(step);

	fold->calls += event_begins_call(kind);
	fold->exceptions += kind == RINGSIDE_EVENT_EXCEPTION;
	fold->interrupts += kind == RINGSIDE_EVENT_INTERRUPT;
	fold->switches += kind == RINGSIDE_EVENT_SAVE;
	fold->exits += step->exits.count;
}

static void add_folds(struct fold *sum, const struct fold *fold)
{
	sum->calls += fold->calls;
	sum->exceptions += fold->exceptions;
	sum->interrupts += fold->interrupts;
	sum->switches += fold->switches;
	sum->exits += fold->exits;
}

/* Adds a step to the folded one at the end of the life, or to a new one there. */
static void fold(struct protocol_log *log, struct life *life, const struct step *step)
{
	struct step *last = life->count > 0 ? &life->steps[life->count - 1] : NULL;

	if (last == NULL || !last->folded) {
		last = append(log, life);
		if (last == NULL)
			return;
		*last = (struct step){.event = step->event, .first = step->first, .folded = true};
	}
	if (step->folded)
		add_folds(&last->fold, &step->fold);
	else
		count_step(&last->fold, step);
	last->last = step->last;
	spent_add(&last->ran, &step->ran);
}

/* The steps by which a process ends. */
static bool is_end(unsigned kind)
{
	return kind == RINGSIDE_EVENT_PROC_FREE || kind == RINGSIDE_EVENT_PROC_REMOVE;
}

static void keep(struct protocol_log *log, struct life *life, const struct step *step)
{
	size_t room = LIFE_STEPS_MAX + (life->episode.notable || is_end(step_kind(step)) ? END_STEPS_MAX : 0);
	struct step *place = life->count < room ? append(log, life) : NULL;

	if (place != NULL)
		*place = *step;
	else if (!log->no_memory)
		fold(log, life, step);
}

/* ---- episodes ---- */

/* Whether no trap like this one has been shown; from now on one has. */
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

/* When a process loads one more program, all that it did before becomes one step, but for the first, which creates it.
 */
static void forget_programs(struct protocol_log *log, struct life *life)
{
	size_t count = life->count;

	if (count < 2)
		return;
	life->count = 1;
	for (size_t i = 1; i < count; i++) {
		const struct step step = life->steps[i]; /* fold() writes into the list */
		fold(log, life, &step);
	}
}

static bool loads_program(const struct episode *episode)
{
	for (unsigned i = 0; i < episode->count; i++)
		if (step_kind(&episode->steps[i]) == RINGSIDE_EVENT_PROC_LOAD)
			return true;
	return false;
}

static void close_episode(struct protocol_log *log, struct life *life)
{
	struct episode *episode = &life->episode;

	if (life->loaded && loads_program(episode)) {
		if (life->programs > 1)
			forget_programs(log, life);
		life->shown_count = 0;
	}
	bool shown = episode->count > 0 && (is_new(life, &episode->steps[0]) || episode->notable);

	for (unsigned i = 0; i < episode->count; i++) {
		struct step *step = &episode->steps[i];
		(shown ? keep : fold)(log, life, step);
	}
	episode->count = 0;
	episode->open = episode->notable = false;
}

/* Notes the arguments of a call, which have come when a later step does. */
static void note_call(struct protocol_log *log, struct life *life)
{
	const struct call *call = calls_find(&log->calls, life->pid);

	for (unsigned i = 0; i < life->episode.count && call != NULL; i++) {
		struct step *step = &life->episode.steps[i];
		if (event_names_call(step_kind(step)) && call->number == step->event.a)
			step->call = *call;
	}
}

/* Whether an episode with such an event is shown however many were like it. */
static bool is_notable(unsigned kind)
{
	return kind == RINGSIDE_EVENT_PROC_LOAD || kind == RINGSIDE_EVENT_SIGNAL_KILL ||
	       kind == RINGSIDE_EVENT_PROC_EXIT || kind == RINGSIDE_EVENT_MAIN_RETURN;
}

static void add_to_episode(struct protocol_log *log, struct life *life, const struct step *step)
{
	struct episode *episode = &life->episode;
	unsigned kind = step_kind(step);

	if (episode->count == EPISODE_MAX) /* more than a trap of the kernel ever does */
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
	life->called = life->returned = life->ran = false;
	life->programs++;
	if (name != NULL) {
		strncpy(life->name, name, sizeof(life->name) - 1);
		life->name[sizeof(life->name) - 1] = '\0';
	}
}

static void take_into_life(struct protocol_log *log, struct life *life, struct step *step)
{
	unsigned kind = step_kind(step);

	if (is_trap(kind)) {
		if (life->episode.open)
			close_episode(log, life);
		life->episode.open = true;
		if (life->runs)
			step->ran = spent_since(&life->running, &step->at);
		life->runs = false;
		life->ran |= life->returned;
		life->trap = step->event;
	}
	if (is_entry(kind)) {
		life->runs = true;
		life->running = step->at;
	}
	if (kind == RINGSIDE_EVENT_PROC_LOAD)
		note_name(log, life, step->image);
	life->called |= event_begins_call(kind) && !call_never_returns(step->event.a);
	life->returned |= is_entry(kind);
	life->removed |= kind == RINGSIDE_EVENT_PROC_REMOVE;
	if (life->episode.open)
		add_to_episode(log, life, step);
	else
		keep(log, life, step);
}

/* A fork is the first step of the child's life too. The child runs its parent's program. */
static void take_fork(struct protocol_log *log, const struct step *step)
{
	const struct life *parent = find_life(log, step->event.pid);
	struct life *child = life_for(log, (uint32_t)step->event.a, RINGSIDE_EVENT_FORK);

	if (child == NULL || child == parent)
		return;
	if (parent != NULL)
		memcpy(child->name, parent->name, sizeof(child->name));
	keep(log, child, step);
}

/* Takes an event into the life of the process it is about; of a fork, into the child's too. */
static void take_into_lives(struct protocol_log *log, struct step *step)
{
	struct life *life = life_for(log, step->event.pid, step_kind(step));

	if (life != NULL)
		take_into_life(log, life, step);
	if (step_kind(step) == RINGSIDE_EVENT_FORK)
		take_fork(log, step);
}

/*
 * ---- switches ----
 * Follows the CPU from process to process. Of each pair the switch by the timer is kept that is the best example.
 */

static struct timer_switch *find_switch(const struct protocol_log *log, uint32_t from, uint32_t to)
{
	for (size_t i = 0; i < log->switch_count; i++)
		if (log->switches[i].from == from && log->switches[i].to == to)
			return &log->switches[i];
	return NULL;
}

const struct timer_switch *protocol_switch_between(const struct protocol_log *log, uint32_t from, uint32_t to)
{
	return find_switch(log, from, to);
}

static struct timer_switch *add_switch(struct protocol_log *log)
{
	if (log->switch_count == SWITCHES_MAX)
		return NULL;
	if (!array_reserve(&log->switches, &log->switch_capacity, log->switch_count + 1, SWITCHES_MAX,
			   sizeof(*log->switches))) {
		log->no_memory = true;
		return NULL;
	}
	struct timer_switch *added = &log->switches[log->switch_count++];
	memset(added, 0, sizeof(*added));
	return added;
}

static bool has_step(const struct timer_switch *timer, unsigned kind)
{
	for (unsigned i = 0; i < timer->steps_count; i++)
		if (step_kind(&timer->steps[i]) == kind)
			return true;
	return false;
}

/*
 * How good an example the pending switch is: all of its steps are there, both processes run programs of their own, the
 * one that gets the CPU has run before, and it was the timer that took the CPU from it.
 */
static unsigned score_switch(const struct protocol_log *log, const struct life *from, const struct life *to)
{
	const struct timer_switch *pending = &log->pending;
	bool complete = has_step(pending, RINGSIDE_EVENT_SAVE) && has_step(pending, RINGSIDE_EVENT_RESTORE);
	bool own = from->loaded && to->loaded && from->ran;

	return complete * 8u + (own && to->ran) * 4u + own * 2u + (pending->resumed == RINGSIDE_EVENT_INTERRUPT) * 1u;
}

/* Keeps the pending switch, unless it leads to or from the idle loop, which has pid 0. */
static void finish_switch(struct protocol_log *log)
{
	struct timer_switch *pending = &log->pending;
	const struct life *from = find_life(log, pending->from), *to = find_life(log, pending->to);
	struct timer_switch *kept = find_switch(log, pending->from, pending->to);

	if (from == NULL || to == NULL || from == to)
		return;
	if (kept == NULL)
		kept = add_switch(log);
	if (kept == NULL)
		return;
	uint64_t count = kept->count + 1;
	pending->resumed = to->ran ? step_kind(&(struct step){.event = to->trap}) : RINGSIDE_EVENT_COUNT;
	pending->score = score_switch(log, from, to);
	if (count == 1 || pending->score > kept->score) {
		*kept = *pending;
		kept->running = true;
		log->last_switch = (size_t)(kept - log->switches);
	}
	kept->count = count;
}

/* Notes how long the process ran that got the CPU by the switch that was kept last. */
static void note_run(struct protocol_log *log, const struct step *trap)
{
	struct timer_switch *last = log->last_switch < log->switch_count ? &log->switches[log->last_switch] : NULL;

	if (last == NULL || !last->running || last->to != trap->event.pid)
		return;
	last->running = false;
	last->ran = trap->ran;
}

/* Notes the stack pointer that the switch that was kept last has saved: the process has it again. */
static void note_saved(struct protocol_log *log, const struct step *restore)
{
	struct timer_switch *last = log->last_switch < log->switch_count ? &log->switches[log->last_switch] : NULL;

	if (last != NULL && last->saved == 0 && last->from == restore->event.pid)
		last->saved = restore->event.a;
}

static void start_switch(struct protocol_log *log, bool ignoring)
{
	log->pending.steps_count = 0;
	log->pending.from = log->pending.to = 0;
	log->ignoring = ignoring;
}

static void add_to_switch(struct protocol_log *log, const struct step *step)
{
	if (log->pending.steps_count < SWITCH_STEPS)
		log->pending.steps[log->pending.steps_count++] = *step;
}

static void follow_interrupt(struct protocol_log *log, const struct step *step)
{
	start_switch(log, step->event.a != RINGSIDE_TRAP_TIMER);
	if (log->ignoring)
		return;
	add_to_switch(log, step);
	log->pending.from = step->event.pid;
}

/*
 * A second save in one trap means that whoever got the CPU gave it up at once, so that the scheduler, not the timer,
 * chose who comes next.
 */
static void follow_save(struct protocol_log *log, const struct step *step)
{
	log->ignoring |= has_step(&log->pending, RINGSIDE_EVENT_SAVE);
	if (log->ignoring)
		return;
	add_to_switch(log, step);
	log->pending.from = step->event.pid;
}

static void follow_return(struct protocol_log *log, const struct step *step)
{
	add_to_switch(log, step);
	log->pending.to = step->event.pid;
	if (!log->ignoring)
		finish_switch(log);
	start_switch(log, false);
}

static void follow_switch(struct protocol_log *log, const struct step *step)
{
	unsigned kind = step_kind(step);

	if (is_trap(kind))
		note_run(log, step);
	if (kind == RINGSIDE_EVENT_RESTORE)
		note_saved(log, step);
	if (kind == RINGSIDE_EVENT_INTERRUPT)
		follow_interrupt(log, step);
	else if (is_trap(kind) || kind == RINGSIDE_EVENT_PROC_EXIT)
		start_switch(log, true);
	else if (kind == RINGSIDE_EVENT_SAVE)
		follow_save(log, step);
	else if (is_entry(kind))
		follow_return(log, step);
	else if (log->pending.steps_count > 0 && !log->ignoring)
		add_to_switch(log, step);
}

/* ---- records ---- */

static bool is_boot(unsigned kind)
{
	return kind == RINGSIDE_EVENT_TRAP_TABLE || kind == RINGSIDE_EVENT_SYSCALL_HANDLER ||
	       kind == RINGSIDE_EVENT_TIMER_HANDLER || kind == RINGSIDE_EVENT_TIMER_START;
}

/* Keeps the first step of each kind: what happens again is no longer the boot. */
static void take_boot(struct protocol_log *log, const struct step *step)
{
	for (unsigned i = 0; i < log->boot_count; i++)
		if (step_kind(&log->boot[i]) == step_kind(step))
			return;
	log->boot[log->boot_count++] = *step;
}

static void notice_protocol(struct protocol_log *log, const struct step *step)
{
	unsigned kind = step_kind(step);
	bool ticked = kind == RINGSIDE_EVENT_INTERRUPT && step->event.a == RINGSIDE_TRAP_TIMER;

	log->events = true;
	log->limited |= kind == RINGSIDE_EVENT_RETURN || kind == RINGSIDE_EVENT_SYSCALL;
	log->timer |= kind == RINGSIDE_EVENT_TIMER_START || ticked;
}

/* An event that adds to the event before it. */
static void take_addition(struct protocol_log *log, const struct event_record *event)
{
	struct life *life = find_life(log, event->pid);
	struct step *last = NULL;

	if (life != NULL && life->episode.count > 0)
		last = &life->episode.steps[life->episode.count - 1];
	else if (life != NULL && life->count > 0)
		last = &life->steps[life->count - 1];
	if (last == NULL || last->last != log->last_step)
		return;
	last->added = true;
	last->more[0] = event->a;
	last->more[1] = event->b;
}

static void take_step(struct protocol_log *log, struct step *step)
{
	unsigned kind = step_kind(step);

	log->last_step = log->ordinal;
	step->image = process_image(processes_by_pid(&log->processes, step->event.pid));
	step->exits = log->exits;
	log->exits.count = 0;
	notice_protocol(log, step);
	if (is_boot(kind)) {
		take_boot(log, step);
		return;
	}
	take_into_lives(log, step);
	follow_switch(log, step);
}

static void take_event(struct protocol_log *log, const struct event_record *event)
{
	struct step step = {.event = *event, .at = log->spent, .first = log->ordinal, .last = log->ordinal};
	unsigned kind = step_kind(&step);

	processes_learn(&log->processes, event, log->symbols);
	calls_learn(&log->calls, event);
	if (kind >= RINGSIDE_EVENT_GUEST_COUNT || kind == RINGSIDE_EVENT_ARGUMENTS)
		return;
	if (event_step(kind)[0] == '\0')
		take_addition(log, event);
	else
		take_step(log, &step);
}

/* Those before the first event are of the time before there is anything to tell. */
static void take_exit(struct protocol_log *log, const union record *record)
{
	struct exits *exits = &log->exits;

	if (!log->events || record_is_doorbell(record))
		return;
	if (exits->count++ == 0)
		exits->first = log->ordinal;
	exits->last = log->ordinal;
	exits->record = record->exit;
}

static void take_slice(void *context, const struct time_slice *slice)
{
	struct spent *spent = &((struct protocol_log *)context)->spent;
	const uint64_t ticks = slice->to - slice->from;

	if (slice->share == SHARE_VMM)
		spent->vmm += ticks;
	else if (slice->share == SHARE_HOST || slice->share == SHARE_BLOCKED)
		spent->host += ticks;
	else
		spent->guest += ticks;
}

/* Takes a record when it is known whose all time before it was. The VMM's events are no steps. */
static void take_record(void *context, const union record *record, unsigned cpl)
{
	struct protocol_log *log = context;
	struct ordinals *ordinals = &log->ordinals;

	(void)cpl;
	if (record_is_of_vmm(record) || ordinals->first == ordinals->count)
		return;
	log->ordinal = ordinals->list[ordinals->first++];
	if (record_is_event(record))
		take_event(log, &record->event);
	else
		take_exit(log, record);
}

/*
 * The accounting tells a record later, when its stretch is complete, and the VMM's events among the others where their
 * time is; the others keep their order, so that the first ordinal that is kept is that of the next one told.
 */
static bool keep_ordinal(struct ordinals *ordinals, uint64_t ordinal)
{
	if (ordinals->first == ordinals->count)
		ordinals->first = ordinals->count = 0;
	if (!array_reserve(&ordinals->list, &ordinals->capacity, ordinals->count + 1, SIZE_MAX,
			   sizeof(*ordinals->list)))
		return false;
	ordinals->list[ordinals->count++] = ordinal;
	return true;
}

struct protocol_log *protocol_new(const struct file_header *header, const struct symbols *symbols)
{
	struct protocol_log *log = calloc(1, sizeof(*log));

	if (log == NULL)
		return NULL;
	log->clock = &header->clock;
	log->symbols = symbols;
	accounting_start(&log->accounting, header, (struct accounting_sink){take_slice, take_record, log});
	return log;
}

void protocol_free(struct protocol_log *log)
{
	if (log == NULL)
		return;
	for (size_t i = 0; i < log->count; i++) {
		free(log->lives[i]->steps);
		free(log->lives[i]);
	}
	accounting_free(&log->accounting);
	free(log->ordinals.list);
	free(log->lives);
	free(log->switches);
	free(log);
}

void protocol_record(struct protocol_log *log, const union record *record)
{
	if (record_is_of_vmm(record) || keep_ordinal(&log->ordinals, log->given))
		accounting_record(&log->accounting, record);
	else
		log->no_memory = true;
	log->given++;
}

int protocol_end(struct protocol_log *log)
{
	accounting_end(&log->accounting);
	for (size_t i = 0; i < log->count; i++)
		close_episode(log, log->lives[i]);
	return log->no_memory ? -1 : 0;
}

/* ---- whose story, and which protocol ---- */

bool protocol_has_events(const struct protocol_log *log)
{
	return log->events;
}

enum protocol protocol_seen(const struct protocol_log *log)
{
	if (!log->limited)
		return PROTOCOL_DIRECT;
	return log->timer ? PROTOCOL_TIMER : PROTOCOL_LIMITED;
}

size_t protocol_count(const struct protocol_log *log)
{
	return log->count;
}

struct protocol_process protocol_process(const struct protocol_log *log, size_t index)
{
	return (struct protocol_process){log->lives[index]->pid, log->lives[index]->name};
}

int protocol_find(const struct protocol_log *log, const char *word)
{
	char *end;
	unsigned long pid = strtoul(word, &end, 10);
	bool number = *word >= '0' && *word <= '9' && *end == '\0';

	for (size_t i = 0; i < log->count; i++)
		if (number ? log->lives[i]->pid == pid : strcmp(log->lives[i]->name, word) == 0)
			return (int)i;
	return -1;
}

/* How much of a life was seen: loaded, called, returned to and removed; then, how many steps it has. */
static size_t completeness(const struct life *life)
{
	size_t parts = (size_t)life->loaded + life->called + life->returned + life->removed;

	return parts * (LIFE_STEPS_MAX + 1) + (life->count < LIFE_STEPS_MAX ? life->count : LIFE_STEPS_MAX);
}

int protocol_choose(const struct protocol_log *log)
{
	int best = -1;

	for (size_t i = 0; i < log->count; i++)
		if (best < 0 || completeness(log->lives[i]) > completeness(log->lives[best]))
			best = (int)i;
	return best;
}

/* The best example of a switch from a process, or with pid 0 from any; NULL when there is none. */
static const struct timer_switch *best_switch(const struct protocol_log *log, uint32_t from)
{
	const struct timer_switch *best = NULL;

	for (size_t i = 0; i < log->switch_count; i++) {
		const struct timer_switch *here = &log->switches[i];
		if ((from == 0 || here->from == from) && (best == NULL || here->score > best->score ||
							  (here->score == best->score && here->count > best->count)))
			best = here;
	}
	return best;
}

static int index_of(const struct protocol_log *log, uint32_t pid)
{
	for (size_t i = 0; i < log->count; i++)
		if (log->lives[i]->pid == pid)
			return (int)i;
	return -1;
}

int protocol_partner(const struct protocol_log *log, int index)
{
	const struct timer_switch *best = index >= 0 ? best_switch(log, log->lives[index]->pid) : NULL;

	return best != NULL ? index_of(log, best->to) : -1;
}

void protocol_choose_switch(const struct protocol_log *log, int *from, int *to)
{
	const struct timer_switch *best = best_switch(log, 0);

	*from = best != NULL ? index_of(log, best->from) : -1;
	*to = best != NULL ? index_of(log, best->to) : -1;
}

enum { LISTED_MAX = 24 };

uint64_t protocol_switches(const struct protocol_log *log, int from, int to)
{
	const struct timer_switch *found = protocol_switch_between(log, log->lives[from]->pid, log->lives[to]->pid);

	return found != NULL ? found->count : 0;
}

/* "2 sieve", or "2" when the program is not known. */
static void put_process(const struct protocol_log *log, uint32_t pid, FILE *out)
{
	fprintf(out, "%" PRIu32, pid);
	for (size_t i = 0; i < log->count; i++) {
		if (log->lives[i]->pid != pid)
			continue;
		fprintf(out, "%s%s", log->lives[i]->name[0] != '\0' ? " " : "", log->lives[i]->name);
		return;
	}
}

void protocol_list_switches(const struct protocol_log *log, FILE *out)
{
	for (size_t i = 0; i < log->switch_count && i < LISTED_MAX; i++) {
		const struct timer_switch *here = &log->switches[i];

		fputs(i > 0 ? ", " : "", out);
		put_process(log, here->from, out);
		fputs(" to ", out);
		put_process(log, here->to, out);
		fprintf(out, " %" PRIu64 " time%s", here->count, here->count == 1 ? "" : "s");
	}
	if (log->switch_count > LISTED_MAX)
		fprintf(out, ", and %zu other pairs", log->switch_count - LISTED_MAX);
	if (log->switch_count == 0)
		fputs("none", out);
}
