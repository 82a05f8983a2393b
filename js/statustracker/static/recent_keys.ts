/** The keys that were added in the last `keep_ms`, on the clock of `performance.now()`. */
export class RecentKeys {
	#added = new Map<string, number>();

	constructor(private readonly keep_ms: number) {}

	get size(): number {
		return this.#added.size;
	}

	/** Whether the key is new; it counts as added at `at`. */
	add(key: string, at: number): boolean {
		this.#forget();
		if (this.#added.has(key)) return false;
		this.#added.set(key, at);
		return true;
	}

	#forget(): void {
		for (const [key, at] of this.#added) {
			if (!is_recent(at, this.keep_ms)) this.#added.delete(key);
		}
	}
}

export const is_recent = (at: number, keep_ms: number): boolean =>
	performance.now() - at < keep_ms;
