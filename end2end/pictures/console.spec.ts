import { ALICE } from "../bank";
import { Person } from "../person";
import { expect, test } from "./camera";

test("the console", async ({ page, context, world, camera }) => {
  const operator = await Person.setUp(world);
  await operator.signInto(context);
  const lonely = await Person.signUp(world, "Maximilienne-Alexandrine de La Rochefoucauld-Montmorency d’Estissac");
  const person = await Person.signUp(world, "Camille Rousseau");
  await page.goto("/operator/alarms");
  await camera.take("operator-alarms-none");
  await page.goto("/operator/deliveries?reference=ffff");
  await camera.take("operator-deliveries-none");

  await person.linkByBoth(ALICE);
  const good = (await world.control("purchase", { customer: ALICE, amount: "12.40" })).deliveries[0]?.reference ?? "";
  await world.control("resend", { reference: good });
  const bad = (await world.control("purchase", { customer: ALICE, amount: "66.60", hash: "bad" })).deliveries[0]?.reference ?? "";
  const foreign = await world.control("purchase", { customer: ALICE, amount: "66.61", source_address: "127.0.0.2" });
  await world.control("api", { mode: "down" });
  try {
    // Of one that was accepted, for a copied hash is known by that.
    await world.control("purchase", { customer: ALICE, amount: "4.20" });
    // A scenario has an API of its own: away as well, or the bank would vouch for what is to be held.
    const away = () => world.control("api", { mode: "down" });
    await world.control("scenario", { toml: "[notifications]\nreuse_signature = 1" });
    await away();
    const held = (await world.control("purchase", { customer: ALICE, amount: "8.08" })).deliveries[0]?.reference ?? "";
    await world.control("scenario");
    await away();
    await page.goto("/operator/users");
    await camera.take("operator-users");
    await page.goto("/operator/users?q=nobody-is-called-this");
    await camera.take("operator-users-none");
    for (const [name, { email }] of [
      ["operator-user", person],
      ["operator-user-alone", lonely],
    ] as const) {
      await page.goto(`/operator/users?q=${encodeURIComponent(email)}`);
      await page.getByRole("link", { name: email }).click();
      await camera.take(name);
    }
    await page.locator("[data-testid=deed] summary").first().click();
    await camera.take("operator-user-deed");
    await page.goto("/operator/users?marked=yes");
    await camera.take("operator-users-marked-none");
    await page.goto("/operator/team");
    await camera.take("operator-team");
    await page.goto("/operator/deliveries");
    await camera.take("operator-deliveries");
    for (const [verdict, reference] of [
      ["accepted", good],
      ["duplicate", good],
      ["held", held],
      ["quarantined", bad],
      ["quarantined", foreign.deliveries[0]?.reference ?? ""],
    ] as const) {
      await page.goto(`/operator/deliveries?reference=${reference}&verdict=${verdict}`);
      await page.getByTestId("delivery").first().getByRole("link").click();
      await camera.take(`operator-delivery-${reference === bad ? "bad-hash" : verdict}`);
    }
    await page.goto(`/operator/deliveries?reference=${bad}`);
    await page.getByTestId("delivery").first().getByRole("link").click();
    await page.getByRole("button", { name: /^(Dry run of letting it in|Simuler l’admission)$/ }).click();
    const replay = page.getByTestId("replay");
    await expect(async () => {
      await page.reload();
      await expect(replay).toHaveAttribute("data-state", "done", { timeout: 500 });
    }).toPass();
    await camera.take("operator-replay-trial");
    await page.locator("textarea").fill("Vérifié avec la banque, au téléphone.");
    await page.locator("form.decide button").click();
    await expect(replay).toHaveAttribute("data-state", "proposed");
    await camera.take("operator-replay-proposed");
    const proposal = page.url();
    await (await Person.setUp(world, "admin")).signInto(context);
    await page.goto(proposal);
    await camera.take("operator-replay-answer");
    await operator.signInto(context);
    await page.goto("/operator/replays/new?verdict=quarantined");
    await camera.take("operator-replay-new");
    for (const path of ["quarantine", "quarantine?kind=held", "replays", "audit", "health", "funnel", "transactions", "events"]) {
      await page.goto(`/operator/${path}`);
      await camera.take(`operator-${path.replace("?kind=", "-")}`);
    }
    await expect(async () => {
      await page.goto("/operator/alarms");
      await expect(page.getByTestId("alarm").first()).toBeVisible({ timeout: 500 });
    }).toPass();
    await camera.take("operator-alarms");
    await (await Person.setUp(world, "viewer")).signInto(context);
    await camera.take("operator-alarms-viewer");
    await (await Person.setUp(world, "admin")).signInto(context);
    await page.goto("/operator/team");
    await page.getByTestId("change").first().locator("summary").click();
    await camera.take("operator-team-admin");
    await page.goto("/operator/keys");
    await camera.take("operator-keys");
    await page.getByTestId("rotate").locator("summary").click();
    await page.getByTestId("rotate").getByRole("button").click();
    await page.goto("/operator/keys?refused=fresh");
    await camera.take("operator-keys-two");
  } finally {
    await world.control("api", { mode: "ok" });
  }
});
