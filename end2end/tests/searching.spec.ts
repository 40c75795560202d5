import { ALICE } from "../bank";
import { expectNoSidewaysScrolling, type Lang, speak } from "../dashboard";
import { expect, test } from "../fixtures";
import { enter, tabTo } from "../keyboard";
import { Person } from "../person";

const WORDS = { fr: { text: "Dans le contenu", filter: "Filtrer" }, en: { text: "In the content", filter: "Filter" } } as const;

for (const lang of ["fr", "en"] as Lang[]) {
  test(`a notification is found by what it says, ${lang} ${lang === "fr" ? "@phone" : "@no-javascript"}`, async ({ page, context, world, expectAccessible }, info) => {
    const person = await Person.signUp(world);
    await person.link(ALICE);
    const shop = `QUINCAILLERIE ${info.project.name.toUpperCase()} ${lang.toUpperCase()}`;
    await world.control("purchase", { customer: ALICE, amount: "3.21", description: `${shop} - RUE X, PARIS,75011,FRA,FRA` });
    await (await Person.setUp(world, "viewer")).signInto(context);
    await speak(context, world, lang);
    await page.goto("/operator/deliveries");
    await page.getByLabel(WORDS[lang].text).fill(shop.toLowerCase());
    await page.getByRole("button", { name: WORDS[lang].filter }).click();
    await expect(page.getByTestId("delivery")).toHaveCount(1);
    await expect(page.getByTestId("found-in")).toContainText(shop);
    await expect(page.getByTestId("looked-to")).toBeVisible();
    await expect(page.getByLabel(WORDS[lang].text)).toHaveValue(shop.toLowerCase());
    await expectNoSidewaysScrolling(page);
    if (info.project.name !== "no-javascript") await expectAccessible(page);
    await page.goto("/operator/deliveries?text=nobody-sells-this");
    await expect(page.getByTestId("delivery")).toHaveCount(0);
    if (info.project.name !== "no-javascript") await expectAccessible(page);
  });

  test(`the log of events is narrowed, and each filter comes off again, ${lang} ${lang === "fr" ? "@phone" : "@no-javascript"}`, async ({ page, context, world, expectAccessible }, info) => {
    const url = `${world.bank}/nothing-is-here/${lang}/${info.project.name}`;
    await world.cli("event-endpoint", "add", url, "--events", "transaction", "--dev");
    const person = await Person.signUp(world);
    await person.link(ALICE);
    await (await Person.setUp(world)).signInto(context);
    await speak(context, world, lang);
    // The server hears of a new endpoint within a second: what happens before is not for it.
    await expect(async () => {
      await world.control("purchase", { customer: ALICE, amount: "21.44" });
      await page.goto(`/operator/events?user=${encodeURIComponent(person.email)}`);
      await expect(page.getByTestId("send").filter({ hasText: url }).first()).toBeVisible({ timeout: 500 });
    }).toPass({ timeout: 20_000 });
    await page.locator("#kind").selectOption("transaction.created");
    await page.locator("#endpoint").selectOption({ label: url });
    await page.getByRole("button", { name: WORDS[lang].filter }).click();
    await expect(page.locator(".tags .tag")).toHaveCount(3);
    await expect(page.getByTestId("send").first()).toBeVisible();
    await expect(page.getByTestId("send").filter({ hasNotText: url })).toHaveCount(0);
    await expectNoSidewaysScrolling(page);
    if (info.project.name !== "no-javascript") await expectAccessible(page);
    await page.locator("#state").selectOption("dead");
    await page.getByRole("button", { name: WORDS[lang].filter }).click();
    await expect(page.getByTestId("send")).toHaveCount(0);
    await page.locator(".tags .tag").nth(2).click();
    await expect(page.locator(".tags .tag")).toHaveCount(3);
    await expect(page.getByTestId("send").first()).toBeVisible();
    await page.locator(".tags-clear").click();
    await expect(page.locator(".tags .tag")).toHaveCount(0);
  });
}

test("both searches are worked by the keyboard alone", async ({ page, context, world }) => {
  await (await Person.setUp(world, "viewer")).signInto(context);
  await page.goto("/operator/deliveries");
  await tabTo(page, "#text", 60);
  await page.keyboard.type("nothing like it");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("looked-to")).toBeVisible();
  await page.goto("/operator/events?state=dead&kind=link.updated");
  await enter(page, ".tags .tag", 60);
  await expect(page.locator(".tags .tag")).toHaveCount(1);
});
