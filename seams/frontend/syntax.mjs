// What the edits ask of a syntax tree (ESTree, as acorn parses it).
import * as walk from "acorn-walk";

export const key_of = (member) =>
	member.key && !member.computed
		? (member.key.name ?? member.key.value)
		: undefined;

/** the text of a string, which a minifier may write as a template */
export function text_of(node) {
	if (node?.type === "Literal") return node.value;
	if (node?.type !== "TemplateLiteral" || node.expressions.length)
		return undefined;
	return node.quasis[0].value.cooked;
}

export const property = (node, key) =>
	node?.type === "ObjectExpression"
		? node.properties.find((member) => key_of(member) === key)
		: undefined;

/** the insertion of one more property at an object's end */
export const append_property = (object, text) => ({
	at: object.properties.at(-1).end,
	insert: `, ${text}`
});

export const is_arrow = (node, parameters) =>
	node?.type === "ArrowFunctionExpression" && node.params.length === parameters;

/** every node of one type below `root`, mapped by `select`, without what it gives no value for */
export function collect(root, type, select) {
	const found = [];
	walk.ancestor(root, {
		[type](node, _state, ancestors) {
			const selected = select(node, ancestors);
			if (selected !== undefined) found.push(selected);
		}
	});
	return found;
}
