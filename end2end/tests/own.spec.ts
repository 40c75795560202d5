import { ALICE } from "../bank";
import { expectLive, expectNoSidewaysScrolling, openDashboard, row, shown } from "../dashboard";
import { expect, test } from "../fixtures";

const everywhere = { tag: ["@phone", "@no-javascript"] };

test("a category of one's own, a note and tags are written, shown, found, and taken off", everywhere, async ({
  page,
  person,
  expectAccessible,
  javaScriptEnabled,
}) => {
  await person.link(ALICE);
  const [payment] = (await person.page()).transactions;
  const txid = payment?.txid ?? "";
  await page.goto("/dashboard");
  await row(page, txid).getByRole("link").click();
  await page.getByLabel("Category").selectOption({ label: "Leisure" });
  await page.getByRole("textbox", { name: "Tags" }).fill("Holidays, for two");
  await page.getByLabel("Note").fill("A gift\nfor Zoé");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByTestId("saved")).toBeVisible();
  await expect(page.getByLabel("Note")).toHaveValue("A gift\nfor Zoé");
  await expect(page.getByLabel("Category")).toHaveValue("leisure");
  await expect(page.getByRole("heading", { name: "What happened" })).toBeVisible();
  // The tool that looks is a script itself.
  if (javaScriptEnabled) await expectAccessible(page);
  await expectNoSidewaysScrolling(page);

  // The tag leads to its payments, and is a filter that can be taken off.
  await page.getByRole("link", { name: "Payments with the tag Holidays" }).click();
  await expect(page).toHaveURL("/dashboard?tag=Holidays");
  expect(await shown(page)).toEqual([txid]);
  await expect(row(page, txid).locator(".payment-tag").first()).toHaveText("Holidays");
  await expect(row(page, txid)).toContainText("Leisure");
  await expect(row(page, txid)).toContainText("With a note");
  if (javaScriptEnabled) await expectAccessible(page);
  await expectNoSidewaysScrolling(page);
  await page.getByRole("link", { name: "Remove the filter tag “Holidays”" }).click();
  await expect(page).toHaveURL("/dashboard");
  for (const query of ["?q=zo%C3%A9", "?q=FOR+TWO", "?tag=for+two&category=leisure"]) {
    await page.goto(`/dashboard${query}`);
    expect(await shown(page), query).toEqual([txid]);
  }

  await row(page, txid).getByRole("link").click();
  await page.getByLabel("Category").selectOption("");
  await page.getByRole("textbox", { name: "Tags" }).fill("");
  await page.getByLabel("Note").fill("");
  await page.getByRole("button", { name: "Save" }).click();
  await page.goto("/dashboard?tag=Holidays");
  await expect(page.getByText("No payment matches")).toBeVisible();
});

test("what is too long is said beside its field, and nothing typed is lost", everywhere, async ({ page, person, complaints, expectAccessible, javaScriptEnabled }) => {
  complaints.allow(/status of 422/);
  await person.link(ALICE);
  const [payment] = (await person.page()).transactions;
  await page.goto(`/transactions/${payment?.card_ref}-${payment?.txid}`);
  const note = `</textarea><img src=x onerror=alert(1)>${"é".repeat(1000)}`;
  await page.getByLabel("Note").fill(note);
  await page.getByRole("textbox", { name: "Tags" }).fill("a,b,c,d,e,f,g,h,i,j,k");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByLabel("Note")).toHaveValue(note);
  await expect(page.getByLabel("Note")).toHaveAccessibleDescription(/longer than 1,000/);
  await expect(page.getByRole("textbox", { name: "Tags" })).toHaveAccessibleDescription(/more than 10 tags/);
  if (javaScriptEnabled) await expectAccessible(page);
  await page.getByLabel("Note").fill("short");
  await page.getByRole("textbox", { name: "Tags" }).fill("a");
  await page.getByRole("button", { name: "Save" }).click();
  await expect(page.getByTestId("saved")).toBeVisible();
});

test("words of one's own stay in the live list when the bank speaks again, in every tab", async ({ page, context, world, person }) => {
  await person.link(ALICE);
  const { transactions } = await world.control("purchase", { customer: ALICE, amount: "12.40", status: "A" });
  const payment = transactions[0];
  if (!payment) throw new Error("no payment");
  await openDashboard(page);
  await expect(row(page, payment.txid)).toHaveAttribute("data-status", "A");
  const other = await context.newPage();
  await other.goto(`/transactions/${payment.card_ref}-${payment.txid}`);
  await other.getByLabel("Tags").fill("petrol");
  await other.getByLabel("Note").fill("full tank");
  await other.getByLabel("Category").selectOption({ label: "Fuel" });
  await other.getByRole("button", { name: "Save" }).click();
  const tag = row(page, payment.txid).locator(".payment-tag");
  await expect(tag).toHaveText("petrol");
  await expect(row(page, payment.txid)).toContainText("Fuel");

  await world.control("settle", { txid: payment.txid, card_ref: payment.card_ref });
  await expect(row(page, payment.txid)).toHaveAttribute("data-status", "S");
  await expect(tag).toHaveText("petrol");
  await expect(row(page, payment.txid)).toContainText("With a note");
  await expectLive(page);
  await page.reload();
  await expect(tag).toHaveText("petrol");
});
