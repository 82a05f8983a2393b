/** What the server says of the cache when an event is complete. */
export interface CacheFields {
	event_id?: string;
	used_cache?: "full" | "partial" | null;
	cache_duration?: number | null;
	avg_time?: number | null;
}

/** One cache hit, as one output of the event shows it. */
export interface CacheHit {
	/** "full": the whole event was answered from the cache; "partial": it ran, and a lookup hit. */
	used: "full" | "partial";
	/** seconds that this request took */
	duration: number | null;
	/** mean seconds of an uncached run */
	average: number | null;
	/** the event that hit */
	event: string;
	/** the component that shows it */
	output: number;
	/** when the status arrived, on the clock of `performance.now()` */
	at: number;
}

/** The hit that a component has to show, if the event hit and this is one of its outputs. */
export function cache_hit(
	fields: CacheFields,
	outputs: number[],
	id: number
): CacheHit | null {
	if (!fields.used_cache || !outputs.includes(id)) return null;
	return {
		used: fields.used_cache,
		duration: fields.cache_duration ?? null,
		average: fields.avg_time ?? null,
		event: fields.event_id ?? "",
		output: id,
		at: performance.now()
	};
}
