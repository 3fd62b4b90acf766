/* SPDX-License-Identifier: MIT */
/*
 * Opens an export in speedscope's own page, as its command line does, and saves what it has read in its format:
 *   speedscope.js PACKAGE EXPORT OUTPUT
 * Called by tests/export/run. Fails with speedscope's words where it cannot read the export or complains of a frame.
 */
"use strict";

const fs = require("fs");
const path = require("path");
const { pathToFileURL } = require("url");
const { chromium } = require("playwright-core");

const [folder, file, output] = process.argv.slice(2);
const SECONDS = 1000;

async function main() {
	const browser = await chromium.launch({ executablePath: process.env.CHROMIUM,
		args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"] });
	const page = await (await browser.newContext({ acceptDownloads: true })).newPage();
	const script = output + ".js", complaints = [];

	/* Of our ends it says that the frame differs, by the fields: it ends the one that is meant. */
	page.on("console", (message) => {
		if (/Doing nothing|still open|Uncaught|Failed/.test(message.text()))
			complaints.push(message.text().slice(0, 300));
	});
	page.on("pageerror", (error) => complaints.push(error.message));
	page.on("dialog", (dialog) => { complaints.push(dialog.message()); dialog.dismiss(); });
	fs.writeFileSync(script, `speedscope.loadFileFromBase64("run.json", "${fs.readFileSync(file).toString("base64")}");`);
	await page.goto(pathToFileURL(path.join(folder, "dist/release/index.html")) + "#localProfilePath=" + path.resolve(script));
	try {
		const failed = new Promise((_, fail) => page.on("console", () => complaints.length && fail(new Error("speedscope failed"))));
		await Promise.race([failed, page.waitForSelector("canvas", { timeout: 60 * SECONDS })]);
		const download = page.waitForEvent("download", { timeout: 60 * SECONDS });
		await page.keyboard.press("Control+s");
		await (await Promise.race([failed, download])).saveAs(output);
	} catch (error) {
		complaints.push(error.message);
	}
	await browser.close();
	fs.unlinkSync(script);
	if (complaints.length > 0)
		throw new Error(complaints.length + " complaints of speedscope, the first: " + complaints[0]);
}

main().catch((error) => {
	console.log(error.message.split("\n")[0]);
	process.exit(1);
});
