import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { ALICE, CHLOE, closePopup, DAVID, openPopup, signInAtBank } from "./bank";
import { expectLive, type Lang, paint, speak, type Theme } from "./dashboard";
import { test as base, expect } from "./fixtures";
import { Person } from "./person";
import type { World } from "./world";

// `make screenshots`: every page and state, to be looked at by people. Nothing is compared, so nothing here runs in `make test`.

const folder = resolve(import.meta.dirname, "screenshots");
const documentation = resolve(import.meta.dirname, "../docs/screenshots");

const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };

/** Languages and colours, chosen so that each occurs at each size. */
const LOOKS: { size: keyof typeof SIZES; theme: Theme; lang: Lang }[] = [
  { size: "desktop", theme: "light", lang: "fr" },
  { size: "desktop", theme: "dark", lang: "en" },
  { size: "phone", theme: "light", lang: "en" },
  { size: "phone", theme: "dark", lang: "fr" },
];

/** Takes pictures of a page in every look. */
class Camera {
  constructor(
    private readonly page: Page,
    private readonly world: World,
  ) {}

  /** Of what the address shows, loaded anew for each look. */
  async take(name: string): Promise<void> {
    await this.takeEach(name, async () => {
      await this.page.reload();
      if ((await this.page.getByTestId("live-status").count()) > 0) await expectLive(this.page);
    });
  }

  /** Of what `arrive` leads to. */
  async takeEach(name: string, arrive: () => Promise<void>): Promise<void> {
    for (const { size, theme, lang } of LOOKS) {
      await paint(this.page.context(), this.world, theme);
      await speak(this.page.context(), this.world, lang);
      await this.page.setViewportSize(SIZES[size]);
      await arrive();
      await this.page.evaluate(() => document.fonts.ready);
      const path = join(folder, `${name}-${size}-${theme}-${lang}.png`);
      await this.page.screenshot({ path, fullPage: true, animations: "disabled" });
    }
  }
}

const test = base.extend<{ camera: Camera }>({
  camera: async ({ page, world, complaints }, use) => {
    complaints.allow(/./);
    await use(new Camera(page, world));
  },
});

test.describe.configure({ timeout: 240_000 });

/** Links by the notification and by the browser, as the bank's button does, so that nothing is left to ask. */
async function linkByBoth(person: Person, customer: string): Promise<string> {
  const { token, reference } = await person.accept(customer);
  const answer = await person.postJson("/links", { token, custom_reference: reference });
  expect(answer.status).toBe(201);
  await person.waitForHistory();
  return token;
}

test("the picture for the README", { tag: "@screenshots" }, async ({ page, context, world }) => {
  const person = await Person.signUp(world, "Alice Martin");
  await person.signInto(context);
  await paint(context, world, "light");
  await speak(context, world, "en");
  await linkByBoth(person, ALICE);
  const cards = (await world.ledger(ALICE)).cards.map((card) => card.card_ref);
  for (const [card, purchase] of [
    [0, { amount: "4.20", description: "BOULANGERIE DU MOULIN - RUE LEPIC, PARIS,75018,FRA,FRA", mcc: 5462 }],
    [1, { amount: "52.10", currency: "USD", description: "TRENITALIA - VIA GIOLITTI, ROMA,00185,ITA,ITA", mcc: 4112 }],
    [2, { amount: "38.90", description: "MONOPRIX 2114 - AVENUE DE L OPERA, PARIS,75001,FRA,FRA", mcc: 5411 }],
    [0, { amount: "98.32" }],
  ] as const) {
    await world.control("purchase", { card_ref: cards[card], ...purchase });
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.goto("/dashboard");
  await expectLive(page);
  await expect(page.getByText("Unconfirmed")).toHaveCount(0);
  await page.reload();
  await expectLive(page);
  await page.evaluate(() => document.fonts.ready);
  await page.screenshot({ path: join(documentation, "dashboard.png"), animations: "disabled" });
});

test("before an account", { tag: "@screenshots" }, async ({ page, camera }) => {
  for (const [name, path] of [
    ["landing", "/"],
    ["sign-up", "/sign-up"],
    ["sign-in", "/sign-in"],
    ["not-found", "/nowhere-at-all"],
  ] as const) {
    await page.goto(path);
    await camera.take(name);
  }
  for (const name of ["sign-up", "sign-in"]) {
    await camera.takeEach(`${name}-problems`, async () => {
      await page.goto(`/${name}`);
      await page.locator("#email").fill("zoé at example");
      await page.getByRole("main").getByRole("button").click();
      await expect(page.getByTestId("problems")).toBeVisible();
    });
  }
});

test("linking", { tag: "@screenshots" }, async ({ page, context, world, camera }) => {
  await (await Person.signUp(world, "Camille Rousseau")).signInto(context);
  await page.goto("/connect");
  await expect(page.getByTestId("anytime-button")).toBeVisible();
  await camera.takeEach("connect", async () => {
    await page.goto("/connect");
    await expect(page.getByTestId("anytime-button")).toBeVisible();
  });
  await camera.takeEach("connect-refused", async () => {
    await page.goto("/connect");
    const popup = await openPopup(page);
    await signInAtBank(popup, ALICE);
    await popup.getByTestId("bank-refuse").click();
    await closePopup(popup, "bank-close");
    await expect(page.locator("[data-help]")).toHaveAttribute("data-message", "refused");
  });
  await camera.takeEach("connect-closed", async () => {
    await page.goto("/connect");
    const popup = await openPopup(page);
    await signInAtBank(popup, ALICE);
    await expect(page.locator("[data-help]")).toHaveAttribute("data-message", "deciding");
    await popup.close({ runBeforeUnload: false });
    await expect(page.locator("[data-help]")).toHaveAttribute("data-message", "closed");
  });
  await page.route("**/client.js", (route) => route.abort());
  await camera.takeEach("connect-unreachable", async () => {
    await page.goto("/connect");
    await expect(page.locator("[data-help]")).toHaveAttribute("data-message", "unreachable");
  });
  await page.unroute("**/client.js");
  await page.goto("/dashboard");
  await camera.take("dashboard-empty");
  await page.goto("/settings/accounts");
  await camera.take("accounts-empty");
});

test("the dashboard", { tag: "@screenshots" }, async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Camille Rousseau");
  await person.signInto(context);
  await world.control("api", { mode: "down" });
  await person.accept(ALICE);
  await page.goto("/dashboard");
  await camera.take("dashboard-pending");
  await world.control("api", { mode: "ok" });
  await person.waitForHistory();
  await page.goto("/dashboard");
  await camera.take("dashboard-surprise");
  const token = await linkByBoth(person, ALICE);
  for (const purchase of [
    { amount: "98.32" },
    { amount: "52.10", currency: "USD", description: "TRENITALIA - VIA GIOLITTI, ROMA,00185,ITA,ITA", mcc: 4112 },
    { amount: "3.20", description: "BOULANGERIE DU MOULIN - RUE LEPIC, PARIS,75018,FRA,FRA", mcc: 5462 },
    { amount: "1234567.89", description: "GALERIE D ART CONTEMPORAIN ET MODERNE DE LA RIVE GAUCHE ET DES QUAIS - PARIS,75006,FRA,FRA", mcc: 5971 },
    { amount: "34.00", status: "A", description: "STATION TOTAL - AUTOROUTE A6, BEAUNE,21200,FRA,FRA", mcc: 5541 },
  ]) {
    await world.control("purchase", { customer: ALICE, ...purchase });
  }
  await world.control("refuse-payment", { customer: ALICE, amount: "310.00" });
  await page.goto("/dashboard");
  await camera.take("dashboard");
  await page.goto("/dashboard?q=fnac&min=20&type=D");
  await camera.take("dashboard-filtered");
  await page.goto("/dashboard?q=nothing-is-called-this&min=5");
  await camera.take("dashboard-no-match");
  await camera.takeEach("dashboard-filters", async () => {
    await page.goto("/dashboard");
    await expectLive(page);
    await page.locator(".filters-more summary").click();
  });
  await camera.takeEach("dashboard-export", async () => {
    await page.goto("/dashboard");
    await expectLive(page);
    await page.locator(".export summary").click();
  });
  await camera.takeEach("menu", async () => {
    await page.goto("/settings");
    await page.locator(".menu summary").click();
  });
  await camera.takeEach("dashboard-offline", async () => {
    await context.setOffline(false);
    await page.goto("/dashboard");
    await expectLive(page);
    await context.setOffline(true);
    await expect(page.getByTestId("live-status")).toHaveAttribute("data-state", "offline");
  });
  await context.setOffline(false);
  const { transactions } = await person.page();
  const usd = transactions.find((payment) => payment.description.startsWith("TRENITALIA"));
  const refused = transactions.find((payment) => payment.status !== "S" && payment.status !== "A");
  await page.goto(`/transactions/${usd?.card_ref}-${usd?.txid}`);
  await camera.take("payment-foreign");
  await page.goto(`/transactions/${refused?.card_ref}-${refused?.txid}`);
  await camera.take("payment-refused");
  await page.getByLabel(/Note/).fill("Billets pour Rome, à partager avec Zoé");
  await page.getByLabel(/Étiquettes|Tags/).fill("voyage, à partager, Rome 2026");
  await page.locator("#category").selectOption("travel");
  await page.locator(".own .button").click();
  await camera.take("payment-own");
  await camera.takeEach("payment-own-problems", async () => {
    await page.goto(`/transactions/${refused?.card_ref}-${refused?.txid}`);
    await page.locator("#note").fill("é".repeat(1001));
    await page.locator("#tags").fill("a,b,c,d,e,f,g,h,i,j,k");
    await page.locator(".own .button").click();
    await expect(page.locator("#note-problem")).toBeVisible();
  });
  await page.goto("/dashboard?tag=voyage");
  await camera.take("dashboard-own");
  await page.goto("/settings");
  await camera.take("settings");
  await page.goto("/settings/accounts");
  await camera.take("accounts");
  await camera.takeEach("accounts-forget", async () => {
    await page.goto("/settings/accounts");
    await page.locator("details.forget summary").first().click();
  });
  await world.control("revoke", { token });
  await page.goto("/dashboard");
  await camera.take("dashboard-revoked");
});

test("a month in figures", { tag: "@screenshots" }, async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Camille Rousseau");
  await person.signInto(context);
  await page.goto("/dashboard/insights");
  await camera.take("insights-no-link");
  await linkByBoth(person, ALICE);
  const day = (days: number) => new Date(Date.now() - days * 86_400_000).toLocaleDateString("sv-SE", { timeZone: "Europe/Paris" });
  const streaming = { amount: "13.49", description: "CINE MAISON - RUE DE LA PAIX, PARIS,75002,FRA,FRA", mcc: 4899 };
  for (const days of [84, 54, 23]) {
    await world.control("purchase", { customer: ALICE, ...streaming, date: `${day(days)} 09:00:00` });
  }
  await world.control("purchase", { customer: ALICE, amount: "52.10", currency: "USD" });
  await page.goto("/dashboard/insights");
  await camera.take("insights");
  await camera.takeEach("insights-table", async () => {
    await page.goto("/dashboard/insights");
    await page.locator(".twin summary").first().click();
  });
  await page.goto("/dashboard/insights?month=1999-01");
  await camera.take("insights-empty");
});

test("people without a card, and with 40,000 payments", { tag: "@screenshots" }, async ({ page, context, world, camera }) => {
  const david = await Person.signUp(world, "David Moreau");
  await david.signInto(context);
  await david.accept(DAVID);
  await page.goto("/dashboard");
  await expect(page.getByTestId("link")).toHaveAttribute("data-status", "linked");
  await camera.take("dashboard-no-card");

  const chloe = await Person.signUp(world, "CHLOÉ DUBOIS");
  await chloe.signInto(context);
  await world.control("api", { mode: "slow", delay_ms: 600 });
  await chloe.accept(CHLOE);
  await page.goto("/dashboard");
  await expect(page.getByRole("progressbar")).toBeVisible({ timeout: 20_000 });
  await camera.take("dashboard-history");
  await world.control("api", { mode: "ok" });
});

test("the console", { tag: "@screenshots" }, async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Camille Rousseau");
  await person.link(ALICE);
  await world.control("purchase", { customer: ALICE, amount: "12.40" });
  const { deliveries } = await world.control("purchase", { customer: ALICE, amount: "66.60", hash: "bad" });
  await world.control("purchase", { customer: ALICE, amount: "66.61", source_address: "127.0.0.2" });
  await page.goto(await world.addOperator(world.newEmail("olivia"), "operator"));
  await camera.take("set-up");
  await (await Person.setUp(world)).signInto(context);
  await page.goto("/operator/users");
  await camera.take("operator-users");
  await page.goto(`/operator/users?q=${encodeURIComponent(person.email)}`);
  await page.getByRole("link", { name: person.email }).click();
  await camera.take("operator-user");
  await page.goto("/operator/deliveries");
  await camera.take("operator-deliveries");
  await page.goto(`/operator/deliveries?reference=${deliveries[0]?.reference}`);
  await page.getByTestId("delivery").first().getByRole("link").click();
  await camera.take("operator-delivery");
  await page.goto("/operator/alarms");
  await expect(page.getByTestId("alarm").first()).toBeVisible();
  await camera.take("operator-alarms");
});
