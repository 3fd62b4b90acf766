/* SPDX-License-Identifier: MIT */
/* The data of the report: unpacks the records, and works out who ran when. Everything else asks here. */
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
const VMM = 0, RING0 = 1, FIRST_PROCESS = 2;
const SHAPE = { kind: 0, pid: 1, cpl: 2, detail: 3, place: 4, size: 5 };

function unpackBase64(text) {
	if (Uint8Array.fromBase64)
		return Uint8Array.fromBase64(text);
	const decoded = atob(text), bytes = new Uint8Array(decoded.length);
	for (let i = 0; i < decoded.length; i++)
		bytes[i] = decoded.charCodeAt(i);
	return bytes;
}

/* Of each record: its shape, its time, and for an exit the time the guest had run before it (ns). */
function unpackRecords(bytes, count) {
	const shape = new Uint32Array(count), time = new Float64Array(count), guest = new Float64Array(count);
	let at = 0, now = 0;
	const number = () => {
		let value = 0, scale = 1, byte;
		do {
			byte = bytes[at++];
			value += (byte & 0x7f) * scale;
			scale *= 128;
		} while (byte > 0x7f);
		return value;
	};
	for (let i = 0; i < count; i++) {
		shape[i] = number();
		now += number();
		time[i] = now;
		if (data.shapes[shape[i] * SHAPE.size] < data.event)
			guest[i] = number();
	}
	return { count, shape, time, guest };
}

const element = document.getElementById("records");
const records = unpackRecords(unpackBase64(element.textContent), data.records);
element.remove();

const shapeOf = (i, field) => data.shapes[records.shape[i] * SHAPE.size + field];
const kindOf = (i) => shapeOf(i, SHAPE.kind);
const isExit = (i) => kindOf(i) < data.event;
const kindInfo = (kind) => data.kinds[kind] || { name: "reason " + kind, exit: kind < data.event };
const detailOf = (i) => data.strings[shapeOf(i, SHAPE.detail)];
const placeOf = (i) => data.strings[shapeOf(i, SHAPE.place)];
const isHidden = (i) => kindInfo(kindOf(i)).name === "arguments";

const names = new Map(data.protocol.processes.map((process) => [process.pid, process.name]));
const processName = (pid) => pid === 0 ? "ring 3" : pid + (names.get(pid) ? " " + names.get(pid) : "");
const shapeKinds = data.shapes.filter((value, i) => i % SHAPE.size === SHAPE.kind);
const hasEvents = shapeKinds.some((kind) => kind >= data.event);

const lanes = [{ name: "VMM" }, { name: "ring 0" }];
const laneOfPid = new Map();
function processLane(pid) {
	let lane = laneOfPid.get(pid);
	if (lane === undefined) {
		lane = lanes.length < 250 ? lanes.length : lanes.length - 1;
		if (lane === lanes.length)
			lanes.push({ name: processName(pid), pid });
		laneOfPid.set(pid, lane);
	}
	return lane;
}

/*
 * Who ran when: segment k is lane[k] from start[k] to start[k + 1]. Sums of time by pid, too: to whom the
 * time in ring 0 and in the VMM belongs is who ran last.
 */
function buildSegments() {
	const room = records.count * 2 + 2;
	const start = new Float64Array(room), lane = new Uint8Array(room);
	const sums = new Map();
	let count = 0, last = 0, current = VMM, pid = 0, inside = RING0, sum = null;

	const owner = () => {
		let found = sums.get(pid);
		if (!found)
			sums.set(pid, found = { pid, user: 0, kernel: 0, vmm: 0 });
		return found;
	};
	const add = (until) => {
		const part = current === VMM ? "vmm" : current === RING0 ? "kernel" : "user";
		if (!sum || sum.pid !== pid)
			sum = owner();
		sum[part] += until - last;
		last = until;
	};
	const go = (time, to) => {
		const when = Math.max(time, last);
		add(when);
		if (to === current && count > 0)
			return;
		start[count] = when;
		lane[count++] = current = to;
	};
	const event = (i) => {
		const to = kindInfo(kindOf(i)).to, who = shapeOf(i, SHAPE.pid);
		if (to > 0 && who > 0) {
			add(Math.max(records.time[i], last));
			pid = who;
			go(records.time[i], inside = processLane(who));
		} else if (to < 0) {
			add(Math.max(records.time[i], last));
			if (kindInfo(kindOf(i)).name === "restore")
				pid = who;
			go(records.time[i], inside = RING0);
		}
	};
	const exit = (i, from) => {
		const entry = records.time[i] - records.guest[i];
		const who = shapeOf(i, SHAPE.pid);
		if (!hasEvents) /* exits alone tell of rings */
			inside = shapeOf(i, SHAPE.cpl) === data.user ? processLane(who) : RING0;
		go(entry, inside);
		for (let j = from; j < i; j++)
			event(j);
		if (shapeOf(i, SHAPE.cpl) === data.user && who > 0 && inside === RING0)
			go(last, inside = processLane(who));
		go(records.time[i], VMM);
	};
	go(0, VMM);
	let from = 0;
	for (let i = 0; i < records.count; i++)
		if (isExit(i)) {
			exit(i, from);
			from = i + 1;
		}
	for (let i = from; i < records.count; i++) {
		if (i === from)
			go(records.time[i], inside);
		event(i);
	}
	const end = records.count > 0 ? Math.max(records.time[records.count - 1], last, 1) : 1;
	add(end);
	return { count, start: start.subarray(0, count), lane: lane.subarray(0, count), end, sums };
}

const segments = buildSegments();

/* The first index whose value is greater than `value`, in a rising array. */
function upperBound(array, value, count = array.length) {
	let low = 0, high = count;
	while (low < high) {
		const middle = (low + high) >>> 1;
		if (array[middle] <= value)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* The exit's handling ends when the guest is entered again; -1 for the last one. */
function handlingTime(i) {
	for (let j = i + 1; j < records.count; j++)
		if (isExit(j))
			return Math.max(0, records.time[j] - records.guest[j] - records.time[i]);
	return -1;
}

function formatTime(ns) {
	const units = [[1e9, "s"], [1e6, "ms"], [1e3, "µs"], [1, "ns"]];
	const [scale, unit] = units.find(([limit]) => ns >= limit) || units[3];
	const value = ns / scale;
	return (scale === 1 ? value.toFixed(0) : value >= 100 ? value.toFixed(1) : value.toFixed(2)) + " " + unit;
}

const formatMoment = (ns) => (ns / 1e6).toFixed(6) + " ms";
const formatCount = (count) => count.toLocaleString("en");
const formatShare = (part, whole) => (whole > 0 ? (100 * part / whole).toFixed(1) : "0.0") + " %";

/* An element with text and children: texts come from the trace and are never taken for HTML. */
function make(tag, attributes, ...children) {
	const node = document.createElement(tag);
	for (const [name, value] of Object.entries(attributes || {}))
		if (name === "class")
			node.className = value;
		else
			node.setAttribute(name, value);
	node.append(...children);
	return node;
}
