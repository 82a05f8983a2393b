import { describe, expect, test } from "vitest";
import {
	badge_announcement,
	badge_text,
	format_seconds,
	type CacheTiming
} from "./badge_text";

describe("format_seconds", () => {
	test.each([
		[0, "1ms"],
		[0.0003, "1ms"],
		[0.0204, "20ms"],
		[0.0949, "95ms"],
		[0.095, "0.1s"],
		[0.1, "0.1s"],
		[2.14, "2.1s"],
		[59.94, "59.9s"],
		[59.95, "1m 0s"],
		[75.4, "1m 15s"],
		[119.6, "2m 0s"],
		[4000, "66m 40s"]
	])("%f s is %s", (seconds, text) => {
		expect(format_seconds(seconds)).toBe(text);
	});
});

describe("badge_text", () => {
	const full = (
		duration: number | null,
		average: number | null
	): CacheTiming => ({
		used: "full",
		duration,
		average
	});

	test("a hit that saved time tells both times", () => {
		expect(badge_text(full(0.1, 2.1))).toEqual({
			label: "from cache",
			uncached: "~2.1s",
			took: "0.1s"
		});
	});

	test.each([
		["unknown", null],
		["shorter", 0.05],
		["equal", 0.1],
		["longer by less than one sees", 0.12]
	])("an average that is %s is left out", (_, average) => {
		expect(badge_text(full(0.1, average))).toEqual({
			label: "from cache",
			uncached: null,
			took: "0.1s"
		});
	});

	test.each([null, NaN, Infinity])("no time is made of %s", (duration) => {
		expect(badge_text(full(duration, 2.1))).toEqual({
			label: "from cache",
			uncached: null,
			took: null
		});
	});

	test("a run that used the cache compares nothing", () => {
		expect(
			badge_text({ used: "partial", duration: 0.3, average: 2.1 })
		).toEqual({ label: "used cache", uncached: null, took: "0.3s" });
	});
});

describe("badge_announcement", () => {
	test.each<[CacheTiming, string]>([
		[
			{ used: "full", duration: 0.1, average: 2.1 },
			"From cache: 0.1s instead of about 2.1s"
		],
		[{ used: "full", duration: 0.1, average: null }, "From cache: 0.1s"],
		[{ used: "partial", duration: 0.3, average: 2.1 }, "Used cache: 0.3s"],
		[{ used: "partial", duration: null, average: null }, "Used cache"]
	])("%o", (timing, text) => {
		expect(badge_announcement(timing)).toBe(text);
	});
});
