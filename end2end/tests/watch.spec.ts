import { ALICE } from "../bank";
import { expectNoSidewaysScrolling, type Lang, speak } from "../dashboard";
import { expect, test } from "../fixtures";
import { Person } from "../person";

const HEADINGS = {
  fr: { health: "Santé", funnel: "Parcours de liaison", transactions: "Paiements" },
  en: { health: "Health", funnel: "Linking funnel", transactions: "Payments" },
} as const;

for (const lang of ["fr", "en"] as Lang[]) {
  test(`whoever is on call sees health, funnel and payments, ${lang} ${lang === "fr" ? "@phone" : "@no-javascript"}`, async ({ page, context, world, expectAccessible }, info) => {
    const person = await Person.signUp(world);
    await person.link(ALICE);
    await (await Person.setUp(world, "viewer")).signInto(context);
    await speak(context, world, lang);
    for (const [path, heading] of Object.entries(HEADINGS[lang])) {
      await page.goto(`/operator/${path}`);
      await expect(page.getByRole("heading", { level: 1 })).toHaveText(heading);
      await expectNoSidewaysScrolling(page);
      if (info.project.name === "desktop") await expectAccessible(page);
    }
    await page.goto("/operator/health");
    await expect(page.locator("[data-vital=acknowledging]")).toHaveAttribute("data-condition", "good");
    await page.goto("/operator/funnel");
    await expect(page.locator("[data-testid=step][data-step=kept]")).not.toHaveAttribute("data-attempts", "0");
    await expect(page.locator("svg.days-picture").first()).toBeVisible();
  });
}

test("events out say where they go, and what became of them @no-javascript", async ({ page, context, world, expectAccessible }, info) => {
  const url = `${world.bank}/nothing-is-here`;
  await world.cli("event-endpoint", "add", url, "--events", "transaction", "--dev");
  const person = await Person.signUp(world);
  await person.link(ALICE);
  await (await Person.setUp(world)).signInto(context);
  await world.control("purchase", { customer: ALICE, amount: "21.43" });
  await expect(async () => {
    await page.goto("/operator/events");
    await expect(page.getByTestId("send").first()).toContainText("404", { timeout: 500 });
  }).toPass({ timeout: 20_000 });
  await expect(page.getByTestId("endpoint").first()).toContainText(url);
  await expectNoSidewaysScrolling(page);
  if (info.project.name === "desktop") await expectAccessible(page);
  await page.getByTestId("send").first().getByRole("link").click();
  await expect(page.getByTestId("send")).toHaveAttribute("data-state", "waiting");
});

test("health renews itself while somebody is there", async ({ page, context, world }) => {
  const operator = await Person.setUp(world);
  await operator.signInto(context);
  await page.goto("/operator/health");
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-state", "live");
  const processing = page.locator("[data-vital=processing]");
  await expect(processing).toHaveAttribute("data-condition", "good");
  await operator.postForm("/operator/deliveries/pause", {});
  try {
    await expect(processing).toHaveAttribute("data-condition", "watch", { timeout: 15_000 });
  } finally {
    await operator.postForm("/operator/deliveries/resume", {});
  }
});

test("a payment comes to the top of everybody's list by itself, and leads to whose it is", async ({ page, context, world }) => {
  const person = await Person.signUp(world);
  await person.link(ALICE);
  await (await Person.setUp(world, "viewer")).signInto(context);
  await page.goto("/operator/transactions");
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-state", "live");
  const { transactions } = await world.control("purchase", { customer: ALICE, amount: "12.34" });
  const row = page.locator(`[data-testid=transaction][data-txid="${transactions[0]?.txid}"]`, { hasText: person.email });
  await expect(row).toContainText("12.34");
  await row.getByRole("link").click();
  await expect(page.getByTestId("user")).toHaveAttribute("data-email", person.email);
});
