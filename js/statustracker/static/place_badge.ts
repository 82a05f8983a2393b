import {
	box_at,
	free_place,
	intersection,
	is_inside,
	surroundings,
	type Box,
	type Obstacle,
	type Place,
	type Size
} from "./free_place";
import { obstacles_in } from "./obstacles";

/** from the largest to the smallest, by the name that CacheBadge.svelte styles */
const SIZES = ["full", "short", "least"];
/** Contents may come later than the hit or a resize: pictures that load, plots that are
 * drawn. So it looks again after so long, then after twice as long, up to the longest. */
const LOOK_AGAIN_MS = 200;
const LONGEST_PAUSE_MS = 1600;

/** Keeps a badge where it hides nothing, beside its output wherever that goes.
 *
 * @returns what ends it
 */
export function place_badge(badge: HTMLElement, output: Element): () => void {
	const sizes = SIZES.map((name) => size_of(badge, name));
	let place: Place | null = null;
	let seen = new DOMRect();
	let next_look = 0;
	let pause = LOOK_AGAIN_MS;
	let frame = requestAnimationFrame(follow);
	return () => cancelAnimationFrame(frame);

	function follow(): void {
		frame = requestAnimationFrame(follow);
		const now = output.getBoundingClientRect();
		const is_resized = now.width !== seen.width || now.height !== seen.height;
		if (is_resized) pause = LOOK_AGAIN_MS;
		if (is_resized || performance.now() >= next_look) {
			next_look = performance.now() + pause;
			pause = Math.min(2 * pause, LONGEST_PAUSE_MS);
			place = look(badge, output, sizes);
		} else if (place && (now.left !== seen.left || now.top !== seen.top)) {
			place.left += now.left - seen.left;
			place.top += now.top - seen.top;
			if (!is_in_sight(place)) place = look(badge, output, sizes);
		} else return;
		seen = now;
		move(badge, place);
	}

	/** or would be, if the page were scrolled */
	function is_in_sight(place: Place): boolean {
		const bounds = bounds_of(output, root_of(output));
		return is_inside(box_at(place, sizes[place.size]), bounds);
	}
}

function size_of(badge: HTMLElement, name: string): Size {
	badge.dataset.size = name;
	const { width, height } = badge.getBoundingClientRect();
	return { width, height };
}

function look(
	badge: HTMLElement,
	output: Element,
	sizes: Size[]
): Place | null {
	const box = output.getBoundingClientRect();
	if (!box.width || !box.height) return null;
	const root = root_of(output);
	const bounds = bounds_of(output, root);
	const area = surroundings(box, sizes[0]);
	const obstacles = [...obstacles_in(area, root), ...others(badge)];
	return free_place(box, sizes, bounds, obstacles);
}

/** A place is in the window's coordinates. Those of a fixed element may have another
 * origin, below an ancestor that is transformed. */
function move(badge: HTMLElement, place: Place | null): void {
	badge.classList.toggle("placed", place !== null);
	if (!place) return;
	if (badge.dataset.size !== SIZES[place.size])
		badge.dataset.size = SIZES[place.size];
	const now = badge.getBoundingClientRect();
	const [right, down] = [place.left - now.left, place.top - now.top];
	if (Math.abs(right) + Math.abs(down) < 0.1) return;
	badge.style.left = `${parseFloat(badge.style.left || "0") + right}px`;
	badge.style.top = `${parseFloat(badge.style.top || "0") + down}px`;
}

/** What is fixed, as a block that fills the screen, covers what is not inside. */
function root_of(output: Element): Element {
	const fixed = ancestors(output, true).find(
		(element) => getComputedStyle(element).position === "fixed"
	);
	return fixed ?? document.body;
}

function bounds_of(output: Element, root: Element): Box {
	const scrolled = ancestors(output, false)
		.filter((element) => element !== document.body && root.contains(element))
		.filter((element) => /auto|scroll/.test(getComputedStyle(element).overflow))
		.filter((element) => element.scrollHeight > element.clientHeight);
	const outer = root === document.body ? page() : root.getBoundingClientRect();
	return scrolled
		.map((element): Box => element.getBoundingClientRect())
		.reduce(intersection, outer);
}

function page(): Box {
	const { scrollWidth, scrollHeight } = document.documentElement;
	const [left, top] = [-window.scrollX, -window.scrollY];
	return { left, top, right: left + scrollWidth, bottom: top + scrollHeight };
}

function ancestors(element: Element, including: boolean): Element[] {
	const found = including ? [element] : [];
	for (let next = element.parentElement; next; next = next.parentElement)
		found.push(next);
	return found;
}

const others = (badge: HTMLElement): Obstacle[] =>
	[...document.querySelectorAll(".cache-badge.placed")]
		.filter((other) => other !== badge)
		.map((other) => {
			const { left, top, right, bottom } = other.getBoundingClientRect();
			return { left, top, right, bottom, kind: "content" };
		});
