import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import { afterEach, beforeEach, expect, test } from "vitest";
import { files_below, forms_of, read_text, write_forms } from "./files.mjs";

let directory;
let file;

beforeEach(() => {
	directory = fs.mkdtempSync(path.join(os.tmpdir(), "files-"));
	file = path.join(directory, "deep", "a.js");
});

afterEach(() => {
	fs.rmSync(directory, { recursive: true });
});

test("a file is written in all its forms", () => {
	write_forms(file, "héllo", ["", ".br", ".gz"]);
	expect(fs.readFileSync(file, "utf8")).toBe("héllo");
	const [br, gz] = [".br", ".gz"].map((form) => fs.readFileSync(file + form));
	expect(zlib.brotliDecompressSync(br).toString()).toBe("héllo");
	expect(zlib.gunzipSync(gz).toString()).toBe("héllo");
	expect(forms_of(file)).toEqual(["", ".br", ".gz"]);
	expect(files_below(directory)).toEqual(
		["a.js", "a.js.br", "a.js.gz"].map((name) => path.join("deep", name))
	);
});

test("a file may exist compressed alone", () => {
	write_forms(file, "héllo", [".br"]);
	expect(forms_of(file)).toEqual([".br"]);
	expect(read_text(file)).toBe("héllo");
});
