// Source: client/js/src/utils/submit.ts, submit(), headers of the join request
import { append_property, collect } from "./syntax.mjs";
import { submits_in } from "./submit.mjs";

const ACCEPT = "application/vnd.gradio.messages+json, */*";

export const join_request = {
	name: "join_request",
	why: "The page takes the messages of a hit in the response to its join request.",
	hint: "pending_stream_messages",
	anchor:
		"submit(), post_data() with a local object of two spread ones as its headers",
	find(tree) {
		return submits_in(tree)
			.flatMap(({ body, names }) => requests_in(body, names.post_data))
			.map((headers) => append_property(headers, `Accept: "${ACCEPT}"`));
	}
};

/** the headers of (…) => { const headers = { ...a, ...b }; return post_data(url, body, headers); } */
const requests_in = (body, post_data) =>
	collect(body, "ArrowFunctionExpression", (request) => {
		const [declared, answer] = request.body.body ?? [];
		const call = answer?.argument;
		if (call?.callee?.name !== post_data) return undefined;
		const headers = declared.declarations?.at(-1);
		const is_named = headers && headers.id.name === call.arguments[2]?.name;
		return is_named && is_of_spread(headers.init) ? headers.init : undefined;
	});

const is_of_spread = (node) =>
	node?.type === "ObjectExpression" &&
	node.properties.length === 2 &&
	node.properties.every(({ type }) => type === "SpreadElement");
