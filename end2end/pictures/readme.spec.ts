import { join, resolve } from "node:path";
import { ALICE } from "../bank";
import { expectLive, paint, speak } from "../dashboard";
import { expect, test } from "../fixtures";
import { Person } from "../person";

const documentation = resolve(import.meta.dirname, "../../docs/screenshots");

test("the picture for the README", async ({ page, context, world }) => {
  const person = await Person.signUp(world, "Alice Martin");
  await person.signInto(context);
  await paint(context, world, "light");
  await speak(context, world, "en");
  await person.linkByBoth(ALICE);
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
