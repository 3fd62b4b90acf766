/* SPDX-License-Identifier: MIT */
/* Opens the report's pages in Chromium and uses them as people do. Called by tests/report/run with their folder. */
"use strict";

const assert = require("assert");
const fs = require("fs");
const path = require("path");
const { spawnSync } = require("child_process");
const { chromium } = require("playwright-core");

const folder = path.resolve(process.argv[2]);
const LARGEST_BYTES = 30e6;
const DESKTOP = { width: 1440, height: 1000 }, PHONE = { width: 390, height: 844 };
/* Playwright gives each browser a new --user-data-dir; no browser may use the network. */
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync"];

let browser;

/* Opens a page that fails the test if it logs an error or requests anything but itself. */
async function open(name, options = {}, hash = "") {
	const context = await browser.newContext({ viewport: DESKTOP, ...options });
	const page = await context.newPage(), url = "file://" + path.join(folder, name + ".html");
	page.complaints = [];
	page.on("pageerror", (error) => page.complaints.push(error.message));
	page.on("console", (message) => page.complaints.push(message.text()));
	page.on("request", (request) => request.url() === url || request.url().startsWith("blob:") || page.complaints.push("asks for " + request.url()));
	await page.goto(url + hash);
	await page.waitForSelector("html[data-ready]");
	return page;
}

async function close(page) {
	assert.deepStrictEqual(page.complaints, []);
	await page.context().close();
}

const statistics = (name) => JSON.parse(spawnSync(path.join(process.env.BUILD, "vmm"), ["trace", "stat", "--json", path.join(folder, name + ".bin")],
	{ encoding: "utf8", maxBuffer: 1 << 28 }).stdout);
const span = (page) => page.evaluate(() => view.to - view.from);
const selected = (page) => page.evaluate(() => view.selected);
const inView = (page) => page.evaluate(() => {
	const time = records.time[view.selected];
	return time >= view.from && time <= view.to;
});

const tests = {
	async "has all records, as `vmm trace stat` counts them"() {
		const page = await open("timer"), { total } = statistics("timer");
		assert.strictEqual(await page.evaluate(() => records.count), total.exits + total.events);
		const exits = await page.evaluate(() => { let n = 0; for (let i = 0; i < records.count; i++) n += isExit(i); return n; });
		assert.strictEqual(exits, total.exits);
		await close(page);
	},

	async "gives out the run's time once, as `vmm trace stat` does"() {
		for (const name of ["timer", "direct", "nothing", "limited"]) {
			const page = await open(name), told = statistics(name), { data: stat, ns, end, shown } = await page.evaluate(() => ({
				data: data.stat, ns: data.ns_per_tick, end: segments.end, shown: formatTime(segments.end) }));
			assert.deepStrictEqual(stat, { ...told, kvm: {} }, "every number is that of stat; the page has no counters of KVM");
			const { all, ...shares } = stat.time_ticks, sum = (numbers) => numbers.reduce((a, b) => a + b, 0);
			assert.strictEqual(sum(Object.values(shares)), all, "to the tick");
			assert.strictEqual(sum(stat.processes.map(({ ticks }) => ticks)), all);
			assert(all > 0 && Math.abs(all * ns - end) < 1, "the picture ends with the run");
			const cells = (row) => page.locator(`#shares tbody tr:nth-${row} td`).allTextContents();
			const rows = page.locator("#shares tbody tr"), total = await cells("last-child(1)");
			assert.strictEqual(await rows.count(), stat.processes.length + 1);
			assert.strictEqual(await page.textContent("#figures b"), shown);
			assert.strictEqual(total[0] + total[6], "all100.0 %");
			const longest = [...stat.processes].sort((a, b) => b.ticks - a.ticks)[0];
			assert.deepStrictEqual((await cells("child(1)")).slice(2, 5), await page.evaluate((one) =>
				[one.ring3_ns, one.ring0_ns, one.vmm_ns].map(formatTime), longest));
			await close(page);
		}
	},

	async "draws the latencies that `vmm trace stat` has"() {
		const page = await open("timer"), told = statistics("timer");
		for (const { kind, name, elapsed_ns } of told.transitions) {
			const label = name + (kind === "syscall" ? "()" : "") + ": trap to return";
			if (elapsed_ns.samples === 0)
				continue;
			await page.selectOption("#latency-of", { label });
			const shown = await page.locator("#latency .quantiles li").allTextContents();
			assert.deepStrictEqual(shown, await page.evaluate(({ samples, min, p50, p90, p99, max }) => ["count " + formatCount(samples),
				...Object.entries({ min, p50, p90, p99, max }).map(([key, value]) => key + " " + formatTime(value))], elapsed_ns), label);
		}
		await close(page);
	},

	async "says at its top what is odd about the trace"() {
		for (const name of ["torn", "short", "timer"]) {
			const page = await open(name), { stderr } = spawnSync(path.join(process.env.BUILD, "vmm"), ["trace", "stat", path.join(folder, name + ".bin")], { encoding: "utf8" });
			const note = stderr.replace(/^vmm: \S+ /, "").trim(), lines = await page.locator("#warnings li").allTextContents();
			assert.deepStrictEqual(lines.filter((line) => !line.startsWith("The page shows")), note ? [`This trace ${note}.`] : [], name);
			assert.strictEqual(await page.locator("#warnings").isVisible(), lines.length > 0);
			if (name === "torn")
				assert.match(lines[0], /ends in the middle of a record/);
			if (name === "short")
				assert.match(lines[lines.length - 1], /^The page shows the first 1,000 records of [\d,]+; its figures and tables are of all/);
			await close(page);
		}
	},

	async "keys move between events and zoom"() {
		const page = await open("timer");
		await page.focus("#timeline");
		await page.keyboard.press("Home");
		assert.strictEqual(await selected(page), 0);
		await page.keyboard.press("ArrowRight");
		assert.strictEqual(await selected(page), 1);
		await page.keyboard.press("ArrowLeft");
		assert.strictEqual(await selected(page), 0);
		const all = await span(page);
		await page.keyboard.press("+");
		await page.keyboard.press("+");
		assert(Math.abs(await span(page) - all / 4) < 1);
		await page.keyboard.press("-");
		assert(Math.abs(await span(page) - all / 2) < 1);
		await page.keyboard.press("End");
		assert(await inView(page), "the view does not follow the selection");
		assert(await page.evaluate(() => view.selected > records.count - 20));
		const kind = await page.evaluate(() => kindOf(view.selected));
		await page.keyboard.press("Shift+ArrowLeft");
		assert.strictEqual(await page.evaluate(() => kindOf(view.selected)), kind);
		await page.keyboard.press("0");
		assert.strictEqual(await span(page), all);
		assert.match(await page.textContent("#selected"), /exit|ring/);
		await close(page);
	},

	async "mouse hovers, selects, drags and zooms"() {
		const page = await open("timer"), box = await page.locator("#timeline").boundingBox();
		const x = await page.evaluate(() => xOf(records.time[Math.floor(records.count / 2)]));
		await page.mouse.move(box.x + x, box.y + 60);
		await page.waitForSelector("#tooltip:not([hidden])");
		await page.mouse.down();
		await page.mouse.up();
		assert(await selected(page) >= 0);
		const before = await span(page);
		await page.keyboard.down("Control");
		await page.mouse.wheel(0, -800);
		await page.keyboard.up("Control");
		await page.waitForFunction((old) => view.to - view.from < old / 2, before);
		const from = await page.evaluate(() => view.from);
		await page.mouse.down();
		await page.mouse.move(box.x + x - 100, box.y + 60, { steps: 5 });
		await page.mouse.up();
		assert(await page.evaluate(() => view.from) > from, "dragging left did not go forward in time");
		await page.click("#zoom-all");
		assert.strictEqual(await span(page), before);
		await close(page);
	},

	async "a row shows its moment, a moment its row"() {
		const page = await open("timer"), rows = page.locator("#protocol tbody tr:not(.missing)");
		await page.click("#tab-life");
		const count = await rows.count();
		assert(count > 15, count + " rows");
		for (const at of [0, Math.floor(count / 2), count - 1]) {
			await rows.nth(at).click();
			const first = await page.evaluate((n) => rowsShown[n].row.first, at);
			assert.strictEqual(await selected(page), first);
			assert(await inView(page));
			assert.strictEqual(await rows.nth(at).getAttribute("aria-current"), "true");
		}
		const other = await page.evaluate(() => {
			const process = protocol.processes.find((one, i) => one.life && String(i) !== byId("process").value);
			select(process.life.find((row) => !row.missing).first);
			return process.pid;
		});
		assert.match(await page.textContent("#protocol h3"), new RegExp("process " + other), "the table follows");
		assert.strictEqual(await page.locator("#protocol tr[aria-current]").count(), 1);
		await rows.nth(2).locator("button").press("Enter");
		assert.strictEqual(await selected(page), await page.evaluate(() => rowsShown[2].row.first), "rows by keyboard");
		await close(page);
	},

	async "opens on the moments: the timer takes the CPU from one process and gives it to another"() {
		const page = await open("timer");
		assert.match(await page.textContent("#moments"), /First system call.*Timer takes the CPU.*Illegal operation.*Page fault.*Exit/);
		await page.click("#moments >> text=Timer takes the CPU");
		assert.match(await page.textContent("#sentence strong"),
			/^The timer interrupted \w+ after [\d.]+ [mµn]?s in \w+; the kernel gave \w+ the CPU [\d.]+ [mµn]?s later\.$/);
		const moment = () => page.evaluate(() => {
			const { first, last, lanes } = view.moment;
			return { first, last, lanes: [...lanes], pids: [shapeOf(first, SHAPE.pid), shapeOf(last, SHAPE.pid)],
				kinds: [first, last].map((i) => kindInfo(kindOf(i)).name), inside: view.from < records.time[first] && records.time[last] < view.to,
				near: (view.to - view.from) / (records.time[last] - records.time[first]) };
		});
		const one = await moment();
		assert.deepStrictEqual(one.kinds, ["interrupt", "return"]);
		assert.notStrictEqual(one.pids[0], one.pids[1]);
		assert(one.inside && one.near < 10, "zoomed to fit");
		assert.strictEqual(one.lanes.length, 3, "two processes and the kernel");
		assert(await page.locator("#protocol tr[data-moment]").count() >= 4, "the rows of the table are marked");
		assert.strictEqual(await page.getAttribute("#tab-switch", "aria-selected"), "true");
		const place = async () => parseInt(await page.textContent(".moment:nth-child(2) .place"), 10), chosen = await place();
		await page.click("[aria-label='Timer takes the CPU: the next one']");
		const two = await moment();
		assert(two.first > one.last);
		assert.strictEqual(await place(), chosen + 1);
		await page.click("[aria-label='Timer takes the CPU: the one before']");
		assert.deepStrictEqual(await moment(), one);
		assert.strictEqual(await page.evaluate(() => view.forced.length), await page.evaluate(() => moments.timer.list.length), "a tick for each");
		await page.keyboard.press("t");
		assert.deepStrictEqual(await moment(), two, "keys work after a click");
		for (const [name, sentence] of [["First system call", /asked the kernel for \w+\(\)/], ["Illegal operation", /did what it may not.*killed it/],
			["Page fault", /touched a page/], ["Exit", /ended (with status|by signal) \d+/]]) {
			await page.click("#moments >> text=" + name);
			assert.match(await page.textContent("#sentence strong"), sentence);
		}
		await page.click("#zoom-all");
		await page.keyboard.press("Escape");
		assert.strictEqual(await page.textContent("#sentence"), "");
		await close(page);
	},

	async "steps through the protocol with the state of the CPU"() {
		const page = await open("timer");
		await page.click("#moments >> text=Timer takes the CPU");
		await page.click("#step-mode");
		const board = () => page.textContent("#board"), modes = [];
		assert.match(await board(), /step 1 of/);
		const count = await page.evaluate(() => tableShown().rows.length);
		for (let n = 0; n < count; n++) {
			const { column, to } = await page.evaluate(() => {
				const row = tableShown().rows[stepping.at];
				return { column: row.column, to: kindInfo(kindOf(row.first)).to };
			});
			const text = await board();
			if (column === "vmm") {
				await page.keyboard.press("ArrowRight");
				modes.push(undefined); /* the next test */
				continue;
			}
			modes.push(/user mode/.test(text.slice(text.indexOf("Mode"))));
			assert.strictEqual(modes[n], column === "program" || (column === "hardware" && to > 0), text);
			assert.match(text, /Mode(user|kernel) mode \(ring \d\)On the CPU.*Stack(user|kernel) stack of \w+.*CR30x[0-9a-f]+, the address space of \w+PC/);
			await page.keyboard.press("ArrowRight");
		}
		assert(modes.includes(true) && modes.includes(false));
		assert.match(await board(), new RegExp(`step ${count} of ${count}`));
		await page.keyboard.press("ArrowLeft");
		assert.match(await board(), new RegExp(`step ${count - 1} of ${count}`));
		await page.click("#tab-boot");
		assert.match(await board(), /At boot: step 1 of/);
		await page.keyboard.press("s");
		assert(await page.locator("#board").isHidden());
		await close(page);
	},

	async "steps through what the VMM does, too"() {
		for (const [name, options] of [["timer", {}], ["direct", {}], ["timer", { viewport: PHONE }]]) {
			const page = await open(name, options);
			const index = await page.evaluate(() => protocol.processes.findIndex(({ life }) => life?.some(({ column }) => column === "vmm")));
			await page.selectOption("#process", String(index));
			await page.click("#tab-life");
			assert.strictEqual(await page.locator("#protocol th").last().textContent(), "VMM", "the column is in the table");
			await page.click("#step-mode");
			for (const at of await page.evaluate(() => tableShown().rows.flatMap(({ column }, at) => column === "vmm" ? [at] : []))) {
				const { exit, row } = await page.evaluate((n) => {
					stepTo(n);
					const row = tableShown().rows[n];
					let i = row.last;
					while (!isExit(i))
						i--;
					return { row, exit: { cpl: shapeOf(i, SHAPE.cpl), place: placeOf(i), cr3: fact(i, "cr3").toString(16), inside: i >= row.first } };
				}, at);
				assert(exit.inside, "the row tells of exits");
				const text = await page.textContent("#board .cpu");
				const mode = exit.cpl === 3 ? "user mode \\(ring 3\\)" : "kernel mode \\(ring 0\\)";
				assert.match(text, new RegExp(`^Modethe VMM's, on the host; the guest has stopped in ${mode}`), row.step);
				assert.match(text, /On the CPUthe VMM/);
				assert(text.includes("the guest's stays 0x" + exit.cr3), text);
				assert(text.endsWith(exit.place ? "the guest goes on at " + exit.place : "in the VMM"), text);
				const here = page.locator("#board .boxes [data-here]");
				assert.strictEqual(await here.textContent(), "VMM");
				assert.strictEqual(await page.textContent("#board .now"), row.step);
				const colour = (node) => node.evaluate((one) => getComputedStyle(one).backgroundColor);
				assert.strictEqual(await colour(here), await page.evaluate(() => { /* that of the VMM's lane, as text */
					const probe = document.body.appendChild(make("i"));
					probe.style.background = "var(--vmm-ink)";
					const is = getComputedStyle(probe).backgroundColor;
					probe.remove();
					return is;
				}));
				assert.strictEqual(await page.locator("#protocol tr[aria-current] .cell").getAttribute("data-column"), "VMM");
				const { top, bottom } = await page.locator("#board").evaluate((node) => node.getBoundingClientRect());
				assert(top >= -1 && bottom <= (options.viewport || DESKTOP).height, "what is told is on the screen: " + [top, bottom]);
			}
			await close(page);
		}
	},

	async "the border of the protocol's panel moves"() {
		const page = await open("timer"), width = () => page.evaluate(() => byId("protocol-card").offsetWidth);
		const before = await width(), box = await page.locator("#splitter").boundingBox();
		await page.mouse.move(box.x + 4, box.y + 200);
		await page.mouse.down();
		await page.mouse.move(box.x - 96, box.y + 200, { steps: 4 });
		await page.mouse.up();
		assert(Math.abs(await width() - before - 100) < 12, before + " became " + await width());
		await page.focus("#splitter");
		await page.keyboard.press("ArrowRight");
		assert(Math.abs(await width() - before - 60) < 12);
		await close(page);
	},

	async "finds what `vmm trace print --filter` prints"() {
		const page = await open("timer"), trace = path.join(folder, "timer.bin");
		const printed = (filter) => spawnSync(path.join(process.env.BUILD, "vmm"), ["trace", "print", "--filter", filter, trace],
			{ encoding: "utf8", maxBuffer: 1 << 28 });
		/* Each name of a coded argument, as include/ringside/events.h has them, and of the page's own lists a part. */
		const codes = [...fs.readFileSync("include/ringside/events.h", "utf8").matchAll(/^\tX\(([A-Z]+), +"[^"]*"\)/gm)].map(([, code]) => "why==" + code.toLowerCase());
		assert(codes.includes("why==slice") && codes.includes("why==child"), "codes: " + codes);
		const named = await page.evaluate(() => data.fields.flatMap(({ name, any_case: list }) => (list || []).filter((_, at) => at % 22 === 0).map((word) => `${name}==${word}`)));
		for (const filter of [...codes, ...named, "why!=slice && kind==save", "kind==syscall", "KIND==Syscall && pid==4", "reason==io", "name==write || name==PF", "vector==0x20 && kind==interrupt",
			"result==ENOENT || result<0", "result>=0 && name==write", "time>=10ms && time<0.2s && !(reason==INTR)", "guest>1.5ms", "exit<=100 && exit>90",
			"cpl==3 && kind==vmexit", "program==sieve && symbol==main", "port==0x3f8 && write", "injected", "!injected && kind==vmexit",
			'name=="clock_gettime"', "syscall==1", "vmm>1s", "((pid==2))", "size==1", "rip>0xffff800000000000", "cr3!=0", "unclaimed || string || window",
			/* and what it refuses */
			"kind", "kind==", "kind=syscall", "nothing==1", "kind<syscall", "pid==x", "pid==-1", "reason==NOSUCH", "name==fork &&", "(pid==1", "pid==1)",
			'name=="fork', "time==3x", "time==99999999999999999999s", "pid==1 pid==2", "!", "program==SIEVE"]) {
			const { status, stdout } = printed(filter);
			const found = await page.evaluate((text) => {
				try {
					return recordsMatching(text).length;
				} catch (error) {
					return error instanceof FilterError ? -1 : error.stack;
				}
			}, filter);
			assert.strictEqual(found, status === 0 ? Math.max(0, stdout.trim().split("\n").length - 1) : -1, filter);
		}
		await page.fill("#filter", "name==write && kind==syscall");
		assert.match(await page.textContent("#found"), /^\d+ found/);
		await page.keyboard.press("Enter");
		assert.strictEqual(await selected(page), await page.evaluate(() => view.matches[0]));
		await page.click("#match-on");
		await page.keyboard.press("n");
		assert.strictEqual(await selected(page), await page.evaluate(() => view.matches[2]));
		await page.keyboard.press("N");
		assert.strictEqual(await selected(page), await page.evaluate(() => view.matches[1]));
		assert.match(await page.textContent("#found"), /^2 of/);
		await page.fill("#filter", "pid=2");
		assert.match(await page.textContent("#filter-error"), /equal is ==.*character 4/);
		assert.strictEqual(await page.evaluate(() => view.matches.length), 0);
		await close(page);
	},

	async "hatches when the host did not run the VMM"() {
		const page = await open("timer");
		const told = statistics("timer").events.filter(({ name }) => name.startsWith("host-"));
		assert.strictEqual(await page.evaluate(() => view.absences.of.length), told.reduce((sum, { samples }) => sum + samples, 0));
		assert(await page.evaluate(() => view.absences.from.every((from, k) => from <= view.absences.to[k])));
		await close(page);
	},

	async "a row of a table finds its records"() {
		const page = await open("timer");
		for (const id of ["exits", "events", "shares", "calls"]) {
			const rows = page.locator(`#${id} tbody tr`);
			for (let n = 0; n < Math.min(3, await rows.count()); n++) {
				await rows.nth(n).locator("button").click();
				assert.strictEqual(await page.textContent("#filter-error"), "", id);
				const count = (await rows.nth(n).locator("td.number").first().textContent()).replace(/,/g, "");
				const found = await page.evaluate(() => view.matches.length);
				if (id === "shares")
					continue;
				assert(found >= Number(count) && found <= Number(count) + 2, `${id}: ${found} found of ${count}`);
				assert.strictEqual(await selected(page), await page.evaluate(() => view.matches[0]));
			}
		}
		await close(page);
	},

	async "a link opens where it was made, with notes"() {
		const page = await open("timer");
		await page.click("#moments >> text=Illegal operation");
		await page.fill("#filter", "kind==kill");
		await page.fill("#note-text", "here <b>it</b> ends");
		await page.press("#note-text", "Enter");
		await page.waitForFunction(() => location.hash.includes("n="));
		const was = await page.evaluate(() => ({ hash: location.hash, from: view.from, selected: view.selected }));
		assert.match(was.hash, /^#t=[\d.]+,[\d.]+&e=\d+&f=/);
		const other = await open("timer", {}, was.hash);
		const is = await other.evaluate(() => ({ from: view.from, selected: view.selected, notes: view.notes.length, found: view.matches.length }));
		assert(Math.abs(is.from - was.from) < 2);
		assert.deepStrictEqual([is.selected, is.notes, is.found], [was.selected, 1, 1]);
		assert.match(await other.textContent("#notes"), /here <b>it<\/b> ends/);
		await close(other);
		const odd = await open("timer", {}, "#t=x,-1&e=99999999&f=((((&n=:&n=1e999:x&n=-5:y");
		assert.strictEqual(await odd.evaluate(() => view.notes.length), 0);
		await close(odd);
		await close(page);
	},

	async "measures, and saves pictures"() {
		const page = await open("timer"), box = await page.locator("#timeline").boundingBox();
		await page.mouse.move(box.x + 300, box.y + 10);
		await page.mouse.down();
		await page.mouse.move(box.x + 500, box.y + 10, { steps: 4 });
		await page.mouse.up();
		const [from, to, share] = await page.evaluate(() => [...view.measured, 200 / plotWidth() * (view.to - view.from)]);
		assert(Math.abs(to - from - share) < share / 50);
		await page.click("#moments >> text=Timer takes the CPU");
		for (const [id, ending, start] of [["#save-svg", "svg", "<?xml"], ["#save-png", "png", "\x89PNG"]]) {
			const [download] = await Promise.all([page.waitForEvent("download"), page.click(id)]);
			assert.strictEqual(download.suggestedFilename(), "timeline." + ending);
			const bytes = fs.readFileSync(await download.path()).toString("latin1");
			assert(bytes.startsWith(start), bytes.slice(0, 20));
			assert(ending !== "svg" || /timer interrupt</.test(bytes), "the names are in the picture");
		}
		await close(page);
	},

	async "keys work after clicks, and no tooltip stays behind"() {
		const page = await open("timer"), box = await page.locator("#timeline").boundingBox();
		await page.click("#zoom-in");
		await page.keyboard.press("Home");
		assert.strictEqual(await selected(page), 0);
		await page.click("#protocol tbody tr:not(.missing)");
		const before = await selected(page);
		await page.keyboard.press("ArrowRight");
		assert(await selected(page) > before);
		await page.click("#zoom-all");
		const x = await page.evaluate(() => xOf(records.time[Math.floor(records.count / 2)]));
		await page.mouse.move(box.x + x, box.y + 60);
		await page.waitForSelector("#tooltip:not([hidden])");
		await page.keyboard.press("+");
		assert(await page.locator("#tooltip").isHidden());
		await page.focus("#filter");
		await page.keyboard.type("0+-nNst");
		assert.strictEqual(await page.inputValue("#filter"), "0+-nNst", "what is typed is no command");
		await close(page);
	},

	async "direct execution speaks of no transitions"() {
		const page = await open("direct"), text = await page.evaluate(() => document.body.innerText);
		assert.doesNotMatch(text, /transition|trap to return/i);
		assert.match(text, /First call of the OS/);
		await page.click("#moments >> text=First call of the OS");
		assert.match(await page.textContent("#sentence strong"), /a function like any other/);
		await close(page);
	},

	async "draws two traces on one page, and says where they part"() {
		const diff = (a, b) => spawnSync(path.join(process.env.BUILD, "vmm"), ["trace", "diff", ...[a, b].map((name) => path.join(folder, name + ".bin"))], { encoding: "utf8" }).stdout;
		for (const [name, a, b] of [["pair", "direct", "limited"], ["policies", "timer", "limited"]]) {
			const page = await open(name), told = diff(a, b), [, one, two] = page.frames();
			const number = told.match(/The first transition in which they part is number (\d+)/)[1];
			assert.match(await page.textContent("#sentence"), new RegExp(`They part at transition ${number} of the runs`));
			/* The tables are those of the command. */
			const words = (text) => text.replace(/\s+/g, " ").trim(), lines = told.split("\n").map(words);
			for (const row of await page.locator("#tables tbody tr:not(.below)").evaluateAll((rows) => rows.map((row) => [...row.cells].map((cell) => cell.textContent).join(" "))))
				assert(lines.includes(words(row)), `no line of vmm trace diff is "${words(row)}"`);
			assert(await page.locator("#tables tbody tr").count() > 30);
			for (const [at, frame] of [one, two].entries()) {
				const { mark, expected, lane } = await frame.evaluate((record) => ({ mark: view.notes[0], expected: records.time[record], lane: lanes.length }),
					(await page.evaluate(() => comparison.parting.records))[at]);
				assert.deepStrictEqual(mark, { time: expected, text: "they part here" });
				assert(lane > 2 && await frame.locator("#timeline").isVisible() && !await frame.locator("#protocol").isVisible());
			}
			/* The same scale, and together. */
			const views = () => Promise.all([one, two].map((frame) => frame.evaluate(() => [view.from - view.origin, view.to - view.origin])));
			const alike = async (why) => { const [x, y] = await views(); assert(Math.abs(x[0] - y[0]) + Math.abs(x[1] - y[1]) < 0.1, why + ": " + [x, y]); return x; };
			const all = await alike("at first");
			await page.click("#zoom-in");
			const near = await alike("zoomed");
			assert(Math.abs((near[1] - near[0]) * 2 - (all[1] - all[0])) < 1);
			for (const label of ["the first transition in common", "where they part", "the start of the runs"]) {
				await page.selectOption("#align", { label });
				await alike(label);
			}
			assert.deepStrictEqual(await Promise.all([one, two].map((frame) => frame.evaluate(() => view.origin))), [0, 0]);
			await two.focus("#timeline");
			await page.keyboard.press("+");
			await page.keyboard.press("End");
			await page.waitForTimeout(100);
			await alike("moved in B");
			await page.click("text=Show where they part");
			const middle = await alike("where they part");
			assert(middle[0] < 0 && middle[1] > 0 && middle[1] - middle[0] < near[1] - near[0], "the place is in view, and near");
			assert.deepStrictEqual(await Promise.all([one, two].map((frame) => frame.evaluate(() => view.selected))), await page.evaluate(() => comparison.parting.records));
			assert.strictEqual(await page.locator("#parting tr[aria-current]").count(), 2);
			assert(await page.evaluate(() => frames.every((frame) => frame.offsetHeight >= frame.contentDocument.body.scrollHeight)), "nothing of a frame is cut off");
			await page.click("text=Show the first call of the OS");
			await alike("the first call");
			const calls = await Promise.all([one, two].map((frame) => frame.evaluate(() => ({ kind: kindInfo(kindOf(view.selected)).name, off: records.time[view.selected] - view.origin }))));
			assert.deepStrictEqual(calls, [{ kind: a === "direct" ? "service" : "syscall", off: 0 }, { kind: "syscall", off: 0 }], "one above the other");
			await page.setViewportSize(PHONE);
			await page.waitForTimeout(200);
			assert(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), "fits a phone");
			await close(page);
		}
		const same = await open("same");
		assert.match(await same.textContent("#sentence"), /^Both traces have the same records/);
		assert(await same.locator("#parting-card").isHidden() && await same.locator("#environment-card").isHidden());
		await close(same);
		const hostile = await open("hostiles");
		assert.deepStrictEqual(await Promise.all(hostile.frames().map((frame) => frame.evaluate(() => window.hacked))), [undefined, undefined, undefined]);
		await close(hostile);
		const large = await open("large");
		console.log(`    two of two million records each: ready after ${(await large.evaluate(() => performance.now())).toFixed(0)} ms`);
		await close(large);
	},

	async "has contrast enough"() {
		for (const colorScheme of ["light", "dark"]) {
			const page = await open("timer", { colorScheme });
			await page.click("#moments >> text=Timer takes the CPU");
			await page.click("#step-mode");
			const weak = await page.evaluate(() => {
				const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
				const over = (colour, below) => { /* as the browser mixes them */
					pen.fillStyle = `rgb(${below})`;
					pen.fillRect(0, 0, 1, 1);
					pen.fillStyle = colour;
					pen.fillRect(0, 0, 1, 1);
					return [...pen.getImageData(0, 0, 1, 1).data].slice(0, 3);
				};
				const behind = (node) => node ? over(getComputedStyle(node).backgroundColor, behind(node.parentElement)) : [255, 255, 255];
				const light = (rgb) => rgb.map((value) => value / 255).map((value) => value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)
					.reduce((sum, value, at) => sum + value * [0.2126, 0.7152, 0.0722][at], 0);
				const found = new Set();
				for (const node of document.querySelectorAll("body *")) {
					if (![...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()) || !node.checkVisibility() || node.disabled)
						continue;
					const below = behind(node), [a, b] = [light(over(getComputedStyle(node).color, below)), light(below)].sort((x, y) => x - y);
					if ((b + 0.05) / (a + 0.05) < 4.5)
						found.add(`${node.tagName}.${node.className} ${node.textContent.slice(0, 20)} ${((b + 0.05) / (a + 0.05)).toFixed(2)}`);
				}
				return [...found];
			});
			assert.deepStrictEqual(weak, [], colorScheme);
			const bare = await page.evaluate(() => [...document.querySelectorAll("th")].filter((node) => !node.scope).length);
			assert.strictEqual(bare, 0, "headers say of what");
			await close(page);
		}
	},

	async "is readable in the dark"() {
		const light = await open("timer"), dark = await open("timer", { colorScheme: "dark" });
		const colours = (page) => page.evaluate(() => [document.documentElement, document.body]
			.map((node) => getComputedStyle(node)).map(({ backgroundColor, color }) => backgroundColor + color));
		const picture = async (page) => (await page.locator("#timeline").screenshot()).toString("base64");
		assert.notDeepStrictEqual(await colours(light), await colours(dark));
		assert.notStrictEqual(await picture(light), await picture(dark), "the canvas too");
		await light.emulateMedia({ colorScheme: "dark" });
		await light.waitForTimeout(300);
		assert.deepStrictEqual(await colours(light), await colours(dark), "and when it changes");
		assert.strictEqual(await picture(light), await picture(dark));
		await close(light);
		await close(dark);
	},

	async "fits a phone"() {
		const page = await open("timer", { viewport: PHONE, hasTouch: true, isMobile: true });
		assert(await page.evaluate(() => document.documentElement.scrollWidth <= window.innerWidth));
		const small = await page.evaluate(() => [...document.querySelectorAll(".tools button, select")]
			.filter((node) => node.offsetParent && node.getBoundingClientRect().height < 40).length);
		assert.strictEqual(small, 0, "buttons are big enough for a finger");
		await page.tap("#next");
		assert(await selected(page) >= 0);
		await page.tap("#zoom-in");
		await page.locator("#protocol tbody tr:not(.missing)").first().tap();
		assert(await inView(page));
		const seen = await page.evaluate(() => { const { top, bottom } = canvas.getBoundingClientRect(); return top >= 0 && bottom <= window.innerHeight; });
		assert(seen, "the moment of the row is on the screen");
		await close(page);
	},

	async "fits windows of every width"() {
		const page = await open("timer");
		for (const width of [390, 600, 768, 1024, 1279, 1280, 1360, 1440, 1920]) {
			await page.setViewportSize({ width, height: 900 });
			const cut = await page.evaluate(() => [...document.querySelectorAll(".scroll")]
				.filter((node) => node.offsetParent && node.scrollWidth > node.clientWidth).map((node) => node.firstChild.id));
			assert.deepStrictEqual(cut, [], "no table is wider than its place at " + width);
		}
		await close(page);
	},

	async "goes on paper whole, with its colours and without them"() {
		const page = await open("timer");
		await page.emulateMedia({ media: "print", colorScheme: "light" });
		const { hidden, shown } = await page.evaluate(() => {
			const node = byId("protocol");
			return { hidden: node.scrollHeight - node.clientHeight, shown: getComputedStyle(document.querySelector(".tools")).display };
		});
		assert.strictEqual(hidden, 0, "the protocol's table is not cut off");
		assert.strictEqual(shown, "none", "no buttons on paper");
		assert.strictEqual(await page.evaluate(() => getComputedStyle(document.querySelector(".legend .kernel")).printColorAdjust), "exact");
		const marks = await page.evaluate(() => ["user", "kernel", "vmm"]
			.map((part) => getComputedStyle(document.querySelector(".legend ." + part)).backgroundImage));
		assert.strictEqual(new Set(marks).size, 3, "hatched differently");
		await close(page);
	},

	async "says what its parts are"() {
		const page = await open("timer");
		const nameless = await page.evaluate(() => [...document.querySelectorAll("button, select, canvas, svg, section")].filter((node) =>
			!(node.getAttribute("aria-label") || node.getAttribute("aria-labelledby") || node.textContent.trim() || node.closest("label"))).length);
		assert.strictEqual(nameless, 0);
		assert.strictEqual(await page.getAttribute("html", "lang"), "en");
		assert.strictEqual(await page.getAttribute("#selected", "aria-live"), "polite");
		await close(page);
	},

	async "takes nothing from a trace for HTML"() {
		for (const name of ["hostile", "names"]) {
			const page = await open(name);
			await page.evaluate(() => { for (let i = 0; i < records.count; i += 17) select(i); });
			assert.strictEqual(await page.evaluate(() => window.hacked), undefined);
			assert.strictEqual(await page.locator("img, b b, x--").count(), 0);
			await close(page);
		}
		const page = await open("hostile");
		assert.match(await page.textContent("#title"), /<\/script><script>window\.hacked/);
		await close(page);
		const names = await open("names");
		assert.match(await names.textContent("#process"), /<b>&'"/);
		await close(names);
	},

	async "shows runs of other sorts"() {
		for (const name of ["limited", "nothing"]) {
			const page = await open(name);
			await page.focus("#timeline");
			for (const key of ["End", "ArrowLeft", "+", "+"])
				await page.keyboard.press(key);
			assert(await inView(page));
			await close(page);
		}
		const page = await open("nothing");
		assert.match(await page.textContent("#protocol-title"), /no guest events/);
		await close(page);
	},

	async "opens a hundred, a hundred thousand and two million records"() {
		let page;
		for (const name of ["hundred", "thousands", "millions"]) {
			const size = fs.statSync(path.join(folder, name + ".html")).size;
			assert(size <= LARGEST_BYTES, size + " bytes");
			if (page)
				await close(page);
			page = await open(name);
			const took = await page.evaluate(() => performance.getEntriesByName("usable")[0].startTime); /* told, not tested: load slows it */
			console.log(`    ${name}: ${(size / 1e6).toFixed(1)} MB, usable after ${took.toFixed(0)} ms`);
		}
		await page.focus("#timeline");
		const frame = await page.evaluate(() => { const start = performance.now(); draw(); return performance.now() - start; });
		console.log(`    one frame of the whole run in ${frame.toFixed(0)} ms`);
		assert(frame < 500);
		await page.keyboard.press("End");
		assert(await inView(page));
		await close(page);
	},
};

async function main() {
	browser = await chromium.launch({ executablePath: process.env.CHROMIUM, args: FLAGS });
	let failed = 0;
	const chosen = Object.entries(tests).filter(([name]) => name.includes(process.argv[3] || ""));
	for (const [name, test] of chosen)
		try {
			await test();
			console.log("ok   " + name);
		} catch (error) {
			failed++;
			console.log("FAIL " + name + "\n" + error.stack);
		}
	await browser.close();
	console.log(`report: ${chosen.length - failed} passed, ${failed} failed`);
	process.exitCode = failed > 0 ? 1 : 0;
}

main();
