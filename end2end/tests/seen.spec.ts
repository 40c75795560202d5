import type { Page } from "@playwright/test";
import { ALICE } from "../bank";
import { expectNoSidewaysScrolling, type Lang, speak } from "../dashboard";
import { expect, test } from "../fixtures";
import { enter, tabTo } from "../keyboard";
import { Person } from "../person";

const WORDS = {
  fr: { reason: "Motif", password: "Votre mot de passe", begin: "Commencer", leave: "Quitter", payments: "Paiements", see: "Voir comme la personne" },
  en: { reason: "Reason", password: "Your password", begin: "Begin", leave: "Leave", payments: "Payments", see: "See as the person does" },
} as const;

/** Opens the page of a user in the console, and returns what her own pages begin with for operators. */
async function openUser(page: Page, person: Person): Promise<string> {
  await page.goto(`/operator/users?q=${encodeURIComponent(person.email)}`);
  await page.getByRole("link", { name: person.email }).click();
  await expect(page.getByTestId("see-as")).toBeVisible();
  return `${new URL(page.url()).pathname}/as`;
}

async function begin(page: Page, operator: Person, lang: Lang): Promise<void> {
  await page.getByLabel(WORDS[lang].reason).fill("A total that does not add up");
  await page.getByLabel(WORDS[lang].password).fill(operator.password);
  await page.getByRole("button", { name: WORDS[lang].begin }).click();
  await expect(page.getByTestId("seen")).toBeVisible();
}

for (const lang of ["fr", "en"] as Lang[]) {
  test(`support sees what a person lets it see, and she sees that, ${lang} ${lang === "fr" ? "@phone" : "@no-javascript"}`, async ({ page, context, world, person, expectAccessible }, info) => {
    const look = async () => {
      await expectNoSidewaysScrolling(page);
      if (info.project.name !== "no-javascript") await expectAccessible(page);
    };
    await person.link(ALICE);
    const [payment] = await person.payments();
    await speak(context, world, lang);
    await page.goto("/settings/support");
    await expect(page.getByTestId("consent")).toHaveAttribute("data-state", "off");
    await look();
    await page.locator("input[name=time][value='1h']").check();
    await page.locator("form[action='/settings/support'] button").click();
    await expect(page.getByTestId("consent")).toHaveAttribute("data-state", "on");
    await look();

    const operator = await Person.setUp(world);
    await operator.signInto(context);
    const under = await openUser(page, person);
    await page.getByTestId("see-as").getByRole("link").click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(WORDS[lang].see);
    await look();
    await begin(page, operator, lang);
    expect(new URL(page.url()).pathname).toBe(`${under}/dashboard`);
    await expect(page.getByTestId("total").or(page.getByTestId("balance")).first()).toBeVisible();
    await look();
    for (const own of ["/dashboard/insights", "/settings/accounts", `/transactions/${payment?.card_ref}-${payment?.txid}`]) {
      await page.goto(under + own);
      await expect(page.getByTestId("seen")).toContainText(person.name);
      await expect(page.locator("main form[method=post]")).toHaveCount(0);
      await look();
    }
    await page.locator(".back").click();
    await expect(page.getByTestId("transaction").first()).toBeVisible();
    expect(new URL(page.url()).pathname, "the way back stays within").toBe(`${under}/dashboard`);
    await page.getByRole("button", { name: WORDS[lang].leave }).click();
    await expect(page).toHaveURL(under.slice(0, -"/as".length));

    await person.signInto(context);
    await page.goto("/settings/looks");
    for (const what of ["began", "payments", "insights", "accounts", "payment"]) {
      await expect(page.locator(`[data-testid=look][data-what=${what}]`).first()).toBeVisible();
    }
    await look();
  });
}

test("a page that stands open is left when the person takes her word back", async ({ page, context, world }) => {
  const person = await Person.signUp(world);
  await person.link(ALICE);
  await person.postForm("/settings/support", { time: "1h" });
  const operator = await Person.setUp(world);
  await operator.signInto(context);
  const under = await openUser(page, person);
  await page.goto(under);
  await begin(page, operator, "en");
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-state", "offline");
  await expect(page.locator("[data-ends]")).toHaveText(/^(59|60)$/);
  await person.postForm("/settings/support/end", {});
  await expect(page).toHaveURL(under);
  await expect(page.getByTestId("consent")).toHaveAttribute("data-state", "off");
  await page.goBack();
  await expect(page.getByTestId("seen")).toHaveCount(0);
});

test("consent, the look and its end are reached by the keyboard alone", async ({ page, context, world, person }) => {
  await page.goto("/settings/support");
  await tabTo(page, "input[name=time]");
  await page.keyboard.press("ArrowDown");
  await enter(page, "form[action='/settings/support'] button");
  await expect(page.getByTestId("consent")).toHaveAttribute("data-state", "on");
  const operator = await Person.setUp(world);
  await operator.signInto(context);
  const under = await openUser(page, person);
  await page.goto(under);
  await tabTo(page, "#reason", 60);
  await page.keyboard.type("They asked");
  await tabTo(page, "#current");
  await page.keyboard.type(operator.password);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("seen")).toBeVisible();
  await enter(page, "[data-testid=seen] button", 60);
  await expect(page).toHaveURL(under.slice(0, -"/as".length));
});
