// Source: js/statustracker/static/index.svelte, one more $effect at the end of the script
import { collect, is_arrow, text_of } from "./syntax.mjs";

const PROPS = [
	"scroll_to_output",
	"loading_text",
	"show_progress",
	"translucent",
	"show_validation_error"
];

export const tracker = {
	name: "tracker",
	why: "The status tracker of an output shows the badge, whose code is loaded with the first one.",
	hint: "show_validation_error",
	anchor: `function declaring the props ${PROPS.join(", ")}, with an effect on status "pending" and a bind:this`,
	find(tree, chunk) {
		return collect(tree, "Function", (component) => {
			if (component.params.length !== 2) return undefined;
			if (component.body.type !== "BlockStatement") return undefined;
			return edit_in(component, chunk);
		});
	}
};

function edit_in({ params, body }, chunk) {
	const props = params[1].name;
	const declared = props_declared_in(body, props);
	if (!PROPS.every((name) => declared.has(name))) return undefined;

	const calls = calls_in(body);
	const effect = calls.find(({ call }) => is_pending_effect(call, props))?.call
		.callee.name;
	const last = calls.filter(({ call }) => call.callee.name === effect).at(-1);
	const bound = calls.map(({ call }) => call).find(is_bind_this);
	if (!effect || !bound) return undefined;
	const show_progress = declared.get("show_progress");
	return {
		at: last.statement.end,
		insert: `\n${effect}(() => {
	const hit = ${props}.cache;
	if (hit && ${show_progress}() !== "hidden") import("./${chunk}").then(({ show_cache_badge }) => show_cache_badge(${bound.arguments[2].body.name}, hit));
});`
	};
}

/** prop name → the local getter that Svelte made for it: x = prop($$props, "x", …) */
export function props_declared_in(body, props) {
	const declarations = body.body
		.filter((statement) => statement.type === "VariableDeclaration")
		.flatMap((statement) => statement.declarations)
		.filter(({ init }) => init?.type === "CallExpression")
		.filter(({ init }) => init.arguments[0]?.name === props);
	return new Map(
		declarations.map(({ id, init }) => [text_of(init.arguments[1]), id.name])
	);
}

/** top-level calls with their statement; a minifier writes `a(), b();` */
function calls_in(body) {
	return body.body
		.filter((statement) => statement.type === "ExpressionStatement")
		.flatMap((statement) =>
			(statement.expression.expressions ?? [statement.expression])
				.filter((expression) => expression.type === "CallExpression")
				.map((call) => ({ statement, call }))
		);
}

/** effect(() => { … props.status === "pending" … }) */
const is_pending_effect = ({ callee, arguments: [body, ...rest] }, props) =>
	callee.type === "Identifier" &&
	rest.length === 0 &&
	is_arrow(body, 0) &&
	body.body.type === "BlockStatement" &&
	collect(body, "BinaryExpression", ({ left, right }) =>
		left.object?.name === props &&
		left.property?.name === "status" &&
		text_of(right) === "pending"
			? true
			: undefined
	).length > 0;

/** bind_this(node, (value) => element = value, () => element) */
const is_bind_this = ({ arguments: [, set, get] }) =>
	is_arrow(set, 1) &&
	set.body.type === "AssignmentExpression" &&
	is_arrow(get, 0) &&
	get.body.type === "Identifier" &&
	get.body.name === set.body.left.name;
