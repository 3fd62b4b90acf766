/* SPDX-License-Identifier: MIT */
/* How the pages of reports say numbers and times, and make elements of texts. */
"use strict";

const byId = (id) => document.getElementById(id);

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
