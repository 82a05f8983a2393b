// Files of the frontend, which are served plain, compressed with brotli, or both.
import fs from "node:fs";
import path from "node:path";
import zlib from "node:zlib";

const BEST = {
	params: {
		[zlib.constants.BROTLI_PARAM_QUALITY]: zlib.constants.BROTLI_MAX_QUALITY
	}
};

const TWINS = {
	".br": (bytes) => zlib.brotliCompressSync(bytes, BEST),
	".gz": (bytes) => zlib.gzipSync(bytes, { level: 9 })
};

export function read_text(file) {
	return fs.existsSync(file)
		? fs.readFileSync(file, "utf8")
		: zlib.brotliDecompressSync(fs.readFileSync(`${file}.br`)).toString("utf8");
}

/** Which of "", ".br" and ".gz" a file exists with. */
export const forms_of = (file) =>
	["", ...Object.keys(TWINS)].filter((form) => fs.existsSync(file + form));

/** Writes a file in the given forms, so that no compressed twin is older than it. */
export function write_forms(file, text, forms) {
	const bytes = Buffer.from(text);
	fs.mkdirSync(path.dirname(file), { recursive: true });
	for (const form of forms) {
		fs.writeFileSync(file + form, form ? TWINS[form](bytes) : bytes);
	}
}

/** all files below a directory, relative to it */
export const files_below = (directory) =>
	fs
		.readdirSync(directory, { recursive: true, withFileTypes: true })
		.filter((entry) => entry.isFile())
		.map((entry) =>
			path.relative(directory, path.join(entry.parentPath, entry.name))
		)
		.sort();
