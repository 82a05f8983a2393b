import fs from "node:fs";
import path from "node:path";
import { compile } from "svelte/compiler";
import { expect, test } from "vitest";

test("the badge's story is a component", () => {
	const file = path.resolve(
		"js/statustracker/static/CacheBadge.stories.svelte"
	);
	const { js, warnings } = compile(fs.readFileSync(file, "utf8"), {
		filename: file
	});
	expect(warnings).toEqual([]);
	expect(js.code.match(/Story\(/g).length).toBeGreaterThanOrEqual(5);
});
