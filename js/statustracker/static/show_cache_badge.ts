import { mount, unmount } from "svelte";
import { badge_announcement } from "./badge_text";
import CacheBadge from "./CacheBadge.svelte";
import type { CacheHit } from "./cache_hit";
import { is_recent, RecentKeys } from "./recent_keys";

/** the length of the animation in CacheBadge.svelte */
const VISIBLE_MS = 2200;
/** So long a hit is news where it could not be shown yet: in a tab that was not
 * mounted, or because this chunk was loading. */
const FRESH_MS = 5000;
/** A live region has to be in the page before its text is, or nobody hears it. */
const ANNOUNCE_MS = 100;

/** Statuses are pushed again whenever any event updates, and trackers are remounted. */
const shown = new RecentKeys(FRESH_MS);
const announced = new RecentKeys(FRESH_MS);
const close_badge = new WeakMap<HTMLElement, () => void>();

/** Shows the hit beside the tracker's own element, whose opacity is 0 by now. */
export function show_cache_badge(
	tracker: HTMLElement | undefined,
	hit: CacheHit
): void {
	if (!tracker?.isConnected || is_busy(tracker)) return;
	if (!is_recent(hit.at, FRESH_MS)) return;
	if (!shown.add(`${hit.event} ${hit.output}`, hit.at)) return;
	close_badge.get(tracker)?.();
	open_badge(tracker, hit);
	if (announced.add(hit.event, hit.at)) announce(badge_announcement(hit));
}

function open_badge(tracker: HTMLElement, hit: CacheHit): void {
	const { used, duration, average } = hit;
	const output = tracker.parentElement!;
	const badge = mount(CacheBadge, {
		target: output,
		anchor: tracker.nextSibling ?? undefined,
		props: { used, duration, average, output }
	});
	// the next run's result is not this hit's
	const busy = new MutationObserver(() => is_busy(tracker) && close());
	const timer = setTimeout(close, VISIBLE_MS);
	busy.observe(tracker, { attributeFilter: ["class"] });
	close_badge.set(tracker, close);

	function close(): void {
		clearTimeout(timer);
		busy.disconnect();
		close_badge.delete(tracker);
		void unmount(badge);
	}
}

function is_busy(tracker: HTMLElement): boolean {
	return !tracker.classList.contains("hide");
}

function announce(text: string): void {
	const line = document.createElement("p");
	announcer().append(line);
	setTimeout(() => (line.textContent = text), ANNOUNCE_MS);
	setTimeout(() => line.remove(), ANNOUNCE_MS + VISIBLE_MS);
}

function announcer(): Element {
	const present = document.querySelector(".cache-badge-announcer");
	if (present) return present;
	const region = document.createElement("div");
	region.className = "cache-badge-announcer";
	region.setAttribute("role", "status");
	region.setAttribute("aria-atomic", "false");
	region.style.cssText =
		"position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap";
	document.body.append(region);
	return region;
}
