// @vitest-environment jsdom
import { flushSync } from "svelte";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CacheHit } from "./cache_hit";
import { show_cache_badge } from "./show_cache_badge";

let events = 0;

beforeEach(() => {
	vi.useFakeTimers();
});

afterEach(() => {
	vi.runAllTimers();
	vi.useRealTimers();
	document.body.innerHTML = "";
});

/** an output's block with its tracker, as it is once an event is complete */
function output(): HTMLElement {
	const block = document.createElement("div");
	block.innerHTML = `<div class="wrap hide"></div><p>42</p>`;
	document.body.append(block);
	return block.firstElementChild as HTMLElement;
}

function hit(changes: Partial<CacheHit> = {}): CacheHit {
	return {
		used: "full",
		duration: 0.1,
		average: 2.1,
		event: `event ${events++}`,
		output: 1,
		at: performance.now(),
		...changes
	};
}

function badges(): string[] {
	flushSync();
	return [...document.querySelectorAll(".cache-badge")].map((badge) =>
		badge.textContent!.replace(/\s+/g, " ").trim()
	);
}

const announced = (): string[] =>
	[...document.querySelectorAll("[role=status] p")].map(
		(line) => line.textContent!
	);

test("a hit shows beside the tracker for about two seconds", () => {
	const tracker = output();
	show_cache_badge(tracker, hit());
	expect(badges()).toEqual(["⚡ from cache: ~2.1s → 0.1s"]);
	expect(tracker.nextElementSibling?.className).toContain("cache-badge");
	vi.advanceTimersByTime(2100);
	expect(badges()).toHaveLength(1);
	vi.advanceTimersByTime(200);
	expect(badges()).toEqual([]);
	expect(tracker.parentElement!.textContent).toBe("42");
});

test("a run that used the cache says so", () => {
	show_cache_badge(output(), hit({ used: "partial", duration: 0.3 }));
	expect(badges()).toEqual(["used cache: 0.3s"]);
});

test("a hit without timing has a label alone", () => {
	show_cache_badge(output(), hit({ duration: null, average: null }));
	expect(badges()).toEqual(["⚡ from cache"]);
});

test("a status that is pushed again shows nothing more, up or gone", () => {
	const tracker = output();
	const pushed = hit();
	show_cache_badge(tracker, pushed);
	vi.advanceTimersByTime(1500);
	show_cache_badge(tracker, { ...pushed });
	expect(badges()).toHaveLength(1);
	vi.advanceTimersByTime(1000);
	show_cache_badge(tracker, { ...pushed });
	expect(badges()).toEqual([]);
});

test("a hit is not shown again where its component is mounted again", () => {
	const shown = hit();
	const tracker = output();
	show_cache_badge(tracker, shown);
	tracker.parentElement!.remove();
	vi.advanceTimersByTime(2300);
	show_cache_badge(output(), shown);
	expect(badges()).toEqual([]);
});

test("however long ago it was, a hit is never shown twice", () => {
	const shown = hit();
	show_cache_badge(output(), shown);
	vi.advanceTimersByTime(3_600_000);
	show_cache_badge(output(), hit({ output: 2 }));
	vi.advanceTimersByTime(3000);
	show_cache_badge(output(), shown);
	expect(badges()).toEqual([]);
});

test("a hit still shows in a component that is mounted a little later", () => {
	const late = hit();
	show_cache_badge(undefined, late);
	show_cache_badge(document.createElement("div"), late);
	vi.advanceTimersByTime(2000);
	show_cache_badge(output(), late);
	expect(badges()).toHaveLength(1);
});

test("a hit is no news in a component that is mounted much later", () => {
	const late = hit();
	vi.advanceTimersByTime(5000);
	show_cache_badge(output(), late);
	expect(badges()).toEqual([]);
});

test("the second of two hits takes the first one's place, and its own time", () => {
	const tracker = output();
	show_cache_badge(tracker, hit());
	vi.advanceTimersByTime(1500);
	show_cache_badge(tracker, hit({ duration: 0.02 }));
	expect(badges()).toEqual(["⚡ from cache: ~2.1s → 20ms"]);
	vi.advanceTimersByTime(1500);
	expect(badges()).toHaveLength(1);
	vi.advanceTimersByTime(1000);
	expect(badges()).toEqual([]);
});

test("the next run ends the badge", async () => {
	const tracker = output();
	show_cache_badge(tracker, hit());
	tracker.classList.add("minimal");
	await Promise.resolve();
	expect(badges()).toHaveLength(1);
	tracker.classList.remove("hide");
	await Promise.resolve();
	expect(badges()).toEqual([]);
});

test("a hit does not show over the next run", () => {
	const tracker = output();
	tracker.classList.remove("hide");
	show_cache_badge(tracker, hit());
	expect(badges()).toEqual([]);
});

test("all outputs of an event show it, and it is announced once", () => {
	const of_event = { event: "one of its own" };
	show_cache_badge(output(), hit({ ...of_event, output: 1 }));
	show_cache_badge(output(), hit({ ...of_event, output: 2 }));
	expect(badges()).toHaveLength(2);
	expect(announced()).toEqual([""]);
	vi.advanceTimersByTime(200);
	expect(announced()).toEqual(["From cache: 0.1s instead of about 2.1s"]);
	vi.advanceTimersByTime(3000);
	expect(announced()).toEqual([]);
	expect(document.querySelectorAll("[role=status]")).toHaveLength(1);
});

test("readers hear the announcement alone", () => {
	show_cache_badge(output(), hit());
	const badge = document.querySelector(".cache-badge")!;
	expect(badge.getAttribute("aria-hidden")).toBe("true");
});
