import { test, expect } from "@self/tootils";

test.beforeEach(async ({ page }) => {
	await page.getByRole("button", { name: "Forget everything" }).click();
	await page.getByRole("tab", { name: "Secret" }).click();
});

test("a repeated request is answered from the cache, and its output says so", async ({
	page
}) => {
	const run = page.getByRole("button", { name: "Crack it" });
	const result = page.getByLabel("In plain English");
	const badge = page.locator(".cache-badge");

	await run.click();
	await expect(result).not.toHaveValue("");
	const first = await result.inputValue();
	await expect(badge).toHaveCount(0);

	await run.click();
	await expect(badge).toHaveText(/from cache: .+/);
	await expect(page.getByText(/^From cache: /)).toHaveCount(1);
	await expect(result).toHaveValue(first);
	await expect(badge).toHaveCount(0);
});

test("a changed input is not answered from the cache", async ({ page }) => {
	const run = page.getByRole("button", { name: "Crack it" });
	const result = page.getByLabel("In plain English");

	await run.click();
	await expect(result).not.toHaveValue("");
	const first = await result.inputValue();

	await page.getByLabel("Secret").fill("Xlmw mw ersxliv wigvix");
	await run.click();
	await expect(result).not.toHaveValue(first);
	await expect(page.locator(".cache-badge")).toHaveCount(0);
});
