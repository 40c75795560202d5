import type { Page } from "@playwright/test";
import { ALICE, only } from "../bank";
import { expectNoSidewaysScrolling, openDashboard, speak, Watch } from "../dashboard";
import { expect, test } from "../fixtures";

const everywhere = { tag: ["@phone", "@no-javascript"] };

/** Adds a rule by the form, by its name. */
async function addRule(page: Page, kind: RegExp, amount = ""): Promise<void> {
  await page.goto("/settings/alerts");
  await page.getByRole("radio", { name: kind }).check();
  if (amount) await page.getByRole("textbox", { name: "Amount" }).fill(amount);
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByTestId("done")).toHaveText("Rule added.");
}

const rules = (page: Page) => page.getByTestId("rule");
const alerts = (page: Page) => page.getByTestId("alert");

test("rules are made, changed, switched and removed by forms", everywhere, async ({ page, person, complaints, expectAccessible, javaScriptEnabled }) => {
  complaints.allow(/status of 422/);
  await person.link(ALICE);
  await page.goto("/settings");
  await page.getByRole("link", { name: "Set up alerts" }).click();
  await expect(page.getByText("No rule yet")).toBeVisible();
  await expectNoSidewaysScrolling(page);
  await page.getByRole("radio", { name: /of a refused payment/ }).check();
  await expect(page.getByRole("textbox", { name: "Amount" })).toBeHidden();
  await page.getByRole("radio", { name: /of a large payment/ }).check();
  await page.getByRole("textbox", { name: "Amount" }).fill("lots");
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByRole("textbox", { name: "Amount" })).toHaveValue("lots");
  await expect(page.getByRole("textbox", { name: "Amount" })).toHaveAccessibleDescription("This is no amount. Example: 49.90");
  if (javaScriptEnabled) await expectAccessible(page);
  await page.getByRole("textbox", { name: "Amount" }).fill("49,90");
  await page.getByLabel("Card", { exact: true }).selectOption({ index: 1 });
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByTestId("done")).toHaveText("Rule added.");
  await expect(rules(page)).toHaveCount(1);
  await expect(rules(page)).toContainText("Payment over €49.90");
  await expect(rules(page)).toContainText("••••");

  await page.getByRole("link", { name: "Change: Payment over €49.90" }).click();
  await expect(page.getByRole("radio", { name: /of a large payment/ })).toBeChecked();
  await page.getByRole("radio", { name: /of a low balance/ }).check();
  await page.getByLabel("Card", { exact: true }).selectOption("");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(rules(page)).toContainText("Balance under €49.90");
  await expect(rules(page)).toContainText("All cards");
  await page.getByRole("button", { name: "Switch off: Balance under €49.90" }).click();
  await expect(rules(page)).toContainText("Off");
  await page.getByRole("button", { name: "Switch on: Balance under €49.90" }).click();
  await expect(rules(page)).not.toContainText("Off");
  await page.getByRole("link", { name: /^Change/ }).click();
  await page.getByRole("button", { name: "Remove this rule" }).click();
  await expect(rules(page)).toHaveCount(0);
});

test("what a rule tells is counted, listed and read without scripts", everywhere, async ({ page, world, person, javaScriptEnabled, expectAccessible }) => {
  await person.link(ALICE);
  await addRule(page, /of a large payment/, "50");
  await addRule(page, /of a refused payment/);
  const small = only((await world.control("purchase", { customer: ALICE, amount: "49.99" })).transactions);
  const large = only((await world.control("purchase", { customer: ALICE, amount: "1234.56" })).transactions);
  const refused = only((await world.control("refuse-payment", { customer: ALICE, amount: "5.00", code: "51", message: "Insufficient funds" })).transactions);
  // The bank's notifications have their effect in their order; the page's bell is as it was when the page was made.
  await expect.poll(async () => (await person.page()).transactions.some(({ txid }) => txid === refused.txid)).toBe(true);

  await page.goto("/settings");
  await expect(page.getByTestId("bell")).toHaveAccessibleName("Alerts 2 unread");
  await page.getByTestId("bell").click();
  await expect(alerts(page)).toHaveCount(2);
  await expect(alerts(page).nth(0)).toContainText("Refused payment");
  await expect(alerts(page).nth(1)).toContainText("Over €50.00");
  await expect(alerts(page).nth(1)).toContainText("−€1,234.56");
  await expect(alerts(page).nth(1)).toHaveAttribute("data-txid", large.txid);
  await expect(page.locator(`[data-testid=alert][data-txid="${small.txid}"]`)).toHaveCount(0);
  await expectNoSidewaysScrolling(page);
  if (javaScriptEnabled) {
    await expectAccessible(page);
    // What stands in front of her she has seen.
    await expect(page.getByTestId("bell")).toHaveAccessibleName("Alerts");
  } else {
    await page.getByRole("button", { name: "Mark all as read" }).click();
  }
  await page.goto("/settings/alerts");
  await expect(page.getByTestId("bell")).toHaveAccessibleName("Alerts");
  await expect(page.getByRole("button", { name: "Mark all as read" })).toHaveCount(0);
  await alerts(page).nth(1).getByRole("link").click();
  await expect(page).toHaveURL(`/transactions/${large.card_ref}-${large.txid}`);
});

test("the live dashboard shows alerts as they come, announces them, and all pages agree on what was seen", async ({ page, context, world, person, expectAccessible }) => {
  await person.link(ALICE);
  await addRule(page, /of a large payment/, "50");
  await openDashboard(page);
  const watch = await Watch.start(page);
  await expect(page.getByTestId("new-alerts")).toHaveCount(0);
  const { transactions } = await world.control("purchase", { customer: ALICE, amount: "75.00" });
  const fresh = page.getByTestId("new-alerts");
  await expect(fresh).toContainText("Over €50.00");
  await expect(fresh).toContainText("−€75.00");
  await expect(fresh.getByRole("link").first()).toHaveAttribute("href", `/transactions/${only(transactions).card_ref}-${only(transactions).txid}`);
  await expect(page.getByTestId("announcement")).toContainText("Alert: Over €50.00");
  await expect(page.getByTestId("bell")).toHaveAccessibleName("Alerts 1 unread");
  await expectAccessible(page);

  const other = await context.newPage();
  await other.goto("/settings/alerts");
  await expect(alerts(other)).toHaveCount(1);
  await expect(fresh).toHaveCount(0);
  await expect(page.getByTestId("bell")).toHaveAccessibleName("Alerts");
  await watch.expectSamePage();
});

test("a payment is told of once, however it goes on", async ({ page, world, person }) => {
  await person.link(ALICE);
  await addRule(page, /of a large payment/, "50");
  await addRule(page, /of a payment abroad/);
  const payment = only((await world.control("purchase", { customer: ALICE, amount: "80.00", currency: "USD", status: "A" })).transactions);
  await expect.poll(async () => (await person.page()).transactions.some(({ txid }) => txid === payment.txid)).toBe(true);
  const { deliveries } = await world.control("settle", { txid: payment.txid, card_ref: payment.card_ref });
  await world.control("resend", { reference: deliveries[0]?.reference });
  await expect.poll(async () => (await person.page()).transactions.find(({ txid }) => txid === payment.txid)?.status).toBe("S");
  await page.goto("/settings/alerts");
  await expect(alerts(page)).toHaveCount(2);
  await expect(page.locator("[data-testid=alert][data-kind=abroad]")).toHaveCount(1);
});

test("rules speak French", async ({ page, context, world, person }) => {
  await person.link(ALICE);
  await speak(context, world, "fr");
  await page.goto("/settings/alerts");
  await page.getByRole("radio", { name: /d’un paiement important/ }).check();
  await page.getByRole("textbox", { name: "Montant" }).fill("49,90");
  await page.getByRole("button", { name: "Ajouter", exact: true }).click();
  await expect(page.getByTestId("done")).toHaveText("Règle ajoutée.");
  await expect(rules(page)).toContainText("Paiement de plus de 49,90\u00a0€");
  await world.control("purchase", { customer: ALICE, amount: "60.00" });
  await openDashboard(page);
  await expect(page.getByTestId("bell")).toHaveAccessibleName("Alertes 1 non lue");
});

test("a rule is made by the keyboard alone", async ({ page, person }) => {
  await person.link(ALICE);
  await page.goto("/settings/alerts#add");
  await page.getByRole("radio", { name: /of a large payment/ }).focus();
  for (let step = 0; step < 4; step++) await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: /of a low balance/ })).toBeChecked();
  await page.keyboard.press("Tab");
  await expect(page.getByRole("textbox", { name: "Amount" })).toBeFocused();
  await page.keyboard.type("100");
  await page.keyboard.press("Enter");
  await expect(rules(page)).toContainText("Balance under €100.00");
});
