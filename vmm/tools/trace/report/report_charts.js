/* SPDX-License-Identifier: MIT */
/* Tables with bars and the histogram of latencies: all records added up. */
"use strict";

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

function fillExits() {
	const { exits } = data.stat, most = Math.max(1, ...exits.map(({ samples }) => samples));
	fillTable("exits", [["reason"], [""], ["count", 1], ["VMM mean", 1], ["VMM total", 1]], exits.map(({ name, samples, samples_percent, vmm_ns }) =>
		rowFinding("reason==" + name.replace(/^reason /, ""), name, bar(samples, most, "vmm", samples_percent.toFixed(1) + " %"),
			cell(formatCount(samples)), cell(vmm_ns.samples > 0 ? formatTime(vmm_ns.mean) : "–"), cell(formatTime(vmm_ns.total)))));
}

function fillEvents() {
	const events = data.stat.events.filter(({ name }) => !hiddenKinds[kindNamed(name)]);
	const most = Math.max(1, ...events.map(({ samples }) => samples));
	byId("events-card").hidden = events.length === 0;
	fillTable("events", [["event"], [""], ["count", 1]], events.map(({ name, samples }) =>
		rowFinding("kind==" + name, name, bar(samples, most, "kernel"), cell(formatCount(samples)))));
}

/* What can be asked for in the search. */
function fillFields() {
	fillTable("fields", [["field"], ["what it is"]], data.fields.map(({ name, help }) =>
		make("tr", {}, make("td", {}, make("code", {}, name)), make("td", {}, help))));
}

/* What the shares of `vmm trace stat` are drawn as. */
const PARTS = { user: ["ring3"], kernel: ["ring0"], vmm: ["vmm"], other: ["untold", "blocked", "host", "idle", "missing"] };
const SHARES_MOST = 40; /* rows */

/* `of`: the time of each share; `ticks`: of all of them. The bar is as long as `most` ticks. */
function cellsOfShares(of, ticks, most) {
	const track = make("div", { class: "track" }), cells = [];
	for (const [part, shares] of Object.entries(PARTS)) {
		const ns = shares.reduce((sum, share) => sum + of(share), 0), piece = make("i", { class: "part " + part });
		piece.style.width = 100 * ns / (most * data.ns_per_tick) + "%";
		track.append(piece);
		cells.push(cell(formatTime(ns)));
	}
	return [make("td", { class: "bar" }, track), ...cells, cell(formatShare(ticks, data.stat.time_ticks.all))];
}

/* Whose the time of the run was: all of it, each tick once, so that the last row is the run's time. */
function fillShares() {
	const owners = [...data.stat.processes].sort((a, b) => b.ticks - a.ticks), { all, ...shares } = data.stat.time_ticks;
	const rows = owners.slice(0, SHARES_MOST).map((one) => {
		const cells = cellsOfShares((share) => one[share + "_ns"], one.ticks, Math.max(1, owners[0].ticks));
		return one.pid === null ? make("tr", {}, make("td", {}, one.program), ...cells)
			: rowFinding("pid==" + one.pid, one.pid === 0 ? one.program : processName(one.pid), ...cells);
	});
	rows.push(make("tr", { class: "sum" }, make("td", {}, "all"),
		...cellsOfShares((share) => shares[share] * data.ns_per_tick, all, Math.max(1, all))));
	fillTable("shares", [["process"], [""], ["ring 3", 1], ["ring 0", 1], ["VMM", 1], ["other", 1], ["share", 1]], rows);
}

/* ---- latency ---- */

/*
 * Times, as pairs of nanoseconds and how many of these there are; the least and the greatest may be known better than
 * from the pairs. Percentiles as in `vmm trace stat`.
 */
class Distribution {
	constructor(pairs, { min, max } = {}) {
		this.pairs = pairs.sort(([a], [b]) => a - b);
		this.count = pairs.reduce((sum, [, many]) => sum + many, 0);
		this.min = min ?? pairs[0][0];
		this.max = max ?? pairs[pairs.length - 1][0];
	}

	percentile(percent) {
		let left = Math.ceil(this.count * percent / 100);
		return this.pairs.find(([, many]) => (left -= many) <= 0)[0];
	}
}

/* The middle of a bucket of vmm/tools/trace/stat/histogram.h, in ticks. */
function middleOf(bucket) {
	const width = 2 ** ((bucket >> 6) - 1);
	return bucket < 128 ? bucket : (64 + (bucket & 63)) * width + Math.floor(width / 2);
}

function distributionOf(buckets, { min, max }) {
	const pairs = [];
	for (let at = 0; at < buckets.length; at += 2)
		pairs.push([Math.min(max, Math.max(min, middleOf(buckets[at]) * data.ns_per_tick)), buckets[at + 1]]);
	return new Distribution(pairs, { min, max });
}

/* Calls of the OS with direct execution, by name: from each to the next return to the same process. */
function callsOfOs() {
	const open = new Map(), calls = new Map();
	for (let i = 0; i < records.count; i++) {
		if (directions[kindOf(i)] === 0)
			continue;
		const pid = shapeOf(i, SHAPE.pid), start = open.get(pid);
		open.delete(pid);
		if (isKind(i, "service")) {
			open.set(pid, i);
		} else if (start !== undefined) {
			const name = detailOf(start).replace(/\(.*/, ""), pairs = calls.get(name) || [];
			calls.set(name, pairs);
			pairs.push([records.time[i] - records.time[start], 1]);
		}
	}
	return [...calls].map(([name, pairs]) => ({ name, times: new Distribution(pairs) }))
		.sort((a, b) => b.times.count - a.times.count);
}

/* How long each system call took, from the program's view: what waited, waited in there. */
function fillCalls(rows) {
	byId("calls-card").hidden = rows.length === 0;
	byId("calls-heading").textContent = direct ? "Calls of the OS" : "System calls";
	fillTable("calls", [["call"], ["count", 1], ["p50", 1], ["p99", 1], ["max", 1], ["total", 1]], rows.map(({ name, count, p50, p99, max, total }) =>
		rowFinding(`kind==${direct ? "service" : "syscall"} && name==${name}`, name, cell(formatCount(count)),
			...[p50, p99, max, total].map((time) => cell(time === undefined ? "–" : formatTime(time))))));
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
	const { count, min, max } = times, at = (percent) => times.percentile(percent);
	const bucket = (ns) => Math.floor(Math.log10(Math.max(1, ns)) * BARS_A_DECADE);
	const low = Math.floor(bucket(min) / BARS_A_DECADE) * BARS_A_DECADE;
	const end = Math.max(low + BARS_A_DECADE, Math.ceil((bucket(max) + 1) / BARS_A_DECADE) * BARS_A_DECADE);
	const columns = new Array(end - low).fill(0);
	for (const [ns, many] of times.pairs)
		columns[bucket(ns) - low] += many;
	const width = 380, height = 176, base = 150, step = (width - 20) / columns.length, most = Math.max(...columns);
	const chart = svg("svg", { viewBox: `0 0 ${width} ${height}`, class: "chart", role: "img",
		"aria-label": `Histogram of ${count} times: median ${formatTime(at(50))}, 99th percentile ${formatTime(at(99))}` });
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
	for (const [part, label] of [[50, "p50"], [99, "p99"]]) {
		const x = 10 + (Math.log10(Math.max(1, at(part))) * BARS_A_DECADE - low) * step;
		chart.append(svg("line", { x1: x, x2: x, y1: 16, y2: base, class: "quantile" }),
			svg("text", { x: Math.min(width - 14, Math.max(14, x)), y: 11, "text-anchor": "middle" }, label));
	}
	const list = make("ul", { class: "quantiles" }, ...[["count", formatCount(count)], ["min", formatTime(min)],
		["p50", formatTime(at(50))], ["p90", formatTime(at(90))], ["p99", formatTime(at(99))],
		["max", formatTime(max)]].map(([name, value]) => make("li", {}, make("span", {}, name + " "), value)));
	byId("latency").replaceChildren(chart, list);
}

/* What can be drawn: of each table its rows, and all of them together. */
function latencies() {
	const trip = ": trap to return", handled = " exits: handled by the VMM", choices = [];
	const rows = { syscall: [], exception: [], interrupt: [], exit: [] };
	const times = (table, name) => table === "exit" ? data.stat.exits.find((row) => row.name === name).vmm_ns
		: data.stat.transitions.find((row) => row.kind === table && row.name === name).elapsed_ns;
	for (const { table, name, buckets } of data.distributions)
		rows[table].push({ name, times: distributionOf(buckets, times(table, name)) });
	for (const [table, list] of Object.entries(rows)) {
		list.sort((a, b) => b.times.count - a.times.count);
		const words = (name) => table === "exit" ? name + handled : name + (table === "syscall" ? "()" : "") + trip;
		if (list.length > 1)
			choices.push([table === "exit" ? "all" + handled : table + trip,
				new Distribution(list.flatMap(({ times: { pairs } }) => pairs), { min: Math.min(...list.map(({ times }) => times.min)),
					max: Math.max(...list.map(({ times }) => times.max)) })]);
		choices.push(...list.map((row) => [words(row.name), row.times]));
	}
	return choices;
}

function fillLatency() {
	const choices = latencies(), pick = byId("latency-of");
	if (direct) {
		const calls = callsOfOs();
		fillCalls(calls.map(({ name, times }) => ({ name, count: times.count, p50: times.percentile(50), p99: times.percentile(99),
			max: times.max, total: times.pairs.reduce((sum, [ns]) => sum + ns, 0) })));
		choices.unshift(...calls.map(({ name, times }) => [name + "(): call to return", times]));
	} else {
		fillCalls(data.stat.transitions.filter(({ kind }) => kind === "syscall").map(({ name, samples, elapsed_ns }) =>
			({ name, count: samples, ...(elapsed_ns.samples > 0 ? elapsed_ns : {}) })));
	}
	choices.forEach(([name], i) => pick.append(make("option", { value: i }, name)));
	pick.addEventListener("change", () => drawHistogram(choices[Number(pick.value)][1]));
	byId("latency-card").hidden = choices.length === 0;
	if (choices.length > 0)
		drawHistogram(choices[0][1]);
}
