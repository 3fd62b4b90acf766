/* SPDX-License-Identifier: MIT */
/* Opens the report's pages in Chromium and uses them as people do. Called by tests/report/run with their folder. */
"use strict";

const assert = require("assert");
const fs = require("fs");
const path = require("path");
const { chromium } = require("playwright-core");

const folder = path.resolve(process.argv[2]);
const OPEN_MS = Number(process.env.REPORT_OPEN_MS || 2000), MILLION_BYTES = 15e6;
const DESKTOP = { width: 1440, height: 1000 }, PHONE = { width: 390, height: 844 };
/* Playwright gives each browser a new --user-data-dir; no browser may use the network. */
const FLAGS = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
	"--disable-background-networking", "--disable-component-update", "--disable-sync"];

let browser;

/* Opens a page that fails the test if it logs an error or requests anything but itself. */
async function open(name, options = {}) {
	const context = await browser.newContext({ viewport: DESKTOP, ...options });
	const page = await context.newPage(), url = "file://" + path.join(folder, name + ".html");
	page.complaints = [];
	page.on("pageerror", (error) => page.complaints.push(error.message));
	page.on("console", (message) => page.complaints.push(message.text()));
	page.on("request", (request) => request.url() === url || page.complaints.push("asks for " + request.url()));
	await page.goto(url);
	await page.waitForSelector("html[data-ready]");
	return page;
}

async function close(page) {
	assert.deepStrictEqual(page.complaints, []);
	await page.context().close();
}

const span = (page) => page.evaluate(() => view.to - view.from);
const selected = (page) => page.evaluate(() => view.selected);
const inView = (page) => page.evaluate(() => {
	const time = records.time[view.selected];
	return time >= view.from && time <= view.to;
});

const tests = {
	async "has all records, as `vmm trace stat` counts them"() {
		const page = await open("timer");
		const total = JSON.parse(fs.readFileSync(path.join(folder, "timer.json"))).total;
		assert.strictEqual(await page.evaluate(() => records.count), total.exits + total.events);
		const exits = await page.evaluate(() => { let n = 0; for (let i = 0; i < records.count; i++) n += isExit(i); return n; });
		assert.strictEqual(exits, total.exits);
		const sum = await page.evaluate(() => [...segments.sums.values()].reduce((all, one) => all + one.user + one.kernel + one.vmm, 0) / segments.end);
		assert(Math.abs(sum - 1) < 1e-6, "the shares do not add up to 1: " + sum);
		await close(page);
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
		assert.match(await page.textContent("#protocol h3:nth-of-type(2)"), new RegExp("process " + other), "the table follows");
		assert.strictEqual(await page.locator("#protocol tr[aria-current]").count(), 1);
		await rows.nth(2).locator("button").press("Enter");
		assert.strictEqual(await selected(page), await page.evaluate(() => rowsShown[2].row.first), "rows by keyboard");
		await close(page);
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

	async "goes on paper whole, and without its colours"() {
		const page = await open("timer");
		await page.emulateMedia({ media: "print", colorScheme: "light" });
		const { hidden, shown } = await page.evaluate(() => {
			const node = byId("protocol");
			return { hidden: node.scrollHeight - node.clientHeight, shown: getComputedStyle(document.querySelector(".tools")).display };
		});
		assert.strictEqual(hidden, 0, "the protocol's table is not cut off");
		assert.strictEqual(shown, "none", "no buttons on paper");
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

	async "opens a million records soon"() {
		const size = fs.statSync(path.join(folder, "million.html")).size;
		assert(size <= MILLION_BYTES, size + " bytes");
		let page, took = Infinity;
		for (let round = 0; round < 3 && took >= OPEN_MS; round++) { /* other load only slows a round */
			if (page)
				await close(page);
			page = await open("million");
			took = await page.evaluate(() => performance.getEntriesByType("navigation")[0].domComplete);
		}
		console.log(`    ${(size / 1e6).toFixed(1)} MB, open after ${took.toFixed(0)} ms`);
		assert(took < OPEN_MS, took + " ms");
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
	for (const [name, test] of Object.entries(tests))
		try {
			await test();
			console.log("ok   " + name);
		} catch (error) {
			failed++;
			console.log("FAIL " + name + "\n" + error.stack);
		}
	await browser.close();
	console.log(`report: ${Object.keys(tests).length - failed} passed, ${failed} failed`);
	process.exitCode = failed > 0 ? 1 : 0;
}

main();
