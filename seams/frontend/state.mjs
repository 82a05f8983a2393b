// Source: js/statustracker/static/state.svelte.ts, LoadingStatus.update()
import { append_property, collect, key_of, property } from "./syntax.mjs";

export const state = {
	name: "state",
	why: "Every output of an event that hit gets to know so, with what tells this hit from another.",
	hint: "pending_outputs",
	anchor:
		"class with field pending_outputs, method update, object with queue_position and show_progress",
	find(tree) {
		return collect(tree, "ClassBody", ({ body }) => {
			if (!body.some((member) => key_of(member) === "pending_outputs"))
				return [];
			return body
				.filter((member) => key_of(member) === "update")
				.flatMap(edits_in);
		}).flat();
	}
};

function edits_in(update) {
	const args = update.value.params[0].name;
	return collect(update, "ArrowFunctionExpression", ({ params, body }) => {
		const id =
			params[0]?.type === "ObjectPattern" && property_name(params[0], "id");
		return id
			? statuses_in(body).map((status) => hand_over(status, args, id))
			: [];
	}).flat();
}

const property_name = (pattern, key) =>
	pattern.properties.find((member) => key_of(member) === key)?.value.name;

const statuses_in = (body) =>
	collect(body, "ObjectExpression", (object) =>
		property(object, "queue_position") && property(object, "show_progress")
			? object
			: undefined
	);

// Later releases hand the field on to a badge of their own, beside which ours would be.
const WITHOUT_ANOTHER = ", used_cache: null";

// by fn_outputs, for the `type` of a component that is input and output is "input"
const hand_over = (status, args, id) =>
	append_property(
		status,
		`cache: ${args}.used_cache && this.fn_outputs[${args}.fn_index].includes(${id}) ? {` +
			` used: ${args}.used_cache,` +
			` duration: ${args}.cache_duration ?? null,` +
			` average: ${args}.avg_time ?? null,` +
			` event: ${args}.event_id ?? "",` +
			` output: ${id},` +
			" at: performance.now() } : null" +
			(property(status, "used_cache") ? WITHOUT_ANOTHER : "")
	);
