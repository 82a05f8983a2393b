import { expect, test } from "vitest";
import { cache_hit } from "./cache_hit";

const fields = {
	event_id: "e",
	used_cache: "full",
	cache_duration: 0.1,
	avg_time: 2.1
} as const;

test("the hit is what an output of the event shows", () => {
	expect(cache_hit(fields, [1, 2], 2)).toEqual({
		used: "full",
		duration: 0.1,
		average: 2.1,
		event: "e",
		output: 2,
		at: expect.any(Number)
	});
});

test("the hit may know no times", () => {
	expect(
		cache_hit({ event_id: "e", used_cache: "partial" }, [1], 1)
	).toMatchObject({ used: "partial", duration: null, average: null });
});

test("the hit is nothing for an input", () => {
	expect(cache_hit(fields, [1, 2], 3)).toBeNull();
});

test.each([null, undefined])(
	"the hit is nothing where no cache was used: %s",
	(used_cache) => {
		expect(cache_hit({ ...fields, used_cache }, [1], 1)).toBeNull();
	}
);
