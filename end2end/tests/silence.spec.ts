import { DAVID } from "../bank";
import { expectNoSidewaysScrolling, type Lang, speak } from "../dashboard";
import { expect, test } from "../fixtures";

const WORDS = {
  fr: { since: "Aucune nouvelle de la banque depuis", ask: "Redemander à la banque", again: "à nouveau" },
  en: { since: "No news from the bank since", ask: "Ask the bank again", again: "again" },
} as const;

// David has no card, so no pause between payments is usual for him: he is silent as soon as anybody is.
test.beforeAll(async ({ world }) => world.restartServer("SIGTERM", { QUIET_AFTER: "1s" }));
test.afterAll(async ({ world }) => world.restartServer("SIGTERM", { QUIET_AFTER: "7d" }));

for (const lang of ["fr", "en"] as Lang[]) {
  test(`an account from which nothing is heard says since when, and the bank is asked again by the keyboard, ${lang} @phone @no-javascript`, async ({ page, context, world, person, expectAccessible }, info) => {
    const words = WORDS[lang];
    await speak(context, world, lang);
    await person.link(DAVID);
    const silent = page.getByTestId("silent");
    await expect(async () => {
      await page.goto("/settings/accounts");
      await expect(silent).toBeVisible({ timeout: 500 });
    }).toPass();
    // The dashboard's own page may be kept for a minute; one that asks something is not.
    await page.goto("/dashboard?q=fnac");
    await expect(silent).toContainText(words.since);
    await expectNoSidewaysScrolling(page);
    if (info.project.name === "desktop") await expectAccessible(page);

    await page.goto("/settings/accounts");
    await expect(silent).toContainText(words.since);
    await expect(silent.getByRole("link", { name: words.again })).toHaveAttribute("href", "/connect");
    await silent.getByRole("button", { name: words.ask }).focus();
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL("/settings/accounts?asked=yes");
    await expect(page.getByTestId("asked")).toBeVisible();
    await expect(page.getByTestId("asked")).toHaveAttribute("role", "status");
  });
}
