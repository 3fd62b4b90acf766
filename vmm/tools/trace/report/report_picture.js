/* SPDX-License-Identifier: MIT */
/* The picture of the timeline: lanes, arrows, marks. What is in view is report_timeline.js's to say. */
"use strict";

/*
 * `limits`: from when to when the view can go; `origin`: the time that the scale calls 0; `moment`: what is told of (report_moments.js); `forced`: when the timer took the CPU; `measured`: two times;
 * `absences`: when the host did not run the VMM; `matches`: the records that a search found; `notes`: of the reader; `changed`: to be called when any of it changes.
 */
const view = { from: 0, to: segments.end, limits: { from: 0, to: segments.end }, origin: 0, selected: -1, hover: -1, listeners: [], moment: null, measured: null,
	absences: { of: [], from: [], to: [] }, forced: new Float64Array(0), matches: new Uint32Array(0), matchTimes: new Float64Array(0), notes: [], changed: () => {} };
const stage = document.getElementById("stage");
const canvas = document.getElementById("timeline");
const overview = document.getElementById("overview");
const tooltip = document.getElementById("tooltip");
const AXIS = 26, LANE = 34, GAP = 6, MARKS = 44, MIN_SPAN = 200 /* ns */;

/* Of the canvas, in CSS pixels; kept, because to ask for it lays out the page. */
let canvasWidth = 0;
const gutter = () => canvasWidth < 520 ? 78 : 128;
const plotWidth = () => Math.max(10, canvasWidth - gutter() - 8);
const xOf = (time) => gutter() + (time - view.from) / (view.to - view.from) * plotWidth();
const timeOf = (x) => view.from + (x - gutter()) / plotWidth() * (view.to - view.from);
const laneTop = (lane) => AXIS + GAP + lane * (LANE + GAP);
const marksTop = () => laneTop(lanes.length) + 2;

function sizeCanvas(target, height) {
	const scale = window.devicePixelRatio || 1, width = target.clientWidth;
	if (target.width !== Math.round(width * scale) || target.height !== Math.round(height * scale)) {
		target.width = Math.round(width * scale);
		target.height = Math.round(height * scale);
		target.style.height = height + "px";
	}
	const context = target.getContext("2d");
	context.setTransform(scale, 0, 0, scale, 0, 0);
	context.clearRect(0, 0, width, height);
	return context;
}

/* ---- how much of each pixel each lane had ---- */

const BLOCK = 256; /* segments */
let blocks = null;

/* The time that each lane had had at the start of each block of segments. */
function sumBlocks() {
	const wide = lanes.length, sums = new Float64Array(Math.ceil(segments.count / BLOCK) * wide), now = new Float64Array(wide);
	for (let k = 0; k < segments.count; k++) {
		if (k % BLOCK === 0)
			sums.set(now, k / BLOCK * wide);
		now[segments.lane[k]] += (k + 1 < segments.count ? segments.start[k + 1] : segments.end) - segments.start[k];
	}
	return sums;
}

/* The time that each lane has had at `time`. */
function sumsAt(time, into) {
	const k = Math.max(0, upperBound(segments.start, time) - 1), first = k - k % BLOCK, at = first / BLOCK * lanes.length;
	into.set(blocks.subarray(at, at + lanes.length));
	for (let j = first; j < k; j++)
		into[segments.lane[j]] += segments.start[j + 1] - segments.start[j];
	into[segments.lane[k]] += Math.max(0, time - segments.start[k]);
}

function coverage(from, to, width) {
	const share = lanes.map(() => new Float32Array(width)), scale = width / (to - from);
	let before = new Float64Array(lanes.length), now = new Float64Array(lanes.length);
	blocks ??= sumBlocks();
	sumsAt(from, before);
	for (let x = 0; x < width; x++) {
		sumsAt(Math.min(segments.end, from + (x + 1) / scale), now);
		for (let lane = 0; lane < share.length; lane++)
			share[lane][x] = Math.max(0, now[lane] - before[lane]) * scale;
		[before, now] = [now, before];
	}
	return share;
}

/* A run of pixels is drawn as one; what had a part of a pixel is as high as its part. */
function drawLane(context, row, left, top, height, fill) {
	context.fillStyle = fill;
	for (let x = 0; x < row.length;) {
		let end = x + 1;
		while (end < row.length && Math.abs(row[end] - row[x]) < 0.004)
			end++;
		if (row[x] > 0) {
			const high = Math.max(1.5, Math.min(1, row[x]) * height);
			context.fillRect(left + x, top + height - high, end - x, high);
		}
		x = end;
	}
}

/* ---- the parts of the picture ---- */

function niceStep(span, most) {
	const raw = span / most, power = 10 ** Math.floor(Math.log10(raw));
	return [1, 2, 5, 10].map((digit) => digit * power).find((step) => step >= raw);
}

function axisLabel(time, step) {
	const [scale, unit] = step >= 1e8 ? [1e9, "s"] : step >= 1e5 ? [1e6, "ms"] : [1e6, "ms"];
	const decimals = Math.max(0, -Math.floor(Math.log10(step / scale) + 1e-9));
	return (time / scale).toFixed(decimals) + " " + unit;
}

function drawAxis(context, height) {
	const step = niceStep(view.to - view.from, Math.max(2, plotWidth() / 110));
	context.font = "11px system-ui, sans-serif";
	context.textAlign = "center";
	context.lineWidth = 1;
	for (let time = Math.ceil((view.from - view.origin) / step) * step; time <= view.to - view.origin; time += step) {
		const x = Math.round(xOf(time + view.origin)) + 0.5;
		context.strokeStyle = palette.line;
		context.beginPath();
		context.moveTo(x, AXIS - 4);
		context.lineTo(x, height);
		context.stroke();
		context.fillStyle = palette.soft;
		if (x > gutter() + 24 && x < canvasWidth - 24)
			context.fillText(axisLabel(time, step), x, 14);
	}
}

function drawLabels(context) {
	const narrow = gutter() < 100;
	context.textAlign = "left";
	for (let lane = 0; lane < lanes.length; lane++) {
		const top = laneTop(lane), ring = direct ? "ring 0" : "ring 3";
		context.fillStyle = laneColour(lane);
		context.fillRect(0, top + 3, 4, LANE - 6);
		context.fillStyle = palette.ink;
		context.font = "600 12.5px system-ui, sans-serif";
		context.fillText(lane === RING0 ? "kernel" : lanes[lane].name, 11, top + 15, gutter() - 16);
		context.fillStyle = palette.soft;
		context.font = "11px system-ui, sans-serif";
		const what = lane === VMM ? "host" : lane === RING0 ? "ring 0" : ring;
		context.fillText(narrow ? what : lane < FIRST_PROCESS ? what : "process · " + what, 11, top + 29, gutter() - 16);
	}
	context.fillStyle = palette.soft;
	context.fillText("events", 11, marksTop() + 16);
}

function drawLanes(context) {
	const width = Math.round(plotWidth()), share = coverage(view.from, view.to, width);
	for (let lane = 0; lane < lanes.length; lane++) {
		const top = laneTop(lane);
		const left = Math.max(gutter(), xOf(0)), right = Math.min(gutter() + width, xOf(segments.end));
		context.globalAlpha = 0.5;
		context.fillStyle = palette.line;
		context.fillRect(left, top, Math.max(0, right - left), LANE);
		context.globalAlpha = view.moment && !view.moment.lanes.has(lane) ? 0.35 : 1;
		drawLane(context, share[lane], gutter(), top, LANE, laneColour(lane));
		if (lane < patterns.length)
			drawLane(context, share[lane], gutter(), top, LANE, patterns[lane]);
	}
	context.globalAlpha = 1;
}

/* ---- names in the lanes ---- */

/* What the kernel does in a slice: what the program had last come into it for. */
function kernelSliceName(start) {
	let i = upperBound(records.time, start + 0.5) - 1;
	for (const end = Math.max(0, i - 400); i >= end; i--) {
		const { to, name } = kindInfo(kindOf(i));
		if (isExit(i) || to === 0)
			continue;
		if (to > 0)
			return "";
		if (name === "syscall" || name === "service")
			return detailOf(i).replace(/\(.*/, "()");
		return name === "restore" ? "switch" : detailOf(i).replace(/^0x[0-9a-f]+ /, "") || name;
	}
	return "";
}

function vmmSliceName(start) {
	const i = upperBound(records.time, start) - 1;
	return i >= 0 && isExit(i) && start - records.time[i] < 1 ? kindInfo(kindOf(i)).name : "";
}

/* Names those slices of the kernel and the VMM that have room for a name. */
function drawSliceNames(context) {
	const first = Math.max(0, upperBound(segments.start, view.from) - 1), last = upperBound(segments.start, view.to);
	if (last - first > plotWidth() / 7)
		return;
	context.font = "600 11px system-ui, sans-serif";
	context.textAlign = "left";
	for (let k = first; k < last; k++) {
		const lane = segments.lane[k];
		if (lane !== RING0 && lane !== VMM)
			continue;
		const left = Math.max(gutter(), xOf(segments.start[k]));
		const right = Math.min(gutter() + plotWidth(), xOf(k + 1 < segments.count ? segments.start[k + 1] : segments.end));
		if (right - left < 26)
			continue;
		const name = lane === VMM ? vmmSliceName(segments.start[k]) : kernelSliceName(segments.start[k]);
		const width = context.measureText(name).width;
		if (name === "" || width + 12 > right - left)
			continue;
		context.fillStyle = laneColour(lane);
		context.fillRect(left + 8, laneTop(lane) + 3, width + 4, 15);
		context.fillStyle = palette.card;
		context.fillText(name, left + 10, laneTop(lane) + 14);
	}
}

/* Edged with the page's colour, to be seen on any lane. Without a head where the way back is too near for one. */
function arrow(context, x, y0, y1, head) {
	const down = y1 > y0 ? 1 : -1;
	for (const [colour, width] of [[palette.card, 4], [palette.ink, 1.5]]) {
		context.strokeStyle = context.fillStyle = colour;
		context.lineWidth = width;
		context.beginPath();
		context.moveTo(x, y0);
		context.lineTo(x, head ? y1 - down * 5 : y1);
		context.stroke();
		if (!head)
			continue;
		const wide = width > 2 ? 6 : 4;
		context.beginPath();
		context.moveTo(x, y1 + (width > 2 ? down * 2 : 0));
		context.lineTo(x - wide, y1 - down * 8);
		context.lineTo(x + wide, y1 - down * 8);
		context.fill();
	}
	context.beginPath();
	context.arc(x, y0, 2.2, 0, 7);
	context.fill();
}

/* From the lane that had the CPU to the one that got it; as long as they do not touch. */
function drawArrows(context) {
	const first = upperBound(segments.start, view.from), last = upperBound(segments.start, view.to);
	if (last - first > plotWidth() / 7)
		return;
	const middle = (lane) => laneTop(lane) + LANE / 2;
	for (let k = Math.max(1, first); k < last; k++) {
		const x = Math.round(xOf(segments.start[k])) + 0.5;
		const following = k + 1 < segments.count ? xOf(segments.start[k + 1]) : Infinity;
		if (k > first && x - xOf(segments.start[k - 1]) < 5 && segments.lane[k] === segments.lane[k - 2])
			continue; /* there and back: one line tells it */
		arrow(context, x, middle(segments.lane[k - 1]), middle(segments.lane[k]), following - x >= 5);
	}
}

/* A shape for each sort of event, so that colour is not needed. */
function drawMark(context, i, x, y) {
	const name = kindInfo(kindOf(i)).name;
	context.fillStyle = isExit(i) ? palette.vmm : palette.kernel;
	context.beginPath();
	if (isExit(i)) {
		context.rect(x - 3.5, y - 3.5, 7, 7);
	} else if (name === "return" || name === "call") {
		context.moveTo(x - 4, y - 3);
		context.lineTo(x + 4, y - 3);
		context.lineTo(x, y + 4);
	} else if (kindInfo(kindOf(i)).to < 0 && name !== "restore") {
		context.moveTo(x - 4, y + 3);
		context.lineTo(x + 4, y + 3);
		context.lineTo(x, y - 4);
	} else {
		context.arc(x, y, 2.6, 0, 7);
	}
	context.fill();
}

function drawDensity(context, first, last, y) {
	const width = Math.round(plotWidth()), counts = new Uint32Array(width);
	let most = 1;
	for (let x = 0, i = first; x < width; x++) {
		const end = x + 1 < width ? upperBound(records.time, view.from + (x + 1) / width * (view.to - view.from)) : last;
		most = Math.max(most, counts[x] = end - i);
		i = end;
	}
	context.fillStyle = palette.soft;
	for (let x = 0; x < width; x++)
		if (counts[x] > 0) {
			const high = 2 + (MARKS - 14) * Math.log1p(counts[x]) / Math.log1p(most);
			context.fillRect(gutter() + x, y + MARKS - 8 - high, 1, high);
		}
}

function drawMarks(context) {
	const first = upperBound(records.time, view.from - 1e-6), last = upperBound(records.time, view.to);
	if (last - first > plotWidth() / 5) {
		drawDensity(context, first, last, marksTop());
		return;
	}
	context.font = "11px system-ui, sans-serif";
	context.textAlign = "center";
	let free = 0;
	for (let i = first; i < last; i++) {
		if (isHidden(i))
			continue;
		const x = xOf(records.time[i]), name = kindInfo(kindOf(i)).name;
		drawMark(context, i, x, marksTop() + 12);
		const half = context.measureText(name).width / 2;
		if (x - half > Math.max(free, gutter())) {
			context.fillStyle = palette.soft;
			context.fillText(name, x, marksTop() + 32);
			free = x + half + 6;
		}
	}
}

/* ---- what is pointed out: a moment, a measured time, forced switches, found records, notes ---- */

function band(context, from, to, colour, alpha, height) {
	const left = Math.max(gutter(), xOf(from)), right = Math.min(gutter() + plotWidth(), xOf(to));
	if (right < left)
		return;
	context.globalAlpha = alpha;
	context.fillStyle = colour;
	context.fillRect(left, AXIS, Math.max(2, right - left), height - AXIS);
	context.globalAlpha = 1;
}

function drawMoment(context, height) {
	if (view.moment)
		band(context, records.time[view.moment.first], records.time[view.moment.last], palette.mark, 1, height);
}

function drawMeasured(context, height) {
	if (!view.measured)
		return;
	const [from, to] = [Math.min(...view.measured), Math.max(...view.measured)], middle = xOf((from + to) / 2);
	band(context, from, to, palette.accent, 0.18, height);
	const inside = upperBound(records.time, to) - upperBound(records.time, from);
	const text = `${formatTime(to - from)} · ${formatCount(inside)} records`;
	context.font = "600 12px system-ui, sans-serif";
	context.textAlign = "center";
	const half = context.measureText(text).width / 2 + 6;
	const x = Math.min(Math.max(middle, gutter() + half), gutter() + plotWidth() - half);
	context.fillStyle = palette.accent;
	context.fillRect(x - half, 0, 2 * half, 18);
	context.fillStyle = palette.card;
	context.fillText(text, x, 13);
}

/* A line for each time in view, one a pixel at most. */
function ticks(context, times, from, to, left, width, top, bottom) {
	for (let k = upperBound(times, from); k < times.length && times[k] <= to;) {
		const x = Math.round((times[k] - from) / (to - from) * width);
		context.fillRect(left + x, top, 1.5, bottom - top);
		k = Math.max(k + 1, upperBound(times, from + (x + 0.5) / width * (to - from)));
	}
}

function drawForced(context) {
	context.fillStyle = palette.accent;
	ticks(context, view.forced, view.from, view.to, gutter(), plotWidth(), AXIS - 5, AXIS + GAP - 1);
}

function drawMatches(context) {
	context.fillStyle = palette.accent;
	ticks(context, view.matchTimes, view.from, view.to, gutter(), plotWidth(), marksTop() + MARKS - 6, marksTop() + MARKS);
}

/* When the thread of the VMM did not run on the host: from[k] to to[k], told by the record of[k]. */
function findAbsences() {
	const found = [];
	for (let i = 0; i < records.count; i++)
		if (kindInfo(kindOf(i)).absence)
			found.push(i);
	const to = Float64Array.from(found, (i) => records.time[i]);
	return { of: found, to, from: to.map((time, k) => time - Number(argument(found[k], "ns") ?? 0)) };
}

const ABSENCES = { "host-took": "the host took the CPU", "host-block": "the VMM waited for the host", "host-halt": "the guest had halted" };

/* Hatched across all lanes: nobody of them ran. */
function drawAbsences(context) {
	const { of, from, to } = view.absences, top = AXIS + GAP, height = marksTop() - GAP - top;
	for (let k = upperBound(to, view.from), next; k < of.length && from[k] < view.to; k = next) {
		const left = Math.max(gutter(), xOf(from[k])), right = Math.min(gutter() + plotWidth(), xOf(to[k]));
		next = Math.max(k + 1, upperBound(to, timeOf(right + 0.5))); /* those within half a pixel are not seen */
		context.fillStyle = palette.card;
		context.globalAlpha = 0.75;
		context.fillRect(left, top, Math.max(0.5, right - left), height);
		context.globalAlpha = 1;
		context.fillStyle = palette.soft;
		context.globalAlpha = Math.min(1, (right - left) / 2); /* a short one is faint, or many would hide the lanes */
		for (let x = left; x <= right; x += 5)
			context.fillRect(x, top, 1, height);
		context.globalAlpha = 1;
		if (right - left < 60)
			continue;
		const words = ABSENCES[kindInfo(kindOf(of[k])).name];
		context.font = "600 11px system-ui, sans-serif";
		context.textAlign = "center";
		const half = context.measureText(words).width / 2 + 4;
		if (right - left < 2 * half)
			continue;
		context.fillStyle = palette.card;
		context.fillRect((left + right) / 2 - half, top + 8, 2 * half, 17);
		context.fillStyle = palette.ink;
		context.fillText(words, (left + right) / 2, top + 20);
	}
}

function drawNotes(context) {
	context.font = "600 11px system-ui, sans-serif";
	context.textAlign = "left";
	for (const { time, text } of view.notes) {
		const x = xOf(time);
		if (x < gutter() || x > gutter() + plotWidth())
			continue;
		const width = Math.min(160, context.measureText(text).width + 8);
		context.fillStyle = palette.ink;
		context.fillRect(x - 0.5, AXIS - 12, 1.5, marksTop() - AXIS + 12);
		context.fillRect(x, AXIS - 14, width, 15);
		context.fillStyle = palette.card;
		context.fillText(text, x + 4, AXIS - 3, 152);
	}
}

function drawCursor(context, i, height, strong) {
	if (i < 0)
		return;
	const x = Math.round(xOf(records.time[i])) + 0.5;
	if (x < gutter() || x > canvasWidth)
		return;
	context.strokeStyle = context.fillStyle = palette.accent;
	context.lineWidth = strong ? 2 : 1;
	context.setLineDash(strong ? [] : [3, 3]);
	context.beginPath();
	context.moveTo(x, AXIS - 6);
	context.lineTo(x, height);
	context.stroke();
	context.setLineDash([]);
	if (!strong)
		return;
	context.beginPath();
	context.moveTo(x - 6, AXIS - 8);
	context.lineTo(x + 6, AXIS - 8);
	context.lineTo(x, AXIS);
	context.fill();
}

function drawOverview() {
	const height = 44, context = sizeCanvas(overview, height), width = overview.clientWidth, { from, to } = view.limits;
	if (!drawOverview.share || drawOverview.share[0].length !== Math.round(width))
		drawOverview.share = coverage(from, to, Math.round(width));
	context.fillStyle = palette.line;
	context.fillRect(0, 0, width, height);
	for (let x = 0; x < drawOverview.share[0].length; x++)
		for (let lane = lanes.length - 1, y = height; lane >= 0; lane--) {
			const high = drawOverview.share[lane][x] * height;
			if (high <= 0)
				continue;
			context.fillStyle = laneColour(lane);
			context.fillRect(x, y - high, 1, high);
			y -= high;
		}
	const x0 = (view.from - from) / (to - from) * width, x1 = (view.to - from) / (to - from) * width;
	context.globalAlpha = 0.72;
	context.fillStyle = palette.card;
	context.fillRect(0, 0, x0, height);
	context.fillRect(x1, 0, width - x1, height);
	context.globalAlpha = 1;
	context.fillStyle = palette.ink;
	ticks(context, view.forced, from, to, 0, width, 0, 5);
	context.fillStyle = palette.accent;
	ticks(context, view.matchTimes, from, to, 0, width, height - 6, height);
	context.strokeStyle = palette.ink;
	context.lineWidth = 2;
	context.strokeRect(Math.min(x0 + 1, width - 3), 1, Math.max(2, x1 - x0 - 2), height - 2);
}

function drawTimeline(context, height) {
	drawMoment(context, height);
	drawAxis(context, marksTop());
	drawLanes(context);
	drawSliceNames(context);
	drawAbsences(context);
	drawArrows(context);
	drawMarks(context);
	drawForced(context);
	drawMatches(context);
	drawNotes(context);
	drawMeasured(context, marksTop());
	drawCursor(context, view.hover, marksTop(), false);
	drawCursor(context, view.selected, marksTop() + 4, true);
	context.clearRect(0, 0, gutter(), height);
	drawLabels(context);
}

let drawing = false;
function draw() {
	drawing = false;
	canvasWidth = canvas.clientWidth;
	const height = marksTop() + MARKS;
	drawTimeline(sizeCanvas(canvas, height), height);
	drawOverview();
}

function redraw() {
	view.changed();
	if (!drawing)
		requestAnimationFrame(draw);
	drawing = true;
}
