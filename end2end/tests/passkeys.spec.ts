import type { Page } from "@playwright/test";
import { Authenticator } from "../authenticator";
import { expectNoSidewaysScrolling, type Lang, speak } from "../dashboard";
import { expect, test } from "../fixtures";
import { Person } from "../person";
import { Telephone } from "../telephone";

const WORDS = {
  fr: {
    manage: "Gérer – Clés d’accès",
    current: "Mot de passe actuel",
    add: "Ajouter une clé d’accès",
    added: "Clé d’accès ajoutée.",
    addedMail: "permet de se connecter sans mot de passe ni code",
    never: "Jamais utilisée",
    signIn: "Utiliser une clé d’accès",
    used: "Dernière utilisation",
    renamed: "Nom modifié.",
    remove: "Supprimer…",
    removeSubmit: "Supprimer",
    removed: "Clé d’accès supprimée.",
    removedMail: "ne permet plus de se connecter",
    refused: "Cette clé d’accès n’a pas permis de vous connecter.",
  },
  en: {
    manage: "Manage – Passkeys",
    current: "Present password",
    add: "Add a passkey",
    added: "Passkey added.",
    addedMail: "in without password and code",
    never: "Never used",
    signIn: "Use a passkey",
    used: "Last used",
    renamed: "Name changed.",
    remove: "Remove…",
    removeSubmit: "Remove",
    removed: "Passkey removed.",
    removedMail: "not sign in any more",
    refused: "This passkey did not sign you in.",
  },
} as const;

/** Adds a passkey, in English. */
async function add(page: Page, person: Person, authenticator: Authenticator): Promise<void> {
  await page.goto("/settings/passkeys");
  await page.locator("#current").fill(person.password);
  await authenticator.touch(async () => {
    await page.getByRole("button", { name: WORDS.en.add }).click();
    await expect(page.getByTestId("done")).toHaveText(WORDS.en.added);
  });
}

async function signOut(page: Page): Promise<void> {
  await page.locator(".menu summary").click();
  await page.locator(".menu-sheet form[action='/sign-out'] button").click();
  await expect(page.locator(".menu")).toHaveCount(0);
}

for (const lang of ["fr", "en"] as Lang[]) {
  const words = WORDS[lang];

  test(`a passkey is added, signs in, is named and removed (${lang})`, { tag: lang === "fr" ? ["@phone"] : [] }, async ({
    page,
    context,
    world,
    person,
    complaints,
    expectAccessible,
  }) => {
    complaints.allow(/status of 422/);
    await speak(context, world, lang);
    const check = async () => {
      await expectNoSidewaysScrolling(page);
      await expectAccessible(page);
    };
    const authenticator = await Authenticator.plugIn(page);
    await page.goto("/settings");
    await page.getByRole("link", { name: words.manage }).click();
    await expect(page.getByTestId("passkey")).toHaveCount(0);
    await check();
    await page.getByLabel(words.current).fill("not this one");
    await page.getByRole("button", { name: words.add }).click();
    await expect(page.getByLabel(words.current)).toHaveAttribute("aria-invalid", "true");
    await expect(page.getByLabel(words.current)).toBeFocused();
    await check();
    await page.getByLabel(words.current).fill(person.password);
    await authenticator.touch(async () => {
      await page.getByRole("button", { name: words.add }).click();
      await expect(page.getByTestId("done")).toHaveText(words.added);
    });
    await expect(page.getByTestId("passkey")).toContainText(words.never);
    expect(await authenticator.credentials()).toMatchObject([{ isResidentCredential: true }]);
    await check();
    await world.mail(person.email, words.addedMail);

    await signOut(page);
    await page.goto("/settings/passkeys");
    await expect(page).toHaveURL(/\/sign-in\?next=/);
    await check();
    await authenticator.touch(async () => {
      await page.getByRole("button", { name: words.signIn }).click();
      await expect(page).toHaveURL("/settings/passkeys");
    });
    await expect(page.getByTestId("passkey")).toContainText(words.used);

    await page.getByTestId("passkey").getByRole("link").click();
    await check();
    await page.locator("#name").fill("Zoé’s key & <b>more</b>");
    await page.locator("form[action$='/name'] button").click();
    await expect(page.getByTestId("done")).toHaveText(words.renamed);
    await page.getByRole("link", { name: "Zoé’s key & <b>more</b>" }).click();
    await page.getByText(words.remove, { exact: true }).click();
    await page.getByRole("button", { name: words.removeSubmit, exact: true }).click();
    await expect(page.getByLabel(words.current)).toHaveAttribute("aria-invalid", "true");
    await check();
    await page.getByLabel(words.current).fill(person.password);
    await page.getByRole("button", { name: words.removeSubmit, exact: true }).click();
    await expect(page.getByTestId("done")).toHaveText(words.removed);
    await expect(page.getByTestId("passkey")).toHaveCount(0);
    await world.mail(person.email, words.removedMail);

    await signOut(page);
    await page.goto("/sign-in");
    await authenticator.touch(async () => {
      await page.getByRole("button", { name: words.signIn }).click();
      await expect(page.locator("[data-passkey-words]")).toContainText(words.refused);
    });
    await check();
  });
}

test("a passkey takes the place of the code, and who is not verified has none", async ({ page, person, complaints }) => {
  complaints.allow(/status of 422/);
  await page.goto("/settings/two-step");
  await page.locator("#current").fill(person.password);
  await page.getByRole("main").getByRole("button").click();
  const telephone = await Telephone.enrol(page);
  await page.locator("#code").fill(await telephone.code());
  await page.getByRole("main").getByRole("button").click();
  await expect(page.getByTestId("recovery-codes")).toBeVisible();

  const authenticator = await Authenticator.plugIn(page);
  await page.goto("/settings/passkeys");
  await page.getByLabel(WORDS.en.current).fill(person.password);
  await page.getByRole("button", { name: WORDS.en.add }).click();
  await expect(page.locator("#code")).toHaveAccessibleDescription(/not right/);
  await page.locator("#code").fill(await telephone.code());
  await authenticator.touch(async () => {
    await page.getByRole("button", { name: WORDS.en.add }).click();
    await expect(page.getByTestId("done")).toHaveText(WORDS.en.added);
  });

  await signOut(page);
  await page.goto("/sign-in");
  await authenticator.verify(false);
  await authenticator.touch(async () => {
    await page.getByRole("button", { name: WORDS.en.signIn }).click();
    await expect(page.locator("[data-passkey-words]")).toContainText("No passkey was used.");
  });
  await authenticator.verify(true);
  await authenticator.touch(async () => {
    // What fills the form has begun again, and may be quicker than the button.
    const pressed = page.getByRole("button", { name: WORDS.en.signIn }).click();
    await Promise.race([pressed.catch(() => {}), page.waitForURL("/connect")]);
    await expect(page).toHaveURL("/connect");
  });
});

test("a device makes one passkey for an account, and says so", async ({ page, person }) => {
  const authenticator = await Authenticator.plugIn(page);
  await add(page, person, authenticator);
  await page.locator("#current").fill(person.password);
  await authenticator.touch(async () => {
    await page.getByRole("button", { name: WORDS.en.add }).click();
    await expect(page.locator("[data-passkey-words]")).toContainText("has a passkey for your account already");
  });
  expect(await authenticator.credentials()).toHaveLength(1);
});

test("operators sign in by a passkey, too", async ({ page, context, world }) => {
  const operator = await Person.setUp(world);
  await operator.signInto(context);
  const authenticator = await Authenticator.plugIn(page);
  await add(page, operator, authenticator);
  await signOut(page);
  // What fills the form may be quicker than any button.
  await authenticator.touch(async () => {
    await page.goto("/sign-in");
    await expect(page).toHaveURL("/operator/users");
  });
});

test("a browser that offers passkeys in the form signs in without a button", async ({ page, person }) => {
  const authenticator = await Authenticator.plugIn(page);
  await add(page, person, authenticator);
  await signOut(page);
  await authenticator.touch(async () => {
    await page.goto("/sign-in");
    await expect(page).toHaveURL("/connect");
  });
});

test("a browser without passkeys is told so, and signs in as before", async ({ page, context, person }) => {
  await context.addInitScript(() => {
    Reflect.deleteProperty(window, "PublicKeyCredential");
  });
  await page.goto("/settings/passkeys");
  await expect(page.locator("[data-passkey-words]")).toContainText("This browser cannot make passkeys.");
  await expect(page.getByRole("button", { name: WORDS.en.add })).toBeHidden();
  await signOut(page);
  await page.goto("/sign-in");
  await expect(page.getByRole("button", { name: WORDS.en.signIn })).toBeHidden();
  await page.locator("#email").fill(person.email);
  await page.locator("#password").fill(person.password);
  await page.getByRole("button", { name: "Sign in", exact: true }).click();
  await expect(page).toHaveURL("/connect");
});

test("without scripts nothing of passkeys is in the way", { tag: "@only-no-javascript" }, async ({ page, person }) => {
  await page.goto("/settings/passkeys");
  await expect(page.locator("noscript .notice")).toBeVisible();
  await expect(page.locator("[data-passkey-add]")).toBeHidden();
  await signOut(page);
  await page.goto("/sign-in");
  await expect(page.locator("[data-passkey]")).toBeHidden();
  await page.locator("#email").fill(person.email);
  await page.locator("#password").fill(person.password);
  await page.getByRole("main").getByRole("button").click();
  await expect(page).toHaveURL("/connect");
});
