// The function of Gradio's client that sends a join request, in compiled code.
import { collect, key_of } from "./syntax.mjs";

const TAKEN = ["pending_stream_messages", "unclosed_events", "post_data"];

/** the functions that take all of `TAKEN` from `this`, with the local names of these */
export const submits_in = (tree) =>
	collect(tree, "VariableDeclarator", ({ id, init }, ancestors) => {
		if (id.type !== "ObjectPattern" || init?.type !== "ThisExpression")
			return undefined;
		const names = names_in(id);
		if (!TAKEN.every((key) => names[key])) return undefined;
		return { body: ancestors.findLast(is_function).body, names };
	});

/** key → local name, of const { key: name } = … */
const names_in = (pattern) =>
	Object.fromEntries(
		pattern.properties.map((member) => [key_of(member), member.value?.name])
	);

const is_function = ({ type }) =>
	type.endsWith("FunctionDeclaration") || type.endsWith("FunctionExpression");
