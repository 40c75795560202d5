import type { BrowserContext, Page } from "@playwright/test";
import { ALICE, BRUNO, CHLOE, DAVID, only } from "../bank";
import { expectLive, row } from "../dashboard";
import { Person } from "../person";
import type { World } from "../world";
import { expect, test } from "./camera";

/** Merchants that are long, or written as few pages expect. */
const ODD_NAMES = [
  { amount: "1234567.89", description: "GALERIE D ART CONTEMPORAIN ET MODERNE DE LA RIVE GAUCHE ET DES QUAIS - PARIS,75006,FRA,FRA", mcc: 5971 },
  { amount: "7.50", description: "مخبز وحلويات الشام الكبير - RUE MYRHA, PARIS,75018,FRA,FRA", mcc: 5462 },
  { amount: "12.00", description: "🥐 Chez Zoé & Cie 🍓 - RUE DAGUERRE, PARIS,75014,FRA,FRA", mcc: 5812 },
  { amount: "9.99", description: "DONAUDAMPFSCHIFFFAHRTSELEKTRIZITAETENHAUPTBETRIEBSWERKBAUUNTERBEAMTENGESELLSCHAFT", mcc: 4411 },
  { amount: "18600", currency: "JPY", description: "紀伊國屋書店 新宿本店 - SHINJUKU, TOKYO,160-0022,JPN,JPN", mcc: 5942 },
];

async function keyOf(person: Person, beginning: string): Promise<string> {
  const found = (await person.page()).transactions.find((payment) => payment.description.startsWith(beginning));
  return `/transactions/${found?.card_ref}-${found?.txid}`;
}

/** The person's page in a browser without scripts. */
async function plainPage(context: BrowserContext, world: World, path: string): Promise<Page> {
  const browser = context.browser();
  if (!browser) throw new Error("this context has no browser of its own");
  const plain = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState() });
  const page = await plain.newPage();
  await page.goto(`${world.url}${path}`);
  return page;
}

test("before a link, and while it is made", async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Camille Rousseau");
  await person.signInto(context);
  await page.goto("/dashboard");
  await camera.take("dashboard-empty");
  await page.goto("/settings/accounts");
  await camera.take("accounts-empty");
  await world.control("api", { mode: "down" });
  await person.accept(ALICE);
  await page.goto("/dashboard");
  await camera.take("dashboard-pending");
  await page.goto("/settings/accounts");
  await camera.take("accounts-pending");
  await world.control("api", { mode: "ok" });
  await person.waitForHistory();
  await page.goto("/dashboard");
  await camera.take("dashboard-surprise");
});

test("the dashboard", async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Camille Rousseau");
  await person.signInto(context);
  const token = await person.linkByBoth(ALICE);
  const bought = [];
  for (const purchase of [
    { amount: "98.32" },
    { amount: "52.10", currency: "USD", description: "TRENITALIA - VIA GIOLITTI, ROMA,00185,ITA,ITA", mcc: 4112 },
    { amount: "3.20", description: "BOULANGERIE DU MOULIN - RUE LEPIC, PARIS,75018,FRA,FRA", mcc: 5462 },
    { amount: "34.00", status: "A", description: "STATION TOTAL - AUTOROUTE A6, BEAUNE,21200,FRA,FRA", mcc: 5541 },
  ]) {
    bought.push(only((await world.control("purchase", { customer: ALICE, ...purchase })).transactions));
  }
  await world.control("refund", { txid: bought[0]?.txid });
  await world.control("refuse-payment", { customer: ALICE, amount: "310.00" });
  await page.goto("/dashboard");
  await camera.take("dashboard");
  await page.goto("/dashboard?q=fnac&min=20&type=D");
  await camera.take("dashboard-filtered");
  await page.goto("/dashboard?min=beaucoup&from=hier");
  await camera.take("dashboard-misread");
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
  await page.goto("/dashboard");
  await camera.print("dashboard");
  for (const beginning of ["TRENITALIA", "STATION", "FNAC"]) {
    await page.goto(await keyOf(person, beginning));
    await camera.take(`payment-${beginning.toLowerCase()}`);
  }
  await camera.print("payment");
  const refused = (await person.page()).transactions.find((payment) => payment.status === "R");
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
  await camera.print("accounts");
  await camera.takeEach("accounts-forget", async () => {
    await page.goto("/settings/accounts");
    await page.locator("details.forget summary").first().click();
  });
  await world.control("revoke", { token });
  await page.goto("/dashboard");
  await camera.take("dashboard-revoked");
  await page.goto("/settings/accounts");
  await camera.take("accounts-revoked");
});

test("a month in figures", async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Camille Rousseau");
  await person.signInto(context);
  await page.goto("/dashboard/insights");
  await camera.take("insights-no-link");
  await person.linkByBoth(ALICE);
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

test("how live the dashboard is", async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Camille Rousseau");
  await person.signInto(context);
  await person.linkByBoth(ALICE);
  const badge = page.getByTestId("live-status");

  await page.route("**/live?*", () => undefined);
  await camera.takeEach("dashboard-connecting", async () => {
    await page.goto("/dashboard");
    await expect(badge).toHaveAttribute("data-state", "catching-up");
  });
  await page.unroute("**/live?*");
  await camera.takeEach("dashboard-offline", async () => {
    await context.setOffline(false);
    await page.goto("/dashboard");
    await expectLive(page);
    await context.setOffline(true);
    await expect(badge).toHaveAttribute("data-state", "offline");
  });
  await context.setOffline(false);
  await page.route("**/*.wasm", (route) => route.abort());
  await camera.takeEach("dashboard-unavailable", async () => {
    await page.goto("/dashboard");
    await expect(badge).not.toHaveAttribute("data-snapshot");
  });
  await page.unroute("**/*.wasm");

  const plain = await plainPage(context, world, "/dashboard");
  await camera.takeEach("dashboard-no-javascript", async () => void (await plain.reload()), plain);
  await plain.context().close();

  await camera.takeEach("dashboard-older", async () => {
    await page.goto("/dashboard");
    await page.locator(".pager-older").click();
    await expect(page).toHaveURL(/before=/);
    await expectLive(page);
    await world.control("purchase", { customer: ALICE, amount: "4.10" });
    await expect(page.locator(".notice a[href='/dashboard']")).toBeVisible();
  });
  await camera.takeEach("dashboard-new", async () => {
    await page.goto("/dashboard");
    await expectLive(page);
    const { txid } = only((await world.control("purchase", { customer: ALICE, amount: "6.40" })).transactions);
    await expect(row(page, txid)).toBeVisible();
  });
});

test("payments that are doubtful", async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Camille Rousseau");
  await person.signInto(context);
  await person.linkByBoth(ALICE);
  await world.control("api", { mode: "down" });
  try {
    await world.control("purchase", { customer: ALICE, amount: "12.40", silent: true });
    await world.control("purchase", { customer: ALICE, amount: "6.02", description: "CAFE DES ARTS - PARIS,75005,FRA,FRA", mcc: 5814 });
    await world.control("scenario", { toml: "[notifications]\nbackwards = 1" });
    // Each scenario begins with a bank that answers.
    await world.control("api", { mode: "down" });
    await world.control("purchase", { customer: ALICE, amount: "21.00", description: "CINEMA LE BALZAC - PARIS,75008,FRA,FRA", mcc: 7832 });
    await world.control("scenario");
    await world.control("api", { mode: "down" });
    await page.goto("/dashboard");
    await expect(page.getByTestId("missing")).toBeVisible();
    await camera.take("dashboard-doubtful");
    await page.goto(await keyOf(person, "CAFE DES ARTS"));
    await camera.take("payment-unconfirmed");
    await page.goto(await keyOf(person, "CINEMA"));
    await camera.take("payment-contested");
  } finally {
    await world.control("api", { mode: "ok" });
  }
});

test("odd names", async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Maximilienne-Alexandrine de La Rochefoucauld-Montmorency d’Estissac");
  await person.signInto(context);
  await person.linkByBoth(BRUNO);
  for (const purchase of ODD_NAMES) await world.control("purchase", { customer: BRUNO, ...purchase });
  await page.goto("/dashboard");
  await camera.take("dashboard-names");
  for (const [name, beginning] of [
    ["long", "GALERIE"],
    ["arabic", "مخبز"],
    ["one-word", "DONAU"],
  ] as const) {
    await page.goto(await keyOf(person, beginning));
    await camera.take(`payment-${name}`);
  }
  await camera.takeEach("menu-names", async () => {
    await page.goto("/settings");
    await page.locator(".menu summary").click();
  });
});

test("many links, one in each state", async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Camille Rousseau");
  await person.signInto(context);
  const token = await person.linkByBoth(ALICE);
  await world.control("revoke", { token });
  await person.linkByBoth(BRUNO);
  const custom_reference = await person.customReference();
  await person.postJson("/links", { token: [...token].reverse().join(""), custom_reference });
  await page.goto("/settings/accounts");
  await expect(async () => {
    await page.reload();
    await expect(page.locator("[data-testid=link][data-status=failed]")).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await world.control("api", { mode: "down" });
  try {
    await person.accept(DAVID);
    await page.goto("/dashboard");
    await camera.take("dashboard-many-links");
    await page.goto("/settings/accounts");
    await camera.take("accounts-many-links");
  } finally {
    await world.control("api", { mode: "ok" });
  }
});

test("people without a card, and with 40,000 payments", async ({ page, context, world, camera }) => {
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

test("where the focus is, and the pointer", async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Camille Rousseau");
  await person.signInto(context);
  await person.linkByBoth(ALICE);
  await page.goto("/dashboard");
  for (const [name, selector] of [
    ["nav", ".nav a"],
    ["search", "#q"],
    ["row", ".payment-name"],
  ] as const) {
    await camera.takeEach(`focus-${name}`, async () => {
      await page.goto("/dashboard");
      await expectLive(page);
      // Only after a key does the browser show where the focus is.
      await page.keyboard.press("Tab");
      await page.locator(selector).nth(1).or(page.locator(selector)).first().focus();
    });
  }
  await camera.takeEach("focus-skip", async () => {
    await page.goto("/sign-in");
    await page.keyboard.press("Tab");
  });
  await camera.takeEach("hover-row", async () => {
    await page.goto("/dashboard");
    await expectLive(page);
    await page.locator(".payment").nth(1).hover();
  });
});
