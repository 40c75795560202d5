import { CHLOE, minorOf, signedMinor } from "../bank";
import { expectLive } from "../dashboard";
import { readStatements, readTable, sum as sumOf } from "../exported";
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

  // What she takes with her adds up as well: read by other people's readers, to the cent.
  const table = readTable((await person.get("/transactions.csv", { "accept-language": "en" })).text);
  expect(table.reduce((total, row) => total + minorOf(row.amount ?? ""), 0)).toBe(sum);
  expect(new Set(table.map((row) => row.txid)).size).toBe(books.transactions.length);
  const french = readTable((await person.get("/transactions.csv", { "accept-language": "fr" })).text);
  expect(french.map((row) => row.amount?.replace(",", "."))).toEqual(table.map((row) => row.amount));
  const [statement, ...others] = await readStatements((await person.get("/transactions.ofx")).text);
  expect(others).toEqual([]);
  const moved = books.transactions.filter((one) => one.status !== "R");
  expect(statement?.payments).toHaveLength(moved.length);
  expect(sumOf(statement?.payments ?? [])).toBe(moved.reduce((total, one) => total + signedMinor(one), 0));
  const [card] = books.cards;
  expect(statement?.account).toBe(card?.card_ref);
  expect(statement?.balance).toBe(minorOf(card?.balance ?? ""));
  await expect(page.getByTestId("balance")).toHaveAttribute("data-minor", String(minorOf(card?.balance ?? "")));
});
