/* SPDX-License-Identifier: MIT */
/*
 * Finds records by the language of `vmm trace print --filter`. Fields, their types and names come from the trace
 * tools' own table (data.fields); the grammar is that of vmm/tools/trace/filter/filter.c:
 *   or = and {"||" and}    and = unary {"&&" unary}    unary = "!" unary | "(" or ")" | field [operator value]
 */
"use strict";

const UNITS = { ns: 1n, us: 1000n, ms: 1000000n, s: 1000000000n };
const COMPARE = {
	"==": (a, b) => a == b, "!=": (a, b) => a != b, "<=": (a, b) => a <= b,
	">=": (a, b) => a >= b, "<": (a, b) => a < b, ">": (a, b) => a > b,
};
const SIGN = 1n << 63n, LARGEST = (1n << 64n) - 1n, DEPTH_MAX = 64, WORD_MAX = 63;

class FilterError extends Error {
	constructor(message, column) {
		super(message);
		this.column = column;
	}
}

/* ---- fields that differ from record to record of the same shape ---- */

let timesKept = null;

/* Of each record: the number of its exit, 0 for an event; and how long the VMM handled it, -1 where that is not known. */
function exitTimes() {
	if (timesKept)
		return timesKept;
	const number = new Uint32Array(records.count), vmm = new Float64Array(records.count).fill(-1);
	for (let i = 0, exits = 0, before = -1; i < records.count; i++) {
		if (!isExit(i))
			continue;
		number[i] = ++exits;
		if (before >= 0)
			vmm[before] = Math.max(0, records.time[i] - records.guest[i] - records.time[before]);
		before = i;
	}
	return timesKept = { number, vmm };
}

const ownFields = {
	exit: (i) => exitTimes().number[i] || undefined,
	time: (i) => records.time[i],
	guest: (i) => isExit(i) ? records.guest[i] : undefined,
	vmm: (i) => exitTimes().vmm[i] >= 0 ? exitTimes().vmm[i] : undefined,
};

/* ---- the language ---- */

class FilterParser {
	constructor(text) {
		this.text = text;
		this.at = 0;
		this.depth = 0;
	}

	fail(message, at = this.at) {
		throw new FilterError(message, at);
	}

	/* Takes what a pattern finds here, after spaces; "" when it finds nothing. */
	take(pattern) {
		this.at += /^\s*/.exec(this.text.slice(this.at))[0].length;
		const found = pattern.exec(this.text.slice(this.at));
		this.at += found ? found[0].length : 0;
		return found ? found[0] : "";
	}

	get ends() {
		return this.at >= this.text.length;
	}

	parse() {
		const test = this.chain(/^\|\|/, () => this.chain(/^&&/, () => this.unary(), (a, b) => (i) => a(i) && b(i)),
			(a, b) => (i) => a(i) || b(i));
		return test;
	}

	chain(token, operand, join) {
		let test = operand();
		while (this.take(token))
			test = join(test, operand());
		return test;
	}

	unary() {
		if (this.depth === DEPTH_MAX)
			this.fail("nested too deep");
		this.depth++;
		let test;
		if (this.take(/^!/)) {
			const inner = this.unary();
			test = (i) => !inner(i);
		} else if (this.take(/^\(/)) {
			const opened = this.at - 1;
			test = this.parse();
			if (!this.take(/^\)/))
				this.fail(this.ends ? "this parenthesis is not closed" : "&&, || or ) is missing here", this.ends ? opened : this.at);
		} else {
			test = this.comparison();
		}
		this.depth--;
		return test;
	}

	comparison() {
		this.take(/^/);
		const place = this.at, word = this.take(/^[A-Za-z0-9_]+/);
		if (word === "")
			this.fail(this.ends ? "the filter ends too early" : "a field is missing here");
		const column = fieldColumns.get(word.toLowerCase()), field = data.fields[column];
		if (!field)
			this.fail("unknown field; Fields lists them", place);
		const operator = this.take(/^(==|!=|<=|>=|<|>)/);
		if (operator === "" && this.text[this.at] === "=")
			this.fail("equal is ==");
		if (operator === "" && field.type !== "flag")
			this.fail(`${field.name} must be compared with something: == != < <= > >=`);
		if (field.type === "name" && operator !== "==" && operator !== "!=")
			this.fail("names are compared by == and != only");
		const constant = operator === "" ? 0n : this.value(field);
		return testOf(field, column, COMPARE[operator || "!="], constant);
	}

	value(field) {
		this.take(/^/);
		const place = this.at;
		let word = this.take(/^"[^"]*"/);
		if (word)
			word = word.slice(1, -1);
		else if (this.text[this.at] === '"')
			this.fail("this quote is not closed");
		else
			word = this.take(/^[A-Za-z0-9_./-]+/);
		if (word === "")
			this.fail("a value is missing here", place);
		if (word.length > WORD_MAX)
			this.fail("this word is too long", place);
		const named = field.any_case ? valueOfName(field.name, word) : undefined;
		let value = named;
		if (named === undefined && field.type === "time")
			value = this.time(word, place);
		else if (named === undefined && field.any_case && !(field.by_number && /^[-0-9]/.test(word)))
			this.fail(`no ${field.name} in this trace is called ${word}`, place);
		else if (named === undefined)
			value = this.number(field, word, place);
		return field.type === "signed" ? BigInt.asUintN(64, value) ^ SIGN : value;
	}

	time(word, place) {
		const found = /^([0-9]+)(?:\.([0-9]*))?(ns|us|ms|s)?$/.exec(word);
		if (!found)
			this.fail("not a time, such as 10ms (units: ns, us, ms, s): " + word, place);
		const unit = UNITS[found[3] || "ns"];
		let value = BigInt(found[1]) * unit, weight = unit / 10n;
		for (const digit of found[2] || "") {
			value += BigInt(digit) * weight;
			weight /= 10n;
		}
		return value <= LARGEST && found[1].length <= 19 ? value : this.fail("too large: " + word, place);
	}

	number(field, word, place) {
		const found = /^(-?)(0[xX][0-9a-fA-F]+|[0-9]+)$/.exec(word);
		if (!found)
			this.fail("not a number: " + word, place);
		if (found[1] && field.type !== "signed")
			this.fail(field.name + " is never negative", place);
		const value = BigInt(found[2]);
		if (value > LARGEST)
			this.fail("too large: " + word, place);
		return found[1] ? -value : value;
	}
}

/* A set of answers is compared once for all records that have it. */
function testOf(field, column, compare, constant) {
	const own = ownFields[field.name];
	if (own)
		return (i) => {
			const value = own(i);
			return value !== undefined && compare(value, constant);
		};
	const { known, values } = factColumn(column), truth = new Uint8Array(known.length);
	for (let set = 0; set < truth.length; set++)
		truth[set] = known[set] && compare(values[set], constant) ? 1 : 0;
	return (i) => truth[shapeOf(i, SHAPE.facts)] > 0;
}

/* A function that says of a record whether it matches. Throws FilterError. */
function compileFilter(text) {
	const parser = new FilterParser(text), test = parser.parse();
	if (parser.take(/^/) === "" && !parser.ends)
		parser.fail("&& or || is missing here");
	return test;
}

function recordsMatching(text) {
	const test = compileFilter(text), found = [];
	for (let i = 0; i < records.count; i++)
		if (!isHidden(i) && test(i))
			found.push(i);
	return Uint32Array.from(found);
}

/* ---- on the page ---- */

function sayMatches() {
	const count = view.matches.length, at = upperBound(view.matches, view.selected);
	const here = at > 0 && view.matches[at - 1] === view.selected ? `${formatCount(at)} of ` : "";
	byId("found").textContent = byId("filter").value.trim() === "" ? "" : `${here}${formatCount(count)} found`;
}

function setMatches(found) {
	view.matches = found;
	view.matchTimes = Float64Array.from(found, (i) => records.time[i]);
	for (const id of ["match-back", "match-on"])
		byId(id).disabled = found.length === 0;
	sayMatches();
	redraw();
}

function nextMatch(direction) {
	const at = upperBound(view.matches, view.selected);
	if (view.matches.length === 0)
		return;
	const here = at > 0 && view.matches[at - 1] === view.selected;
	const to = direction > 0 ? at : at - (here ? 2 : 1);
	select(view.matches[(to + view.matches.length) % view.matches.length], true);
}

/* Searches for what is in the field. Says what is wrong, and where. */
function search() {
	const input = byId("filter"), text = input.value;
	input.removeAttribute("aria-invalid");
	byId("filter-error").textContent = "";
	try {
		setMatches(text.trim() === "" ? new Uint32Array(0) : recordsMatching(text));
	} catch (error) {
		if (!(error instanceof FilterError))
			throw error;
		setMatches(new Uint32Array(0));
		input.setAttribute("aria-invalid", "true");
		byId("found").textContent = "";
		byId("filter-error").textContent = `${error.message} (at character ${error.column + 1})`;
	}
}

/* Searches for an expression and goes to the first record that it finds. */
function searchFor(text) {
	byId("filter").value = text;
	search();
	if (view.matches.length > 0)
		select(view.matches[0], true);
	showTimeline();
}

byId("filter").addEventListener("input", search);
byId("search").addEventListener("submit", (event) => {
	event.preventDefault();
	nextMatch(1);
});
byId("match-back").addEventListener("click", () => nextMatch(-1));
byId("match-on").addEventListener("click", () => nextMatch(1));
view.listeners.push(sayMatches);
