import { expect, type Page } from "@playwright/test";
import type { BankTransaction } from "./world";

/** The demo customers of the bank, and the one password that they share. */
export const ALICE = "alice@example.test";
export const BRUNO = "bruno@example.test";
export const CHLOE = "chloe@example.test";
export const DAVID = "david@example.test";
export const BANK_PASSWORD = "anytime";

/** Presses the bank's button and returns its window. */
export async function openPopup(page: Page): Promise<Page> {
  const opening = page.waitForEvent("popup");
  await page.getByTestId("anytime-button").click();
  const popup = await opening;
  await expect(popup.locator("#email")).toBeVisible();
  return popup;
}

/** Fills in the bank's sign-in form. */
export async function signInAtBank(popup: Page, email: string, password = BANK_PASSWORD): Promise<void> {
  await popup.locator("#email").fill(email);
  await popup.locator("#password").fill(password);
  await popup.getByTestId("bank-sign-in").click();
}

/** Presses the button that closes the bank's window. The window may be gone before the press is over. */
export async function closePopup(popup: Page, button: "bank-quit" | "bank-close"): Promise<void> {
  const closing = popup.waitForEvent("close");
  await popup.getByTestId(button).click().catch((error: unknown) => {
    if (!popup.isClosed()) throw error;
  });
  await closing;
}

/** The amount of a payment in cents, negative where money went out. */
export function signedMinor(transaction: BankTransaction): number {
  const minor = minorOf(transaction.amount);
  return transaction.type === "D" ? -minor : minor;
}

/** A decimal with two places in cents, without a detour over binary fractions. */
export function minorOf(decimal: string): number {
  const [, sign, whole, cents] = /^(-?)(\d+)\.(\d\d)$/.exec(decimal) ?? [];
  if (whole === undefined || cents === undefined) throw new Error(`${decimal} has no two decimals`);
  return Number(`${sign}${whole}${cents}`);
}

/** The first payment of an answer. */
export function only(transactions: BankTransaction[]): BankTransaction {
  const [first] = transactions;
  if (!first || transactions.length > 1) throw new Error(`one payment was expected, not ${transactions.length}`);
  return first;
}
