/* SPDX-License-Identifier: MIT */
/* What stands around the timeline: the selected event, protocol tables, figures, histograms. */
"use strict";

const byId = (id) => document.getElementById(id);
const BARS_A_DECADE = 8; /* of the latency histogram */

/* ---- head ---- */

function fillHead() {
	const environment = new Map(data.environment);
	const image = environment.get("image") || "trace";
	byId("title").textContent = image + (environment.get("command-line") ? " " + environment.get("command-line") : "");
	document.title = "ringside: " + image;
	const when = new Date(Number(BigInt(data.realtime_ns) / 1000000n));
	byId("subtitle").textContent = [data.protocol.title, environment.get("cpu"), environment.get("kvm"),
		isNaN(when) || when.getTime() === 0 ? "" : when.toISOString().replace("T", " ").slice(0, 19) + " UTC",
		data.left_out > 0 ? "only the first " + formatCount(data.records) + " records of " +
			formatCount(data.records + data.left_out) : ""].filter(Boolean).join(" · ");
	let exits = 0, transitions = 0;
	for (let i = 0; i < records.count; i++)
		exits += isExit(i);
	for (let k = 1; k < segments.count; k++)
		transitions += segments.lane[k] !== VMM && segments.lane[k - 1] !== VMM;
	for (const [value, label] of [[formatTime(segments.end), "run"], [formatCount(exits), "VM exits"],
		[formatCount(records.count - exits), "guest events"], [formatCount(transitions), "transitions"],
		[formatCount(data.protocol.processes.length), "processes"]])
		byId("figures").append(make("li", {}, make("b", {}, value), make("span", {}, label)));
}

/* ---- the selected event ---- */

function roundTrip(i) {
	const pid = shapeOf(i, SHAPE.pid);
	for (let j = i + 1; j < records.count; j++)
		if (shapeOf(j, SHAPE.pid) === pid && kindInfo(kindOf(j)).to > 0)
			return records.time[j] - records.time[i];
	return -1;
}

/* What came of a call: its result is a later event of the same process. */
function resultOf(i) {
	const pid = shapeOf(i, SHAPE.pid);
	for (let j = i + 1; j < Math.min(records.count, i + 20000); j++)
		if (shapeOf(j, SHAPE.pid) === pid && kindInfo(kindOf(j)).name === "result")
			return j;
	return -1;
}

function timesOf(i) {
	if (isExit(i)) {
		const handled = handlingTime(i);
		return "guest ran " + formatTime(records.guest[i]) + (handled >= 0 ? ", VMM handled it in " + formatTime(handled) : "");
	}
	const info = kindInfo(kindOf(i));
	if (info.to >= 0 || info.name === "restore")
		return "";
	const took = roundTrip(i);
	return took >= 0 ? "back in the program after " + formatTime(took) : "";
}

function showSelected(i) {
	const info = kindInfo(kindOf(i)), pid = shapeOf(i, SHAPE.pid);
	const words = make("div", { class: "what" }, make("b", {}, info.name + (isExit(i) ? " exit" : "")),
		make("span", { class: "soft" }, formatMoment(records.time[i])),
		make("span", { class: "soft" }, (pid > 0 ? "process " + processName(pid) + ", " : "") + "ring " + shapeOf(i, SHAPE.cpl)),
		make("span", { class: "soft" }, "record " + formatCount(i + 1) + " of " + formatCount(records.count)));
	const lines = [info.step, timesOf(i)].filter(Boolean).join(" — ");
	const result = info.name === "syscall" ? resultOf(i) : -1;
	const said = result >= 0 ? detailOf(result) : detailOf(i);
	byId("selected").replaceChildren(words, make("p", {}, make("code", {}, [said, placeOf(i)].filter(Boolean).join("  at "))),
		make("p", { class: "soft" }, lines));
	showAround(i);
}

function showAround(i) {
	const body = make("tbody");
	let first = i;
	for (let n = 0; n < 5; n++)
		first = neighbour(first, -1, () => true);
	for (let n = 0, j = first; n < 11; n++) {
		const row = make("tr", j === i ? { "aria-current": "true" } : {},
			make("td", { class: "number" }, make("button", { class: "go" }, formatMoment(records.time[j]))),
			make("td", {}, kindInfo(kindOf(j)).name),
			make("td", {}, shapeOf(j, SHAPE.pid) > 0 ? processName(shapeOf(j, SHAPE.pid)) : ""),
			make("td", {}, make("code", {}, detailOf(j))), make("td", {}, make("code", {}, placeOf(j))));
		const at = j;
		row.addEventListener("click", () => select(at));
		body.append(row);
		const following = neighbour(j, 1, () => true);
		if (following === j)
			break;
		j = following;
	}
	byId("around").replaceChildren(body);
}

/* ---- protocol ---- */

const protocol = data.protocol;
let rowsShown = [];

function protocolRow(row, columns, again) {
	const column = ["os", "hardware", "program"].indexOf(row.column);
	const node = make("tr", { class: [row.missing ? "missing" : "", row.folded ? "folded" : "", again ? "again" : ""].join(" ").trim() });
	const time = make("td");
	if (row.missing)
		time.append(make("span", { class: "soft" }, "missing"));
	else
		time.append(make("button", { class: "go", "aria-label": row.step + ", show at " + formatMoment(row.ns) },
			(row.ns / 1e6).toFixed(3) + " ms"));
	node.append(time);
	for (let at = 0; at < columns.length; at++) {
		const cell = make("td", { class: "column-" + at });
		if (at === column) {
			cell.classList.add("cell");
			cell.dataset.column = columns[at];
			cell.append(make("span", { class: "step" }, row.step), make("span", { class: "detail" }, row.detail));
		}
		node.append(cell);
	}
	if (!row.missing) {
		node.addEventListener("click", () => {
			chosenRow = row;
			select(row.first, true);
		});
		rowsShown.push({ row, node });
	}
	return node;
}

let chosenRow = null;

function protocolTable(heading, columns, rows) {
	const body = make("tbody");
	let before = null;
	for (const row of rows) {
		body.append(protocolRow(row, columns, before && !row.missing && before.first === row.first && before.last === row.last));
		before = row;
	}
	const head = make("tr", {}, make("th", { scope: "col" }, "time"), ...columns.map((name) => make("th", { scope: "col" }, name)));
	return [make("h3", {}, heading), make("table", {}, make("thead", {}, head), body)];
}

function showProtocol(index) {
	const process = protocol.processes[index], box = byId("protocol");
	rowsShown = [];
	box.replaceChildren();
	if (protocol.boot.length > 0)
		box.append(...protocolTable("At boot", protocol.boot_columns, protocol.boot));
	if (process)
		box.append(...protocolTable("The life of process " + processName(process.pid), protocol.columns, process.life || []));
	if (process && process.switch) {
		const other = protocol.processes[process.partner];
		box.append(...protocolTable("The timer: from " + processName(process.pid) + " to " + processName(other.pid),
			protocol.columns, process.switch));
	}
	box.scrollTop = 0;
}

/* The row that tells of a record; a row that was clicked, before others of the same record. */
function rowOf(i) {
	const telling = rowsShown.filter(({ row }) => row.first === i);
	return telling.find(({ row }) => row === chosenRow) || telling[0] ||
		rowsShown.find(({ row }) => row.folded && row.first <= i && i <= row.last && shapeOf(i, SHAPE.pid) === shapeOf(row.first, SHAPE.pid));
}

function tableWith(i) {
	const tells = (rows) => rows && rows.some((row) => !row.missing && row.first === i);
	const index = protocol.processes.findIndex((process) => tells(process.life) || tells(process.switch));
	return index >= 0 ? index : protocol.processes.findIndex((process) => process.pid === shapeOf(i, SHAPE.pid) && process.life);
}

function markRow(i) {
	if (!rowOf(i)) {
		const index = tableWith(i);
		if (index >= 0 && String(index) !== byId("process").value) {
			byId("process").value = String(index);
			showProtocol(index);
		}
	}
	for (const { node } of rowsShown)
		node.removeAttribute("aria-current");
	const found = rowOf(i), box = byId("protocol");
	if (!found)
		return;
	found.node.setAttribute("aria-current", "true");
	const top = found.node.getBoundingClientRect().top - box.getBoundingClientRect().top;
	if (top < 40 || top > box.clientHeight - 80)
		box.scrollTop += top - box.clientHeight / 2;
}

function fillProtocol() {
	const pick = byId("process");
	protocol.processes.forEach((process, index) => {
		if (process.life)
			pick.append(make("option", { value: index }, processName(process.pid)));
	});
	byId("protocol-title").textContent = protocol.title + ", as it happened. A click on a row shows its moment.";
	pick.addEventListener("change", () => showProtocol(Number(pick.value)));
	if (protocol.chosen >= 0 && protocol.processes[protocol.chosen].life)
		pick.value = String(protocol.chosen);
	pick.parentElement.hidden = protocol.processes.length === 0;
	showProtocol(pick.value === "" ? -1 : Number(pick.value));
}

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
		make("tr", {}, make("td", {}, make("code", {}, kindInfo(sum.kind).name)), bar(sum.count, most, "vmm", formatShare(sum.count, all)),
			cell(formatCount(sum.count)),
			cell(sum.times.length ? formatTime(sum.vmm / sum.times.length) : "–"), cell(formatTime(sum.vmm)))));
}

function fillEvents(kinds) {
	const events = kinds.filter(({ kind }) => kind >= data.event && kindInfo(kind).name !== "arguments");
	const most = Math.max(1, ...events.map(({ count }) => count));
	byId("events-card").hidden = events.length === 0;
	fillTable("events", [["event"], [""], ["count", 1]], events.map((sum) =>
		make("tr", {}, make("td", { title: kindInfo(sum.kind).step || "" }, make("code", {}, kindInfo(sum.kind).name)),
			bar(sum.count, most, "kernel"), cell(formatCount(sum.count)))));
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
		return make("tr", {}, make("td", {}, sum.pid === 0 ? "boot, idle" : processName(sum.pid)),
			make("td", { class: "bar" }, track), cell(formatTime(sum.user)), cell(formatTime(sum.kernel)),
			cell(formatTime(sum.vmm)), cell(formatShare(sum.all, segments.end)));
	}));
}

/* ---- latency ---- */

/* From each way into the kernel to the next return to the same process, by the kind of the way. */
function roundTrips() {
	const open = new Map(), trips = new Map();
	for (let i = 0; i < records.count; i++) {
		if (isExit(i))
			continue;
		const info = kindInfo(kindOf(i)), pid = shapeOf(i, SHAPE.pid);
		if (info.to < 0 && info.name !== "restore") {
			open.set(pid, i);
		} else if (info.to > 0 && open.has(pid)) {
			const start = open.get(pid), name = kindInfo(kindOf(start)).name;
			open.delete(pid);
			if (!trips.has(name))
				trips.set(name, []);
			trips.get(name).push(records.time[i] - records.time[start]);
		}
	}
	return trips;
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
	for (const [name, times] of [...roundTrips()].sort((a, b) => b[1].length - a[1].length))
		choices.push([name + ": trap to return", times]);
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

function fillEnvironment() {
	for (const [key, value] of data.environment)
		byId("environment").append(make("dt", {}, key), make("dd", {}, value));
	byId("environment-card").hidden = data.environment.length === 0;
}

fillHead();
fillProtocol();
view.listeners.push(showSelected, markRow);
byId("selected").textContent = records.count > 0 ? "Select an event: click it, or press →." : "This trace has no records.";
/* The rest when the page has been painted. */
requestAnimationFrame(() => setTimeout(() => {
	const kinds = countKinds();
	fillExits(kinds);
	fillEvents(kinds);
	fillShares();
	fillLatency(kinds);
	fillEnvironment();
	document.documentElement.dataset.ready = "true";
}));
