// node apply.mjs <templates> <badge chunk> <out>
// Writes the files that differ from the base's templates to <out>/files, and to
// <out>/moves.json which directories move where.
import crypto from "node:crypto";
import fs from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { bust, moved, moves, SPA, SSR } from "./bust.mjs";
import { edit_chunks } from "./edit.mjs";
import { EditError } from "./errors.mjs";
import { forms_of, write_forms } from "./files.mjs";

const TREES = [SPA, `${SSR}/chunks`];

export function apply(templates, badge, out) {
	const code = fs.readFileSync(badge, "utf8");
	const edited = edit_trees(templates, path.basename(badge));
	const tag = content_tag([code, ...edited.values()]);
	const write = (place, text, forms) =>
		write_forms(path.join(out, "files", moved(place, tag)), text, forms);

	for (const [place, text] of bust(templates, tag, edited)) {
		const forms = forms_of(path.join(templates, place));
		write(place, text, forms.length ? forms : [""]);
	}
	for (const tree of TREES) {
		const [neighbour] = [...edited.keys()].filter((place) =>
			place.startsWith(tree)
		);
		const forms = forms_of(path.join(templates, neighbour));
		write(`${tree}/${path.basename(badge)}`, code, forms);
	}
	write_moves(path.join(out, "moves.json"), moves(tag));
}

/** path below templates → new text, of the edited chunks of both trees */
function edit_trees(templates, badge_name) {
	const edited = TREES.flatMap((tree) =>
		[...edit_chunks(path.join(templates, tree), badge_name)].map(
			([name, text]) => [`${tree}/${name}`, text]
		)
	);
	return new Map(edited);
}

function content_tag(texts) {
	const digest = crypto.createHash("sha256").update(texts.join("\0"));
	return digest.digest("hex").slice(0, 8);
}

const write_moves = (file, directories) =>
	fs.writeFileSync(file, JSON.stringify(directories, null, "\t"));

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
	const [templates, badge, out] = process.argv.slice(2);
	try {
		apply(templates, badge, out);
	} catch (error) {
		if (!(error instanceof EditError)) throw error;
		console.error(error.message);
		process.exitCode = 1;
	}
}
