import fs from "node:fs";
import os from "node:os";
import path from "node:path";
import zlib from "node:zlib";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { cache_hit } from "../../js/statustracker/static/cache_hit";
import { edit_chunks } from "./edit.mjs";

// What the edits look for, in words of our own and two styles of compiled code.
const CLIENT = `
export function handle(m) {
	switch (m.msg) {
		case "process_completed":
			if (m.error) return { type: "update", status: { stage: "error" } };
			return { type: "complete", status: { stage: "complete" }, data: m.output };
		case "process_starts":
			return { type: "update", status: { stage: "pending" } };
	}
}`;
const SUBMIT = `
export function submit(own) {
	const { fetch, pending_stream_messages, event_callbacks, unclosed_events, post_data, stream_status } = this;
	const said = own || { "x-user": "api" };
	let event_id, shown = this.shown;
	const job = Promise.resolve(null).then((headers) => {
		const all_headers = { ...said, ...headers || {} };
		return post_data("join", { session_hash: 1 }, all_headers);
	});
	return job.then(async ([response, status]) => {
		if (status !== 200) {
			shown.push("failed");
		} else {
			event_id = response.event_id;
			let callback = async function(data) {
				shown.push(data);
			};
			if (event_id in pending_stream_messages) {
				pending_stream_messages[event_id].forEach((message) => callback(message));
				delete pending_stream_messages[event_id];
			}
			event_callbacks[event_id] = callback;
			unclosed_events.add(event_id);
			if (!stream_status.open) {
				await this.open_stream();
			}
		}
	});
}`;
const MINIFIED_SUBMIT = `export function submit(a){let{fetch:b,pending_stream_messages:g,event_callbacks:v,unclosed_events:y,post_data:p,stream_status:h}=this,s=a||{"x-user":\`api\`},E,r=this.shown;return Promise.resolve(null).then(e=>{let t={...s,...e||{}};return p(\`join\`,{session_hash:1},t)}).then(async([e,t])=>{if(t!==200)r.push(\`failed\`);else{E=e.event_id;let t=async function(e){r.push(e)};E in g&&(g[E].forEach(e=>t(e)),delete g[E]),v[E]=t,y.add(E),h.open||await this.open_stream()}})}`;
const STATE = `
export class Status {
	current = {};
	fn_outputs = { 7: [1, 2] };
	pending_outputs = new Map();
	update(a) {
		this.resolve(a).forEach(({ id: i, queue_position }) => {
			this.current[i] = { queue_position, show_progress: "full" };
		});
	}
	resolve(a) {
		return [1, 2, 3].map((id) => ({ id, queue_position: 0 }));
	}
}`;
const TRACKER = `
export function Tracker($$anchor, $$props) {
	let scroll = prop($$props, "scroll_to_output", 3, false), text = prop($$props, \`loading_text\`, 3, ""),
		clear = prop($$props, "translucent", 3, false), shown = prop($$props, "show_validation_error", 3, true),
		progress = prop($$props, "show_progress", 3, "full");
	let el;
	user_effect(() => { if ($$props.status === "pending") scroll(); });
	user_effect(() => { text(); });
	var div = root();
	template_effect(() => { if ($$props.status === "pending") clear(); });
	bind_this(div, ($$value) => el = $$value, () => el);
}`;
const MINIFIED_TRACKER = `export function T(a,b){let c=p(b,"scroll_to_output",3,!1),d=p(b,"loading_text"),e=p(b,"translucent"),f=p(b,"show_validation_error"),s=p(b,"show_progress"),l;u(()=>{b.status==="pending"&&c()}),u(()=>{d()});var v=r();t(()=>{b.status==="pending"&&e()}),i(v,g=>l=g,()=>l)}`;

const CHUNKS = {
	"c.js": CLIENT,
	"j.js": SUBMIT,
	"s.js": STATE,
	"t.js": TRACKER
};
const CHUNK_OF = {
	client: "c.js",
	join_request: "j.js",
	join_response: "j.js",
	state: "s.js",
	tracker: "t.js"
};

let directory;

beforeEach(() => {
	directory = fs.mkdtempSync(path.join(os.tmpdir(), "chunks-"));
});

afterEach(() => {
	fs.rmSync(directory, { recursive: true });
});

function write(chunks) {
	for (const [name, text] of Object.entries(chunks)) {
		const bytes = name.endsWith(".br") ? zlib.brotliCompressSync(text) : text;
		fs.writeFileSync(path.join(directory, name), bytes);
	}
}

const edit = () => edit_chunks(directory, "badge-1.js");

const load = (text) =>
	import(`data:text/javascript,${encodeURIComponent(text)}`);

describe("what the edited code does", () => {
	beforeEach(() => {
		write({ ...CHUNKS, "other.js": "1;" });
	});

	test("only the chunks that matched are new", () => {
		expect([...edit().keys()].sort()).toEqual(Object.keys(CHUNKS).sort());
	});

	test("the client's status has the message's fields", async () => {
		const { handle } = await load(edit().get("c.js"));
		const fields = {
			used_cache: "full",
			cache_duration: 0.1,
			avg_time: 2.1,
			event_id: "e"
		};
		const message = { msg: "process_completed", output: [1], ...fields };
		expect(handle(message)).toEqual({
			type: "complete",
			status: { stage: "complete", ...fields },
			data: [1]
		});
		expect(handle({ ...message, error: "no" }).status).toEqual({
			stage: "error"
		});
	});

	test.each([
		{ used_cache: "full", cache_duration: 0.1, avg_time: 2.1, event_id: "e" },
		{ used_cache: "partial", cache_duration: 0.3, event_id: "e" },
		{ used_cache: "partial" },
		{ used_cache: null, cache_duration: null, avg_time: null },
		{}
	])("the state gives what cache_hit() does: %o", async (fields) => {
		vi.useFakeTimers();
		const { Status } = await load(edit().get("s.js"));
		const status = new Status();
		status.update({ fn_index: 7, ...fields });
		for (const id of [1, 2, 3]) {
			expect(status.current[id]).toEqual({
				queue_position: 0,
				show_progress: "full",
				cache: cache_hit(fields, [1, 2], id)
			});
		}
		vi.useRealTimers();
	});
});

test("a release with a badge of its own shows none beside ours", async () => {
	const own = "queue_position, used_cache: a.used_cache,";
	const code = STATE.replace("queue_position,", own);
	write({ ...CHUNKS, "s.js": code });
	const { Status } = await load(edit().get("s.js"));
	const status = new Status();
	status.update({ fn_index: 7, used_cache: "full" });
	expect(status.current[1].used_cache).toBe(null);
	expect(status.current[1].cache.used).toBe("full");
});

test("the client's source does the same as its chunk", () => {
	const plain = (text) => text.replace(/^\s*\/\/.*$/gm, "").replace(/\s/g, "");
	const source = fs.readFileSync("seams/client/js/src/utils/submit.ts.toml");
	const [, headers, taken] = plain(String(source)).split("insert=");
	write(CHUNKS);
	const chunk = plain(edit().get("j.js"));
	expect(chunk).toContain(taken.split("'''")[1]);
	expect(chunk).toContain(headers.match(/Accept:".*?"/)[0]);
});

describe.each([
	["as compiled", SUBMIT],
	["minified", MINIFIED_SUBMIT]
])("the join request, %s", (_, code) => {
	const MESSAGES = [{ msg: "log" }, { msg: "process_completed" }];

	afterEach(() => vi.unstubAllGlobals());

	async function joined(response, status = 200, own = undefined) {
		write({ ...CHUNKS, "j.js": code });
		const { submit } = await load(edit().get("j.js"));
		const client = {
			pending_stream_messages: {},
			event_callbacks: {},
			unclosed_events: new Set(),
			stream_status: { open: false },
			post_data: vi.fn(async () => [response, status]),
			open_stream: vi.fn(),
			shown: []
		};
		await submit.call(client, own);
		return { client, shown: client.shown };
	}

	test("says that the page takes messages in its response", async () => {
		const { client } = await joined({ event_id: "e" }, 200, { "x-user": "me" });
		const [, , headers] = client.post_data.mock.calls[0];
		expect(headers).toEqual({
			"x-user": "me",
			Accept: "application/vnd.gradio.messages+json, */*"
		});
	});

	test("is answered with messages, and no stream is opened", async () => {
		const { client, shown } = await joined({
			event_id: "e",
			messages: MESSAGES
		});
		expect(shown).toEqual(MESSAGES);
		expect(client.open_stream).not.toHaveBeenCalled();
		expect(client.event_callbacks).toEqual({});
		expect(client.unclosed_events.size).toBe(0);
	});

	test("is answered one by one where somebody looks on", async () => {
		vi.stubGlobal("document", { visibilityState: "visible" });
		const { shown } = await joined({ event_id: "e", messages: MESSAGES });
		expect(shown).toEqual([]);
		await new Promise((resolve) => setTimeout(resolve, 0));
		expect(shown).toEqual(MESSAGES);
	});

	test("is answered at once where nobody does", async () => {
		vi.stubGlobal("document", { visibilityState: "hidden" });
		const { shown } = await joined({ event_id: "e", messages: MESSAGES });
		expect(shown).toEqual(MESSAGES);
	});

	test("without messages, waits for a stream", async () => {
		const { client, shown } = await joined({ event_id: "e" });
		expect(shown).toEqual([]);
		expect(client.open_stream).toHaveBeenCalledOnce();
		expect(Object.keys(client.event_callbacks)).toEqual(["e"]);
	});

	test("fails as before", async () => {
		const { client, shown } = await joined({ detail: "no" }, 500);
		expect(shown).toEqual(["failed"]);
		expect(client.open_stream).not.toHaveBeenCalled();
	});
});

describe.each([
	["as compiled", TRACKER, "user_effect", "$$props", "progress", "el"],
	["minified", MINIFIED_TRACKER, "u", "b", "s", "l"]
])("the tracker %s", (_, code, effect, props, progress, element) => {
	let inserted;

	beforeEach(() => {
		write({ ...CHUNKS, "t.js": code });
		const edited = edit().get("t.js");
		const start = [...code].findIndex((letter, i) => letter !== edited[i]);
		inserted = edited.slice(start, start + edited.length - code.length).trim();
	});

	function run(props_value, progress_value) {
		const load_badge = vi.fn(() => Promise.resolve({ show_cache_badge() {} }));
		const body = inserted.replace("import(", "load_badge(");
		new Function("load_badge", effect, props, progress, element, body)(
			load_badge,
			(fn) => fn(),
			props_value,
			() => progress_value,
			{}
		);
		return load_badge;
	}

	test("loads the badge with a hit", () => {
		expect(run({ cache: {} }, "full")).toHaveBeenCalledWith("./badge-1.js");
		expect(run({ cache: {} }, "minimal")).toHaveBeenCalledOnce();
	});

	test("loads nothing without one, or where progress is hidden", () => {
		expect(run({ cache: null }, "full")).not.toHaveBeenCalled();
		expect(run({}, "full")).not.toHaveBeenCalled();
		expect(run({ cache: {} }, "hidden")).not.toHaveBeenCalled();
	});
});

describe("trees", () => {
	test("all may be in one chunk, compressed alone", () => {
		write({ "all.js.br": Object.values(CHUNKS).join("") });
		const text = edit().get("all.js");
		expect(text).toContain("used_cache: m.used_cache");
		expect(text).toContain("this.fn_outputs[a.fn_index].includes(i)");
		expect(text).toContain('import("./badge-1.js")');
	});

	test("a missing anchor is named, with its edit and its tree", () => {
		write({ ...CHUNKS, "t.js": "" });
		expect(edit).toThrow(
			/edit "tracker" matched 0 times instead of once in .*chunks-\w+; anchor: .*scroll_to_output/
		);
	});

	test("a doubled anchor is named, with the chunks", () => {
		write({ ...CHUNKS, "d.js": CLIENT });
		expect(edit).toThrow(/edit "client" matched 2 times .* \(c.js, d.js\)/);
	});

	test("an anchor that is doubled in one chunk counts twice", () => {
		const twice = STATE + STATE.replace("Status", "Other");
		write({ ...CHUNKS, "s.js": twice });
		expect(edit).toThrow(/edit "state" matched 2 times .* \(s.js\)/);
	});

	test.each([
		["client", CLIENT.replace("m.msg", "m.kind")],
		["client", CLIENT.replace('type: "complete"', 'type: "done"')],
		["state", STATE.replace("update(", "renew(")],
		["state", STATE.replace("id: i", "key: i")],
		["join_request", SUBMIT.replace("...said, ", "")],
		["join_request", SUBMIT.replaceAll("post_data", "post")],
		["join_response", SUBMIT.replace("event_id in", "!")],
		["join_response", SUBMIT.replace("= async function", "= function")],
		["tracker", TRACKER.replace("bind_this(", "attach(div, ")],
		["tracker", TRACKER.replace('"translucent"', '"clear"')]
	])("the %s edit does not fit code of another shape", (name, code) => {
		write({ ...CHUNKS, [CHUNK_OF[name]]: code });
		expect(edit).toThrow(`edit "${name}" matched 0 times`);
	});
});
