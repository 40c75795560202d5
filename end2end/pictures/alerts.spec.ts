import { ALICE, only } from "../bank";
import { Person } from "../person";
import { openDashboard } from "../dashboard";
import { expect, test } from "./camera";

/** Keeps a rule by its form's fields, in any language. */
async function rule(person: Person, fields: Record<string, string>): Promise<void> {
  const answer = await person.postForm("/settings/alerts", fields);
  if (answer.status !== 303) throw new Error(`the rule was answered ${answer.status}`);
}

test("alerts", async ({ page, camera, world, context }) => {
  const person = await Person.signUp(world, "Alice Martin");
  await person.signInto(context);
  await page.goto("/settings/alerts");
  await camera.take("alerts-empty");

  await person.link(ALICE);
  await rule(person, { kind: "amount", amount: "50", mail: "yes", push: "yes" });
  await rule(person, { kind: "abroad", push: "yes" });
  await rule(person, { kind: "refused" });
  await rule(person, { kind: "new-merchant" });
  await rule(person, { kind: "balance", amount: "1000000" });
  const { text } = await person.get("/settings/alerts");
  const [, off] = [...text.matchAll(/data-rule="([0-9a-f]+)"/g)].map(([, id]) => id);
  await person.postForm(`/settings/alerts/${off}/switch`, { on: "no" });
  await world.control("purchase", { customer: ALICE, amount: "1234567.89" });
  await world.control("purchase", { customer: ALICE, amount: "75.00", description: "LE COMPTOIR DES SAVEURS DE LA MÉDITERRANÉE ORIENTALE - RUE X, PARIS,75011,FRA,FRA" });
  const refused = only((await world.control("refuse-payment", { customer: ALICE, amount: "66.60", code: "51", message: "Insufficient funds" })).transactions);
  await expect.poll(async () => (await person.page()).transactions.some(({ txid }) => txid === refused.txid)).toBe(true);
  await camera.take("alerts");
  await page.goto(`/settings/alerts/${off}`);
  await camera.take("alerts-one");
  await camera.takeEach("alerts-problems", async () => {
    await page.goto("/settings/alerts");
    await page.locator("[name=kind][value=amount]").check();
    await page.locator("#amount").fill("beaucoup");
    await page.locator("#add button[type=submit]").click();
    await expect(page.locator("#amount-problem")).toBeVisible();
  });
  await camera.takeEach("alerts-live", async () => {
    await openDashboard(page);
    await world.control("purchase", { customer: ALICE, amount: "75.00" });
    await world.control("purchase", { customer: ALICE, amount: "1234.56" });
    await expect(page.getByTestId("new-alerts")).toContainText(/1.234.56/);
  });
});
