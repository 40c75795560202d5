import { readFile } from "node:fs/promises";
import type { Page } from "@playwright/test";
import { ALICE, signedMinor } from "../bank";
import { expectNoSidewaysScrolling, speak } from "../dashboard";
import { readStatements, readTable } from "../exported";
import { expect, test } from "../fixtures";

/** Opens the formats by keyboard, and follows one of them. */
async function take(page: Page, format: RegExp): Promise<{ name: string; text: string }> {
  await page.locator(".export summary").focus();
  await page.keyboard.press("Enter");
  const link = page.locator(".export").getByRole("link", { name: format });
  await expect(link).toBeVisible();
  await expectNoSidewaysScrolling(page);
  const downloading = page.waitForEvent("download");
  await link.focus();
  await page.keyboard.press("Enter");
  const download = await downloading;
  const text = await readFile(await download.path(), "utf8");
  // Not before: what is under way would be cancelled.
  await page.keyboard.press("Escape");
  await page.locator(".export summary").press("Enter");
  return { name: download.suggestedFilename(), text };
}

test("what is shown is taken away by keyboard, in three formats, and is what the bank's books say", {
  tag: ["@phone", "@no-javascript"],
}, async ({ page, context, world, person }) => {
  await person.link(ALICE);
  const books = (await world.ledger(ALICE)).transactions;
  await page.goto("/dashboard?q=fnac&type=D");
  const wanted = books.filter((one) => one.description.includes("FNAC") && one.type === "D");
  expect(wanted.length).toBeGreaterThan(0);
  const moved = wanted.filter((one) => one.status !== "R");
  const byTxid = (payments: { txid: string; minor: number }[]) => payments.map(({ txid, minor }) => `${txid} ${minor}`).sort();
  const inTheBooks = (payments: typeof books) => byTxid(payments.map((one) => ({ txid: one.txid, minor: signedMinor(one) })));

  const csv = await take(page, /CSV/);
  expect(csv.name).toMatch(/^anytime-payments-\d{4}-\d\d-\d\d\.csv$/);
  const rows = readTable(csv.text);
  expect(byTxid(rows.map((row) => ({ txid: row.txid ?? "", minor: Number(row.amount_minor) })))).toEqual(inTheBooks(wanted));

  const ofx = await take(page, /OFX/);
  const statements = await readStatements(ofx.text);
  expect(byTxid(statements.flatMap((statement) => statement.payments))).toEqual(inTheBooks(moved));

  const json = await take(page, /JSON/);
  const { transactions, next } = JSON.parse(json.text) as { transactions: { txid: string; amount_minor: number }[]; next: null };
  expect(next).toBeNull();
  expect(byTxid(transactions.map((one) => ({ txid: one.txid, minor: one.amount_minor })))).toEqual(inTheBooks(wanted));

  await speak(context, world, "fr");
  await page.reload();
  const french = await take(page, /CSV/);
  expect(french.name).toMatch(/^anytime-paiements-/);
  expect(french.text.startsWith("\ufeffbooked_at;txid;card_ref;amount;")).toBe(true);
  for (const row of readTable(french.text)) expect(row.amount).toMatch(/^-?\d+,\d\d$/);
});
