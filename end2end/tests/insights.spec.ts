import type { Page } from "@playwright/test";
import { ALICE, BRUNO, minorOf, signedMinor } from "../bank";
import { expectNoSidewaysScrolling } from "../dashboard";
import { expect, test } from "../fixtures";
import type { BankTransaction } from "../world";

/** The day at the bank, so many days from now: `2026-11-25`. */
function bankDay(days = 0): string {
  const moment = new Date(Date.now() + days * 86_400_000);
  return moment.toLocaleDateString("sv-SE", { timeZone: "Europe/Paris" });
}

/** The month before the one that we are in: its figures do not move while a test runs. */
function lastMonth(): string {
  const [year = 0, month = 0] = bankDay().split("-").map(Number);
  return month === 1 ? `${year - 1}-12` : `${year}-${String(month - 1).padStart(2, "0")}`;
}

/** What the bank's books say was spent: paid, less what shops gave back. What was put on the card is neither. */
function spentIn(books: BankTransaction[], month: string): number {
  const counted = books.filter((one) => one.date.startsWith(month) && one.status !== "R" && !(one.type === "C" && one.description.startsWith("CARD LOAD")));
  return counted.reduce((sum, one) => sum - signedMinor(one), 0);
}

async function minors(page: Page, selector: string): Promise<number[]> {
  return page.locator(selector).evaluateAll((all) => all.map((one) => Number((one as HTMLElement).dataset.minor)));
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}

test("a month adds up to the bank's books by day and by category, and leads to the payments behind it", { tag: ["@phone", "@no-javascript"] }, async ({
  page,
  world,
  person,
}) => {
  await person.link(ALICE);
  const books = (await world.ledger(ALICE)).transactions;
  await page.goto("/dashboard");
  await expect(page.getByTestId("glance-spent")).toHaveAttribute("data-minor", String(spentIn(books, bankDay().slice(0, 7))));
  await page.getByTestId("glance").getByRole("link", { name: "See the month" }).click();
  await page.locator(".months a[rel=prev]").click();
  const month = lastMonth();
  await expect(page).toHaveURL(`/dashboard/insights?month=${month}`);

  const spent = spentIn(books, month);
  expect(spent).toBeGreaterThan(0);
  await expect(page.getByTestId("spent")).toHaveAttribute("data-minor", String(spent));
  await expect(page.getByTestId("spent")).toHaveText(`€${(spent / 100).toLocaleString("en", { minimumFractionDigits: 2 })}`);
  expect(sum(await minors(page, "[aria-labelledby^=categories] [data-testid=share]"))).toBe(spent);
  await expect(page.getByTestId("day").first()).toBeHidden();
  await page.getByText("Show as a table").click();
  await expect(page.getByTestId("day").first()).toBeVisible();
  expect(sum(await minors(page, "[data-testid=day]"))).toBe(spent);
  await expectNoSidewaysScrolling(page);

  const category = page.locator("[aria-labelledby^=categories] [data-testid=share]").first();
  const expected = Number(await category.getAttribute("data-minor"));
  const code = await category.getAttribute("data-category");
  await category.getByRole("link").click();
  await expect(page.getByRole("list", { name: "Active filters" }).locator(".tag")).toHaveCount(3);
  const query = new URL(page.url()).search.slice(1);
  expect(query).toContain(`category=${code}`);
  const behind = (await person.payments(query)).filter((payment) => payment.status !== "R");
  expect(-sum(behind.map((payment) => payment.amount_minor))).toBe(expected);
});

test("one card alone is a form away", { tag: "@no-javascript" }, async ({ page, world, person }) => {
  await person.link(ALICE);
  const { cards, transactions } = await world.ledger(ALICE);
  const month = lastMonth();
  const card = cards[1]?.card_ref ?? "";
  await page.goto(`/dashboard/insights?month=${month}`);
  await page.getByLabel("Card").selectOption(card);
  await page.getByRole("button", { name: "Show" }).click();
  await expect(page).toHaveURL(`/dashboard/insights?month=${month}&card=${card}`);
  const spent = spentIn(transactions.filter((one) => one.card_ref === card), month);
  await expect(page.getByTestId("spent")).toHaveAttribute("data-minor", String(spent));
  await expect(page.locator(".months a[rel=next]")).toHaveAttribute("href", new RegExp(`card=${card}`));
});

test("a new payment changes the figures at the next look", async ({ page, world, person }) => {
  await person.link(BRUNO);
  await page.goto("/dashboard/insights");
  // Without a payment this month there is nothing yet.
  const before = sum(await minors(page, "[data-testid=spent]"));
  await world.control("purchase", { customer: BRUNO, amount: "12.34" });
  // It is acknowledged before it has its effect.
  await expect(async () => {
    await page.reload();
    expect(await minors(page, "[data-testid=spent]")).toEqual([before + 1_234]);
  }).toPass();
  await world.control("refuse-payment", { customer: BRUNO, amount: "99.99" });
  await page.reload();
  await expect(page.getByTestId("spent")).toHaveAttribute("data-minor", String(before + 1_234));
});

test("what a payment in dollars really cost is said on its page and added up in its month", { tag: "@phone" }, async ({ page, world, person }) => {
  await person.link(ALICE);
  const { transactions } = await world.control("purchase", { customer: ALICE, amount: "52.10", currency: "USD", description: "AMTRAK - NEW YORK,10001,USA,USA" });
  const [payment] = transactions;
  // It is acknowledged before it has its effect.
  await expect.poll(async () => (await person.payments("")).map(({ txid }) => txid)).toContain(payment?.txid);
  await page.goto(`/transactions/${payment?.card_ref}-${payment?.txid}`);
  const taken = minorOf(payment?.amount ?? "");
  await expect(page.getByTestId("cost")).toContainText(`$52.10 cost you €${(taken / 100).toFixed(2)}`);
  await expect(page.getByTestId("cost")).toContainText(/is the fee \(2\.0%\)/);
  await expect(page.getByTestId("cost")).toContainText(/€1\s=\s\$\d\.\d{4}; without the fee, \$\d\.\d{4}/);

  await page.goto("/dashboard/insights");
  const dollars = page.locator("[data-testid=abroad][data-currency=USD]");
  await expect(dollars).toContainText(/payments? in USD/);
  const books = (await world.ledger(ALICE)).transactions.filter(
    (one) => one.date.startsWith(bankDay().slice(0, 7)) && one.currency === "USD" && one.type === "D" && one.status !== "R",
  );
  await expect(dollars).toHaveAttribute("data-minor", String(sum(books.map((one) => minorOf(one.amount)))));
});

test("what comes every month is recognised, and expected again", { tag: "@no-javascript" }, async ({ page, world, person }) => {
  await person.link(ALICE);
  for (const days of [-67, -37, -7]) {
    await world.control("purchase", { customer: ALICE, amount: "7.99", description: "STREAM AND CO - PARIS,75001,FRA,FRA", mcc: 4899, date: `${bankDay(days)} 09:00:00` });
  }
  await page.goto("/dashboard/insights");
  const found = page.getByTestId("recurring").filter({ hasText: /stream and co/i });
  await expect(found).toContainText("Every month");
  await expect(found).toHaveAttribute("data-minor", "799");
  const next = (await found.getAttribute("data-next")) ?? "";
  expect(next > bankDay(18) && next < bankDay(28), `${next} is about a month after the last one`).toBe(true);
});

test("months that are none, or to come, are said to be so", { tag: "@no-javascript" }, async ({ page, person }) => {
  await person.link(ALICE);
  for (const [query, words] of [
    ["?month=yesterday", "could not be read"],
    ["?month=2999-01", "has not begun yet"],
  ] as const) {
    await page.goto(`/dashboard/insights${query}`);
    await expect(page.getByRole("alert")).toContainText(words);
    await expect(page.getByRole("heading", { level: 1 })).toContainText(bankDay().slice(0, 4));
  }
  await page.goto("/dashboard/insights?month=1999-01");
  await expect(page.getByRole("heading", { name: "Nothing spent in that month" })).toBeVisible();
});
