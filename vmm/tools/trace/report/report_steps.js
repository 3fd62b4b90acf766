/* SPDX-License-Identifier: MIT */
/* Step mode: the rows of the protocol's table that is shown, one after the other, and the state of the CPU at each. */
"use strict";

const stepping = { on: false, at: 0 };
const LOOK_BACK = 50000; /* records, for what the CPU was told last */

/* The last record up to `i` that `wanted` takes; -1 when there is none near. */
function lastBefore(i, wanted) {
	for (const end = Math.max(0, i - LOOK_BACK); i >= end; i--)
		if (wanted(i))
			return i;
	return -1;
}

const hexadecimal = (value) => "0x" + value.toString(16);

/* Whether the processor is in user mode when the step is done; of a step of the VMM cpuStoppedAt() tells. */
function isUserAfter(row) {
	if (row.column === "os")
		return false;
	return row.column === "program" || kindInfo(kindOf(row.first)).to > 0;
}

function pageTableAt(i) {
	const at = lastBefore(i, (j) => isExit(j) ? fact(j, "cr3") !== undefined : Boolean(argument(j, "cr3")) && !isKind(j, "free") &&
		!isKind(j, "memory") && !isKind(j, "fork"));
	if (at < 0)
		return "not recorded";
	const cr3 = isExit(at) ? fact(at, "cr3") : argument(at, "cr3"), pid = shapeOf(at, SHAPE.pid);
	return hexadecimal(cr3) + (pid > 0 ? `, the address space of ${spokenName(pid)}` : "");
}

function stackAt(row, user, pid) {
	const whose = pid > 0 ? spokenName(pid) : "boot";
	const pointer = (j) => argument(j, user ? "rsp" : isKind(j, "restore") ? "rsp" : "kstack");
	const at = lastBefore(row.last, (j) => !isExit(j) && shapeOf(j, SHAPE.pid) === pid && pointer(j) !== undefined &&
		!(user && isKind(j, "restore")));
	const address = at >= 0 ? ", " + hexadecimal(pointer(at)) : "";
	return (user ? "user stack of " : "kernel stack of ") + whose + address;
}

function counterAt(row, user) {
	const i = row.first, place = placeOf(i) || placeOf(lastBefore(i, (j) => placeOf(j) !== "" &&
		shapeOf(j, SHAPE.pid) === shapeOf(i, SHAPE.pid)));
	if (user)
		return place || "not recorded";
	const of = row.column === "hardware" ? "the kernel's entry for this trap" : "in the kernel";
	return place && shapeOf(i, SHAPE.pid) > 0 ? `${of}; saved for the program: ${place}` : place || of;
}

const ringInWords = (user) => direct ? "kernel mode (ring 0): direct execution has no other"
	: user ? "user mode (ring 3)" : "kernel mode (ring 0)";

/* While the VMM handles exits, the guest stands still as the last of them left it. */
function cpuStoppedAt(row) {
	const exit = lastBefore(row.last, isExit), ring = shapeOf(exit, SHAPE.cpl), pid = shapeOf(exit, SHAPE.pid);
	const cr3 = fact(exit, "cr3");
	return [
		["Mode", `the VMM's, on the host; the guest has stopped in ${ring === data.user ? ringInWords(true) : ring === 0 ? ringInWords(false) : "a ring that is not recorded"}`],
		["On the CPU", "the VMM" + (pid > 0 ? `, while ${processName(pid)} waits` : "")],
		["Stack", "the VMM's, on the host"],
		["CR3", cr3 === undefined ? "not recorded" : `the host's; the guest's stays ${hexadecimal(cr3)}` + (pid > 0 ? `, the address space of ${spokenName(pid)}` : "")],
		["PC", "in the VMM" + (placeOf(exit) ? `; the guest goes on at ${placeOf(exit)}` : "")],
	];
}

function cpuAt(row) {
	if (row.column === "vmm")
		return cpuStoppedAt(row);
	const user = isUserAfter(row), pid = shapeOf(row.first, SHAPE.pid);
	return [
		["Mode", ringInWords(user)],
		["On the CPU", pid > 0 ? (user ? "" : "the kernel, for ") + processName(pid) : "the kernel"],
		["Stack", stackAt(row, user, pid)],
		["CR3", pageTableAt(row.last)],
		["PC", counterAt(row, user)],
	];
}

function showBoard() {
	const shown = tableShown(), row = shown.rows[stepping.at], column = COLUMNS.indexOf(row.column);
	const boxes = make("ol", { class: "boxes", "aria-hidden": "true" }, ...shown.columns.map((name, at) =>
		make("li", at === column ? { class: "column-" + at, "data-here": "" } : {}, name)));
	const state = row.missing ? [["CPU", "this step was not seen in the trace"]] : cpuAt(row);
	byId("board").replaceChildren(
		make("div", { class: "told" }, boxes,
			make("p", { class: "soft" }, `${shown.title}: step ${stepping.at + 1} of ${shown.rows.length}`,
				row.missing ? "" : " · " + formatMoment(row.ns)),
			make("p", { class: "now column-" + column }, row.step), make("p", { class: "soft" }, row.detail)),
		make("dl", { class: "cpu", "aria-label": "State of the CPU after this step" }, ...state.flatMap(([name, value]) =>
			[make("dt", {}, name), make("dd", {}, value)])));
}

function stepTo(at) {
	const { rows } = tableShown();
	if (rows.length === 0)
		return;
	stepping.at = Math.max(0, Math.min(rows.length - 1, at));
	const row = rows[stepping.at];
	if (!row.missing)
		showRow(row);
	showBoard();
}

function startStepping(on) {
	const { rows } = tableShown();
	stepping.on = on && rows.length > 0;
	byId("board").hidden = !stepping.on;
	byId("steps").hidden = !stepping.on;
	byId("step-mode").setAttribute("aria-pressed", String(stepping.on));
	if (stepping.on)
		stepTo(Math.max(0, rows.indexOf(chosenRow)));
}

/* The table has changed, or a row of it was clicked. */
function followTable() {
	if (stepping.on)
		stepTo(Math.max(0, tableShown().rows.indexOf(chosenRow)));
}

byId("step-mode").addEventListener("click", () => startStepping(!stepping.on));
byId("step-back").addEventListener("click", () => stepTo(stepping.at - 1));
byId("step-on").addEventListener("click", () => stepTo(stepping.at + 1));
