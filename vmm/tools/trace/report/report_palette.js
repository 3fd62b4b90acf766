/* SPDX-License-Identifier: MIT */
/* Colours and patterns, from the style sheet: read again when that changes. report_picture.js draws with them. */
"use strict";

const PROCESS_COLOURS = 6;
let palette = {}, patterns = [];

function makePattern(context, draw) {
	const scale = window.devicePixelRatio || 1, tile = document.createElement("canvas");
	tile.width = tile.height = 6 * scale;
	const pen = tile.getContext("2d");
	pen.scale(scale, scale);
	pen.strokeStyle = pen.fillStyle = palette.hatch;
	draw(pen);
	const pattern = context.createPattern(tile, "repeat");
	pattern.setTransform(new DOMMatrix().scale(1 / scale));
	return pattern;
}

function readPalette() {
	const style = getComputedStyle(document.documentElement);
	for (const name of ["page", "card", "ink", "soft", "line", "strong", "accent", "mark", "vmm", "kernel", "hatch",
		"p0", "p1", "p2", "p3", "p4", "p5"])
		palette[name] = style.getPropertyValue("--" + name).trim();
	const context = canvas.getContext("2d");
	patterns = [
		makePattern(context, (pen) => {
			pen.lineWidth = 1.3;
			pen.beginPath();
			for (const at of [-6, 0, 6]) {
				pen.moveTo(at, 6);
				pen.lineTo(at + 6, 0);
			}
			pen.stroke();
		}),
		makePattern(context, (pen) => {
			for (const [x, y] of [[1.5, 1.5], [4.5, 4.5]]) {
				pen.beginPath();
				pen.arc(x, y, 0.9, 0, 7);
				pen.fill();
			}
		}),
	];
}

const laneColour = (lane) => lane === VMM ? palette.vmm : lane === RING0 ? palette.kernel
	: palette["p" + (lane - FIRST_PROCESS) % PROCESS_COLOURS];
