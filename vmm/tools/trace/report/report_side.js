/* SPDX-License-Identifier: MIT */
/*
 * One of two traces that are compared: runs behind the scripts of a report's page, in a frame that report_pair.js has
 * filled, and gives that the few things it asks for.
 */
"use strict";

const SEEN_FIRST = 50000; /* records, for a transition that both traces have */

const isTransition = (i) => !isExit(i) && !isHidden(i) && !kindInfo(kindOf(i)).vmm;

const side = {
	window,
	protocol: hasEvents ? data.protocol.title : "no guest events",
	environment: new Map(data.environment),
	end: segments.end,
	exits: data.stat.total.exits,
	note: [...byId("warnings").children].map((line) => line.textContent).join(" "),
	/* The time of a record; undefined where it is not on the page. */
	timeOf: (i) => i !== null && i < records.count ? records.time[i] : undefined,

	/* The record of the first system call, or call of the OS; null where there is none. */
	firstCall: () => moments.call.list.length > 0 ? moments.call.list[0][0] : null,

	/* The first transitions: their records by what they say. */
	firstTransitions() {
		const found = new Map();
		for (let i = 0; i < Math.min(records.count, SEEN_FIRST); i++) {
			const said = [kindInfo(kindOf(i)).name, shapeOf(i, SHAPE.pid), detailOf(i)].join(" ");
			if (isTransition(i) && !found.has(said))
				found.set(said, i);
		}
		return found;
	},

	/* A record in words. */
	tell(i) {
		const pid = shapeOf(i, SHAPE.pid);
		return { i, name: kindInfo(kindOf(i)).name, who: pid > 0 ? processName(pid) : "", what: detailOf(i), time: records.time[i] };
	},

	/* The records around one, as many before and after: transitions alone where that one is a transition. */
	around(i, many) {
		const wanted = (j) => isExit(i) || isTransition(j), list = [i];
		for (const direction of [-1, 1])
			for (let n = 0, j = i; n < many; n++) {
				const next = neighbour(j, direction, wanted);
				if (next === j)
					break;
				direction < 0 ? list.unshift(next) : list.push(next);
				j = next;
			}
		return list.map(side.tell);
	},

	/* What can be shown, in this trace's time, and which time the scale calls 0. */
	align(limits, origin) {
		Object.assign(view, { limits, origin });
		drawOverview.share = null;
	},

	view: () => view,
	show: setView,
	select,
	mark(i, text) {
		view.notes = [{ time: records.time[i], text }];
	},
};

/* Called when the page is ready. */
function joinPair() {
	byId("selected").textContent = "Click an event to read what it says.";
	view.changed = () => parent.pair.follow(side);
	new ResizeObserver(() => parent.pair.resize(side, document.body.offsetHeight)).observe(document.body);
	parent.pair.join(side);
}
