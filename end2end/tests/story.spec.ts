import { ALICE, closePopup, minorOf, only, openPopup, signInAtBank } from "../bank";
import { expectLive, type Lang, row, speak, Watch } from "../dashboard";
import { expect, test } from "../fixtures";

const WORDS = {
  fr: {
    signUp: "Créer un compte",
    name: "Nom",
    email: "Adresse e-mail",
    password: "Mot de passe",
    wrong: "La banque n’a pas reconnu ces identifiants",
    linked: "Votre compte est lié",
    announced: /^1 nouveau paiement, Fnac.*, −98,32\s€$/i,
    paid: /^−98,32\s€$/,
    refunded: /^\+98,32\s€$/,
    withdrawn: /L’accès a été retiré à la banque/,
  },
  en: {
    signUp: "Create an account",
    name: "Name",
    email: "E-mail address",
    password: "Password",
    wrong: "The bank did not recognise these details",
    linked: "Your account is linked",
    announced: /^1 new payment, Fnac.*, −€98\.32$/i,
    paid: /^−€98\.32$/,
    refunded: /^\+€98\.32$/,
    withdrawn: /Access was withdrawn at the bank/,
  },
} satisfies Record<Lang, unknown>;

for (const lang of ["fr", "en"] as const) {
  test(`from signing up to a withdrawn access, in ${lang}`, { tag: "@phone" }, async ({ page, context, world, complaints }) => {
    // The bank's own window answers a wrong password with 422.
    complaints.allow(/popup\/sign-in|status of 422/);
    const words = WORDS[lang];
    await speak(context, world, lang);

    await page.goto("/");
    await page.getByRole("main").getByRole("link", { name: words.signUp }).click();
    await page.getByLabel(words.name, { exact: true }).fill("Camille Test");
    await page.getByLabel(words.email).fill(world.newEmail());
    await page.getByLabel(words.password).fill("tulipes bleues du jardin");
    await page.getByRole("button", { name: words.signUp }).click();
    await expect(page).toHaveURL("/connect");
    await expect(page.locator("html")).toHaveAttribute("lang", lang);

    const help = page.locator("[data-help]");
    const reference = await page.locator("#anytime-connect").getAttribute("data-custom-ref");
    const popup = await openPopup(page);
    await expect(page.locator("[data-step=window]")).toHaveAttribute("data-state", "done");
    await signInAtBank(popup, ALICE, "not her password");
    await expect(popup.locator("#error")).toBeVisible();
    await expect(help).toContainText(words.wrong);
    await signInAtBank(popup, ALICE);
    await expect(page.locator("[data-step=access]")).toHaveAttribute("data-state", "now");
    await popup.getByTestId("bank-accept").click();
    // As long as people wait for a page: two seconds after they accepted.
    await expect(help).toContainText(words.linked, { timeout: 2_000 });
    await closePopup(popup, "bank-quit");

    await expect(page).toHaveURL("/dashboard");
    const link = page.getByTestId("link");
    await expect(link).toHaveAttribute("data-status", "linked");
    await expect(page.getByTestId("balance")).toHaveCount(3);
    // When the past payments are complete, the page loads itself anew once.
    await expect(page.getByTestId("transaction")).toHaveCount(50);
    await expect(page.locator(".history")).toHaveCount(0);
    const ledger = await world.ledger(ALICE);
    for (const card of ledger.cards) {
      await expect(page.locator(`[data-card=${card.card_ref}]`)).toHaveAttribute("data-minor", String(minorOf(card.balance)));
    }

    await page.reload();
    await expectLive(page);
    const watch = await Watch.start(page);
    const paid = await world.control("purchase", { customer: ALICE, amount: "98.32" });
    const answered = Date.now();
    const purchase = only(paid.transactions);
    expect(await watch.arrival(purchase.txid, answered), "milliseconds from the bank's answer to the row").toBeLessThan(500);
    await expect(row(page, purchase.txid).locator(".amount")).toHaveText(words.paid);
    await expect(page.getByTestId("announcement")).toHaveText(words.announced);
    const balance = minorOf(ledger.cards.find((card) => card.card_ref === purchase.card_ref)?.balance ?? "");
    await expect(page.locator(`[data-card=${purchase.card_ref}]`)).toHaveAttribute("data-minor", String(balance - 9832));

    const back = only((await world.control("refund", { txid: purchase.txid })).transactions);
    await expect(row(page, back.txid).locator(".amount")).toHaveText(words.refunded);
    await expect(page.locator(`[data-card=${purchase.card_ref}]`)).toHaveAttribute("data-minor", String(balance));

    const token = (await world.ledger(ALICE)).tokens.find((grant) => grant.custom_reference === reference)?.token;
    await world.control("revoke", { token });
    await expect(link).toHaveAttribute("data-status", "revoked");
    await expect(link).toContainText(words.withdrawn);
    await expect(row(page, purchase.txid)).toBeVisible();
    await watch.expectSamePage();
  });
}

test("a link that only the bank told about can be undone by the one whom it surprises", async ({ page, world, person }) => {
  await person.link(ALICE);
  await page.goto("/dashboard");
  await expect(page.getByTestId("link")).toContainText("was linked to yours");
  // Before that the page does not know yet that the form leads away, and loads itself anew when the link is gone.
  await expectLive(page);

  await page.getByRole("button", { name: "Not me: undo" }).click();

  await expect(page).toHaveURL("/settings/accounts");
  await expect(page.getByTestId("link")).toHaveCount(0);
  expect(await person.payments()).toEqual([]);
  const late = only((await world.control("purchase", { customer: ALICE, amount: "1.00" })).transactions);
  expect((await person.payments()).map((payment) => payment.txid)).not.toContain(late.txid);
});

test("a refused payment is shown as refused, and takes nothing", async ({ page, world, person }) => {
  await person.link(ALICE);
  await page.goto("/dashboard");
  await expectLive(page);
  const ledger = await world.ledger(ALICE);

  const refused = only((await world.control("refuse-payment", { customer: ALICE, amount: "7.77", code: "51" })).transactions);

  await expect(row(page, refused.txid)).toContainText("Refused");
  const balance = ledger.cards.find((card) => card.card_ref === refused.card_ref)?.balance ?? "";
  await expect(page.locator(`[data-card=${refused.card_ref}]`)).toHaveAttribute("data-minor", String(minorOf(balance)));
  await row(page, refused.txid).getByRole("link").click();
  await expect(page.getByTestId("transaction")).toContainText("This payment was refused: nothing was taken.");
});

test("a pending payment settles in its own row", async ({ page, world, person }) => {
  await person.link(ALICE);
  await page.goto("/dashboard");
  await expectLive(page);

  const pending = only((await world.control("purchase", { customer: ALICE, amount: "12.40", status: "A" })).transactions);
  await expect(row(page, pending.txid)).toHaveAttribute("data-status", "A");
  await expect(row(page, pending.txid)).toContainText("Pending");

  await world.control("settle", { txid: pending.txid });
  await expect(row(page, pending.txid)).toHaveAttribute("data-status", "S");
  await expect(row(page, pending.txid)).toHaveCount(1);
});
