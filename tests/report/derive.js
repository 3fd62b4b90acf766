/* SPDX-License-Identifier: MIT */
/* Makes traces from a recorded one: names.bin with hostile names, and others with few and very many records. */
"use strict";

const fs = require("fs");
const path = require("path");

const RECORD_SIZE = 48, KIND = 44, EVENT = 128; /* docs/trace-format.md */
const HEADER_SIZE = 12; /* offset of the header's size in the header */

function split(trace) {
	const header = trace.subarray(0, trace.readUInt32LE(HEADER_SIZE)), records = [];
	for (let at = header.length; at + RECORD_SIZE <= trace.length; at += RECORD_SIZE)
		if (trace.readBigUInt64LE(at) !== 0n)
			records.push(trace.subarray(at, at + RECORD_SIZE));
	return { header, records };
}

/* Repeats the records, each time with later times and other addresses. */
function repeat({ header, records }, count) {
	const first = records[0].readBigUInt64LE(0), last = records[records.length - 1].readBigUInt64LE(0);
	const span = last - first + 100000n, out = Buffer.alloc(header.length + count * RECORD_SIZE);
	header.copy(out);
	for (let n = 0; n < count; n++) {
		const at = header.length + n * RECORD_SIZE, later = BigInt(Math.floor(n / records.length)) * span;
		records[n % records.length].copy(out, at);
		out.writeBigUInt64LE(out.readBigUInt64LE(at) + later, at);
		if (out[at + KIND] >= EVENT)
			continue;
		out.writeBigUInt64LE(out.readBigUInt64LE(at + 8) + later, at + 8);
		if (n % 4 === 0)
			out.writeBigUInt64LE(out.readBigUInt64LE(at + 16) + BigInt(n % 30000), at + 16);
	}
	return out;
}

/* Replaces names by HTML of the same length. */
function rename(trace) {
	const text = trace.toString("latin1");
	return Buffer.from(text.replace(/\0chatty(?=\0)/g, "\0<b>&'\"").replace(/\0queens(?=\0)/g, "\0</x-->"), "latin1");
}

const folder = process.argv[2], trace = fs.readFileSync(path.join(folder, "timer.bin"));
fs.writeFileSync(path.join(folder, "names.bin"), rename(trace));
for (const [name, count] of [["hundred", 100], ["thousands", 100000], ["millions", 2000000]])
	fs.writeFileSync(path.join(folder, name + ".bin"), repeat(split(trace), count));
