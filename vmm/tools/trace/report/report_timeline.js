/* SPDX-License-Identifier: MIT */
/* Moves the timeline: by mouse, touch and keys, and from event to event. */
"use strict";

/* ---- moving ---- */

function setView(from, to) {
	const { limits } = view, span = Math.min(limits.to - limits.from, Math.max(MIN_SPAN, to - from));
	view.from = Math.max(limits.from, Math.min(limits.to - span, from));
	view.to = view.from + span;
	view.hover = -1;
	tooltip.hidden = true; /* what it tells of has moved */
	redraw();
}

const showAll = () => setView(view.limits.from, view.limits.to);

function zoom(factor, centre) {
	setView(centre - (centre - view.from) * factor, centre + (view.to - centre) * factor);
}

const centre = () => {
	const time = view.selected >= 0 ? records.time[view.selected] : -1;
	return time >= view.from && time <= view.to ? time : (view.from + view.to) / 2;
};

/* Brings a record into view: at the middle when it is not, and near enough to be told from its neighbours. */
function show(i, near) {
	const time = records.time[i];
	let span = view.to - view.from;
	if (near) {
		const a = records.time[Math.max(0, i - 12)], b = records.time[Math.min(records.count - 1, i + 12)];
		span = Math.min(span, Math.max(MIN_SPAN, (b - a) * 1.2));
	}
	const margin = span * 0.08;
	if (span !== view.to - view.from || time < view.from + margin || time > view.to - margin)
		setView(time - span / 2, time + span / 2);
}

function select(i, near = false) {
	if (i < 0 || i >= records.count)
		return;
	view.selected = i;
	show(i, near);
	redraw();
	for (const listener of view.listeners)
		listener(i);
}

/* The next record in a direction that `wanted` takes; where there is none, the one we are at. */
function neighbour(from, direction, wanted) {
	for (let i = from + direction; i >= 0 && i < records.count; i += direction)
		if (!isHidden(i) && wanted(i))
			return i;
	return from;
}

function step(direction, sameKind) {
	if (view.selected < 0) {
		const middle = upperBound(records.time, view.from);
		return select(Math.min(records.count - 1, middle));
	}
	const kind = kindOf(view.selected);
	select(neighbour(view.selected, direction, (i) => !sameKind || kindOf(i) === kind));
}

function nearest(x) {
	const time = timeOf(x), i = upperBound(records.time, time);
	const candidates = [neighbour(i, -1, () => true), neighbour(i - 1, 1, () => true)]
		.filter((at) => at >= 0 && at < records.count && !isHidden(at));
	candidates.sort((a, b) => Math.abs(records.time[a] - time) - Math.abs(records.time[b] - time));
	return candidates.length > 0 ? candidates[0] : -1;
}

/* ---- mouse and touch ---- */

const pointers = new Map();
let dragged = 0, pinch = 0;

function spread() {
	const [a, b] = [...pointers.values()];
	return { distance: Math.max(10, Math.abs(a - b)), middle: (a + b) / 2 };
}

function showTooltip(x, y) {
	const i = view.hover;
	tooltip.hidden = i < 0;
	if (i < 0)
		return;
	const pid = shapeOf(i, SHAPE.pid);
	tooltip.replaceChildren(make("b", {}, kindInfo(kindOf(i)).name + (isExit(i) ? " exit" : "") + (pid ? " · " + processName(pid) : "")),
		detailOf(i), make("br"), placeOf(i), make("br"), formatMoment(records.time[i]));
	const left = Math.min(x + 14, stage.clientWidth - tooltip.offsetWidth - 4);
	tooltip.style.left = Math.max(0, left) + "px";
	tooltip.style.top = Math.min(y + 14, canvas.clientHeight - tooltip.offsetHeight) + "px";
}

function hover(event) {
	const near = event.offsetX >= gutter() ? nearest(event.offsetX) : -1;
	view.hover = near >= 0 && Math.abs(xOf(records.time[near]) - event.offsetX) < 24 ? near : -1;
	showTooltip(event.offsetX, event.offsetY);
	redraw();
}

let measuring = false; /* from where the pointer went down */

canvas.addEventListener("pointerdown", (event) => {
	tooltip.hidden = true;
	measuring = event.offsetX >= gutter() && (event.shiftKey || event.offsetY < AXIS);
	if (measuring)
		view.measured = [timeOf(event.offsetX), timeOf(event.offsetX)];
	pointers.set(event.pointerId, event.offsetX);
	canvas.setPointerCapture(event.pointerId);
	dragged = pointers.size > 1 ? 100 : 0;
	pinch = pointers.size === 2 ? spread().distance : 0;
});
canvas.addEventListener("pointermove", (event) => {
	if (!pointers.has(event.pointerId))
		return hover(event);
	const moved = event.offsetX - pointers.get(event.pointerId);
	pointers.set(event.pointerId, event.offsetX);
	if (pointers.size === 2) {
		const now = spread();
		zoom(pinch / now.distance, timeOf(now.middle));
		pinch = now.distance;
		return;
	}
	dragged += Math.abs(moved);
	if (dragged < 4)
		return;
	if (measuring) {
		view.measured[1] = timeOf(Math.max(gutter(), event.offsetX));
		return redraw();
	}
	canvas.classList.add("dragging");
	const time = moved / plotWidth() * (view.to - view.from);
	setView(view.from - time, view.to - time);
});
for (const name of ["pointerup", "pointercancel"])
	canvas.addEventListener(name, (event) => {
		const click = name === "pointerup" && pointers.has(event.pointerId) && dragged < 4;
		pointers.delete(event.pointerId);
		canvas.classList.remove("dragging");
		if (measuring && click)
			view.measured = null;
		measuring = false;
		if (click && event.offsetX >= gutter())
			select(nearest(event.offsetX));
	});
canvas.addEventListener("pointerleave", () => {
	view.hover = -1;
	tooltip.hidden = true;
	redraw();
});
canvas.addEventListener("dblclick", (event) => zoom(1 / 4, timeOf(event.offsetX)));
canvas.addEventListener("wheel", (event) => {
	if (event.ctrlKey || event.metaKey) {
		event.preventDefault();
		zoom(1.0025 ** event.deltaY, timeOf(event.offsetX));
	} else if (event.deltaX !== 0 || event.shiftKey) {
		event.preventDefault();
		const time = (event.deltaX || event.deltaY) / plotWidth() * (view.to - view.from);
		setView(view.from + time, view.to + time);
	}
}, { passive: false });

function moveOverview(event) {
	const { from, to } = view.limits, time = from + event.offsetX / overview.clientWidth * (to - from), half = (view.to - view.from) / 2;
	setView(time - half, time + half);
}
overview.addEventListener("pointerdown", (event) => {
	overview.setPointerCapture(event.pointerId);
	moveOverview(event);
});
overview.addEventListener("pointermove", (event) => event.buttons && moveOverview(event));

/* ---- keys ---- */

const keys = {
	ArrowLeft: (event) => stepping.on ? stepTo(stepping.at - 1) : step(-1, event.shiftKey),
	ArrowRight: (event) => stepping.on ? stepTo(stepping.at + 1) : step(1, event.shiftKey),
	s: () => startStepping(!stepping.on),
	n: () => nextMatch(1),
	N: () => nextMatch(-1),
	t: () => moments.timer.list.length > 0 && showMoment("timer", view.moment ? moments.timer.at + 1 : moments.timer.at),
	Escape: () => {
		view.measured = null;
		leaveMoment();
		redraw();
	},
	"+": () => zoom(1 / 2, centre()),
	"=": () => zoom(1 / 2, centre()),
	"-": () => zoom(2, centre()),
	"0": showAll,
	Home: () => select(neighbour(-1, 1, () => true)),
	End: () => select(neighbour(records.count, -1, () => true)),
};

function pressed(event) {
	const elsewhere = event.defaultPrevented || event.target.closest("input, select, textarea");
	if (elsewhere || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key))
		return;
	event.preventDefault();
	keys[event.key](event);
}
document.addEventListener("keydown", pressed);

for (const [id, act] of [["previous", () => step(-1, false)], ["next", () => step(1, false)],
	["zoom-in", () => zoom(1 / 2, centre())], ["zoom-out", () => zoom(2, centre())],
	["zoom-all", showAll]])
	document.getElementById(id).addEventListener("click", act);

function restyle() {
	readPalette();
	redraw();
}
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", restyle);
new ResizeObserver(redraw).observe(stage);
restyle();
