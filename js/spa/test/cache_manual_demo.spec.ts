import { test, expect } from "@self/tootils";

test("an event that found a part of its work in a cache says so", async ({
	page
}) => {
	const words = page.getByLabel("Words");
	const paint = page.getByRole("button", { name: "Paint" });
	const kept = page.getByRole("paragraph").filter({ hasText: "In the cache:" });
	const badge = page.locator(".cache-badge");

	await page.getByRole("button", { name: "Forget all" }).click();
	await expect(kept).toHaveText("In the cache: nothing yet");

	await words.fill("hello world");
	await paint.click();
	await expect(kept).toHaveText("In the cache: hello world");
	await expect(badge).toHaveCount(0);

	await words.fill("  Hello WORLD ");
	await paint.click();
	await expect(badge).toHaveText(/used cache: .+/);
	await expect(badge).toHaveCount(0);
	await expect(kept).toHaveText("In the cache: hello world");
});
