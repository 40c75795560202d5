import { ALICE } from "../bank";
import { Person } from "../person";
import { expect, test } from "./camera";

test("what a person allows, and what is seen of her", async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Maximilienne-Alexandrine de La Rochefoucauld");
  const operator = await Person.setUp(world);
  await person.link(ALICE);
  const [payment] = await person.payments();
  await person.signInto(context);
  await page.goto("/settings/support");
  await camera.take("support-off");
  await operator.signInto(context);
  await page.goto(`/operator/users?q=${encodeURIComponent(person.email)}`);
  await page.getByRole("link", { name: person.email }).click();
  const under = `${new URL(page.url()).pathname}/as`;
  await page.goto(under);
  await camera.take("see-as-not-allowed");
  await person.postForm("/settings/support", { time: "24h" });
  await camera.take("see-as");
  await page.locator("main form button[type=submit]").click();
  await expect(page.getByTestId("problems")).toBeVisible();
  await page.goto(under);
  await page.locator("#reason").fill("A total that does not add up");
  await page.locator("#current").fill(operator.password);
  await page.locator("main form button[type=submit]").click();
  const arrive = async () => {
    await page.reload();
    await expect(page.getByTestId("seen")).toBeVisible();
  };
  for (const [name, own] of [
    ["dashboard", "/dashboard"],
    ["insights", "/dashboard/insights"],
    ["accounts", "/settings/accounts"],
    ["payment", `/transactions/${payment?.card_ref}-${payment?.txid}`],
  ] as const) {
    await page.goto(under + own);
    await camera.takeEach(`seen-${name}`, arrive);
  }
  await page.goto(under.slice(0, -"/as".length));
  await camera.take("operator-user-allows");
  await person.signInto(context);
  await page.goto("/settings/support");
  await camera.take("support-on");
  await page.goto("/settings/looks");
  await camera.take("looks-seen");
});

test("what is found in notifications and in the log of events", async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Camille Rousseau");
  await world.cli("event-endpoint", "add", `${world.bank}/nothing-is-here`, "--events", "transaction", "--dev");
  await person.link(ALICE);
  await world.control("purchase", { customer: ALICE, amount: "12.40", description: "QUINCAILLERIE DU MARAIS - RUE X, PARIS,75004,FRA,FRA" });
  await (await Person.setUp(world, "viewer")).signInto(context);
  await page.goto("/operator/deliveries?text=quincaillerie");
  await camera.take("operator-deliveries-text");
  await page.goto("/operator/deliveries?text=nothing-like-it");
  await camera.take("operator-deliveries-text-none");
  await expect(async () => {
    await page.goto(`/operator/events?user=${encodeURIComponent(person.email)}&kind=transaction.created&from=2020-01-01`);
    await expect(page.getByTestId("send").first()).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await camera.take("operator-events-found");
  await page.goto("/operator/events?state=dead&kind=link.updated");
  await camera.take("operator-events-none");
});
