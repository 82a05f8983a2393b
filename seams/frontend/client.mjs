// Source: client/js/src/helpers/api_info.ts, handle_message()
import { append_property, collect, text_of, property } from "./syntax.mjs";

export const client = {
	name: "client",
	why: "The client hands the cache's fields of the message on to whoever reads its status.",
	hint: "process_completed",
	anchor:
		'case "process_completed" of a switch on X.msg, status of the object with type "complete"',
	find(tree) {
		return collect(tree, "SwitchCase", (branch, ancestors) => {
			const { discriminant } = ancestors.at(-2);
			return text_of(branch.test) === "process_completed" &&
				is_message(discriminant)
				? edits_in(branch, discriminant.object.name)
				: undefined;
		}).flat();
	}
};

const is_message = (node) =>
	node.type === "MemberExpression" &&
	node.property.name === "msg" &&
	node.object.type === "Identifier";

function edits_in(branch, message) {
	return collect(branch, "ObjectExpression", (answer) => {
		const status = property(answer, "status")?.value;
		if (status?.type !== "ObjectExpression") return undefined;
		if (text_of(property(answer, "type")?.value) !== "complete")
			return undefined;
		return append_property(status, fields(message));
	});
}

const fields = (message) =>
	["used_cache", "cache_duration", "avg_time", "event_id"]
		.map((field) => `${field}: ${message}.${field}`)
		.join(", ");
