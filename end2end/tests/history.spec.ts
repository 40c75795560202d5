import { CHLOE, minorOf, signedMinor } from "../bank";
import { expectLive } from "../dashboard";
import { expect, test } from "../fixtures";

test("40,000 past payments come with visible progress, and are the bank's to the cent", async ({ page, world, person }) => {
  test.setTimeout(180_000);
  await person.accept(CHLOE);
  await page.goto("/dashboard");
  const bar = page.getByRole("progressbar");
  await expect(bar).toBeVisible();
  await expect(page.locator(".history-words")).toContainText(/[\d,]+ of 40,\d{3} payments/);
  const early = Number(await bar.getAttribute("value"));
  await expect.poll(async () => Number(await bar.getAttribute("value")), "the bar moves").toBeGreaterThan(early);
  // People go on paying meanwhile.
  const paying = world.control("purchase", { customer: CHLOE, amount: "0.99", count: 40, every_ms: 50 });

  await person.waitForHistory(120_000);
  const during = await paying;
  await expect(bar).toHaveCount(0, { timeout: 15_000 });
  await expectLive(page);
  await expect(page.getByTestId("transaction").first()).toBeVisible();

  const books = await world.ledger(CHLOE);
  const payments = await person.payments();
  expect(payments).toHaveLength(books.transactions.length);
  expect(new Set(payments.map((payment) => payment.txid)).size, "no payment twice").toBe(payments.length);
  const known = new Map(payments.map((payment) => [payment.txid, payment.amount_minor]));
  const wrong = books.transactions.filter((one) => known.get(one.txid) !== signedMinor(one)).map((one) => one.txid);
  expect(wrong, "payments that differ from the bank's books").toEqual([]);
  const sum = payments.reduce((total, payment) => total + payment.amount_minor, 0);
  expect(sum).toBe(books.transactions.reduce((total, one) => total + signedMinor(one), 0));
  for (const { txid } of during.transactions) expect(known.has(txid), txid).toBe(true);
  const moments = payments.map((payment) => Date.parse(payment.booked_at));
  expect(moments, "newest first").toEqual([...moments].sort((a, b) => b - a));
  const [card] = books.cards;
  await expect(page.getByTestId("balance")).toHaveAttribute("data-minor", String(minorOf(card?.balance ?? "")));
});
