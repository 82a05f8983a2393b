// Browsers keep the base's files for up to a year. Both trees of hashed files move one
// directory down, and everything that names them from outside says so.
import fs from "node:fs";
import path from "node:path";
import { EditError } from "./errors.mjs";
import { files_below, read_text } from "./files.mjs";
import { SHARE_PAGE, share_page } from "./share.mjs";

export const SPA = "frontend/assets";
export const SSR = "node/build/client/_app/immutable";

const PAGE = "frontend/index.html";
const LOADER = "frontend/gradio.js";
/** what a page elsewhere loads to embed the app: the base has no such address */
const EMBED_LOADER = `${SPA}/gradio.js`;

/** `expected` is how often, or how often in each of our bases */
export const REFERENCES = [
	{ below: PAGE, marker: '"./assets/', expected: 2 },
	{ below: LOADER, marker: '"./assets/', expected: 1 },
	// the entry chunk mounts its style sheet by a path relative to the page
	{ below: SPA, marker: '"./assets/', expected: [1, 0] },
	// which the minifier of later releases writes as a template
	{ below: SPA, marker: "`./assets/", expected: [0, 1] },
	{
		below: "node/build/server",
		marker: "_app/immutable/",
		expected: [108, 113]
	}
];

export const moves = (tag) => ({
	[SPA]: `${SPA}/${tag}`,
	[SSR]: `${SSR}/${tag}`
});

/** where a file of the base is after the move */
export function moved(place, tag) {
	if (place === EMBED_LOADER) return place;
	const tree = [SPA, SSR].find((tree) => place.startsWith(`${tree}/`));
	return tree ? `${tree}/${tag}${place.slice(tree.length)}` : place;
}

/**
 * @param {Map<string, string>} edited the edited chunks, by their path below `templates`
 * @returns {Map<string, string>} these and every other file that names one that moves
 */
export function bust(templates, tag, edited) {
	const texts = new Map(edited);
	for (const reference of REFERENCES) {
		add_tag(templates, tag, reference, texts);
	}
	texts.set(EMBED_LOADER, texts.get(LOADER).replace("./assets/", "./"));
	texts.set(SHARE_PAGE, share_page(templates, texts.get(PAGE)));
	return texts;
}

function add_tag(templates, tag, { below, marker, expected }, texts) {
	let found = 0;
	for (const place of scripts_below(templates, below)) {
		const text = texts.get(place) ?? read_text(path.join(templates, place));
		const pieces = text.split(marker);
		if (pieces.length === 1) continue;
		found += pieces.length - 1;
		texts.set(place, pieces.join(`${marker}${tag}/`));
	}
	assert_count(`${marker} in ${below}`, found, expected);
}

/** how often a marker is there, in a release that may be another */
export function count(templates, { below, marker }) {
	const texts = scripts_below(templates, below).map((place) =>
		read_text(path.join(templates, place))
	);
	return texts.join("\n").split(marker).length - 1;
}

function scripts_below(templates, below) {
	const start = path.join(templates, below);
	if (fs.statSync(start).isFile()) return [below];
	return files_below(start)
		.filter((file) => file.endsWith(".js"))
		.map((file) => `${below}/${file}`);
}

function assert_count(what, found, expected) {
	const known = [expected].flat();
	if (known.includes(found)) return;
	throw new EditError(
		`cache busting: found ${found} of ${what}, expected ${known.join(" or ")}; ` +
			"if all of them are to move, say so in seams/frontend/bust.mjs"
	);
}
