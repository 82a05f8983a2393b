// The page of a share link loads the frontend from a server of Gradio's, which has the
// base's. Here it loads what the page of the same app loads.
import path from "node:path";
import { EditError } from "./errors.mjs";
import { read_text } from "./files.mjs";

export const SHARE_PAGE = "frontend/share.html";

/** what loads the frontend from elsewhere */
export const FOREIGN = {
	below: SHARE_PAGE,
	marker: '<script type="module" crossorigin src="https:',
	expected: 1,
	why: "A share link shows the app's own frontend, not the base's from Gradio's server."
};

const OWN_FILES =
	/<script[^>]+"\.\/assets\/[^>]+><\/script>|<link[^>]+"\.\/assets\/[^>]+>/g;

/** The base's page of a share link, with the scripts and styles of the app's own page. */
export function share_page(templates, page) {
	const text = read_text(path.join(templates, SHARE_PAGE));
	const [before, foreign, ...more] = text.split(FOREIGN.marker);
	if (foreign === undefined || more.length) {
		const found = foreign === undefined ? 0 : more.length + 1;
		throw new EditError(
			`share page: found ${found} of ${FOREIGN.marker} in ${SHARE_PAGE}, ` +
				`expected ${FOREIGN.expected}; fit seams/frontend/share.mjs to this base`
		);
	}
	const rest = foreign.slice(foreign.indexOf("</script>") + "</script>".length);
	return before + page.match(OWN_FILES).join("\n\t\t") + rest;
}
