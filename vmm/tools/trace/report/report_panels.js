/* SPDX-License-Identifier: MIT */
/* What stands around the timeline: the selected event, the protocol tables, the figures of the run. */
"use strict";

/* ---- head ---- */

function fillHead() {
	const environment = new Map(data.environment);
	const image = environment.get("image") || "trace";
	byId("title").textContent = image + (environment.get("command-line") ? " " + environment.get("command-line") : "");
	document.title = "ringside: " + image;
	const when = new Date(Number(BigInt(data.realtime_ns) / 1000000n));
	byId("subtitle").textContent = [hasEvents ? data.protocol.title : "", environment.get("cpu"), environment.get("kvm"),
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
	byId("protocol-title").textContent = hasEvents ? protocol.title + ", as it happened. A click on a row shows its moment."
		: "This trace has no guest events, which the protocol is told from.";
	pick.addEventListener("change", () => showProtocol(Number(pick.value)));
	if (protocol.chosen >= 0 && protocol.processes[protocol.chosen].life)
		pick.value = String(protocol.chosen);
	pick.parentElement.hidden = protocol.processes.length === 0;
	showProtocol(pick.value === "" ? -1 : Number(pick.value));
}

function fillEnvironment() {
	for (const [key, value] of data.environment)
		if (value !== "")
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
