import type { Page } from "@playwright/test";
import { ALICE, BRUNO } from "../bank";
import { expectNoSidewaysScrolling } from "../dashboard";
import { expect, test } from "../fixtures";
import { Person } from "../person";

const tag = "@no-javascript";

/** Opens somebody's page by the search, and returns its address. */
async function openUser(page: Page, email: string): Promise<string> {
  await page.goto("/operator/users");
  await page.getByLabel("Search").fill(email);
  await page.getByRole("button", { name: "Filter" }).click();
  await expect(page.locator(`[data-testid=user][data-email="${email}"] [data-found-by]`)).toHaveText("address");
  await page.getByRole("link", { name: email }).click();
  await expect(page.getByRole("heading", { name: "What happened" })).toBeVisible();
  return new URL(page.url()).pathname;
}

/** Unfolds a form, gives a reason and posts it. */
async function act(page: Page, deed: string, reason: string): Promise<void> {
  const form = page.locator(`[data-testid=deed][data-deed=${deed}]`).first();
  await form.locator("summary").click();
  await form.getByLabel("Reason").fill(reason);
  await form.locator("button[type=submit]").click();
}

test("a user is found by card and fingerprint, and the page tells what happened", { tag }, async ({ page, context, world }) => {
  const person = await Person.signUp(world, "Camille Recherchée");
  await person.link(ALICE);
  const { transactions } = await world.control("purchase", { customer: ALICE, amount: "12.40" });
  await expect.poll(async () => (await person.payments()).some((payment) => payment.txid === transactions[0]?.txid)).toBe(true);
  await (await Person.setUp(world, "viewer")).signInto(context);
  const path = await openUser(page, person.email);
  const kinds = page.getByTestId("story-line");
  for (const kind of ["signed-up", "by-notification", "proven", "first-payment", "delivery"]) {
    await expect(kinds.and(page.locator(`[data-kind=${kind}]`)).first()).toBeVisible();
  }
  await expect(page.getByTestId("deeds")).toContainText("lets you look");
  const fingerprint = await page.locator("[data-testid=link] code").first().innerText();
  await page.goto(`/operator/users?q=${fingerprint}`);
  await expect(page.locator(`[data-testid=user][data-email="${person.email}"] [data-found-by=token]`)).toBeVisible();
  const [payment] = await person.payments();
  await page.goto(`/operator/users?q=${payment?.card_ref.toLowerCase()}`);
  await expect(page.locator(`[data-testid=user][data-email="${person.email}"] [data-found-by=card]`)).toBeVisible();
  await page.goto(path);
  await page.locator("[data-kind=delivery] a").first().click();
  await expect(page).toHaveURL(/\/operator\/deliveries\/\d+$/);
});

test("an operator notes, marks, pauses and resumes, and the user sees it", { tag }, async ({ page, context, world, complaints }) => {
  // Without a reason; and at the door of an account that is paused.
  complaints.allow(/status of 422/, /status of 403/);
  const person = await Person.signUp(world);
  const operator = await Person.setUp(world);
  await operator.signInto(context);
  await openUser(page, person.email);
  await act(page, "note-user", "");
  await expect(page.locator("[data-testid=deed][data-deed=note-user] .field-problem")).toHaveText("Give a reason.");
  await page.getByLabel("Reason").first().fill("They have called about a missing payment");
  await page.getByRole("button", { name: "Note", exact: true }).click();
  await expect(page.locator("[data-kind=act]").first()).toContainText("They have called about a missing payment");
  await act(page, "mark-user", "Wait for the bank");
  await page.goto("/operator/users?marked=yes");
  await expect(page.locator(`[data-testid=user][data-email="${person.email}"]`)).toContainText("Marked");
  await openUser(page, person.email);
  await act(page, "pause-user", "Lost phone");
  await expect(page.getByTestId("paused-account")).toBeVisible();

  await context.clearCookies();
  await page.goto("/sign-in");
  await page.locator("#email").fill(person.email);
  await page.locator("#password").fill(person.password);
  await page.locator(".door form button[type=submit]").first().click();
  await expect(page.getByTestId("problems")).toContainText(/suspendu|paused/);

  await operator.signInto(context);
  await openUser(page, person.email);
  await act(page, "resume-user", "Found it");
  await expect(page.getByTestId("paused-account")).toHaveCount(0);
  const again = await person.signIn();
  await context.clearCookies();
  await again.signInto(context);
  await page.goto("/settings/looks");
  for (const deed of ["note-user", "mark-user", "pause-user", "resume-user"]) {
    await expect(page.locator(`[data-testid=look][data-what=${deed}]`)).toHaveCount(1);
  }
  await expect(page.locator("main")).not.toContainText("Lost phone");
});

test("a link for linking again leads its owner to the bank's button, once @phone", { tag }, async ({ page, context, world }) => {
  const person = await Person.signUp(world);
  await person.link(BRUNO);
  const operator = await Person.setUp(world);
  await operator.signInto(context);
  const path = await openUser(page, person.email);
  await act(page, "make-relink", "The access was withdrawn by mistake");
  const address = await page.getByLabel("Address to pass on").inputValue();
  await expectNoSidewaysScrolling(page);

  await page.goto(address);
  await expect(page.getByTestId("link-again")).toHaveAttribute("data-state", "another");
  await context.clearCookies();
  await page.goto(address);
  await expect(page.getByTestId("link-again")).toHaveAttribute("data-state", "sign-in");
  await page.getByTestId("link-again").getByRole("link").click();
  await page.locator("#email").fill(person.email);
  await page.locator("#password").fill(person.password);
  await page.locator(".door form button[type=submit]").first().click();
  await expect(page.getByTestId("link-again")).toHaveAttribute("data-state", "yours");
  await expectNoSidewaysScrolling(page);
  await page.locator("[data-testid=link-again] button[type=submit]").click();
  await expect(page).toHaveURL(/\/connect$/);

  await context.clearCookies();
  await operator.signInto(context);
  await page.goto(path);
  await expect(page.locator("[data-kind=relink-used]")).toBeVisible();
  await expect(page.locator("[data-kind=relink-opened]")).toBeVisible();
});

test("an admin adds somebody to the team, changes the role and ends the access", { tag }, async ({ page, context, world, expectAccessible }, info) => {
  const admin = await Person.setUp(world, "admin");
  await admin.signInto(context);
  const email = world.newEmail("viewer");
  await page.goto("/operator/team");
  const add = page.getByTestId("add-operator");
  await add.locator("summary").click();
  await add.getByLabel("E-mail address").fill(email);
  await add.getByLabel("Reason").fill("New in the team");
  await add.getByRole("button", { name: "Add" }).click();
  await expect(page.getByLabel("Address to pass on")).toHaveValue(/\/set-up\//);
  const row = page.locator(`[data-testid=operator][data-email="${email}"]`);
  await expect(row).toContainText("Set-up link good until");
  if (info.project.name === "desktop") await expectAccessible(page);

  await row.locator("summary").click();
  await row.getByLabel("Role").selectOption("operator");
  const role = row.locator("form[action$='/role']");
  await role.getByLabel("Reason").fill("Has learned enough");
  await role.getByRole("button").click();
  await expect(row).toHaveAttribute("data-role", "operator");
  await row.locator("summary").click();
  const end = row.locator("form[action$='/end']");
  await end.getByLabel("Reason").fill("Has left");
  await end.getByRole("button").click();
  await expect(row).toHaveCount(0);
  await expectNoSidewaysScrolling(page);
});
