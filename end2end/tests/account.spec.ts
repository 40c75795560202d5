import type { Page } from "@playwright/test";
import { ALICE } from "../bank";
import { expectLive, expectNoSidewaysScrolling, type Lang, row, speak } from "../dashboard";
import { expect, test } from "../fixtures";
import { Person } from "../person";
import { Telephone } from "../telephone";

const everywhere = { tag: ["@phone", "@no-javascript"] };
const NEW = "coquelicots rouges du jardin";

const WORDS = {
  fr: {
    forgot: "Mot de passe oublié",
    email: "Adresse e-mail",
    password: "Mot de passe",
    send: "Envoyer le lien",
    save: "Enregistrer le mot de passe",
    signIn: "Se connecter",
    look: "Regardez vos e-mails",
    saved: "Votre nouveau mot de passe est enregistré.",
    subject: "Choisissez un nouveau mot de passe",
  },
  en: {
    forgot: "Forgot your password?",
    email: "E-mail address",
    password: "Password",
    send: "Send the link",
    save: "Save the password",
    signIn: "Sign in",
    look: "Look at your mail",
    saved: "Your new password is saved.",
    subject: "Choose a new password",
  },
} as const;

for (const lang of ["fr", "en"] as Lang[]) {
  const words = WORDS[lang];

  test(`a forgotten password is replaced by a mail's link (${lang})`, everywhere, async ({ page, context, world, complaints }) => {
    complaints.allow(/status of (410|422)/);
    await speak(context, world, lang);
    const person = await Person.signUp(world);
    await page.goto("/sign-in");
    await page.getByRole("link", { name: words.forgot }).click();
    await page.getByLabel(words.email).fill("no address");
    await page.getByRole("button", { name: words.send }).click();
    await expect(page.getByLabel(words.email)).toHaveAttribute("aria-invalid", "true");
    await page.getByLabel(words.email).fill(person.email);
    await page.getByRole("button", { name: words.send }).click();
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.look);

    const mail = await world.mail(person.email, "/reset-password/");
    expect(mail).toContain(words.subject);
    const link = mail.match(/https?:\/\/\S+\/reset-password\/\S+/)?.[0] ?? "";
    expect(link.startsWith(`${world.url}/`), link).toBe(true);
    await page.goto(link);
    await expect(page.getByText(person.email)).toBeVisible();
    await page.getByLabel(words.password).fill("court");
    await page.getByRole("button", { name: words.save }).click();
    await expect(page.getByLabel(words.password)).toHaveAttribute("aria-invalid", "true");
    await page.getByLabel(words.password).fill(NEW);
    await page.getByRole("button", { name: words.save }).click();

    await expect(page).toHaveURL("/sign-in?changed=yes");
    await expect(page.getByTestId("changed")).toContainText(words.saved);
    await page.getByLabel(words.email).fill(person.email);
    await page.getByLabel(words.password, { exact: true }).fill(NEW);
    await page.getByRole("main").getByRole("button", { name: words.signIn }).click();
    await expect(page).toHaveURL("/connect");
    await world.mail(person.email, "/forgot-password");

    await page.goto(link);
    await expect(page.getByTestId("link-expired")).toBeVisible();
  });
}

/** Presses Tab until the element has the focus, and that can be seen. */
async function tabTo(page: Page, selector: string): Promise<void> {
  const element = page.locator(selector).first();
  for (let step = 0; step < 40; step++) {
    await page.keyboard.press("Tab");
    if (await element.evaluate((wanted) => wanted === document.activeElement)) {
      await expect(element).toBeInViewport();
      return;
    }
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

test("two-step sign-in is turned on, used and turned off by the keyboard", async ({ page, person, complaints }) => {
  complaints.allow(/status of 422/);
  await page.goto("/settings");
  await expect(page.getByTestId("two-step")).toHaveAttribute("data-state", "off");
  await tabTo(page, "a[href='/settings/two-step']");
  await page.keyboard.press("Enter");
  await expect(page).toHaveURL("/settings/two-step");
  await tabTo(page, "#current");
  await page.keyboard.type(person.password);
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("two-step")).toHaveAttribute("data-state", "pending");
  await expect(page.getByRole("img", { name: /QR/ })).toBeVisible();
  const telephone = await Telephone.enrol(page);
  await tabTo(page, "#code");
  await page.keyboard.type("000000");
  await page.keyboard.press("Enter");
  await expect(page.locator("#code")).toHaveAccessibleDescription(/not right/);
  await tabTo(page, "#code");
  await page.keyboard.type(await telephone.code());
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("recovery-code")).toHaveCount(10);
  const [recovery] = await page.getByTestId("recovery-code").allInnerTexts();
  await tabTo(page, ".settings > a.button");
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("codes-left")).toHaveText("10");

  const signIn = async (code: string) => {
    await page.context().clearCookies();
    await page.goto("/settings/two-step");
    await tabTo(page, "#email");
    await page.keyboard.type(person.email);
    await tabTo(page, "#password");
    await page.keyboard.type(person.password);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL(/\/sign-in\/code/);
    await tabTo(page, "#code");
    await page.keyboard.type(code);
    await page.keyboard.press("Enter");
    await expect(page).toHaveURL("/settings/two-step");
  };
  await signIn(await telephone.code());
  await signIn(recovery ?? "no code");
  await expect(page.getByTestId("codes-left")).toHaveText("9");

  await tabTo(page, ".forget:last-of-type summary");
  await page.keyboard.press("Enter");
  await tabTo(page, "#current");
  await page.keyboard.type(person.password);
  await tabTo(page, "#code");
  await page.keyboard.type(await telephone.code());
  await page.keyboard.press("Enter");
  await expect(page.getByTestId("two-step")).toHaveAttribute("data-state", "off");
});

test("the password is changed, and other sessions end", everywhere, async ({ page, world, person, complaints }) => {
  complaints.allow(/status of 422/);
  await page.goto("/settings");
  await page.getByRole("link", { name: "Change – Password" }).click();
  await page.getByLabel("Present password").fill("not this one");
  await page.getByLabel("New password").fill(NEW);
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByLabel("Present password")).toHaveAccessibleDescription(/not your present password/);
  await expect(page.getByLabel("New password")).toHaveValue("");
  await page.getByLabel("Present password").fill(person.password);
  await page.getByLabel("New password").fill(NEW);
  await page.getByRole("button", { name: "Change the password" }).click();
  await expect(page.getByTestId("changed")).toContainText("Your password is changed.");
  await world.mail(person.email, "/forgot-password");
});

test("sessions elsewhere are seen and ended", everywhere, async ({ page, browser, world, person }) => {
  const there = await browser.newContext({ baseURL: world.url });
  const elsewhere = await there.newPage();
  await elsewhere.goto("/sign-in");
  await elsewhere.locator("#email").fill(person.email);
  await elsewhere.locator("#password").fill(person.password);
  await elsewhere.locator("main form [type=submit]").click();
  await expect(elsewhere).toHaveURL("/connect");

  await page.goto("/settings/sessions");
  await expect(page.getByTestId("session")).toHaveCount(2);
  await expect(page.getByTestId("session").first()).toContainText("This session");
  await page.getByTestId("session").nth(1).getByRole("button").click();
  await expect(page.getByTestId("session")).toHaveCount(1);
  await expect(page.getByText("No other session is open.")).toBeVisible();
  await elsewhere.goto("/settings");
  await expect(elsewhere).toHaveURL(/\/sign-in/);
  await there.close();
});

/** How an amount is painted. */
const veil = (page: Page, selector: string) =>
  page.locator(selector).first().evaluate((element) => getComputedStyle(element).filter);

test("amounts are hidden until one looks, in rows that come later too", async ({ page, world, person }) => {
  await person.link(ALICE);
  await page.goto("/settings");
  await page.getByTestId("privacy").getByRole("button", { name: "Hide" }).click();
  await expect(page.getByTestId("privacy").getByRole("button", { name: "Hide" })).toHaveAttribute("aria-pressed", "true");
  await page.goto("/dashboard");
  await expectLive(page);
  const { transactions } = await world.control("purchase", { customer: ALICE, amount: "12.40" });
  const txid = transactions[0]?.txid ?? "";
  await expect(row(page, txid)).toBeVisible();
  const amount = `[data-txid="${txid}"] .amount`;
  await page.mouse.move(0, 0);
  for (const selector of [amount, ".card-balance", ".glance-spent", ".day-total"]) {
    await expect.poll(() => veil(page, selector), { message: selector }).toMatch(/^blur/);
  }
  await row(page, txid).hover();
  await expect.poll(() => veil(page, amount)).toBe("none");
  await page.mouse.move(0, 0);
  await expect.poll(() => veil(page, amount)).toMatch(/^blur/);
  // One that nothing more is told of: a row that is drawn anew would lose the focus.
  const settled = (await page.getByTestId("transaction").nth(5).getAttribute("data-txid")) ?? "";
  await row(page, settled).getByRole("link").focus();
  await expect.poll(() => veil(page, `[data-txid="${settled}"] .amount`)).toBe("none");

  await row(page, settled).getByRole("link").click();
  await page.mouse.move(0, 0);
  await expect.poll(() => veil(page, ".receipt-amount")).toMatch(/^blur/);
  await page.locator(".menu summary").click();
  await page.getByRole("button", { name: "Show amounts" }).click();
  await expect(page).toHaveURL(/\/transactions\//);
  expect(await veil(page, ".receipt-amount")).toBe("none");
});

test("amounts are hidden and shown without scripts", { tag: "@only-no-javascript" }, async ({ page, person }) => {
  await person.link(ALICE);
  await page.goto("/dashboard");
  await page.locator(".menu summary").click();
  await page.getByRole("button", { name: "Hide amounts" }).click();
  await expect(page).toHaveURL("/dashboard");
  await expect(page.locator("html")).toHaveAttribute("data-privacy", "on");
  expect(await veil(page, ".payment .amount")).toMatch(/^blur/);
  await page.locator(".payment").first().hover();
  await expect.poll(() => veil(page, ".payment .amount")).toBe("none");
  await page.locator(".menu summary").click();
  await page.getByRole("button", { name: "Show amounts" }).click();
  await expect(page.locator("html")).not.toHaveAttribute("data-privacy", "on");
});

test("who has looked, all that is kept, and the end of it with a receipt", everywhere, async ({ page, browser, world, person, complaints }) => {
  complaints.allow(/status of 422/);
  await person.link(ALICE);
  const operator = await Person.setUp(world, "viewer");
  const console = await browser.newContext({ baseURL: world.url, locale: "en-GB" });
  await operator.signInto(console);
  const desk = await console.newPage();
  await desk.goto(`/operator/users?q=${encodeURIComponent(person.email)}`);
  await desk.getByRole("link", { name: person.email }).click();
  await expect(desk.getByTestId("user")).toBeVisible();

  await page.goto("/settings");
  await page.getByRole("link", { name: "See – Who has looked at my data" }).click();
  await expect(page.getByTestId("look")).toHaveCount(1);
  await expect(page.getByTestId("look")).toContainText(operator.email.split("@")[0] ?? "");
  await page.getByRole("link", { name: "Settings" }).last().click();

  const download = await person.get("/settings/download");
  const all = JSON.parse(download.text) as { account: { email: string }; payments: unknown[]; looks: unknown[] };
  expect([all.account.email, all.payments.length, all.looks.length]).toEqual([
    person.email,
    (await person.payments()).length,
    1,
  ]);

  await page.goto("/settings/erase");
  await page.getByLabel("Present password").fill(person.password);
  await page.getByRole("button", { name: "Erase my account" }).click();
  await expect(page.getByText("Tick this box to go on.").last()).toBeVisible();
  await page.getByLabel("Present password").fill(person.password);
  await page.getByLabel("I understand that nothing can be restored.").check();
  await page.getByRole("button", { name: "Erase my account" }).click();
  await expect(page.getByTestId("receipt")).toBeVisible();
  const number = await page.getByTestId("receipt-number").innerText();
  await expect(page).toHaveURL(`/erased/${number}`);
  await expect(page.getByRole("link", { name: "Sign in" })).toBeVisible();

  await desk.goto("/operator/erasures");
  await desk.getByLabel("Number").fill(number);
  await desk.getByRole("button", { name: "Look up" }).click();
  await expect(desk.getByTestId("receipt-number")).toHaveText(number);
  await expect(async () => {
    await desk.reload();
    await expect(desk.getByTestId("receipt-facts")).toHaveAttribute("data-state", "done", { timeout: 500 });
  }).toPass();
  await desk.goto(`/operator/users?q=${encodeURIComponent(person.email)}`);
  await expect(desk.getByTestId("user")).toHaveCount(0);
  await console.close();
});

test.describe("in both colours", { tag: "@phone" }, () => {
  /** A page in one of its states. */
  let check: (page: Page) => Promise<void>;

  test.beforeEach(async ({ context, world, complaints, expectAccessible }, info) => {
    test.slow();
    complaints.allow(/status of (404|410|422)/);
    const lang = info.project.name === "phone" ? "en" : "fr";
    await speak(context, world, lang);
    check = async (page) => {
      await expect(page.locator("html")).toHaveAttribute("lang", lang);
      await expectNoSidewaysScrolling(page);
      await expectAccessible(page);
    };
  });

  test("the ways to a new password and to a code are accessible", async ({ page }) => {
    for (const path of ["/forgot-password", "/forgot-password?sent=yes", "/reset-password/used", "/sign-in?changed=yes", "/sign-in/code"]) {
      await page.goto(path);
      await check(page);
    }
    await page.locator("#code").fill("123456");
    await page.getByRole("main").getByRole("button").click();
    await expect(page.getByTestId("problems")).toBeVisible();
    await check(page);
  });

  test("the settings below are accessible, with their problems too", async ({ page, person }) => {
    for (const path of ["/settings", "/settings/sessions", "/settings/looks"]) {
      await page.goto(path);
      await check(page);
    }
    for (const path of ["/settings/password", "/settings/erase"]) {
      await page.goto(path);
      await check(page);
      await page.getByRole("main").getByRole("button").click();
      await expect(page.getByTestId("problems")).toBeVisible();
      await check(page);
    }
    expect(person.email).toContain("@");
  });

  test("two-step sign-in is accessible in each of its states", async ({ page, person }) => {
    await page.goto("/settings/two-step");
    await check(page);
    await page.locator("#current").fill(person.password);
    await page.getByRole("main").getByRole("button").click();
    await expect(page.getByTestId("two-step")).toHaveAttribute("data-state", "pending");
    await check(page);
    const telephone = await Telephone.enrol(page);
    await page.locator("#code").fill(await telephone.code());
    await page.getByRole("main").getByRole("button").click();
    await expect(page.getByTestId("recovery-codes")).toBeVisible();
    await check(page);
    await page.goto("/settings/two-step");
    await page.locator(".forget summary").first().click();
    await page.locator(".forget summary").last().click();
    await check(page);
  });
});
