import { expectNoSidewaysScrolling, type Lang, speak } from "../dashboard";
import { expect, test } from "../fixtures";
import { Person } from "../person";

const WORDS = {
  fr: { heading: "Clés", active: "Active", open: "Nouvelle clé…", make: "Faire une nouvelle clé", done: "La nouvelle clé est active", retire: "Retirer", young: "trop récente" },
  en: { heading: "Keys", active: "Active", open: "New key…", make: "Make a new key", done: "The new key is active", retire: "Retire", young: "too young" },
} as const;

for (const lang of ["fr", "en"] as Lang[]) {
  test(`an admin makes a new key, and the old one stays while people may still be linking, ${lang} @phone @no-javascript`, async ({ page, context, world, expectAccessible }, info) => {
    const words = WORDS[lang];
    const admin = await Person.setUp(world, "admin");
    await admin.signInto(context);
    await speak(context, world, lang);
    await page.goto("/operator/keys");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.heading);
    const active = page.locator("[data-testid=key][data-active=true]");
    await expect(active).toContainText(words.active);
    const old = (await active.getAttribute("data-kid")) ?? "";

    const form = page.getByTestId("rotate");
    await form.getByText(words.open).focus();
    await page.keyboard.press("Enter");
    await form.getByRole("button", { name: words.make }).focus();
    await page.keyboard.press("Enter");
    await expect(page.getByRole("status").filter({ hasText: words.done })).toBeVisible();
    await expect(active).not.toHaveAttribute("data-kid", old);

    // What was under the old one moves while we look; then it can be asked to go.
    const retire = page.locator(`[data-testid=key][data-kid="${old}"]`).getByRole("button", { name: words.retire });
    await expect(async () => {
      await page.goto("/operator/keys");
      await expect(retire).toBeVisible({ timeout: 500 });
    }).toPass();
    await retire.click();
    await expect(page.getByRole("alert")).toContainText(words.young);
    if (info.project.name === "desktop") await expectAccessible(page);
    await expectNoSidewaysScrolling(page);
  });
}

test("who is no admin sees the keys and cannot change them", async ({ page, context, world }) => {
  const viewer = await Person.setUp(world, "viewer");
  await viewer.signInto(context);
  await page.goto("/operator/keys");
  await expect(page.getByTestId("key").first()).toBeVisible();
  await expect(page.getByTestId("rotate")).toHaveCount(0);
  await expect(page.locator("main form[method=post]")).toHaveCount(0);
});
