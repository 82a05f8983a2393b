// Source: client/js/src/utils/submit.ts, submit(), before the event waits for a stream
import { collect } from "./syntax.mjs";
import { submits_in } from "./submit.mjs";

export const join_response = {
	name: "join_response",
	why: "What the response to a join request holds is handled as if a stream had brought it; none is opened.",
	hint: "pending_stream_messages",
	anchor:
		"submit(), in an async ([response]) => …, after a local async function, X in pending_stream_messages",
	find(tree) {
		return submits_in(tree).flatMap(({ body, names }) =>
			collect(body, "ArrowFunctionExpression", ({ async, params, body }) => {
				const response = params[0]?.elements?.[0]?.name;
				return async && response
					? places_in(body, names.pending_stream_messages, response)
					: undefined;
			}).flat()
		);
	}
};

const places_in = (handler, pending, response) =>
	collect(handler, "BlockStatement", ({ body }) => {
		const wait = body.find((statement) => looks_into(statement, pending));
		const callback = body.flatMap(async_functions_in).at(-1);
		return wait && callback
			? { at: wait.start, insert: take(response, callback) }
			: undefined;
	});

/** if (X in pending) …, which a minifier writes as X in pending && (…), … */
function looks_into({ test, expression }, pending) {
	const first = expression?.expressions?.[0] ?? expression;
	const asked = test ?? first?.left;
	return asked?.operator === "in" && asked.right.name === pending;
}

const async_functions_in = ({ declarations = [] }) =>
	declarations
		.filter(({ init }) => init?.type === "FunctionExpression" && init.async)
		.map(({ id }) => id.name);

// As the stream does it: one after another, so that the page is drawn in between,
// unless nobody sees it, where timers are slow.
const take = (response, callback) => `if (${response}.messages) {
	const is_seen = typeof document !== "undefined" && document.visibilityState !== "hidden";
	for (const message of ${response}.messages) {
		if (is_seen) setTimeout(${callback}, 0, message);
		else ${callback}(message);
	}
	return;
}
`;
