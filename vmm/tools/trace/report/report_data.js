/* SPDX-License-Identifier: MIT */
/* The data of the report: unpacks the records, and works out who ran when. Everything else asks here. */
"use strict";

const data = JSON.parse(document.getElementById("data").textContent);
data.shapes = Uint32Array.from(data.shapes);
const VMM = 0, RING0 = 1, FIRST_PROCESS = 2;
const SHAPE = { kind: 0, pid: 1, cpl: 2, detail: 3, place: 4, facts: 5, size: 6 };

const kindsOfShapes = Uint8Array.from({ length: data.shapes.length / SHAPE.size }, (_, of) => data.shapes[of * SHAPE.size + SHAPE.kind]);

function unpackBase64(text) {
	if (Uint8Array.fromBase64)
		return Uint8Array.fromBase64(text);
	const decoded = atob(text), bytes = new Uint8Array(decoded.length);
	for (let i = 0; i < decoded.length; i++)
		bytes[i] = decoded.charCodeAt(i);
	return bytes;
}

/*
 * Of each record: its shape, its time, and for an exit the time the guest had run before it (ns). The numbers are LEB128:
 * seven bits a byte, the low ones first.
 */
function unpackRecords(bytes, count) {
	const shape = new Uint32Array(count), time = new Float64Array(count), guest = new Float64Array(count);
	let i = 0, field = 0, now = 0, value = 0, scale = 1;
	for (let at = 0; at < bytes.length; at++) {
		const byte = bytes[at];
		if (byte > 0x7f) {
			value += (byte & 0x7f) * scale;
			scale *= 128;
			continue;
		}
		value += byte * scale;
		if (field === 0) {
			shape[i] = value;
			field = 1;
		} else if (field === 1) {
			time[i] = now += value;
			field = kindsOfShapes[shape[i]] < data.event ? 2 : 0;
			i += field === 0;
		} else {
			guest[i++] = value;
			field = 0;
		}
		value = 0;
		scale = 1;
	}
	return { count, shape, time, guest };
}

/* The text of an element, which is taken off the page. */
function takeText(id) {
	const node = document.getElementById(id), text = node.textContent;
	node.remove();
	return text;
}

const records = unpackRecords(unpackBase64(takeText("records")), data.records);

const shapeOf = (i, field) => data.shapes[records.shape[i] * SHAPE.size + field];
const kindOf = (i) => kindsOfShapes[records.shape[i]];
const isExit = (i) => kindOf(i) < data.event;
const kindTable = Array.from({ length: 256 }, (_, kind) =>
	data.kinds[kind] || { name: "reason " + kind, exit: kind < data.event, to: 0 });
const kindInfo = (kind) => kindTable[kind];
const restoreKind = kindTable.findIndex(({ name }) => name === "restore");
const detailOf = (i) => data.strings[shapeOf(i, SHAPE.detail)];
const placeOf = (i) => data.strings[shapeOf(i, SHAPE.place)];
/* Events that add to the one before them. */
const hiddenKinds = kindTable.map((kind) => kind.more);
const isHidden = (i) => hiddenKinds[kindOf(i)];

/* The numbers of the kinds that the page knows by name; -1 where a trace's events have no such kind. */
const kindNamed = (name) => kindTable.findIndex((kind) => !kind.exit && kind.name === name);
const isKind = (i, name) => kindInfo(kindOf(i)).name === name && !isExit(i);

/* ---- what a filter can ask of a record, and the arguments of events ---- */

/* A column of answers: known[set], values[set]. Sets are what shapes refer to; values from 2^49 are BigInts. */
function unpackColumn(bytes, count) {
	let at = 0;
	const number = () => {
		let value = 0, scale = 1, byte = bytes[at++];
		for (; byte > 0x7f && scale < 2 ** 42; scale *= 128, byte = bytes[at++])
			value += (byte & 0x7f) * scale;
		if (byte <= 0x7f)
			return value + byte * scale;
		let long = BigInt(value), shift = 42n;
		for (; byte > 0x7f; shift += 7n, byte = bytes[at++])
			long |= BigInt(byte & 0x7f) << shift;
		return long | BigInt(byte) << shift;
	};
	const known = new Uint8Array(count), values = new Array(count).fill(0);
	for (let set = 0; set < count && at < bytes.length;) {
		const run = number(), end = Math.min(count, set + Math.floor(run / 2));
		if (run % 2 > 0) {
			known.fill(1, set, end);
			values.fill(number(), set, end);
		}
		set = end;
	}
	return { known, values };
}

const facts = { packed: null, sets: 1, columns: [] };

/* Unpacked when it is first asked for, so that a page of millions of records opens soon. */
function factColumn(column) {
	if (!facts.packed) {
		facts.packed = takeText("facts").split(".");
		for (let at = SHAPE.facts; at < data.shapes.length; at += SHAPE.size)
			facts.sets = Math.max(facts.sets, data.shapes[at] + 1);
	}
	return facts.columns[column] ??= unpackColumn(unpackBase64(facts.packed[column].trim()), facts.sets);
}

const fieldColumns = new Map(data.fields.map(({ name }, column) => [name, column]));

function answerOf(set, column) {
	const { known, values } = factColumn(column);
	return known[set] ? values[set] : undefined;
}

/* The answer of a record to a field of the filter; undefined when it has none. */
const fact = (i, field) => answerOf(shapeOf(i, SHAPE.facts), fieldColumns.get(field));

/* An argument of an event, by its name in ringside/events.h; undefined when the event has no such argument. */
function argument(i, name) {
	const at = (kindInfo(kindOf(i)).arguments || []).indexOf(name);
	return at >= 0 ? answerOf(shapeOf(i, SHAPE.facts), data.fields.length + at) : undefined;
}

/* The value that a name stands for in a field of the filter; undefined when nothing has that name. */
const namesOfFields = new Map();
function valueOfName(field, name) {
	if (!namesOfFields.has(field)) {
		const table = data.fields[fieldColumns.get(field)], exact = new Map(), anyCase = new Map();
		const fill = (map, list = [], key) => {
			for (let at = 0; at < list.length; at += 2)
				map.set(key(list[at]), BigInt("0x" + list[at + 1]));
		};
		fill(exact, table.names, (word) => word);
		fill(anyCase, table.any_case, (word) => word.toLowerCase());
		namesOfFields.set(field, { exact, anyCase });
	}
	const { exact, anyCase } = namesOfFields.get(field);
	return anyCase.get(name.toLowerCase()) ?? exact.get(name);
}

const direct = data.protocol.name === "direct";
const names = new Map(data.protocol.processes.map((process) => [process.pid, process.name]));
const processName = (pid) => pid === 0 ? "ring 3" : pid + (names.get(pid) ? " " + names.get(pid) : "");
/* As a sentence calls it: by the program alone where no other process ran it. */
function spokenName(pid) {
	const name = names.get(pid);
	if (!name)
		return pid > 0 ? "process " + pid : "the kernel";
	return data.protocol.processes.filter((process) => process.name === name).length > 1 ? `${name} (process ${pid})` : name;
}

/* "memset", of a place "memset+0x8 (sieve) 0x401d18"; the address where no symbol is known. */
const functionAt = (i) => placeOf(i).replace(/(\+0x[0-9a-f]+)? \(.*\) 0x[0-9a-f]+$/, "") || "a place that is not recorded";
const hasEvents = data.shapes.some((value, i) => i % SHAPE.size === SHAPE.kind && value >= data.event && !kindInfo(value).vmm);

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

const directions = Int8Array.from(kindTable, ({ to }) => to || 0);

/*
 * Who ran when, for the picture: segment k is lane[k] from start[k] to start[k + 1], the last one up to the end of the
 * run. How much time that is, `vmm trace stat` says, whose sums are in data.stat.
 */
function buildSegments() {
	const room = records.count * 3 + 3, start = new Float64Array(room), lane = new Uint8Array(room);
	let count = 0, last = 0, current = -1, inside = RING0; /* `inside`: what goes on when the guest is entered */
	const go = (time, to) => {
		if (time > last)
			last = time;
		if (to !== current) {
			start[count] = last;
			lane[count++] = current = to;
		}
	};
	const event = (i) => {
		const to = directions[kindOf(i)];
		if (to === 0)
			return;
		const pid = shapeOf(i, SHAPE.pid);
		go(records.time[i], inside = to > 0 && pid > 0 ? processLane(pid) : RING0);
	};
	/* An exit, and the events since the one before. */
	const exit = (i, from) => {
		const user = shapeOf(i, SHAPE.cpl) === data.user, pid = shapeOf(i, SHAPE.pid);
		if (!hasEvents) /* exits alone tell of rings */
			inside = user ? processLane(pid) : RING0;
		go(records.time[i] - records.guest[i], inside);
		for (let j = from; j < i; j++)
			event(j);
		if (user && pid > 0 && inside === RING0)
			go(last, inside = processLane(pid));
		go(records.time[i], VMM);
	};
	let from = 0;
	go(0, VMM);
	for (let i = 0; i < records.count; i++)
		if (isExit(i)) {
			exit(i, from);
			from = i + 1;
		}
	if (from < records.count)
		go(records.time[from], inside);
	for (let i = from; i < records.count; i++)
		event(i);
	const end = Math.max(records.count > 0 ? records.time[records.count - 1] : 0, last,
		data.left_out > 0 ? 0 : data.stat.time_ticks.all * data.ns_per_tick, 1);
	return { count, end, start: start.subarray(0, count), lane: lane.subarray(0, count) };
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
