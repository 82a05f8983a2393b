// Records what a page shows of the cache: it is gone after two seconds.
const recorded = (window.recorded = {
	badges: [],
	others: [],
	announced: [],
	completed: [],
	open: 0
});
const OURS = ".cache-badge, .cache-badge-announcer";
const LABELS = "[data-testid=block-label], [data-testid=block-info]";

new MutationObserver((changes) => {
	for (const { target, addedNodes, removedNodes } of changes) {
		for (const badge of badges_in(addedNodes)) {
			const output = label_of(target);
			recorded.badges.push({
				badge,
				output,
				at: performance.now(),
				gone: null
			});
		}
		recorded.others.push(...[target, ...addedNodes].flatMap(other_badges_in));
		for (const badge of badges_in(removedNodes)) {
			const record = recorded.badges.find((record) => record.badge === badge);
			record.gone = performance.now();
		}
		if (target.parentElement?.matches("[role=status].cache-badge-announcer")) {
			recorded.announced.push(target.textContent);
		}
	}
}).observe(document, { childList: true, subtree: true, characterData: true });

function badges_in(nodes) {
	return [...nodes]
		.filter((node) => node instanceof Element)
		.flatMap((node) => [node, ...node.querySelectorAll("*")])
		.filter((node) => node.matches(".cache-badge"));
}

/** texts as in a badge, but not in ours: later releases of Gradio have one of their own */
function other_badges_in(node) {
	if (!/(from|used) cache/.test(node.textContent)) return [];
	const texts = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
	const found = node instanceof Text ? [node] : [];
	while (texts.nextNode()) found.push(texts.currentNode);
	return found
		.filter((text) => /^\W*(from|used) cache/.test(text.data))
		.filter(({ parentElement: at }) => at && !at.closest(`${OURS}, script`))
		.map((text) => text.parentElement.outerHTML);
}

function label_of(element) {
	return element.closest(".block").querySelector(LABELS)?.textContent.trim();
}

/** what the visible component with this label shows: text, values, addresses of pictures */
window.shown_in = (label) => {
	const block = visible(".block").find((block) => label_of(block) === label);
	// a document of its own, where no media is loaded
	const { body } = new DOMParser().parseFromString(
		block.innerHTML,
		"text/html"
	);
	const status = "[data-testid=status-tracker], .cache-badge";
	body.querySelectorAll(status).forEach((element) => element.remove());
	return [
		body.textContent,
		...[...block.querySelectorAll("textarea")].map(({ value }) => value),
		...[...block.querySelectorAll("img")].map(({ src }) => src)
	];
};

/**
 * whether so many events are complete, their outputs say so, and no stream is open: an
 * event that is asked for while Gradio's client closes one is never answered
 */
window.has_shown = (count) =>
	recorded.completed.length >= count &&
	recorded.open === 0 &&
	visible("[data-testid=status-tracker]").every(
		(tracker) =>
			tracker.matches(".hide") || tracker.querySelector(".error") !== null
	);

/** the same for the events that a page starts when it is loaded */
window.has_loaded = () => {
	const { dependencies = [] } = window.gradio_config ?? {};
	const own = dependencies.filter(
		({ targets, backend_fn }) =>
			backend_fn && targets.some(([, name]) => name === "load")
	);
	return has_shown(own.length);
};

/** whether all audio is playing, if there is any */
window.is_playing = () =>
	visible("audio").every(({ currentTime }) => currentTime > 0);

function visible(selector) {
	const found = [...document.querySelectorAll(selector)];
	return found.filter((element) => element.checkVisibility());
}

const { fetch } = window;
window.fetch = async (...request) => {
	const response = await fetch(...request);
	if (response.url.includes("/queue/data")) {
		recorded.open += 1;
		// the page hangs up when it knows enough
		read(response.clone())
			.catch(() => {})
			.finally(() => (recorded.open -= 1));
	}
	if (response.url.includes("/queue/join") && response.ok) {
		const { messages = [] } = await response.clone().json();
		messages.forEach(note);
	}
	return response;
};

/** what each event had from the cache, or that it failed */
async function read({ body }) {
	let unfinished = "";
	for await (const text of body.pipeThrough(new TextDecoderStream())) {
		const lines = (unfinished + text).split("\n");
		unfinished = lines.pop();
		for (const line of lines.filter((line) => line.startsWith("data:"))) {
			note(JSON.parse(line.slice(5)));
		}
	}
}

function note({ msg, success, used_cache }) {
	if (msg !== "process_completed") return;
	recorded.completed.push(success ? (used_cache ?? null) : "failed");
}
