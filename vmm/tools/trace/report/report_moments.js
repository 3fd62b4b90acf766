/* SPDX-License-Identifier: MIT */
/* The moments that the page opens on: finds them, tells each in a sentence, and brings it into view. */
"use strict";

/* `list` has pairs of records, the first and the last of each moment. `at` is the one that is shown. */
const moments = {
	call: { title: direct ? "First call of the OS" : "First system call", list: [], at: 0, tell: tellCall },
	timer: { title: "Timer takes the CPU", list: [], at: 0, tell: tellTimer },
	illegal: { title: "Illegal operation", list: [], at: 0, tell: tellIllegal },
	fault: { title: "Page fault", list: [], at: 0, tell: tellFault },
	exit: { title: "Exit", list: [], at: 0, tell: tellExit },
};

/* ---- finding them ---- */

const ROLE = { none: 0, call: 1, tick: 2, trap: 3, fault: 4, save: 5, restore: 6, return: 7, kill: 8, exit: 9 };

/* What each shape is in these stories. */
function rolesOfShapes() {
	const roles = new Uint8Array(data.shapes.length / SHAPE.size);
	const vectors = factColumn(fieldColumns.get("vector"));
	const timer = valueOfName("vector", "TIMER"), pageFault = valueOfName("vector", "PF");
	const byName = { syscall: ROLE.call, service: ROLE.call, save: ROLE.save, restore: ROLE.restore, return: ROLE.return,
		call: ROLE.return, kill: ROLE.kill, deliver: ROLE.kill, exit: ROLE.exit, "main-returns": ROLE.trap };
	for (let shape = 0; shape < roles.length; shape++) {
		const kind = data.shapes[shape * SHAPE.size + SHAPE.kind], { name } = kindInfo(kind);
		const vector = vectors.values[data.shapes[shape * SHAPE.size + SHAPE.facts]];
		if (kind < data.event)
			continue;
		if (name === "interrupt")
			roles[shape] = vector == timer ? ROLE.tick : ROLE.trap;
		else if (name === "exception")
			roles[shape] = vector == pageFault ? ROLE.fault : ROLE.trap;
		else
			roles[shape] = byName[name] || ROLE.none;
	}
	return roles;
}

function findMoments() {
	const roles = rolesOfShapes(), into = new Map(); /* of each process, the record of its last way into the kernel */
	const exception = kindNamed("exception");
	let tick = null, ending = null;
	for (let i = 0; i < records.count; i++) {
		const role = roles[records.shape[i]];
		if (role === ROLE.none)
			continue;
		const pid = shapeOf(i, SHAPE.pid), entry = into.get(pid) ?? -1;
		switch (role) {
		case ROLE.call:
			if (moments.call.list.length === 0)
				moments.call.list.push([i, i]);
		case ROLE.trap: case ROLE.fault:
			into.set(pid, i);
			break;
		case ROLE.tick:
			into.set(pid, i);
			tick = { i, pid, saved: false, to: -1 };
			break;
		case ROLE.save:
			if (tick && tick.pid === pid)
				tick.saved = true;
			break;
		case ROLE.restore:
			if (tick && tick.saved)
				tick.to = pid;
			break;
		case ROLE.kill:
			if (entry >= 0 && kindOf(entry) === exception)
				moments.illegal.list.push([entry, i]);
			into.delete(pid);
			break;
		case ROLE.exit:
			moments.exit.list.push(ending = [entry >= 0 ? entry : i, i]);
			break;
		case ROLE.return:
			if (tick && tick.to === pid && pid !== tick.pid)
				moments.timer.list.push([tick.i, i]);
			if (entry >= 0 && roles[records.shape[entry]] === ROLE.fault)
				moments.fault.list.push([entry, i]);
			if (moments.call.list.length > 0 && moments.call.list[0][0] === entry)
				moments.call.list[0][1] = i;
			if (ending)
				ending[1] = i;
			tick = ending = null;
			into.delete(pid);
			break;
		}
	}
}

/* ---- sentences ---- */

const between = (a, b) => formatTime(records.time[b] - records.time[a]);

/* How long the program had run when it came to `i`: from the return into it. */
function ranBefore(i) {
	const pid = shapeOf(i, SHAPE.pid);
	for (let j = i - 1; j >= 0; j--)
		if (!isExit(j) && shapeOf(j, SHAPE.pid) === pid && kindInfo(kindOf(j)).to > 0)
			return " after " + between(j, i);
	return "";
}

function firstOfKind(first, last, name) {
	for (let i = first; i <= last; i++)
		if (isKind(i, name))
			return i;
	return -1;
}

function tellTimer(first, last) {
	const from = shapeOf(first, SHAPE.pid), to = shapeOf(last, SHAPE.pid);
	return `The timer interrupted ${spokenName(from)}${ranBefore(first)} in ${functionAt(first)}; ` +
		`the kernel gave ${spokenName(to)} the CPU ${between(first, last)} later.`;
}

function tellCall(first, last) {
	const who = spokenName(shapeOf(first, SHAPE.pid)), call = detailOf(first).replace(/\(.*/, "()");
	const back = last > first ? `, and had it back after ${between(first, last)}` : "";
	return direct ? `${who} called ${call} of the OS, a function like any other${back}.`
		: `${who} asked the kernel for ${call}: the CPU went from user mode to kernel mode${back}.`;
}

function tellIllegal(first, last) {
	const who = spokenName(shapeOf(first, SHAPE.pid)), killed = isKind(last, "kill");
	return `${who} did what it may not, in ${functionAt(first)} (${detailOf(first)}); the CPU trapped into the kernel, which ` +
		`${killed ? "killed it" : "sent it a signal"} ${between(first, last)} later.`;
}

function tellFault(first, last) {
	const page = firstOfKind(first, last, "page");
	return `${spokenName(shapeOf(first, SHAPE.pid))} touched a page that was not there yet, in ${functionAt(first)}; the kernel ` +
		`mended that${page >= 0 ? ` (${detailOf(page)})` : ""} and let it go on ${between(first, last)} later.`;
}

function tellExit(first, last) {
	const at = firstOfKind(first, last, "exit"), next = shapeOf(last, SHAPE.pid), pid = shapeOf(at, SHAPE.pid);
	const signal = argument(at, "signal"), status = argument(at, "status");
	return `${spokenName(pid)} ended ` + (signal ? `by signal ${signal}` : `with status ${status ?? 0}`) +
		(last > at && next !== pid ? `; the kernel gave ${spokenName(next)} the CPU ${between(first, last)} later.` : ".");
}

/* What the trace says, after the sentence: the records of the moment, from its beginning. */
function mnemonics(first, last) {
	const most = 10, parts = [];
	let left = 0;
	for (let i = first; i <= last; i++) {
		if (isHidden(i))
			continue;
		if (parts.length === most - 1 && i < last) {
			left++;
			continue;
		}
		if (left > 0)
			parts.push(make("span", { class: "soft" }, `… ${formatCount(left)} more …`));
		const go = make("button", { class: "go", title: placeOf(i) }, `+${between(first, i)}`);
		go.addEventListener("click", () => select(i));
		parts.push(make("span", {}, go, " ", make("b", {}, kindInfo(kindOf(i)).name), " ", detailOf(i)));
	}
	return parts;
}

/* ---- showing them ---- */

/* Brings records into view with as much time around them as they took; one alone, as far as its next neighbour. */
function fit(first, last) {
	const from = records.time[first], to = records.time[last];
	const gaps = [from - records.time[neighbour(first, -1, () => true)], records.time[neighbour(last, 1, () => true)] - to]
		.filter((gap) => gap > 0);
	const around = Math.max(to > from ? (to - from) * 0.6 : Math.min(...gaps, 1e6), 500);
	setView(from - around, to + around);
}

function showMoment(key, at) {
	const moment = moments[key], count = moment.list.length;
	moment.at = (at + count) % count;
	const [first, last] = moment.list[moment.at];
	view.moment = { key, first, last, lanes: lanesBetween(first, last) };
	fit(first, last);
	if (key === "timer")
		showSwitch(first);
	select(first);
	byId("sentence").replaceChildren(make("strong", {}, moment.tell(first, last)),
		make("span", { class: "mnemonics" }, ...mnemonics(first, last)));
	nameMoments();
	showTimeline();
}

/* The process whose table of a switch tells of a record; -1 when there is none. */
const processSwitchedAt = (i) => protocol.processes.findIndex((process) => process.switch && rowTelling(process.switch, i));

function showSwitch(i) {
	const index = processSwitchedAt(i);
	if (index < 0)
		return;
	byId("process").value = String(index);
	showProtocol("switch");
}

function leaveMoment() {
	if (!view.moment)
		return;
	view.moment = null;
	byId("sentence").replaceChildren();
	nameMoments();
}

function lanesBetween(first, last) {
	const found = new Set([RING0]);
	for (const i of [first, last])
		if (shapeOf(i, SHAPE.pid) > 0)
			found.add(processLane(shapeOf(i, SHAPE.pid)));
	return found;
}

function nameMoments() {
	for (const [key, { list, at, group }] of Object.entries(moments)) {
		if (list.length === 0)
			continue;
		const shown = view.moment !== null && view.moment.key === key;
		group.querySelector(".name").setAttribute("aria-pressed", String(shown));
		const place = group.querySelector(".place");
		if (place)
			place.textContent = `${formatCount(at + 1)} of ${formatCount(list.length)}`;
	}
}

function fillMoments() {
	findMoments();
	moments.timer.at = Math.max(0, moments.timer.list.findIndex(([first]) => processSwitchedAt(first) >= 0));
	const bar = byId("moments");
	for (const [key, moment] of Object.entries(moments)) {
		if (moment.list.length === 0)
			continue;
		const button = (attributes, text, by) => {
			const node = make("button", attributes, text);
			node.addEventListener("click", () => showMoment(key, moment.at + by));
			return node;
		};
		moment.group = make("span", { class: "moment" }, button({ class: "name" }, moment.title, 0));
		if (moment.list.length > 1)
			moment.group.append(button({ "aria-label": moment.title + ": the one before" }, "‹", -1),
				make("span", { class: "place" }), button({ "aria-label": moment.title + ": the next one" }, "›", 1));
		bar.append(moment.group);
	}
	bar.hidden = bar.childElementCount === 0;
	view.absences = findAbsences();
	view.forced = Float64Array.from(moments.timer.list, ([first]) => records.time[first]);
	nameMoments();
	redraw();
}

view.listeners.push((i) => {
	if (view.moment && (i < view.moment.first || i > view.moment.last))
		leaveMoment();
});
