/* SPDX-License-Identifier: MIT */
/* The data of the report: unpacks the records, and works out who ran when. Everything else asks here. */
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
data.shapes = Uint32Array.from(data.shapes);
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
	/* Numbers are LEB128: seven bits a byte, the low ones first. Those below 2^28 without floating point. */
	const number = () => {
		let byte = bytes[at++], value = byte & 0x7f, shift = 7;
		while (byte > 0x7f && shift < 28) {
			byte = bytes[at++];
			value |= (byte & 0x7f) << shift;
			shift += 7;
		}
		for (let scale = 2 ** 28; byte > 0x7f; scale *= 128) {
			byte = bytes[at++];
			value += (byte & 0x7f) * scale;
		}
		return value;
	};
	for (let i = 0; i < count; i++) {
		const of = number();
		shape[i] = of;
		now += number();
		time[i] = now;
		if (data.shapes[of * SHAPE.size] < data.event)
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
const kindTable = Array.from({ length: 256 }, (_, kind) =>
	data.kinds[kind] || { name: "reason " + kind, exit: kind < data.event, to: 0 });
const kindInfo = (kind) => kindTable[kind];
const restoreKind = kindTable.findIndex(({ name }) => name === "restore");
const argumentsKind = kindTable.findIndex(({ name }) => name === "arguments");
const detailOf = (i) => data.strings[shapeOf(i, SHAPE.detail)];
const placeOf = (i) => data.strings[shapeOf(i, SHAPE.place)];
const isHidden = (i) => kindOf(i) === argumentsKind;

const names = new Map(data.protocol.processes.map((process) => [process.pid, process.name]));
const processName = (pid) => pid === 0 ? "ring 3" : pid + (names.get(pid) ? " " + names.get(pid) : "");
const hasEvents = data.shapes.some((value, i) => i % SHAPE.size === SHAPE.kind && value >= data.event);

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
class Segments {
	constructor() {
		const room = records.count * 3 + 3;
		this.start = new Float64Array(room);
		this.lane = new Uint8Array(room);
		this.count = 0;
		this.last = 0;
		this.current = VMM;
		this.inside = RING0; /* what goes on when the guest is entered */
		this.sums = new Map();
		this.become(0);
	}

	become(pid) {
		this.pid = pid;
		this.sum = this.sums.get(pid);
		if (!this.sum)
			this.sums.set(pid, this.sum = { pid, user: 0, kernel: 0, vmm: 0 });
	}

	account(time) {
		const took = time - this.last;
		if (took <= 0)
			return;
		if (this.current === VMM)
			this.sum.vmm += took;
		else if (this.current === RING0)
			this.sum.kernel += took;
		else
			this.sum.user += took;
		this.last = time;
	}

	go(time, lane) {
		this.account(time);
		if (lane === this.current && this.count > 0)
			return;
		this.start[this.count] = this.last;
		this.lane[this.count++] = this.current = lane;
	}

	event(i) {
		const kind = kindOf(i), to = directions[kind];
		if (to === 0)
			return;
		const pid = shapeOf(i, SHAPE.pid);
		this.account(records.time[i]);
		if (to > 0 && pid > 0) {
			if (pid !== this.pid)
				this.become(pid);
			this.inside = processLane(pid);
		} else {
			if (kind === restoreKind && pid !== this.pid)
				this.become(pid);
			this.inside = RING0;
		}
		this.go(records.time[i], this.inside);
	}

	/* An exit, and the events since the one before. */
	exit(i, from) {
		const user = shapeOf(i, SHAPE.cpl) === data.user, pid = shapeOf(i, SHAPE.pid);
		if (!hasEvents) /* exits alone tell of rings */
			this.inside = user ? processLane(pid) : RING0;
		this.go(records.time[i] - records.guest[i], this.inside);
		for (let j = from; j < i; j++)
			this.event(j);
		if (user && pid > 0 && this.inside === RING0)
			this.go(this.last, this.inside = processLane(pid));
		this.go(records.time[i], VMM);
	}

	finish(from) {
		if (from < records.count)
			this.go(records.time[from], this.inside);
		for (let i = from; i < records.count; i++)
			this.event(i);
		this.end = Math.max(records.count > 0 ? records.time[records.count - 1] : 0, this.last, 1);
		this.account(this.end);
		this.start = this.start.subarray(0, this.count);
		this.lane = this.lane.subarray(0, this.count);
	}
}

const directions = Int8Array.from(kindTable, ({ to }) => to || 0);

function buildSegments() {
	const segments = new Segments();
	segments.go(0, VMM);
	let from = 0;
	for (let i = 0; i < records.count; i++)
		if (kindOf(i) < data.event) {
			segments.exit(i, from);
			from = i + 1;
		}
	segments.finish(from);
	return segments;
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
