import { expect, test } from "../fixtures";

test("the home page greets, in one heading", { tag: ["@phone", "@no-javascript"] }, async ({ page }) => {
  const response = await page.goto("/");

  expect(response?.status()).toBe(200);
  await expect(page.getByRole("heading", { level: 1 })).toHaveCount(1);
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("the home page is accessible", { tag: "@phone" }, async ({ page, expectAccessible }) => {
  await page.goto("/");

  await expectAccessible(page);
});
