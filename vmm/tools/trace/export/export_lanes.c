/* SPDX-License-Identifier: MIT */
/* Makes slices, instants and counters of time and moments: see export_lanes.h. */
#include "tools/trace/export/export_lanes.h"

#include <stdlib.h>

#include "base/array.h"
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
						       [LABEL_PROCESS] = "process"};

	switch (label->kind) {
	case LABEL_EXIT:
		put_named(line, exit_name(label->number), "exit reason ", label->number);
		break;
	case LABEL_IN:
	case LABEL_OUT:
		put_port(line, label);
		break;
	case LABEL_SHARE:
		layout_text(line, share_name(label->number));
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
	case LABEL_KVM:
		put_named(line, argument_words("#left", label->number), "exit inside KVM ", label->number);
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

enum lane_category lane_category(const struct lane *lane, const struct moment *moment)
{
	if (moment == NULL)
		return share_is_guest(lane->share) ? CATEGORY_GUEST : CATEGORY_HOST;
	return moment->kind == MOMENT_EXIT ? CATEGORY_EXIT : CATEGORY_EVENT;
}

const char *lane_category_name(enum lane_category category)
{
	static const char *const names[] = {[CATEGORY_EXIT] = "exit",
					    [CATEGORY_EVENT] = "event",
					    [CATEGORY_GUEST] = "guest",
					    [CATEGORY_HOST] = "host"};

	return names[category];
}

const char *lane_name(const struct export *export, const struct lane *lane)
{
	const struct moment who = {.pid = lane->pid, .image = lane->image};

	if ((unsigned)lane->share == LANE_KVM)
		return "exits that KVM handled by itself";
	if (lane->share != SHARE_USER)
		return share_words(lane->share);
	return lane->pid == 0 ? "process not known" : export_program(export, &who);
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

/* ---- slices ---- */

static void keep_moment(struct kept_moment *kept, const struct moment *moment, const struct lane_flows *flows)
{
	kept->flows = *flows;
	kept->moment = *moment;
	kept->record = *moment->record;
	kept->moment.record = &kept->record;
	if (moment->call != NULL) {
		kept->call = *moment->call;
		kept->moment.call = &kept->call;
	}
}

static struct lane lane_of(const struct lanes *lanes, enum share share, uint32_t pid)
{
	if (share != SHARE_USER)
		return (struct lane){.share = share};
	return (struct lane){share, pid, process_image(processes_by_pid(&lanes->processes, pid))};
}

static struct label label_of_lane(const struct lanes *lanes, const struct lane *lane)
{
	switch (lane->share) {
	case SHARE_USER:
		return program_label(lane->image);
	case SHARE_KERNEL:
		return lanes->booted ? lanes->work : label_of(LABEL_BOOT, 0);
	case SHARE_VMM:
		return lanes->handling;
	default:
		return label_of(LABEL_SHARE, lane->share);
	}
}

static void close_slice(struct lanes *lanes, uint64_t ns)
{
	if (lanes->open)
		lanes->format->end(lanes->export, &lanes->slice, ns);
	lanes->open = false;
}

/* Whether the moment that waits for its slice is about such time: an exit is about the VMM's, an event the guest's. */
static bool next_fits(const struct lanes *lanes, enum share share)
{
	return lanes->has_next && (lanes->next.moment.kind == MOMENT_EXIT ? share == SHARE_VMM : share_is_guest(share));
}

/* Shows the moment that no slice is about, because there was no time for one. */
static void show_next_as_instant(struct lanes *lanes)
{
	const struct moment *moment = &lanes->next.moment;

	if (!lanes->has_next)
		return;
	const enum share ring = moment->cpl == CPL_USER ? SHARE_USER : SHARE_KERNEL;
	const struct lane lane = lane_of(lanes, moment->kind == MOMENT_EXIT ? SHARE_VMM : ring, moment->pid);
	const struct label label = label_of_lane(lanes, &lane);
	lanes->format->instant(lanes->export, &lane, &label, moment, &lanes->next.flows);
	lanes->has_next = false;
}

/* Draws time from `from` on, in ns. */
static void draw(struct lanes *lanes, const struct time_slice *given, uint64_t from)
{
	const struct lane lane = lane_of(lanes, given->share, given->pid);
	const bool fits = next_fits(lanes, given->share);

	if (given->share == SHARE_USER) {
		lanes->booted = true;
		lanes->work = label_of(LABEL_KERNEL, 0);
	}
	const struct label label = label_of_lane(lanes, &lane);
	const struct lane_slice *slice = &lanes->slice;
	if (!fits && lanes->open && slice->lane.share == lane.share && slice->lane.pid == lane.pid &&
	    slice->label.kind == label.kind && slice->label.number == label.number)
		return;
	if (!fits)
		show_next_as_instant(lanes);
	close_slice(lanes, from);
	lanes->slice = (struct lane_slice){.lane = lane, .label = label, .since = from};
	if (fits) {
		keep_moment(&lanes->about, &lanes->next.moment, &lanes->next.flows);
		lanes->slice.flows = lanes->next.flows;
		lanes->slice.moment = &lanes->about.moment;
		lanes->has_next = false;
	}
	lanes->open = true;
	lanes->format->begin(lanes->export, &lanes->slice);
}

/* Draws what has been given up to `until`, in ns. Time of less than a nanosecond is not drawn. */
static void draw_until(struct lanes *lanes, uint64_t until)
{
	const struct trace_clock *clock = lanes->export->clock;

	for (; lanes->given_first < lanes->given_count; lanes->given_first++) {
		const struct time_slice *given = &lanes->given[lanes->given_first];
		const uint64_t ends = trace_clock_ns(clock, given->to), to = ends < until ? ends : until;

		if (to > lanes->drawn)
			draw(lanes, given, lanes->drawn);
		lanes->drawn = to > lanes->drawn ? to : lanes->drawn;
		if (ends > until)
			return;
	}
	lanes->given_first = lanes->given_count = 0;
}

void lanes_slice(struct lanes *lanes, const struct time_slice *slice)
{
	struct time_slice *last = lanes->given_count > 0 ? &lanes->given[lanes->given_count - 1] : NULL;

	if (last != NULL && time_slice_continues(slice, last)) {
		last->to = slice->to;
		return;
	}
	if (!array_reserve(&lanes->given, &lanes->given_capacity, lanes->given_count + 1, LANES_GIVEN_MAX,
			   sizeof(*lanes->given)))
		draw_until(lanes, UINT64_MAX); /* by the names of what was before */
	if (lanes->given != NULL)
		lanes->given[lanes->given_count++] = *slice;
}

/* The next slice is about `moment`. */
static void begin_with(struct lanes *lanes, const struct moment *moment, const struct lane_flows *flows)
{
	show_next_as_instant(lanes);
	keep_moment(&lanes->next, moment, flows);
	lanes->has_next = true;
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

/* ---- processes ---- */

static void show_count(struct lanes *lanes, enum counter counter, uint64_t ns, uint64_t value)
{
	if (lanes->shown[counter] == value)
		return;
	lanes->shown[counter] = value;
	lanes->format->counter(lanes->export, counter, ns, value);
}

static void set_ready(struct lanes *lanes, struct lane_process *process, bool ready, uint64_t ns)
{
	if (process->ready != ready)
		show_count(lanes, COUNTER_READY, ns, lanes->shown[COUNTER_READY] + (ready ? 1 : UINT64_MAX));
	process->ready = ready;
}

/* The element of a process. When there is no room it takes that of another, of which nothing is known then. */
static struct lane_process *process_of(struct lanes *lanes, uint32_t pid, uint64_t ns)
{
	struct lane_process *process = PID_ADD(lanes->process_list, pid);

	if (process != NULL)
		return process;
	set_ready(lanes, &lanes->process_list[pid % LANES_PROCESSES_MAX], false, ns);
	return PID_ADD_DISPLACING(lanes->process_list, pid);
}

static uint64_t take_flow(uint64_t *flow)
{
	const uint64_t taken = *flow;

	*flow = 0;
	return taken;
}

/* Follows who waits, who could run and who runs. Returns the flows that the event begins and ends. */
static struct lane_flows follow_process(struct lanes *lanes, const struct moment *moment)
{
	const struct event_record *event = &moment->record->event;
	struct lane_process *process = process_of(lanes, event->pid, moment->ns);
	struct lane_flows flows = {0};

	switch (event->kind - RECORD_EVENT) {
	case RINGSIDE_EVENT_SYSCALL:
	case RINGSIDE_EVENT_EXCEPTION:
	case RINGSIDE_EVENT_INTERRUPT:
		flows.begun = process->trap = ++lanes->flows;
		break;
	case RINGSIDE_EVENT_RETURN:
		flows.ended[0] = take_flow(&process->trap);
		break;
	case RINGSIDE_EVENT_WAKE:
		flows.begun = process->wake = ++lanes->flows;
		set_ready(lanes, process, true, moment->ns);
		break;
	case RINGSIDE_EVENT_SWITCH:
		flows.begun = lanes->switch_flow = ++lanes->flows;
		lanes->switch_to = (uint32_t)event->a;
		set_ready(lanes, process, event->b == RINGSIDE_SWITCH_SLICE || event->b == RINGSIDE_SWITCH_YIELD,
			  moment->ns);
		break;
	case RINGSIDE_EVENT_RESTORE:
		flows.ended[0] = lanes->switch_to == event->pid ? take_flow(&lanes->switch_flow) : 0;
		flows.ended[1] = take_flow(&process->wake);
		set_ready(lanes, process, false, moment->ns);
		break;
	case RINGSIDE_EVENT_PROC_REMOVE:
		set_ready(lanes, process, false, moment->ns);
		break;
	}
	return flows;
}

/* It ends where the guest was entered again, in the middle of what its lane shows. */
static void show_kvm_exit(struct lanes *lanes, const struct moment *moment)
{
	const struct event_record *event = &moment->record->event;
	const struct lane_slice slice = {
		.lane.share = (enum share)LANE_KVM,
		.label = label_of(LABEL_KVM, event->b),
		.since = moment->ns > event->ns ? moment->ns - event->ns : 0,
		.moment = moment,
	};

	lanes->format->inside(lanes->export, &slice, moment->ns);
}

static void show_event(struct lanes *lanes, const struct moment *moment)
{
	struct lane_flows flows = {0};
	const struct label label = label_of(LABEL_EVENT, moment->record->event.kind - RECORD_EVENT);
	const struct lane lane = lanes->open ? lanes->slice.lane : (struct lane){.share = SHARE_KERNEL};

	if (moment->record->event.kind == RECORD_EVENT + RINGSIDE_EVENT_KVM_EXIT) {
		show_kvm_exit(lanes, moment);
		return;
	}
	if (!record_is_of_vmm(moment->record)) {
		flows = follow_process(lanes, moment);
		processes_learn(&lanes->processes, &moment->record->event, lanes->export->symbols);
		learn_protocol(lanes, moment->record->event.kind - RECORD_EVENT);
		const bool changes = changes_work(lanes, moment);
		lanes->booted = lanes->booted || changes;
		if (changes || moment->cpl != CPL_KERNEL) {
			begin_with(lanes, moment, &flows);
			return;
		}
	}
	show_next_as_instant(lanes);
	lanes->format->instant(lanes->export, &lane, &label, moment, &flows);
}

/* ---- counters ---- */

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
	else if (kind == RINGSIDE_EVENT_TICK)
		show_count(lanes, COUNTER_TICK_LATE, moment->ns, moment->record->event.a);
}

bool lanes_learn_name(struct lanes *lanes, const struct lane *lane)
{
	if (lane->pid == 0) {
		const bool is_named = lanes->lanes_named[lane->share];
		lanes->lanes_named[lane->share] = true;
		return !is_named;
	}
	struct lane_process *process = process_of(lanes, lane->pid, lanes->drawn);
	if (process->named && process->image == lane->image)
		return false;
	process->named = true;
	process->image = lane->image;
	return true;
}

void lanes_start(struct lanes *lanes, struct export *export, const struct lane_format *format)
{
	*lanes = (struct lanes){
		.export = export,
		.format = format,
		.handling = label_of(LABEL_SETUP, 0),
		.work = label_of(LABEL_KERNEL, 0),
	};
}

void lanes_moment(struct lanes *lanes, const struct moment *moment)
{
	draw_until(lanes, moment->ns);
	if (moment->kind == MOMENT_ENTRY)
		return;
	count(lanes, moment);
	if (moment->kind == MOMENT_EVENT) {
		show_event(lanes, moment);
		return;
	}
	begin_with(lanes, moment, &(struct lane_flows){0});
	lanes->handling = exit_label(&moment->record->exit);
}

void lanes_end(struct lanes *lanes, uint64_t ns)
{
	draw_until(lanes, UINT64_MAX);
	show_next_as_instant(lanes);
	close_slice(lanes, lanes->drawn);
	end_window(lanes, ns / NS_PER_WINDOW + 2);
	free(lanes->given);
	lanes->given = NULL;
}
