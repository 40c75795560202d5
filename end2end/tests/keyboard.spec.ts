import type { Page } from "@playwright/test";
import { ALICE, BANK_PASSWORD, BRUNO, only } from "../bank";
import { expectLive, type Lang, row, speak } from "../dashboard";
import { expect, test } from "../fixtures";
import { enter, tabTo } from "../keyboard";

const WORDS = {
  fr: { refused: "Vous avez refusé l’accès", spent: "1 234,56 €", missing: "Aucun paiement ne correspond", kept: "Retirer l’accès" },
  en: { refused: "You refused the access", spent: "€1,234.56", missing: "No payment matches", kept: "Withdraw the access" },
} as const;

/** Presses the bank's button, and signs in in its window. */
async function signInAtTheBank(page: Page, customer: string): Promise<Page> {
  const opening = page.waitForEvent("popup");
  await enter(page, "[data-testid=anytime-button]");
  const popup = await opening;
  await expect(popup.locator("#email")).toBeVisible();
  await tabTo(popup, "#email");
  await popup.keyboard.type(customer);
  await tabTo(popup, "#password");
  await popup.keyboard.type(BANK_PASSWORD);
  await popup.keyboard.press("Enter");
  await expect(popup.getByTestId("bank-accept")).toBeVisible();
  return popup;
}

/** Leaves the bank's window. It may close before the key is up. */
async function leave(popup: Page, selector: string): Promise<void> {
  const closing = popup.waitForEvent("close");
  // The bank tells of a click before its window shows what became of it.
  await expect(popup.locator(selector)).toBeVisible();
  await tabTo(popup, selector);
  await popup.keyboard.press("Enter").catch((error: unknown) => {
    if (!popup.isClosed()) throw error;
  });
  await closing;
}

for (const lang of ["fr", "en"] as Lang[]) {
  test(`an account is made and linked without a mouse, after a refusal, ${lang}`, async ({ page, context, world }) => {
    await speak(context, world, lang);
    await page.goto("/sign-up");
    await tabTo(page, "#name");
    await page.keyboard.type("Camille Test");
    await tabTo(page, "#email");
    await page.keyboard.type(world.newEmail());
    await tabTo(page, "#password");
    await page.keyboard.type("tulipes bleues du jardin");
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL("/connect");
    await expect(page.locator(".consent")).toBeVisible();

    const refusing = await signInAtTheBank(page, ALICE);
    await enter(refusing, "[data-testid=bank-refuse]");
    await expect(page.locator("[data-help]")).toContainText(WORDS[lang].refused);
    await leave(refusing, "[data-testid=bank-close]");

    await page.bringToFront();
    const accepting = await signInAtTheBank(page, ALICE);
    await enter(accepting, "[data-testid=bank-accept]");
    await expect(page).toHaveURL("/dashboard");
    await expect(page.getByTestId("link")).toHaveAttribute("data-status", "linked");
    await expectLive(page);
  });

  test(`payments are followed, found, opened and taken along without a mouse, ${lang}`, async ({ page, context, world, person }) => {
    await speak(context, world, lang);
    await person.link(BRUNO);
    await page.goto("/dashboard");
    await expectLive(page);
    // What comes is said, and written as this language writes money.
    const paid = only((await world.control("purchase", { customer: BRUNO, amount: "1234.56" })).transactions);
    await expect(row(page, paid.txid)).toContainText(WORDS[lang].spent);
    await expect(page.getByTestId("announcement")).toContainText(WORDS[lang].spent);
    const abroad = only((await world.control("purchase", { customer: BRUNO, amount: "10.00", currency: "USD" })).transactions);
    await expect(row(page, abroad.txid)).toBeVisible();
    const refused = only((await world.control("refuse-payment", { customer: BRUNO, amount: "7.77", code: "51", message: "Insufficient funds" })).transactions);
    await expect(row(page, refused.txid)).toHaveAttribute("data-status", "R");

    await enter(page, "a[rel=next]", 120);
    await expect(page).toHaveURL(/before=/);
    await enter(page, "a[rel=prev]", 120);
    await expect(page).toHaveURL(/after=/);

    await page.goto("/dashboard");
    await tabTo(page, "#q");
    await page.keyboard.type("nothing-is-called-this");
    await page.keyboard.press("Enter");
    await expect(page.getByText(WORDS[lang].missing)).toBeVisible();
    await enter(page, ".tag");
    await expect(page).toHaveURL("/dashboard");

    await enter(page, ".export summary");
    const downloading = page.waitForEvent("download");
    await enter(page, 'a[href^="/transactions.csv"]');
    expect((await downloading).suggestedFilename()).toMatch(/\.csv$/);

    await enter(page, `[data-txid="${paid.txid}"] a`, 80);
    await expect(page).toHaveURL(/\/transactions\//);
    await expect(page.getByTestId("transaction")).toContainText(WORDS[lang].spent);

    await page.goto("/dashboard");
    await enter(page, 'nav a[href="/dashboard/insights"]');
    await expect(page).toHaveURL("/dashboard/insights");
    await expect(page.locator("table").first()).toBeAttached();
    // Of what was paid in other currencies, what it really cost.
    await expect(page.locator("[data-testid=abroad][data-currency=USD]")).toBeVisible();

    await enter(page, ".menu summary");
    await enter(page, '.menu button[name="privacy"]');
    await expect(page.locator("html")).toHaveAttribute("data-privacy", "on");
  });

  test(`a link is renewed and ended without a mouse, and its history is erased if one wants, ${lang}`, async ({ page, context, world, person }) => {
    await speak(context, world, lang);
    await person.link(ALICE);
    const id = await linkOf(page);
    const token = await person.link(ALICE);
    expect(token.token.length).toBeGreaterThan(10);
    expect(await linkOf(page), "the same link goes on").toBe(id);

    await page.goto("/dashboard");
    await enter(page, 'nav a[href="/settings/accounts"]');
    await expect(page).toHaveURL("/settings/accounts");
    await enter(page, ".forget summary");
    await tabTo(page, ".forget input[value=keep]");
    await page.keyboard.press("ArrowDown");
    await expect(page.locator(".forget input[value=erase]")).toBeChecked();
    await enter(page, ".forget button[type=submit]");
    await expect(page.getByTestId("link")).toHaveCount(0);
    expect(await person.payments()).toEqual([]);
  });
}

async function linkOf(page: Page): Promise<string | null> {
  // The second of two is one with the first as soon as the bank has told whose it is.
  await expect(async () => {
    await page.goto("/settings/accounts");
    await expect(page.getByTestId("link")).toHaveCount(1, { timeout: 500 });
  }).toPass();
  return page.getByTestId("link").getAttribute("data-link");
}
