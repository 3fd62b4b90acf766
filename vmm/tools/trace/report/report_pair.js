/* SPDX-License-Identifier: MIT */
/*
 * The page of two traces: each in a frame that has the page of one trace, of which the style sheet shows the timeline
 * alone; and around them what `vmm trace diff` says. report_side.js is what a frame gives.
 */
"use strict";

const comparison = JSON.parse(byId("comparison").textContent);
const SIDES = ["a", "b"], AROUND = 4; /* records beside the ones where they part */
const sides = [null, null], frames = [];
let anchors = [0, 0]; /* the times of the two traces that stand one above the other */
let shown = { from: 0, to: 0 }; /* what is in view, from the anchors */

/* ---- frames ---- */

function makeFrame(which) {
	const frame = make("iframe", { title: `Timeline of ${which.toUpperCase()}, ${comparison.files[SIDES.indexOf(which)]}` });
	frame.srcdoc = `<!DOCTYPE html><html lang="en" data-side="${which}"><body></body></html>`;
	frame.addEventListener("load", () => {
		const inner = frame.contentDocument, page = inner.importNode(byId("page").content, true);
		for (const part of ["data", "records", "facts"]) {
			page.getElementById(part).textContent = byId(`${part}-${which}`).textContent;
			byId(`${part}-${which}`).remove();
		}
		page.querySelectorAll("meta, title").forEach((node) => node.remove()); /* the frame has this page's policy */
		inner.body.append(page);
		inner.body.append(Object.assign(inner.createElement("script"), { textContent: byId("side").textContent }));
	});
	return frame;
}

/* What the frames call. */
window.pair = {
	join(side) {
		const at = frames.findIndex((frame) => frame.contentWindow === side.window);
		sides[at] = side;
		if (sides.every(Boolean))
			fill();
	},
	resize(side, height) {
		const frame = frames.find(({ contentWindow }) => contentWindow === side.window);
		frame.style.height = height + "px";
	},
	/* A side has been drawn anew: where it has moved, the other one follows. */
	follow(side) {
		const at = sides.indexOf(side), { from, to } = side.view();
		if (at < 0 || !sides.every(Boolean))
			return;
		const now = { from: from - anchors[at], to: to - anchors[at] };
		if (Math.abs(now.from - shown.from) + Math.abs(now.to - shown.to) > 0.01)
			showBoth(now);
	},
};

function showBoth(span) {
	shown = span;
	sides.forEach((side, at) => side.show(span.from + anchors[at], span.to + anchors[at]));
}

/* ---- alignment ---- */

const commonTransition = () => {
	const [a, b] = sides.map((side) => side.firstTransitions());
	const said = [...a.keys()].find((what) => b.has(what));
	return said === undefined ? null : [a.get(said), b.get(said)];
};

const firstCalls = () => sides.map((side) => side.firstCall());

/* The times of a pair of records; null where one of them is not on the page. */
function timesOf(pair) {
	const times = pair ? pair.map((i, at) => sides[at].timeOf(i)) : [];
	return times.length > 0 && times.every((time) => time !== undefined) ? times : null;
}

const alignments = [
	["the start of the runs", () => [0, 0]],
	["the first transition in common", () => timesOf(commonTransition())],
	["the first call of the OS", () => timesOf(firstCalls())],
	["where they part", () => timesOf(comparison.parting?.records)],
	["the decision that differs", () => timesOf(comparison.decision?.records)],
];

/* Shows both runs; unless `wide`, no more than the shorter one. */
function align(times, wide) {
	anchors = times;
	const from = Math.min(...anchors.map((anchor) => -anchor));
	const to = Math.max(...sides.map((side, at) => side.end - anchors[at]));
	sides.forEach((side, at) => side.align({ from: from + anchors[at], to: to + anchors[at] }, anchors[at]));
	showBoth({ from, to: wide ? to : Math.min(...sides.map((side, at) => side.end - anchors[at])) });
}

function fillAlignments() {
	const possible = alignments.map(([name, times]) => [name, times()]).filter(([, times]) => times);
	byId("align").append(...possible.map(([name, times]) => make("option", { value: times }, name)));
	byId("align").addEventListener("change", ({ target }) => align(target.value.split(",").map(Number)));
	align([0, 0]);
}

function zoom(factor) {
	const middle = (shown.from + shown.to) / 2, half = (shown.to - shown.from) / 2 * factor;
	sides[0].show(middle - half + anchors[0], middle + half + anchors[0]);
}

const keys = { "+": () => zoom(1 / 2), "=": () => zoom(1 / 2), "-": () => zoom(2), "0": () => align(anchors, true) };

/* ---- where they part ---- */

/* Brings a pair of records into view, one above the other, with a little of what is around them. */
function showPlace(pair) {
	const times = timesOf(pair);
	if (times) {
		byId("align").value = String(times);
		align(times);
	}
	const at = pair.findIndex((i, side) => sides[side].timeOf(i) !== undefined);
	const list = sides[at].around(pair[at], AROUND), time = sides[at].timeOf(pair[at]);
	const half = Math.max(time - list[0].time, list[list.length - 1].time - time, 500) * 1.2;
	sides.forEach((side, which) => side.timeOf(pair[which]) !== undefined && side.select(pair[which]));
	sides[at].show(time - half, time + half);
}

function sayParting() {
	const { parting, decision } = comparison, line = byId("sentence");
	if (!parting) {
		line.append(make("strong", {}, "Both traces have the same records, but for their times."));
		return;
	}
	const number = formatCount(parting.number);
	line.append(make("strong", {}, parting.transition ? `They part at transition ${number} of the runs.`
		: `Their transitions are the same; the first record that differs, a VM exit, is number ${number}.`));
	if (decision)
		line.append(` The first decision of the scheduler that differs is number ${formatCount(decision.number)}: ${decision.choices.join(", ")}.`);
	for (const [name, place] of [["Show where they part", parting], ["Show the decision", decision],
		["Show the first call of the OS", { records: firstCalls() }]])
		if (place && place.records.some((i, at) => sides[at].timeOf(i) !== undefined)) {
			const go = make("button", { class: "show" }, name);
			go.addEventListener("click", () => showPlace(place.records));
			line.append(" ", go);
		}
}

function rowsAround(at, marked) {
	const side = sides[at];
	return side.around(marked, AROUND).map(({ i, name, who, what, time }) => {
		const go = make("button", { class: "go" }, formatMoment(time));
		const row = make("tr", i === marked ? { "aria-current": "true" } : {}, make("td", { class: "number" }, go), make("td", {}, name),
			make("td", {}, who), make("td", {}, make("code", {}, what)));
		go.addEventListener("click", () => side.select(i, true));
		return row;
	});
}

function fillParting() {
	const { parting } = comparison;
	byId("parting-card").hidden = !parting;
	parting?.records.forEach((i, at) => {
		const half = make("div", {}, make("h3", {}, `${SIDES[at].toUpperCase()}  ${comparison.files[at]}`)), table = make("table", { class: "near" });
		if (sides[at].timeOf(i) === undefined) {
			half.append(make("p", { class: "note" }, i === null ? "This trace has no more of them." : "This place is not on the page: --records shows more."));
		} else {
			sides[at].mark(i, "they part here");
			table.append(make("tbody", {}, ...rowsAround(at, i)));
			half.append(make("div", { class: "scroll" }, table));
		}
		byId("parting").append(half);
	});
}

/* ---- tables ---- */

function headOf(titles) {
	return make("thead", {}, make("tr", {}, ...titles.map(([title, words]) => make("th", { scope: "col", class: words ? "" : "number" }, title))));
}

function fillEnvironment() {
	const [a, b] = sides.map(({ environment }) => environment);
	const differing = [...new Set([...a.keys(), ...b.keys()])].filter((key) => a.get(key) !== b.get(key));
	byId("environment-card").hidden = differing.length === 0;
	byId("environment").append(headOf([["", true], ["A", true], ["B", true]]), make("tbody", {}, ...differing.map((key) =>
		make("tr", {}, make("td", {}, key), ...[a, b].map((one) => make("td", {}, make("code", {}, one.get(key) ?? "")))))));
}

/* A row of one cell tells of the row above it. */
function fillTables() {
	for (const { columns, rows } of comparison.tables) {
		const titles = [];
		for (let at = 0; at < columns.length; at += 2)
			titles.push([columns[at], columns[at + 1]]);
		const body = rows.map((cells) => cells.length === 1
			? make("tr", { class: "below" }, make("td", { colspan: titles.length }, make("code", {}, cells[0])))
			: make("tr", {}, ...cells.map((text, at) => make("td", { class: titles[at][1] ? "" : "number" }, text))));
		byId("tables").append(make("div", { class: "scroll" }, make("table", { class: "bars compared" }, headOf(titles), make("tbody", {}, ...body))));
	}
}

/* ---- all ---- */

function fill() {
	byId("title").textContent = comparison.files.join(" and ");
	document.title = "ringside: " + comparison.files.join(" and ");
	sides.forEach((side, at) => {
		byId(`about-${SIDES[at]}`).textContent = [side.protocol, side.environment.get("command-line"), formatTime(side.end),
			formatCount(side.exits) + " VM exits"].filter(Boolean).join(" · ");
		if (side.note)
			byId("warnings").append(make("li", {}, `${SIDES[at].toUpperCase()}: ${side.note}`));
	});
	byId("warnings").hidden = byId("warnings").childElementCount === 0;
	sayParting();
	fillParting();
	fillEnvironment();
	fillTables();
	fillAlignments();
	document.documentElement.dataset.ready = "true";
}

for (const which of SIDES) {
	const at = SIDES.indexOf(which), about = make("span", { class: "soft", id: `about-${which}` });
	frames.push(makeFrame(which));
	byId("sides").append(make("h3", {}, make("b", { class: "which" }, which.toUpperCase()), ` ${comparison.files[at]} `, about), frames[at]);
}
for (const [id, key] of [["zoom-in", "+"], ["zoom-out", "-"], ["zoom-all", "0"]])
	byId(id).addEventListener("click", keys[key]);
document.addEventListener("keydown", (event) => {
	if (event.target.closest("select") || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key))
		return;
	event.preventDefault();
	keys[event.key]();
});
