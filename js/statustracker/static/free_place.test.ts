import { describe, expect, test } from "vitest";
import {
	free_place,
	overlap,
	type Box,
	type Obstacle,
	type Place
} from "./free_place";

const OUTPUT = box(100, 100, 400, 200);
const PAGE = box(0, 0, 1000, 1000);
const SIZES = [
	{ width: 150, height: 16 },
	{ width: 90, height: 16 },
	{ width: 50, height: 16 }
];
const RIGHT = 400 - 8;

function box(left: number, top: number, right: number, bottom: number): Box {
	return { left, top, right, bottom };
}

const content = (...sides: [number, number, number, number]): Obstacle => ({
	...box(...sides),
	kind: "content"
});
const picture = (...sides: [number, number, number, number]): Obstacle => ({
	...box(...sides),
	kind: "picture"
});

const place = (obstacles: Obstacle[], output = OUTPUT, bounds = PAGE) =>
	free_place(output, SIZES, bounds, obstacles);

function taken_by({ left, top, size }: Place): Box {
	const { width, height } = SIZES[size];
	return box(left, top, left + width, top + height);
}

test("where nothing is, it is on the lower right edge", () => {
	expect(place([])).toEqual({ left: RIGHT - 150, top: 192, size: 0 });
});

describe("nothing that someone reads or presses is hidden", () => {
	test.each<[string, Obstacle[], Partial<Place>]>([
		[
			"a last line goes down to the edge",
			[content(110, 180, 390, 200)],
			{ left: RIGHT - 150, top: 200 }
		],
		[
			"the next output follows at once",
			[content(100, 201, 400, 300)],
			{ left: RIGHT - 150, top: 182.4 }
		],
		[
			"buttons of the next output are at its upper right",
			[content(100, 180, 400, 200), content(330, 201, 400, 225)],
			{ top: 200, size: 0 }
		],
		[
			"there is only a little place between two buttons",
			[
				content(100, 150, 400, 200),
				content(100, 201, 200, 230),
				content(260, 201, 400, 230)
			],
			{ top: 200, size: 2 }
		],
		[
			"below is no place, but above",
			[content(100, 150, 400, 300)],
			{ top: 101.6, size: 0 }
		]
	])("if %s", (_, obstacles, expected) => {
		const found = place(obstacles)!;
		expect(found).toMatchObject(expected);
		const covered = obstacles.filter((obstacle) =>
			overlap(taken_by(found), obstacle)
		);
		expect(covered).toEqual([]);
	});
});

test("a picture is covered only where there is no other place", () => {
	const below = picture(100, 100, 400, 200);
	expect(place([below])).toMatchObject({ top: 200 });
	expect(place([below, picture(0, 0, 1000, 1000)])).toMatchObject({ top: 192 });
});

test("without any place, there is none", () => {
	expect(place([content(0, 0, 1000, 1000)])).toBeNull();
});

test("it is inside of what can be scrolled to", () => {
	const found = place([], OUTPUT, box(0, 0, 1000, 200))!;
	expect(taken_by(found).bottom).toBeLessThanOrEqual(200);
	expect(place([], OUTPUT, box(0, 250, 1000, 1000))).toBeNull();
});

test.each([
	[box(100, 100, 220, 200), 1],
	[box(100, 100, 130, 200), 2]
])("a narrow output has a short one: %o", (output, size) => {
	expect(place([], output)).toMatchObject({ size });
});
