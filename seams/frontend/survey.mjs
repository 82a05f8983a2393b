// node survey.mjs <templates>
// Prints as JSON how often each edit of the compiled frontend fits a release, and where.
import fs from "node:fs";
import path from "node:path";
import * as acorn from "acorn";
import * as walk from "acorn-walk";
import { count, REFERENCES, SPA, SSR } from "./bust.mjs";
import { EDITS, matches_in, read_chunks } from "./edit.mjs";
import { FOREIGN } from "./share.mjs";
import { key_of } from "./syntax.mjs";

const TREES = [SPA, `${SSR}/chunks`];

function survey(templates) {
	const edits = TREES.flatMap((tree) => survey_tree(templates, tree));
	const references = [...REFERENCES, FOREIGN].map((reference) => ({
		...reference,
		found: is_there(templates, reference.below)
			? count(templates, reference)
			: 0
	}));
	return { edits, references };
}

function survey_tree(templates, tree) {
	const there = is_there(templates, tree);
	const chunks = there ? read_chunks(path.join(templates, tree)) : [];
	return EDITS.map((edit) => {
		const matches = matches_in(chunks, edit, "badge.js");
		const { name, why, anchor } = edit;
		return { name, why, anchor, tree, places: matches.map(described) };
	});
}

const is_there = (templates, place) =>
	fs.existsSync(path.join(templates, place));

function described({ chunk, place: { at, insert } }) {
	const line = chunk.text.slice(0, at).split("\n").length;
	const keys = keys_of(insert);
	const present = keys_before(chunk.tree, at);
	const upstream = keys.filter((key) => present.includes(key)).length;
	return { line, lines: lines_of(insert), keys: keys.length, upstream };
}

const lines_of = (insert) => insert.trim().split("\n").length;

/** of the properties that an edit appends to an object */
const keys_of = (insert) =>
	insert.startsWith(", ")
		? keys_in(acorn.parseExpressionAt(`{${insert.slice(2)}}`, 0, acorn_options))
		: [];

const acorn_options = { ecmaVersion: "latest" };

const keys_in = ({ properties }) => properties.map(key_of);

/** of the object whose last property ends at a place */
function keys_before(tree, at) {
	const object = walk.findNodeAround(
		tree,
		at,
		(type, node) =>
			type === "ObjectExpression" && node.properties.at(-1)?.end === at
	);
	return object ? keys_in(object.node) : [];
}

console.log(JSON.stringify(survey(process.argv[2])));
