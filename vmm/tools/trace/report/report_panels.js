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
		isNaN(when) || when.getTime() === 0 ? "" : when.toISOString().replace("T", " ").slice(0, 19) + " UTC"]
		.filter(Boolean).join(" · ");
	const { total, events, transitions, time_ticks } = data.stat;
	const traps = transitions.reduce((sum, { samples }) => sum + samples, 0);
	const calls = events.find(({ name }) => name === "service")?.samples ?? 0;
	for (const [value, label] of [[formatTime(time_ticks.all * data.ns_per_tick), "run"], [formatCount(total.exits), "VM exits"],
		[formatCount(total.events), "events"], direct ? [formatCount(calls), "calls of the OS"] : [formatCount(traps), "traps"],
		[formatCount(data.protocol.processes.length), "processes"]])
		byId("figures").append(make("li", {}, make("b", {}, value), make("span", {}, label)));
}

/* What a reader must know before believing the page. */
function fillWarnings() {
	const left = data.left_out > 0 ? `The page shows the first ${formatCount(data.records)} records of ` +
		`${formatCount(data.records + data.left_out)}; its figures and tables are of all of them.` : "";
	byId("warnings").append(...[data.note && data.note + ".", left].filter(Boolean).map((text) => make("li", {}, text)));
	byId("warnings").hidden = byId("warnings").childElementCount === 0;
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
	const heads = ["time", "event", "process", "what", "where"].map((name) => make("th", { scope: "col" }, name));
	byId("around").replaceChildren(make("thead", {}, make("tr", {}, ...heads)), body);
}

/* ---- protocol ---- */

const protocol = data.protocol;
const COLUMNS = ["os", "hardware", "program", "vmm"];
const TABS = ["boot", "life", "switch"];
let rowsShown = [], chosenRow = null, tab = "life";

/* The table of a tab, for the process that is chosen: its title, columns and rows. */
function tableOf(which) {
	const process = protocol.processes[byId("process").value === "" ? -1 : Number(byId("process").value)];
	if (which === "boot")
		return { title: "At boot", columns: protocol.boot_columns, rows: protocol.boot };
	if (which === "life")
		return { title: process ? "The life of process " + processName(process.pid) : "", columns: protocol.columns,
			rows: process?.life || [] };
	const other = process?.switch ? protocol.processes[process.partner] : null;
	return { title: other ? "The timer: from " + processName(process.pid) + " to " + processName(other.pid) : "",
		columns: protocol.columns, rows: other ? process.switch : [] };
}

const tableShown = () => tableOf(tab);

/* Brings the step of a row into view. */
function showRow(row) {
	chosenRow = row;
	leaveMoment();
	fit(row.first, row.folded ? row.last : row.first);
	select(row.first);
	showTimeline();
}

/* On a small screen the timeline may be elsewhere on the page. */
function showTimeline() {
	const first = byId(stepping.on ? "board" : view.moment ? "sentence" : "overview");
	if (first.getBoundingClientRect().top < 0 || canvas.getBoundingClientRect().bottom > window.innerHeight)
		first.scrollIntoView({ block: "start" });
}

function protocolRow(row, columns, again) {
	const column = COLUMNS.indexOf(row.column);
	const node = make("tr", { class: [row.missing ? "missing" : "", row.folded ? "folded" : "", row.beyond ? "beyond" : "", again ? "again" : ""].join(" ").trim() });
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
			showRow(row);
			followTable();
		});
		rowsShown.push({ row, node });
	}
	return node;
}

/* The VMM's column, which is the last, is only there if it has anything to say. */
function protocolTable({ title, columns: all, rows }) {
	const columns = rows.some((row) => row.column === "vmm") ? all : all.slice(0, -1);
	const body = make("tbody");
	let before = null;
	for (const row of rows) {
		body.append(protocolRow(row, columns, before && !row.missing && before.first === row.first && before.last === row.last));
		before = row;
	}
	const head = make("tr", {}, make("th", { scope: "col" }, "time"), ...columns.map((name) => make("th", { scope: "col" }, name)));
	return [make("h3", {}, title), make("table", {}, make("thead", {}, head), body)];
}

/* Shows a tab; another one where that has no table. */
function showProtocol(wanted = tab) {
	const box = byId("protocol"), full = TABS.filter((which) => tableOf(which).rows.length > 0);
	tab = full.includes(wanted) ? wanted : full.includes("life") ? "life" : full[0] || "life";
	for (const which of TABS) {
		const node = byId("tab-" + which);
		node.setAttribute("aria-selected", String(which === tab));
		node.tabIndex = which === tab ? 0 : -1;
		node.hidden = !full.includes(which);
	}
	rowsShown = [];
	box.setAttribute("aria-labelledby", "tab-" + tab);
	box.replaceChildren(...(full.length > 0 ? protocolTable(tableShown()) : []));
	box.scrollTop = 0;
}

/* The row that tells of a record; a row that was clicked, before others of the same record. */
function rowTelling(rows, i) {
	const telling = rows.filter((row) => !row.missing && row.first === i);
	return telling.find((row) => row === chosenRow) || telling[0] ||
		rows.find((row) => row.folded && row.first <= i && i <= row.last && shapeOf(i, SHAPE.pid) === shapeOf(row.first, SHAPE.pid));
}

function processWith(i) {
	const tells = (rows) => rows && rows.some((row) => !row.missing && row.first === i);
	const index = protocol.processes.findIndex((process) => tells(process.life) || tells(process.switch));
	return index >= 0 ? index : protocol.processes.findIndex((process) => process.pid === shapeOf(i, SHAPE.pid) && process.life);
}

/* The tab that tells of a record: the one that is shown, if it can. */
const tabWith = (i) => [tab, "switch", "life", "boot"].find((which) => rowTelling(tableOf(which).rows, i));

function markRow(i) {
	let found = tabWith(i);
	const index = found ? -1 : processWith(i);
	if (index >= 0 && String(index) !== byId("process").value) {
		byId("process").value = String(index);
		found = tabWith(i);
		showProtocol(found);
	} else if (found && found !== tab) {
		showProtocol(found);
	}
	const row = rowTelling(rowsShown.map((shown) => shown.row), i), box = byId("protocol");
	let marked = null;
	for (const shown of rowsShown) {
		const current = shown.row === row;
		shown.node.toggleAttribute("data-moment", Boolean(view.moment) && !shown.row.folded &&
			shown.row.first >= view.moment.first && shown.row.first <= view.moment.last);
		shown.node.removeAttribute("aria-current");
		if (current)
			(marked = shown.node).setAttribute("aria-current", "true");
	}
	if (!marked)
		return;
	const top = marked.getBoundingClientRect().top - box.getBoundingClientRect().top;
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
	pick.addEventListener("change", () => {
		showProtocol();
		chosenRow = null;
		followTable();
	});
	if (protocol.chosen >= 0 && protocol.processes[protocol.chosen].life)
		pick.value = String(protocol.chosen);
	pick.parentElement.hidden = protocol.processes.length === 0;
	for (const which of TABS) {
		const node = byId("tab-" + which);
		node.addEventListener("click", () => {
			chosenRow = null;
			showProtocol(which);
			followTable();
		});
		node.addEventListener("keydown", (event) => {
			const by = { ArrowLeft: -1, ArrowRight: 1 }[event.key], full = TABS.filter((one) => !byId("tab-" + one).hidden);
			if (!by)
				return;
			event.preventDefault();
			const to = byId("tab-" + full[(full.indexOf(which) + by + full.length) % full.length]);
			to.click();
			to.focus();
		});
	}
	byId("step-mode").hidden = protocol.boot.length === 0 && protocol.processes.length === 0;
	showProtocol();
}

/* The border between timeline and protocol moves, by mouse and keys. */
function movePanel(width) {
	const most = document.documentElement.clientWidth * 0.7;
	document.documentElement.style.setProperty("--panel", Math.max(360, Math.min(most, width)) + "px");
}

function fillSplitter() {
	const splitter = byId("splitter"), panel = byId("protocol-card");
	splitter.addEventListener("pointerdown", (event) => splitter.setPointerCapture(event.pointerId));
	splitter.addEventListener("pointermove", (event) => event.buttons && movePanel(panel.getBoundingClientRect().right - event.clientX));
	splitter.addEventListener("keydown", (event) => {
		const by = { ArrowLeft: 40, ArrowRight: -40 }[event.key];
		if (!by)
			return;
		event.preventDefault();
		movePanel(panel.offsetWidth + by);
	});
}

function fillEnvironment() {
	for (const [key, value] of data.environment)
		if (value !== "")
			byId("environment").append(make("dt", {}, key), make("dd", {}, value));
	byId("environment-card").hidden = data.environment.length === 0;
}

fillHead();
fillWarnings();
fillProtocol();
fillSplitter();
view.listeners.push(showSelected, markRow);
byId("selected").textContent = records.count > 0 ? "Choose a moment above, click an event, or press →." : "This trace has no records.";
/* The rest when the page has been painted. */
requestAnimationFrame(() => setTimeout(() => {
	fillMoments();
	(window.joinPair || openLink)(); /* report_side.js, in a frame of a page of two */
	performance.mark("usable");
	setTimeout(() => {
		fillExits();
		fillEvents();
		fillShares();
		fillLatency();
		fillEnvironment();
		fillFields();
		document.documentElement.dataset.ready = "true";
	});
}));
