/* SPDX-License-Identifier: MIT */
/* What a reader takes away: links to what is shown, notes, which the link carries too, and pictures. */
"use strict";

/* ---- links: #t=FROM,TO&e=RECORD&f=FILTER&n=TIME:NOTE..., times in ms ---- */

const inMs = (ns) => (ns / 1e6).toFixed(6);

function linkToView() {
	const parts = new URLSearchParams();
	parts.set("t", inMs(view.from) + "," + inMs(view.to));
	if (view.selected >= 0)
		parts.set("e", view.selected + 1);
	if (byId("filter").value !== "")
		parts.set("f", byId("filter").value);
	for (const { time, text } of view.notes)
		parts.append("n", inMs(time) + ":" + text);
	return "#" + parts.toString().replaceAll("%2C", ",");
}

/* Shows what the page's address asks for. Whatever it holds, the page stays usable. */
function openLink() {
	const parts = new URLSearchParams(location.hash.slice(1));
	const [from, to] = (parts.get("t") || "").split(",").map((ms) => Number.parseFloat(ms) * 1e6);
	const chosen = Number.parseInt(parts.get("e"), 10) - 1;
	view.notes = parts.getAll("n").map((note) => ({ time: Number.parseFloat(note) * 1e6, text: note.slice(note.indexOf(":") + 1) }))
		.filter(({ time }) => time >= 0 && time <= segments.end);
	showNotes();
	byId("filter").value = parts.get("f") || "";
	search();
	if (from >= 0)
		to > from ? setView(from, to) : setView(from - 5e4, from + 5e4);
	if (chosen >= 0)
		select(chosen);
	view.changed = keepLink;
}

let linkTimer = 0;
function keepLink() {
	clearTimeout(linkTimer);
	linkTimer = setTimeout(() => history.replaceState(null, "", linkToView()), 250);
}

addEventListener("hashchange", openLink);

/* ---- notes ---- */

function showNotes() {
	byId("notes").replaceChildren(...view.notes.map((note, at) => {
		const go = make("button", { class: "go" }, formatMoment(note.time));
		go.addEventListener("click", () => {
			const half = (view.to - view.from) / 2;
			setView(note.time - half, note.time + half);
		});
		const drop = make("button", { class: "go", "aria-label": "Remove the note: " + note.text }, "remove");
		drop.addEventListener("click", () => {
			view.notes.splice(at, 1);
			showNotes();
		});
		return make("li", {}, go, " ", note.text, " ", drop);
	}));
	redraw();
}

byId("note").addEventListener("submit", (event) => {
	event.preventDefault();
	const text = byId("note-text").value.trim();
	if (text === "")
		return;
	const time = view.selected >= 0 ? records.time[view.selected] : (view.from + view.to) / 2;
	view.notes.push({ time, text });
	byId("note-text").value = "";
	showNotes();
});

/* ---- pictures ---- */

/* As much of a canvas's context as the picture needs, and writes SVG. */
class SvgContext {
	constructor(width, height) {
		Object.assign(this, { width, height, parts: [], path: "", dash: [], globalAlpha: 1, lineWidth: 1, textAlign: "left",
			font: "", fillStyle: "#000", strokeStyle: "#000" });
	}

	put(tag, attributes, text) {
		const node = svg(tag, attributes, text);
		if (this.globalAlpha < 1)
			node.setAttribute("opacity", this.globalAlpha);
		this.parts.push(node);
	}

	/* Patterns are bitmaps, which the picture does without. */
	get paint() {
		return typeof this.fillStyle === "string" ? this.fillStyle : "none";
	}

	fillRect(x, y, width, height) {
		if (this.paint !== "none")
			this.put("rect", { x, y, width, height, fill: this.paint });
	}

	clearRect(x, y, width, height) {
		this.put("rect", { x, y, width, height, fill: palette.card });
	}

	fillText(text, x, y, width) {
		const anchor = { center: "middle", left: "start" }[this.textAlign];
		const node = { x, y, fill: this.paint, "text-anchor": anchor, style: "font:" + this.font };
		if (width && this.measureText(text).width > width)
			Object.assign(node, { textLength: width, lengthAdjust: "spacingAndGlyphs" });
		this.put("text", node, text);
	}

	measureText(text) {
		const pen = overview.getContext("2d");
		pen.font = this.font;
		return pen.measureText(text);
	}

	beginPath() {
		this.path = "";
	}

	moveTo(x, y) {
		this.path += `M${x} ${y}`;
	}

	lineTo(x, y) {
		this.path += `L${x} ${y}`;
	}

	rect(x, y, width, height) {
		this.path += `M${x} ${y}h${width}v${height}h${-width}z`;
	}

	arc(x, y, radius) {
		this.path += `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0`;
	}

	setLineDash(dash) {
		this.dash = dash;
	}

	fill() {
		this.put("path", { d: this.path, fill: this.paint });
	}

	stroke() {
		this.put("path", { d: this.path, fill: "none", stroke: this.strokeStyle, "stroke-width": this.lineWidth,
			"stroke-dasharray": this.dash.join(" ") });
	}

	finish() {
		const picture = svg("svg", { width: this.width, height: this.height, viewBox: `0 0 ${this.width} ${this.height}` });
		picture.append(svg("rect", { width: this.width, height: this.height, fill: palette.card }), ...this.parts);
		return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(picture);
	}
}

function timelineAsSvg() {
	const height = marksTop() + MARKS, context = new SvgContext(canvas.clientWidth, height);
	drawTimeline(context, height);
	return context.finish();
}

function save(blob, ending) {
	const link = make("a", { href: URL.createObjectURL(blob), download: "timeline." + ending });
	link.click();
	setTimeout(() => URL.revokeObjectURL(link.href), 10000);
}

byId("save-svg").addEventListener("click", () => save(new Blob([timelineAsSvg()], { type: "image/svg+xml" }), "svg"));
byId("save-png").addEventListener("click", () => {
	const copy = make("canvas");
	copy.width = canvas.width;
	copy.height = canvas.height;
	const pen = copy.getContext("2d");
	draw();
	pen.fillStyle = palette.card;
	pen.fillRect(0, 0, copy.width, copy.height);
	pen.drawImage(canvas, 0, 0);
	copy.toBlob((blob) => save(blob, "png"));
});
