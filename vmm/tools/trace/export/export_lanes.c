/* SPDX-License-Identifier: MIT */
/* Makes slices, instants and counters of moments: see export_lanes.h. */
#include "tools/trace/export/export_lanes.h"

#include "base/linux_names.h"
#include "base/units.h"
#include "devices/devices.h"
#include "text/detail.h"
#include "text/names.h"
#include "text/place.h"

#define NS_PER_WINDOW NS_PER_MS

static const uint32_t label_numbers[LABEL_KINDS] = {
#define ROW(kind, numbers) [LABEL_##kind] = (numbers),
	LABELS(ROW)
#undef ROW
};

uint32_t label_id(const struct label *label)
{
	uint32_t id = label->number;

	for (unsigned kind = 0; kind < label->kind; kind++)
		id += label_numbers[kind];
	return id;
}

static struct label label_of(enum label_kind kind, uint64_t number)
{
	uint32_t last = label_numbers[kind] - 1;

	return (struct label){kind, number < last ? (uint32_t)number : last};
}

static void put_named(struct layout *line, const char *name, const char *otherwise, uint32_t number)
{
	if (name != NULL)
		layout_text(line, name);
	else
		layout_decimal(line, otherwise, number);
}

static void put_port(struct layout *line, const struct label *label)
{
	const struct device_register *port = device_register_at((uint16_t)label->number);

	layout_text(line, label->kind == LABEL_IN ? "in " : "out ");
	if (port != NULL)
		layout_text(line, device_register_name(port, label->kind != LABEL_IN));
}

void label_text(const struct export *export, const struct label *label, struct layout *line)
{
	static const char *const fixed[LABEL_KINDS] = {[LABEL_SETUP] = "set-up",
						       [LABEL_BOOT] = "boot",
						       [LABEL_KERNEL] = "kernel",
						       [LABEL_IDLE] = "idle",
						       [LABEL_PROCESS] = "process"};

	switch (label->kind) {
	case LABEL_EXIT:
		put_named(line, exit_name(label->number), "exit reason ", label->number);
		break;
	case LABEL_IN:
	case LABEL_OUT:
		put_port(line, label);
		break;
	case LABEL_EVENT:
		layout_text(line, event_name(label->number));
		break;
	case LABEL_SYSCALL:
		put_named(line, syscall_name(label->number), "syscall ", label->number);
		break;
	case LABEL_TRAP:
		detail_vector(line, label->number);
		break;
	case LABEL_PROGRAM:
		put_named(line, symbols_image_name(export->symbols, (int)label->number), "program ", label->number);
		break;
	default:
		layout_text(line, fixed[label->kind]);
	}
}

const char *counter_name(enum counter counter)
{
	static const char *const names[COUNTER_COUNT] = {
#define ROW(counter, name) [COUNTER_##counter] = (name),
		COUNTERS(ROW)
#undef ROW
	};
	return names[counter];
}

enum lane_category lane_category(const struct moment *moment)
{
	if (moment == NULL)
		return CATEGORY_GUEST;
	return moment->kind == MOMENT_EXIT ? CATEGORY_EXIT : CATEGORY_EVENT;
}

const char *lane_category_name(enum lane_category category)
{
	static const char *const names[] = {
		[CATEGORY_EXIT] = "exit", [CATEGORY_EVENT] = "event", [CATEGORY_GUEST] = "guest"};

	return names[category];
}

/* ---- slices ---- */

static void close_slice(struct lanes *lanes, uint64_t ns)
{
	if (lanes->open)
		lanes->format->end(lanes->export, &lanes->lane, ns);
	lanes->open = false;
}

static void open_slice(struct lanes *lanes, struct lane lane, struct label label, const struct moment *moment,
		       uint64_t ns)
{
	close_slice(lanes, ns);
	lanes->lane = lane;
	lanes->label = label;
	lanes->since = ns;
	lanes->open = true;
	lanes->format->begin(lanes->export, &lanes->lane, ns, &label, moment);
}

/*
 * From `from` to `to` none of guest and VMM ran, for which the slice of that time is interrupted. `moment`: what told
 * of it, or NULL.
 */
static void show_away(struct lanes *lanes, uint64_t from, uint64_t to, struct label label, const struct moment *moment)
{
	const struct lane lane = lanes->lane;
	const struct label interrupted = lanes->label;
	const bool was_open = lanes->open;

	from = from > lanes->since ? from : lanes->since;
	to = to > from ? to : from;
	open_slice(lanes, (struct lane){.kind = LANE_AWAY}, label, moment, from);
	if (was_open)
		open_slice(lanes, lane, interrupted, NULL, to);
	else
		close_slice(lanes, to);
	lanes->since = to;
}

static struct label exit_label(const struct exit_record *exit)
{
	uint16_t port = (uint16_t)exit->address;

	if (exit->kind == RINGSIDE_EXIT_IO && device_register_at(port) != NULL)
		return label_of((exit->flags & RECORD_WRITE) != 0 ? LABEL_OUT : LABEL_IN, port);
	return label_of(LABEL_EXIT, exit->kind);
}

static struct label program_label(int image)
{
	return image > IMAGE_KERNEL ? label_of(LABEL_PROGRAM, (uint32_t)image) : label_of(LABEL_PROCESS, 0);
}

/*
 * Opens a slice for the ring that the guest is in from `moment` on. `record` is `moment` when the slice is about it, or
 * NULL.
 */
static void open_guest(struct lanes *lanes, const struct moment *moment, const struct moment *record)
{
	if (moment->cpl == CPL_KERNEL) {
		struct label work = lanes->booted ? lanes->work : label_of(LABEL_BOOT, 0);
		open_slice(lanes, (struct lane){.kind = LANE_KERNEL}, work, record, moment->ns);
		return;
	}
	lanes->booted = true;
	lanes->work = label_of(LABEL_KERNEL, 0);
	open_slice(lanes, (struct lane){LANE_PROCESS, moment->pid, moment->image}, program_label(moment->image), record,
		   moment->ns);
}

/* What a process that gets the CPU goes on with in ring 0: its system call, or the handling of what interrupted it. */
static struct label resumed_work(const struct moment *moment)
{
	if (moment->call != NULL && moment->call->open)
		return label_of(LABEL_SYSCALL, moment->call->number);
	return label_of(LABEL_EVENT, RINGSIDE_EVENT_RESTORE);
}

/*
 * Where programs run in ring 0 (protocol=direct), ring 0 works on main() or on the service that main() calls. An
 * exception is no work of its own, since no event tells of its end.
 */
static bool changes_direct_work(struct lanes *lanes, const struct moment *moment)
{
	const struct event_record *event = &moment->record->event;

	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_CALL_MAIN:
	case RINGSIDE_EVENT_SYSCALL_RESULT:
		lanes->work = program_label(moment->about_image);
		return true;
	case RINGSIDE_EVENT_SERVICE:
		lanes->work = label_of(LABEL_SYSCALL, event->a);
		return true;
	case RINGSIDE_EVENT_MAIN_RETURN:
		lanes->work = label_of(LABEL_KERNEL, 0);
		return true;
	default:
		return false;
	}
}

/* Where programs run in ring 3, ring 0 works on the trap that led there. */
static bool changes_limited_work(struct lanes *lanes, const struct moment *moment)
{
	const struct event_record *event = &moment->record->event;

	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_SYSCALL:
		lanes->work = label_of(LABEL_SYSCALL, event->a);
		return true;
	case RINGSIDE_EVENT_EXCEPTION:
	case RINGSIDE_EVENT_INTERRUPT:
		lanes->work = label_of(LABEL_TRAP, event->a);
		return true;
	default:
		return false;
	}
}

/* Whether ring 0 works on something else from this event on: on what lanes->work is then. */
static bool changes_work(struct lanes *lanes, const struct moment *moment)
{
	if (moment->record->event.kind != RECORD_EVENT + RINGSIDE_EVENT_RESTORE)
		return (lanes->direct ? changes_direct_work : changes_limited_work)(lanes, moment);
	lanes->work = resumed_work(moment);
	return true;
}

/* Learns whether programs run in ring 0, from the first event that only one of the protocols has. */
static void learn_protocol(struct lanes *lanes, unsigned event)
{
	if (event == RINGSIDE_EVENT_CALL_MAIN || event == RINGSIDE_EVENT_SERVICE)
		lanes->direct = true;
	else if (event == RINGSIDE_EVENT_SYSCALL)
		lanes->direct = false;
}

/* An absence is a slice that ends at its event; anything else that the VMM tells changes no lane. */
static void show_vmm_event(struct lanes *lanes, const struct moment *moment)
{
	const struct label label = label_of(LABEL_EVENT, moment->record->event.kind - RECORD_EVENT);
	const uint64_t ns = trace_clock_ticks_ns(lanes->export->clock, moment->record->event.a);

	if (record_is_absence(moment->record)) {
		show_away(lanes, ns < moment->ns ? moment->ns - ns : 0, moment->ns, label, moment);
		return;
	}
	if (!lanes->open)
		open_guest(lanes, moment, NULL);
	lanes->format->instant(lanes->export, &lanes->lane, &label, moment);
}

static void show_event(struct lanes *lanes, const struct moment *moment)
{
	if (record_is_of_vmm(moment->record)) {
		show_vmm_event(lanes, moment);
		return;
	}
	learn_protocol(lanes, moment->record->event.kind - RECORD_EVENT);
	bool changes = changes_work(lanes, moment);

	lanes->booted = lanes->booted || changes;
	if (changes || moment->cpl != CPL_KERNEL) {
		open_guest(lanes, moment, moment);
		return;
	}
	if (!lanes->open || lanes->lane.kind != LANE_KERNEL)
		open_guest(lanes, moment, NULL); /* the trap that led here is missing */
	struct label label = label_of(LABEL_EVENT, moment->record->event.kind - RECORD_EVENT);
	lanes->format->instant(lanes->export, &lanes->lane, &label, moment);
}

/* ---- counters ---- */

static void show_count(struct lanes *lanes, enum counter counter, uint64_t ns, uint64_t value)
{
	if (lanes->shown[counter] == value)
		return;
	lanes->shown[counter] = value;
	lanes->format->counter(lanes->export, counter, ns, value);
}

/* Ends the millisecond that was counted. Its numbers are about all of it, so that they stand at its beginning. */
static void end_window(struct lanes *lanes, uint64_t next)
{
	for (unsigned counter = COUNTER_EXITS; counter <= COUNTER_EVENTS; counter++) {
		show_count(lanes, counter, lanes->window * NS_PER_WINDOW, lanes->counts[counter]);
		if (next > lanes->window + 1)
			show_count(lanes, counter, (lanes->window + 1) * NS_PER_WINDOW, 0);
		lanes->counts[counter] = 0;
	}
	lanes->window = next;
}

static void count(struct lanes *lanes, const struct moment *moment)
{
	uint64_t window = moment->ns / NS_PER_WINDOW;

	if (window != lanes->window)
		end_window(lanes, window);
	lanes->counts[moment->kind == MOMENT_EXIT ? COUNTER_EXITS : COUNTER_EVENTS]++;
	if (moment->kind != MOMENT_EVENT)
		return;
	unsigned kind = moment->record->event.kind - RECORD_EVENT;
	uint64_t processes = lanes->shown[COUNTER_PROCESSES];
	if (kind == RINGSIDE_EVENT_PROC_CREATE)
		show_count(lanes, COUNTER_PROCESSES, moment->ns, processes + 1);
	else if (kind == RINGSIDE_EVENT_PROC_REMOVE && processes > 0)
		show_count(lanes, COUNTER_PROCESSES, moment->ns, processes - 1);
}

bool lanes_learn_name(struct lanes *lanes, const struct lane *lane)
{
	struct named_lane *named = PID_FIND(lanes->named, lane->pid);

	if (lane->kind != LANE_PROCESS || (named != NULL && named->image == lane->image))
		return false;
	named = PID_ADD_DISPLACING(lanes->named, lane->pid);
	named->image = lane->image;
	return true;
}

void lanes_start(struct lanes *lanes, struct export *export, const struct lane_format *format)
{
	*lanes = (struct lanes){.export = export, .format = format};
}

static void show_exit(struct lanes *lanes, const struct moment *moment)
{
	const struct exit_record *exit = &moment->record->exit;
	const struct trace_clock *clock = lanes->export->clock;

	open_slice(lanes, (struct lane){.kind = LANE_VMM}, exit_label(exit), moment, moment->ns);
	if (moment->idle_ns > 0) {
		const uint64_t began = trace_clock_ns(clock, exit->address);
		const uint64_t last = moment->ns + moment->vmm_ns; /* the latest at which it can have begun */
		const uint64_t from = began < moment->ns ? moment->ns : began < last ? began : last;

		show_away(lanes, from, from + moment->idle_ns, label_of(LABEL_IDLE, 0), NULL);
	}
}

void lanes_moment(struct lanes *lanes, const struct moment *moment)
{
	if (moment->kind == MOMENT_ENTRY && lanes->since == 0 && !lanes->open && moment->ns > 0 &&
	    !lanes->export->begins_late)
		open_slice(lanes, (struct lane){.kind = LANE_VMM}, label_of(LABEL_SETUP, 0), NULL, 0);
	if (moment->kind == MOMENT_ENTRY) {
		open_guest(lanes, moment, NULL);
		return;
	}
	count(lanes, moment);
	if (moment->kind == MOMENT_EVENT)
		show_event(lanes, moment);
	else
		show_exit(lanes, moment);
}

void lanes_end(struct lanes *lanes, uint64_t ns)
{
	close_slice(lanes, ns);
	end_window(lanes, ns / NS_PER_WINDOW + 2);
}
