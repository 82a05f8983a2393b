import { test, expect } from "@self/tootils";

test("of a prompt that starts like an earlier one, only the end is read", async ({
	page
}) => {
	const box = page.getByRole("textbox");
	const answers = page.getByTestId("bot");
	const reused = page.getByText("prompt tokens reused");
	const badge = page.locator(".cache-badge");

	await box.fill("Sessions");
	await box.press("Enter");
	await expect(reused).toHaveText(/\b0 of [\d,]+ prompt tokens reused\./);
	await expect(page.getByTestId("stop-button")).toHaveCount(0);
	await expect(answers).toHaveCount(1);
	await expect(badge).toHaveCount(0);

	await box.fill("Limits");
	await box.press("Enter");
	await expect(badge).toHaveText([/used cache: .+/, /used cache: .+/]);
	await expect(answers).toHaveCount(2);
	await expect(reused.first()).toHaveText(
		/[1-9][\d,]* of [\d,]+ prompt tokens reused, about [\d.]+ s saved\./
	);
	await expect(badge).toHaveCount(0);

	await page.getByRole("button", { name: "Forget all" }).click();
	await expect(reused).toHaveCount(0);
});
