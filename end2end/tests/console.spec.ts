import type { Page } from "@playwright/test";
import { ALICE } from "../bank";
import { expect, test } from "../fixtures";
import { Person } from "../person";
import type { World } from "../world";

const tag = "@no-javascript";

/** A payment of a customer whom nobody has linked, with a hash that fits none of our references. */
async function refusedDelivery(world: World): Promise<string> {
  const { deliveries } = await world.control("purchase", { customer: ALICE, amount: "66.60", hash: "bad" });
  return deliveries[0]?.reference ?? "";
}

async function openDelivery(page: Page, reference: string): Promise<void> {
  await page.goto(`/operator/deliveries?reference=${reference}`);
  await page.getByTestId("delivery").last().getByRole("link").click();
  await expect(page.getByTestId("decide")).toBeVisible();
}

/** The replay of this page, once it has come so far; looked at again by hand, as without scripts. */
async function expectReplay(page: Page, state: string): Promise<void> {
  await expect(async () => {
    await page.reload();
    await expect(page.getByTestId("replay")).toHaveAttribute("data-state", state, { timeout: 500 });
  }).toPass({ timeout: 20_000 });
}

test("a delivery is tried, then replayed for a reason, and the log tells who and why", { tag }, async ({ page, context, world }) => {
  const operator = await Person.setUp(world);
  await operator.signInto(context);
  const reference = await refusedDelivery(world);
  await openDelivery(page, reference);
  await expect(page.getByTestId("decide")).toContainText("Its hash fits none of our references");

  await page.getByRole("button", { name: "Dry run of a replay" }).click();
  await expect(page).toHaveURL(/\/operator\/replays\/\d+$/);
  await expectReplay(page, "done");
  await expect(page.getByTestId("replay-item")).toContainText("stays as it is");
  await page.getByLabel("Reason").fill("The reference was missing");
  await page.getByRole("button", { name: "Replay", exact: true }).click();
  await expectReplay(page, "done");
  await expect(page.getByTestId("replay")).toHaveAttribute("data-dry", "false");

  await page.goto("/operator/audit");
  const newest = page.getByTestId("act").first();
  await expect(newest).toHaveAttribute("data-act", "replay");
  await expect(newest).toContainText("The reference was missing");
  await expect(newest).toContainText(operator.name);
});

test("what did not prove itself is let in by two people, and its arrivals stand side by side", { tag }, async ({ page, context, world }) => {
  const [olga, ada] = [await Person.setUp(world), await Person.setUp(world, "admin")];
  const person = await Person.signUp(world);
  await person.link(ALICE);
  // While the statement cannot be read, the notification alone can tell of the payment.
  await world.control("api", { mode: "down" });
  try {
    const reference = await refusedDelivery(world);
    await world.control("resend", { reference });
    await olga.signInto(context);
    await openDelivery(page, reference);
    // Those two, and whatever the bank has tried by itself meanwhile.
    await expect(page.getByTestId("try").nth(1)).toContainText("Same content");

    await page.getByRole("button", { name: "Dry run of letting it in" }).click();
    await expectReplay(page, "done");
    await expect(page.getByTestId("replay-item")).toContainText("−€66.60");
    await page.getByLabel("Reason").fill("The bank has told me by telephone");
    await page.getByRole("button", { name: "Replay", exact: true }).click();
    await expect(page.getByTestId("replay")).toHaveAttribute("data-state", "proposed");
    await expect(page.getByRole("button", { name: "Agree" })).toHaveCount(0);
    const address = page.url();

    await context.clearCookies();
    await ada.signInto(context);
    await page.goto("/operator/quarantine");
    await expect(page.getByTestId("proposed")).toContainText("The bank has told me by telephone");
    await page.goto(address);
    await page.getByLabel("Reason").fill("I have called too");
    await page.getByRole("button", { name: "Agree" }).click();
    await expectReplay(page, "done");
    await expect.poll(async () => (await person.payments()).some((payment) => payment.amount === "-66.60")).toBe(true);
  } finally {
    await world.control("api", { mode: "ok" });
  }
});

test("new deliveries come to the top of the list by themselves", async ({ page, context, world }) => {
  await (await Person.setUp(world, "viewer")).signInto(context);
  await page.goto("/operator/deliveries");
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-state", "live");
  const reference = await refusedDelivery(world);
  await expect(page.getByTestId("delivery").first()).toHaveAttribute("data-reference", reference);
  await expect(page.getByTestId("delivery").first()).toHaveClass(/is-new/);
});

test("the command line lists, shows and tries the same deliveries", async ({ world }) => {
  const reference = await refusedDelivery(world);
  const listed = JSON.parse(await world.cli("deliveries", "list", "--dev", "--reference", reference, "--json"));
  // It was refused, so the bank tries again by itself: there are more of them by and by.
  const first = listed.deliveries.at(-1);
  expect(first).toMatchObject({ reference, verdict: "quarantined", reason: "hash-mismatch" });
  const shown = JSON.parse(await world.cli("deliveries", "show", "--dev", String(first.id), "--json"));
  expect(shown.body).toContain("66.6");
  const tried = await world.cli("deliveries", "replay", "--dev", "--reference", reference, "--dry-run", "--json").catch((error) => error);
  expect(tried.code).toBe(3);
  const outcome = JSON.parse(tried.stdout);
  expect(outcome).toMatchObject({ dry_run: true, changed: 0, stay: outcome.seen });
  expect(outcome.seen).toBeGreaterThan(0);
  const without = await world.cli("deliveries", "replay", "--dev", "--reference", reference).catch((error) => error);
  expect(without.code).toBe(1);
  expect(without.stderr).toContain("--reason");
});
