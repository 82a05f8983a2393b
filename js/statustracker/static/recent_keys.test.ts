import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { RecentKeys } from "./recent_keys";

beforeEach(() => {
	vi.useFakeTimers();
});

afterEach(() => {
	vi.useRealTimers();
});

test("a key is new once", () => {
	const keys = new RecentKeys(1000);
	expect(keys.add("a", performance.now())).toBe(true);
	expect(keys.add("a", performance.now())).toBe(false);
	expect(keys.add("b", performance.now())).toBe(true);
});

test("keys are kept as long as they are recent, and no longer", () => {
	const keys = new RecentKeys(1000);
	for (let second = 0; second < 100; second++) {
		keys.add(`${second} a`, performance.now());
		keys.add(`${second} b`, performance.now());
		vi.advanceTimersByTime(500);
		expect(keys.add(`${second} a`, performance.now())).toBe(false);
		vi.advanceTimersByTime(500);
	}
	expect(keys.size).toBe(2);
});
