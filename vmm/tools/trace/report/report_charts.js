/* SPDX-License-Identifier: MIT */
/* Tables with bars and the histogram of latencies: all records added up. */
"use strict";

const byId = (id) => document.getElementById(id);
const BARS_A_DECADE = 8; /* of the latency histogram */

/* ---- tables with bars ---- */

const bar = (part, whole, kind, title = "") => {
	const track = make("div", { class: "track", title }), fill = make("i", { class: "part " + kind });
	fill.style.width = (whole > 0 ? 100 * part / whole : 0) + "%";
	track.append(fill);
	return make("td", { class: "bar" }, track);
};

function fillTable(id, heads, rows) {
	const head = make("tr", {}, ...heads.map(([name, number]) => make("th", { scope: "col", class: number ? "number" : "" }, name)));
	byId(id).replaceChildren(make("thead", {}, head), make("tbody", {}, ...rows));
}

const cell = (text) => make("td", { class: "number" }, text);

/* A row of a table whose first cell is a button: it finds the records that the row counts. */
function rowFinding(expression, name, ...cells) {
	const go = make("button", { class: "go", title: "Find these records: " + expression }, name);
	const row = make("tr", {}, make("td", {}, go), ...cells);
	row.addEventListener("click", () => searchFor(expression));
	return row;
}

/* By kind: how many, and how long the VMM handled the exits among them. */
function countKinds() {
	const kinds = new Map();
	let previous = null, previousTime = 0;
	for (let i = 0; i < records.count; i++) {
		const kind = kindOf(i);
		let sum = kinds.get(kind);
		if (!sum)
			kinds.set(kind, sum = { kind, count: 0, vmm: 0, times: [] });
		sum.count++;
		if (!isExit(i))
			continue;
		if (previous) {
			const took = Math.max(0, records.time[i] - records.guest[i] - previousTime);
			previous.vmm += took;
			previous.times.push(took);
		}
		previous = sum;
		previousTime = records.time[i];
	}
	return [...kinds.values()].sort((a, b) => b.count - a.count);
}

function fillExits(kinds) {
	const exits = kinds.filter(({ kind }) => kind < data.event), most = Math.max(1, ...exits.map(({ count }) => count));
	const all = exits.reduce((sum, { count }) => sum + count, 0);
	fillTable("exits", [["reason"], [""], ["count", 1], ["VMM mean", 1], ["VMM total", 1]], exits.map((sum) =>
		rowFinding("reason==" + (data.kinds[sum.kind] ? kindInfo(sum.kind).name : sum.kind), kindInfo(sum.kind).name, bar(sum.count, most, "vmm", formatShare(sum.count, all)),
			cell(formatCount(sum.count)),
			cell(sum.times.length ? formatTime(sum.vmm / sum.times.length) : "–"), cell(formatTime(sum.vmm)))));
}

function fillEvents(kinds) {
	const events = kinds.filter(({ kind }) => kind >= data.event && !hiddenKinds[kind]);
	const most = Math.max(1, ...events.map(({ count }) => count));
	byId("events-card").hidden = events.length === 0;
	fillTable("events", [["event"], [""], ["count", 1]], events.map((sum) =>
		rowFinding("kind==" + kindInfo(sum.kind).name, kindInfo(sum.kind).name, bar(sum.count, most, "kernel"), cell(formatCount(sum.count)))));
}

/* What can be asked for in the search. */
function fillFields() {
	fillTable("fields", [["field"], ["what it is"]], data.fields.map(({ name, help }) =>
		make("tr", {}, make("td", {}, make("code", {}, name)), make("td", {}, help))));
}

function fillShares() {
	const sums = [...segments.sums.values()].map((sum) => ({ ...sum, all: sum.user + sum.kernel + sum.vmm }))
		.sort((a, b) => b.all - a.all).slice(0, 40);
	const most = Math.max(1, ...sums.map(({ all }) => all));
	fillTable("shares", [["process"], [""], ["program", 1], ["kernel", 1], ["VMM", 1], ["share", 1]], sums.map((sum) => {
		const track = make("div", { class: "track" });
		for (const part of ["user", "kernel", "vmm"]) {
			const piece = make("i", { class: "part " + part });
			piece.style.width = 100 * sum[part] / most + "%";
			track.append(piece);
		}
		return rowFinding("pid==" + sum.pid, sum.pid === 0 ? "boot, idle" : processName(sum.pid), make("td", { class: "bar" }, track), cell(formatTime(sum.user)), cell(formatTime(sum.kernel)),
			cell(formatTime(sum.vmm)), cell(formatShare(sum.all, segments.end)));
	}));
}

/* ---- latency ---- */

/* The name of the call that an event begins: "write"; "" for other events. */
const callOf = (i) => isKind(i, "syscall") || isKind(i, "service") ? detailOf(i).replace(/\(.*/, "") : "";

/* From each way into the kernel to the next return to the same process: by the kind of the way, and by the call. */
function roundTrips() {
	const open = new Map(), trips = new Map(), calls = new Map();
	const add = (map, name, time) => {
		if (!map.has(name))
			map.set(name, []);
		map.get(name).push(time);
	};
	const names = new Map(); /* of calls, by shape */
	for (let i = 0; i < records.count; i++) {
		const to = directions[kindOf(i)];
		if (to === 0 || isExit(i))
			continue;
		const pid = shapeOf(i, SHAPE.pid);
		if (to < 0 && kindOf(i) !== restoreKind) {
			open.set(pid, i);
		} else if (to > 0 && open.has(pid)) {
			const start = open.get(pid), took = records.time[i] - records.time[start];
			open.delete(pid);
			add(trips, kindInfo(kindOf(start)).name, took);
			const shape = records.shape[start];
			if (!names.has(shape))
				names.set(shape, callOf(start));
			if (names.get(shape))
				add(calls, names.get(shape), took);
		}
	}
	return { trips, calls };
}

/* How long each system call took, from the program's view: what waited, waited in there. */
function fillCalls(calls) {
	const rows = [...calls].map(([name, times]) => ({ name, times: Float64Array.from(times).sort() }))
		.sort((a, b) => b.times.length - a.times.length);
	const sum = (times) => times.reduce((all, time) => all + time, 0);
	byId("calls-card").hidden = rows.length === 0;
	byId("calls-heading").textContent = data.protocol.name === "direct" ? "Calls of the OS" : "System calls";
	const kind = data.protocol.name === "direct" ? "service" : "syscall";
	fillTable("calls", [["call"], ["count", 1], ["p50", 1], ["p99", 1], ["max", 1], ["total", 1]], rows.map(({ name, times }) => {
		const at = (part) => formatTime(times[Math.min(times.length - 1, Math.floor(part * times.length))]);
		return rowFinding(`kind==${kind} && name==${name}`, name, cell(formatCount(times.length)), cell(at(0.5)), cell(at(0.99)),
			cell(at(1)), cell(formatTime(sum(times))));
	}));
}

function svg(tag, attributes, text) {
	const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
	for (const [name, value] of Object.entries(attributes))
		node.setAttribute(name, value);
	if (text !== undefined)
		node.textContent = text;
	return node;
}

function drawHistogram(times) {
	const sorted = Float64Array.from(times).sort(), count = sorted.length;
	const at = (part) => sorted[Math.min(count - 1, Math.floor(part * count))];
	const bucket = (ns) => Math.floor(Math.log10(Math.max(1, ns)) * BARS_A_DECADE);
	const low = Math.floor(bucket(sorted[0]) / BARS_A_DECADE) * BARS_A_DECADE;
	const end = Math.max(low + BARS_A_DECADE, Math.ceil((bucket(sorted[count - 1]) + 1) / BARS_A_DECADE) * BARS_A_DECADE);
	const columns = new Array(end - low).fill(0);
	for (const ns of sorted)
		columns[bucket(ns) - low]++;
	const width = 380, height = 176, base = 150, step = (width - 20) / columns.length, most = Math.max(...columns);
	const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img",
		"aria-label": `Histogram of ${count} times: median ${formatTime(at(0.5))}, 99th percentile ${formatTime(at(0.99))}` });
	for (let decade = low; decade <= end; decade += BARS_A_DECADE) {
		const x = 10 + (decade - low) * step;
		chart.append(svg("line", { x1: x, x2: x, y1: 14, y2: base, class: "grid" }),
			svg("text", { x: Math.min(width - 18, Math.max(16, x)), y: base + 16, "text-anchor": "middle" }, formatTime(10 ** (decade / BARS_A_DECADE)).replace(".00", "").replace(".0 ", " ")));
	}
	columns.forEach((value, i) => {
		const tall = value > 0 ? 2 + (base - 34) * value / most : 0;
		const column = svg("rect", { x: 10 + i * step + 0.5, y: base - tall, width: Math.max(1, step - 1), height: tall, class: "column" });
		column.append(svg("title", {}, `${formatCount(value)} from ${formatTime(10 ** ((low + i) / BARS_A_DECADE))}`));
		chart.append(column);
	});
	for (const [part, label] of [[0.5, "p50"], [0.99, "p99"]]) {
		const x = 10 + (Math.log10(Math.max(1, at(part))) * BARS_A_DECADE - low) * step;
		chart.append(svg("line", { x1: x, x2: x, y1: 16, y2: base, class: "quantile" }),
			svg("text", { x: Math.min(width - 14, Math.max(14, x)), y: 11, "text-anchor": "middle" }, label));
	}
	const list = make("ul", { class: "quantiles" }, ...[["count", formatCount(count)], ["min", formatTime(sorted[0])],
		["p50", formatTime(at(0.5))], ["p90", formatTime(at(0.9))], ["p99", formatTime(at(0.99))],
		["max", formatTime(sorted[count - 1])]].map(([name, value]) => make("li", {}, make("span", {}, name + " "), value)));
	byId("latency").replaceChildren(chart, list);
}

function fillLatency(kinds) {
	const choices = [], all = kinds.flatMap(({ times }) => times.length < 1e5 ? times : []);
	const { trips, calls } = roundTrips(), trip = data.protocol.name === "direct" ? ": call to return" : ": trap to return";
	fillCalls(calls);
	for (const [name, times] of [...trips].sort((a, b) => b[1].length - a[1].length))
		choices.push([name + trip, times]);
	for (const [name, times] of [...calls].sort((a, b) => b[1].length - a[1].length))
		choices.push([name + "()" + trip, times]);
	for (const { kind, times } of kinds)
		if (times.length > 0)
			choices.push([kindInfo(kind).name + " exits: handled by the VMM", times]);
	if (all.length > 0)
		choices.push(["all exits: handled by the VMM", all]);
	const pick = byId("latency-of");
	choices.forEach(([name], i) => pick.append(make("option", { value: i }, name)));
	pick.addEventListener("change", () => drawHistogram(choices[Number(pick.value)][1]));
	byId("latency-card").hidden = choices.length === 0;
	if (choices.length > 0)
		drawHistogram(choices[0][1]);
}
