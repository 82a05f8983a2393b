import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { bust, moved, SPA, SSR } from "./bust.mjs";
import { write_forms } from "./files.mjs";

const PAGE =
	'<script src="./assets/index-1.js"></script>\n<link href="./assets/index-2.css">';
const TREE = {
	"frontend/index.html": PAGE,
	"frontend/share.html":
		'before\n<script type="module" crossorigin src="https://cdn/1/gradio.js"></script>\nafter',
	"frontend/gradio.js": 'import("./assets/index-1.js");',
	[`${SPA}/index-1.js`]:
		'const css = "./assets/index-2.css", own = "./other.js";',
	[`${SPA}/other.js`]: "assets/ of others",
	"node/build/server/manifest.js": '"_app/immutable/entry/a.js",'.repeat(100),
	"node/build/server/chunks/0.js": '"_app/immutable/chunks/b.js",'.repeat(8),
	"node/build/server/chunks/1.js": "nothing here",
	[`${SSR}/chunks/b.js.br`]: "client"
};

let templates;

beforeEach(() => {
	templates = fs.mkdtempSync(path.join(os.tmpdir(), "templates-"));
	for (const [place, text] of Object.entries(TREE)) {
		write_forms(path.join(templates, place), text, [""]);
	}
});

afterEach(() => {
	fs.rmSync(templates, { recursive: true });
});

const busted = (edited = []) => bust(templates, "t1", new Map(edited));

test("what is inside the two trees moves, and nothing else", () => {
	expect(moved(`${SPA}/index-1.js`, "t1")).toBe(`${SPA}/t1/index-1.js`);
	expect(moved(`${SSR}/chunks/b.js`, "t1")).toBe(`${SSR}/t1/chunks/b.js`);
	expect(moved("frontend/index.html", "t1")).toBe("frontend/index.html");
});

test("every file that names a moved one says where it is now", () => {
	const texts = busted();
	expect([...texts.keys()].sort()).toEqual([
		`${SPA}/gradio.js`,
		`${SPA}/index-1.js`,
		"frontend/gradio.js",
		"frontend/index.html",
		"frontend/share.html",
		"node/build/server/chunks/0.js",
		"node/build/server/manifest.js"
	]);
	expect(texts.get("frontend/index.html")).toBe(
		PAGE.replaceAll("./assets/", "./assets/t1/")
	);
	expect(texts.get(`${SPA}/index-1.js`)).toBe(
		'const css = "./assets/t1/index-2.css", own = "./other.js";'
	);
	expect(texts.get("node/build/server/chunks/0.js")).toBe(
		'"_app/immutable/t1/chunks/b.js",'.repeat(8)
	);
});

test("a chunk that was edited stays edited", () => {
	const texts = busted([
		[`${SPA}/index-1.js`, 'edited("./assets/index-2.css")'],
		[`${SPA}/other.js`, "edited"]
	]);
	expect(texts.get(`${SPA}/index-1.js`)).toBe(
		'edited("./assets/t1/index-2.css")'
	);
	expect(texts.get(`${SPA}/other.js`)).toBe("edited");
});

test("to embed the app, there is an address that stays", () => {
	expect(moved(`${SPA}/gradio.js`, "t1")).toBe(`${SPA}/gradio.js`);
	expect(busted().get(`${SPA}/gradio.js`)).toBe('import("./t1/index-1.js");');
});

test("over a share link, the page loads what it loads here", () => {
	expect(busted().get("frontend/share.html")).toBe(
		'before\n<script src="./assets/t1/index-1.js"></script>\n\t\t' +
			'<link href="./assets/t1/index-2.css">\nafter'
	);
});

test.each([
	["frontend/share.html", "no script", "found 0 of"],
	[
		"frontend/share.html",
		TREE["frontend/share.html"] + TREE["frontend/share.html"],
		"found 2 of"
	],
	["frontend/index.html", PAGE + PAGE, "found 4 of"],
	["frontend/gradio.js", "", "found 0 of"],
	[`${SPA}/other.js`, '"./assets/index-2.css"', "found 2 of"],
	["node/build/server/chunks/1.js", '"_app/immutable/x"', "found 109 of"]
])("another number of references in %s is an error", (place, text, message) => {
	fs.writeFileSync(path.join(templates, place), text);
	expect(busted).toThrow(message);
});
