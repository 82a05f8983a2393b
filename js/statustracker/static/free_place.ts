export interface Box {
	left: number;
	top: number;
	right: number;
	bottom: number;
}

/** What is in the page already. */
export interface Obstacle extends Box {
	/** "picture": may be covered if there is no better place; "content": never, as
	 * someone reads or presses it */
	kind: "picture" | "content";
}

export interface Size {
	width: number;
	height: number;
}

export interface Place {
	left: number;
	top: number;
	/** which of the sizes fits there */
	size: number;
}

const FROM_RIGHT = 8;
const STEP = 8;
/** where the top is, in heights from the edge: first on it, first within it */
const AT_BOTTOM = [-0.5, -0.25, 0, 0.15, -0.75, -1.1];
const AT_TOP = [0.1, -0.25, -0.5, -0.75, -1, -1.15];

/** The first place at the lower right of an output, or else along its edges, where
 * nothing is hidden.
 *
 * @param sizes from the largest to the smallest
 * @param bounds what can be seen, now or by scrolling
 */
export function free_place(
	output: Box,
	sizes: Size[],
	bounds: Box,
	obstacles: Obstacle[]
): Place | null {
	const contents = obstacles.filter(({ kind }) => kind === "content");
	for (const taken of [obstacles, contents]) {
		for (const place of places(output, sizes)) {
			const box = box_at(place, sizes[place.size]);
			if (!is_inside(box, bounds)) continue;
			if (!taken.some((obstacle) => overlap(box, obstacle))) return place;
		}
	}
	return null;
}

/** The part of the page in which an output's badge may be. */
export const surroundings = (output: Box, { height }: Size): Box => ({
	left: output.left,
	right: output.right,
	top: output.top - 1.5 * height,
	bottom: output.bottom + 1.5 * height
});

/** All places, the best one first. */
function* places(output: Box, sizes: Size[]): Iterable<Place> {
	const edges: [number, number[]][] = [
		[output.bottom, AT_BOTTOM],
		[output.top, AT_TOP]
	];
	for (const [edge, offsets] of edges) {
		for (const [size, { width, height }] of sizes.entries()) {
			const is_last = size === sizes.length - 1;
			if (!is_last && !is_narrower(width, output)) continue;
			for (const left of lefts(output, width)) {
				for (const offset of offsets) {
					yield { left, top: edge + offset * height, size };
				}
			}
		}
	}
}

function* lefts({ left, right }: Box, width: number): Iterable<number> {
	const last = Math.max(left, right - FROM_RIGHT - width);
	for (let next = last; next >= left; next -= STEP) yield next;
}

export const box_at = ({ left, top }: Place, { width, height }: Size): Box => ({
	left,
	top,
	right: left + width,
	bottom: top + height
});

const is_narrower = (width: number, { left, right }: Box): boolean =>
	width + FROM_RIGHT <= right - left;

export const is_inside = (inner: Box, outer: Box): boolean =>
	inner.left >= outer.left &&
	inner.top >= outer.top &&
	inner.right <= outer.right &&
	inner.bottom <= outer.bottom;

export const overlap = (one: Box, other: Box): boolean =>
	one.left < other.right &&
	other.left < one.right &&
	one.top < other.bottom &&
	other.top < one.bottom;

export const intersection = (one: Box, other: Box): Box => ({
	left: Math.max(one.left, other.left),
	top: Math.max(one.top, other.top),
	right: Math.min(one.right, other.right),
	bottom: Math.min(one.bottom, other.bottom)
});
