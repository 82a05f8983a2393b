// Makes the edits in one directory of compiled chunks. Each has to match exactly once.
import fs from "node:fs";
import path from "node:path";
import * as acorn from "acorn";
import MagicString from "magic-string";
import { client } from "./client.mjs";
import { EditError } from "./errors.mjs";
import { read_text } from "./files.mjs";
import { join_request } from "./join_request.mjs";
import { join_response } from "./join_response.mjs";
import { state } from "./state.mjs";
import { tracker } from "./tracker.mjs";

export const EDITS = [client, join_request, join_response, state, tracker];

const SYNTAX = { ecmaVersion: "latest", sourceType: "module" };

/** @returns {Map<string, string>} the new text of every edited chunk of `directory` */
export function edit_chunks(directory, badge_name, edits = EDITS) {
	const chunks = read_chunks(directory);
	const edited = new Map();
	for (const edit of edits) {
		const matches = matches_in(chunks, edit, badge_name);
		assert_once(edit, matches, directory);
		const [{ chunk, place }] = matches;
		chunk.result ??= new MagicString(chunk.text);
		chunk.result.appendLeft(place.at, place.insert);
		edited.set(chunk.name, chunk.result.toString());
	}
	return edited;
}

export const read_chunks = (directory) =>
	chunks_in(directory).map((name) => ({
		name,
		text: read_text(path.join(directory, name))
	}));

/** where an edit would be made: `{ chunk, place }`, once if it fits */
export const matches_in = (chunks, edit, badge_name) =>
	chunks
		.filter(({ text }) => text.includes(edit.hint))
		.flatMap((chunk) => places_in(chunk, edit, badge_name));

function places_in(chunk, edit, badge_name) {
	chunk.tree ??= acorn.parse(chunk.text, SYNTAX);
	const places = edit.find(chunk.tree, badge_name);
	return places.map((place) => ({ chunk, place }));
}

/** the names of the scripts, without the `.br` of those that exist compressed alone */
function chunks_in(directory) {
	const names = fs
		.readdirSync(directory)
		.map((name) => name.replace(/\.br$/, ""));
	return [...new Set(names)].filter((name) => name.endsWith(".js")).sort();
}

function assert_once({ name, anchor }, matches, directory) {
	if (matches.length === 1) return;
	const chunks = [...new Set(matches.map(({ chunk }) => chunk.name))];
	const where = chunks.length ? ` (${chunks.join(", ")})` : "";
	throw new EditError(
		`edit "${name}" matched ${matches.length} times instead of once in ` +
			`${directory}${where}; anchor: ${anchor}; ` +
			`fit seams/frontend/${name}.mjs to this base`
	);
}
