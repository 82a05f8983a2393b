import type { CacheHit } from "./cache_hit";

export type CacheTiming = Pick<CacheHit, "used" | "duration" | "average">;

export interface BadgeText {
	label: string;
	/** what an uncached run takes; null when there is nothing worth comparing */
	uncached: string | null;
	/** what this request took; null when nobody measured it */
	took: string | null;
}

/** Short, and never as if nothing took any time: `1ms`, `20ms`, `2.1s`, `1m 15s`. */
export function format_seconds(seconds: number): string {
	if (seconds < 0.095) return `${Math.max(1, Math.round(seconds * 1000))}ms`;
	if (seconds < 59.95) return `${seconds.toFixed(1)}s`;
	const whole = Math.round(seconds);
	return `${Math.floor(whole / 60)}m ${whole % 60}s`;
}

export function badge_text({
	used,
	duration,
	average
}: CacheTiming): BadgeText {
	const label = used === "full" ? "from cache" : "used cache";
	if (!is_measured(duration)) return { label, uncached: null, took: null };
	const took = format_seconds(duration);
	const slower =
		used === "full" && is_measured(average) && average > duration
			? format_seconds(average)
			: took;
	return { label, uncached: slower === took ? null : `~${slower}`, took };
}

/** The same for someone who hears it: no symbols to spell out. */
export function badge_announcement(timing: CacheTiming): string {
	const { label, uncached, took } = badge_text(timing);
	const spoken = label === "from cache" ? "From cache" : "Used cache";
	if (took === null) return spoken;
	if (uncached === null) return `${spoken}: ${took}`;
	return `${spoken}: ${took} instead of about ${uncached.slice(1)}`;
}

function is_measured(seconds: number | null): seconds is number {
	return typeof seconds === "number" && Number.isFinite(seconds);
}
