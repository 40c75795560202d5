import type { Page } from "@playwright/test";
import { ALICE, closePopup, openPopup, signInAtBank } from "../bank";
import { expectLive, expectNoSidewaysScrolling, row } from "../dashboard";
import { expect, test } from "../fixtures";
import { tabTo } from "../keyboard";
import { Person } from "../person";

const tag = "@phone";

test.describe("in both colours", { tag }, () => {
  /** A page in one of its states. */
  let check: (page: Page) => Promise<void>;

  test.beforeEach(async ({ expectAccessible }) => {
    // A dozen states, each looked at twice.
    test.slow();
    check = async (page) => {
      await expectNoSidewaysScrolling(page);
      await expectAccessible(page);
    };
  });

  test("the pages before an account are accessible, with their problems too", async ({ page, complaints }) => {
    complaints.allow(/status of (404|422)/);
    for (const path of ["/", "/sign-up", "/sign-in", "/nowhere-at-all"]) {
      await page.goto(path);
      await check(page);
    }
    for (const path of ["/sign-up", "/sign-in"]) {
      await page.goto(path);
      await page.locator("main form [type=submit]").click();
      await expect(page.getByTestId("problems")).toBeVisible();
      await check(page);
    }
  });

  test("the way of linking is accessible, the bank's refusal included", async ({ page, person }) => {
    await page.goto("/connect");
    await expect(page.getByTestId("anytime-button")).toBeVisible();
    await check(page);
    const popup = await openPopup(page);
    await signInAtBank(popup, ALICE);
    await popup.getByTestId("bank-refuse").click();
    await closePopup(popup, "bank-close");
    await expect(page.locator("[data-help]")).toContainText("You refused the access");
    await check(page);
    expect(person.email).toContain("@");
  });

  test("the dashboard is accessible in each of its states", async ({ page, world, person }) => {
    await page.goto("/dashboard");
    await expectLive(page);
    await check(page);

    await world.control("api", { mode: "down" });
    let token = "";
    try {
      ({ token } = await person.accept(ALICE));
      await expect(page.getByTestId("link")).toHaveAttribute("data-status", "pending");
      await check(page);
    } finally {
      await world.control("api", { mode: "ok" });
    }
    await person.waitForHistory();
    // The page loads itself anew when the history is there; going elsewhere before that would race with it.
    await expect(page.getByTestId("transaction").first()).toBeVisible({ timeout: 15_000 });
    await world.control("purchase", { customer: ALICE, amount: "12.40", status: "A", currency: "USD" });
    await page.goto("/dashboard");
    await expectLive(page);
    await check(page);
    await page.locator(".filters-more summary").click();
    await check(page);
    await page.goto("/dashboard?q=nothing-is-called-this&min=5");
    await check(page);

    await world.control("revoke", { token });
    await page.goto("/dashboard");
    await expect(page.getByTestId("link")).toHaveAttribute("data-status", "revoked");
    await check(page);
  });

  test("a month's figures are accessible, with their table and without any", async ({ page, world, person }) => {
    await page.goto("/dashboard/insights");
    await check(page);
    await person.link(ALICE);
    const purchase = { customer: ALICE, amount: "52.10", currency: "USD" };
    const { transactions } = await world.control("purchase", purchase);
    await page.goto("/dashboard/insights");
    await check(page);
    await page.locator(".twin summary").first().click();
    await expect(page.getByTestId("day").first()).toBeVisible();
    await check(page);
    await page.goto("/dashboard/insights?month=1999-01&card=nothing");
    await check(page);
    await page.goto(`/transactions/${transactions[0]?.card_ref}-${transactions[0]?.txid}`);
    await expect(page.getByTestId("cost")).toBeVisible();
    await check(page);
  });

  test("a payment, the settings and the linked accounts are accessible", async ({ page, person }) => {
    await page.goto("/settings/accounts");
    await check(page);
    await person.link(ALICE);
    const [payment] = (await person.page()).transactions;
    for (const path of [`/transactions/${payment?.card_ref}-${payment?.txid}`, "/settings", "/settings/accounts"]) {
      await page.goto(path);
      await check(page);
    }
    await page.locator("details.forget summary").click();
    await check(page);
    await page.locator(".menu summary").click();
    await check(page);
  });

  test("the console is accessible", async ({ page, context, world, person, complaints }) => {
    // It has more pages than any other part.
    test.setTimeout(240_000);
    // A note without a reason.
    complaints.allow(/status of 422/);
    await person.link(ALICE);
    const { deliveries } = await world.control("purchase", { customer: ALICE, amount: "66.60", hash: "bad" });
    const operator = await Person.setUp(world);
    await operator.signInto(context);
    await page.goto("/operator/users");
    await check(page);
    await page.goto(`/operator/users?q=${encodeURIComponent(person.email)}`);
    await check(page);
    await page.getByRole("link", { name: person.email }).click();
    await page.locator("[data-testid=deed] summary").first().click();
    await check(page);
    await page.locator("[data-testid=deed] button[type=submit]").first().click();
    await expect(page.locator("[data-testid=deed][open] .field-problem")).toBeVisible();
    await check(page);
    await page.locator("[data-testid=deed][data-deed=make-relink] summary").click();
    await page.locator("[data-deed=make-relink] textarea").fill("x");
    await page.locator("[data-deed=make-relink] button[type=submit]").click();
    const address = await page.locator("#one-time").inputValue();
    await check(page);
    await page.goto(address);
    await check(page);
    await page.goto("/operator/deliveries");
    await check(page);
    await page.goto(`/operator/deliveries?reference=${deliveries[0]?.reference}`);
    await page.getByTestId("delivery").first().getByRole("link").click();
    await expect(page.locator("pre.body")).toBeVisible();
    await check(page);
    await page.getByRole("button", { name: /^(Dry run of a replay|Simuler un retraitement)$/ }).click();
    await expect(async () => {
      await page.reload();
      await expect(page.getByTestId("replay")).toHaveAttribute("data-state", "done", { timeout: 500 });
    }).toPass();
    await check(page);
    for (const path of ["team", "quarantine", "replays", "replays/new?verdict=quarantined", "audit", "health", "funnel", "transactions", "events"]) {
      await page.goto(`/operator/${path}`);
      await check(page);
    }
    await page.goto("/operator/deliveries?reference=ffff");
    await check(page);
    await world.control("purchase", { customer: ALICE, amount: "66.61", source_address: "127.0.0.2" });
    // An alarm is written down off the way of the data.
    await expect(async () => {
      await page.goto("/operator/alarms");
      await expect(page.locator("[data-testid=alarm][data-kind=foreign-address]")).toBeVisible({ timeout: 500 });
    }).toPass();
    await check(page);
  });
});

test("signing in and filtering need no mouse, and the focus can always be seen", async ({ page, world }) => {
  const person = await Person.signUp(world);
  await person.link(ALICE);

  await page.goto("/sign-in");
  await page.keyboard.press("Tab");
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeFocused();
  await expect(page.getByRole("link", { name: "Skip to content" })).toBeInViewport();
  await tabTo(page, "#email");
  await page.keyboard.type(person.email);
  await tabTo(page, "#password");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/dashboard");
  await expectLive(page);

  await tabTo(page, "#q");
  await page.keyboard.type("fnac");
  await tabTo(page, ".filters-more summary");
  await page.keyboard.press("Enter");
  await tabTo(page, "#type");
  await page.keyboard.press("ArrowDown");
  await expect(page.getByLabel("Direction")).toHaveValue("D");
  await tabTo(page, ".filters-apply");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL(/q=fnac/);
  await expect(page).toHaveURL(/type=D/);
  await tabTo(page, ".tag");
  await page.keyboard.press("Enter");
  await expect(page).not.toHaveURL(/q=fnac/);
});

test("who prefers no motion sees none", async ({ page, world, person }) => {
  await person.link(ALICE);
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.goto("/dashboard");
  await expectLive(page);
  const { transactions } = await world.control("purchase", { customer: ALICE, amount: "3.33" });
  const fresh = row(page, transactions[0]?.txid ?? "");
  await expect(fresh).toBeVisible();
  const moving = await page.evaluate(() =>
    document.getAnimations().filter((animation) => {
      const { duration, iterations } = animation.effect?.getComputedTiming() ?? {};
      return Number(duration) > 1 || iterations === Number.POSITIVE_INFINITY;
    }).length,
  );
  expect(moving, "animations that last").toBe(0);
});
