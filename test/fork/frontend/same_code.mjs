// node same_code.mjs <index.svelte> <chunk>…
// Fails unless the component, compiled with our Svelte, is the code that is in every chunk.
import fs from "node:fs";
import path from "node:path";
import { svelte, vitePreprocess } from "@sveltejs/vite-plugin-svelte";
import * as acorn from "acorn";
import { build } from "vite";
import { collect } from "../../../seams/frontend/syntax.mjs";
import { props_declared_in } from "../../../seams/frontend/tracker.mjs";
import { aligned, variables_of } from "./aligned.mjs";

const COMPILER = svelte({
	configFile: false,
	preprocess: vitePreprocess(),
	compilerOptions: { css: "external", discloseVersion: false },
	onwarn() {}
});

/** The component and its templates alone: about the rest of its chunk, and so about
 * calls of it, the bundler is to know no more than it knows of the source's imports. */
const COMPONENT_ALONE = {
	name: "component-alone",
	load(id) {
		if (!path.isAbsolute(id)) return undefined;
		const code = fs.readFileSync(id, "utf8");
		const tree = parse(code);
		const component = component_in(tree);
		const used = new Set(collect(component, "Identifier", ({ name }) => name));
		const templates = variables_of(tree).filter(
			({ id, init }) => used.has(id.name) && init?.type === "CallExpression"
		);
		return [
			...templates.map(({ start, end }) => `var ${code.slice(start, end)};`),
			`export ${code.slice(component.start, component.end)}`
		].join("\n");
	}
};

const parse = (code) =>
	acorn.parse(code, { ecmaVersion: "latest", sourceType: "module" });

const [source, ...chunks] = process.argv
	.slice(2)
	.map((file) => path.resolve(file));
const component = parsed(await normalized(source, COMPILER));
for (const chunk of chunks) {
	const { nodes, names } = aligned(
		component,
		parsed(await normalized(chunk, COMPONENT_ALONE))
	);
	console.log(`${path.basename(chunk)}: ${nodes} nodes, ${names} names`);
}

/** One module in the form that our bundler gives it: unused code gone, one way to write each thing. */
async function normalized(file, plugin) {
	const [{ output }] = await build({
		configFile: false,
		logLevel: "error",
		plugins: [plugin],
		build: {
			write: false,
			target: "esnext",
			minify: false,
			lib: { entry: file, formats: ["es"] },
			rolldownOptions: {
				external: (id) => id.startsWith(".") || !path.isAbsolute(id),
				treeshake: { moduleSideEffects: false },
				output: { minify: { compress: true, mangle: false, codegen: false } }
			}
		}
	});
	const { code } = output.find(({ type }) => type === "chunk");
	return without_hashes(code);
}

/** Names of files and of scoped styles differ with the contents of others. */
function without_hashes(code) {
	return code
		.replace(/\bsvelte-\w+/g, "svelte-hash")
		.replace(/\b(show_cache_badge)-[\w-]+\.js/g, "$1");
}

function component_in(tree) {
	const [component] = tree.body
		.map((statement) => statement.declaration ?? statement)
		.filter(
			({ type, params }) =>
				type === "FunctionDeclaration" && params.length === 2
		)
		.filter(({ params, body }) =>
			props_declared_in(body, params[1].name).has("scroll_to_output")
		);
	return component;
}

function parsed(code) {
	const tree = parse(code);
	return { tree, component: component_in(tree) };
}
