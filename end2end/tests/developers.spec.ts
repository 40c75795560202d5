import { ALICE } from "../bank";
import { expectNoSidewaysScrolling, type Lang, speak } from "../dashboard";
import { expect, test } from "../fixtures";

const WORDS = {
  fr: { title: "API pour développeurs", key: "Votre clé", send: "Essayer", missing: "Collez d’abord votre clé" },
  en: { title: "API for developers", key: "Your key", send: "Try it", missing: "Paste your key first" },
} as const;

for (const lang of ["fr", "en"] as Lang[]) {
  test(`the API is tried out on its own page, by the keyboard, ${lang} @phone`, async ({ page, context, world, person, expectAccessible, complaints }, info) => {
    complaints.allow(/status of 403/);
    const words = WORDS[lang];
    await person.link(ALICE);
    const printed = await world.cli("api-key", "add", "Trial", "--scope", "users:read");
    const key = printed.trimEnd().split("\n").at(-1) ?? "";
    await speak(context, world, lang);
    await page.goto("/developers");
    await expect(page.getByRole("heading", { level: 1 })).toHaveText(words.title);
    const users = page.locator('form[data-method=get][data-path="/api/v1/users"]');
    const answer = users.locator(".operation-answer");

    await users.getByRole("button", { name: words.send }).focus();
    await page.keyboard.press("Enter");
    await expect(answer).toContainText(words.missing);
    await expect(page.getByLabel(words.key)).toBeFocused();
    await page.keyboard.type(key);
    await users.locator("input[name=q]").fill(person.email);
    await page.keyboard.press("Enter");
    await expect(answer.getByRole("status")).toContainText("200");
    await expect(answer.getByRole("status")).toContainText("RateLimit");
    await expect(answer.locator("pre")).toContainText(`"email": "${person.email}"`);

    // What the key is not good for is said as any program would hear it.
    const replay = page.locator('form[data-method=post][data-path="/api/v1/deliveries/{id}/replay"]');
    await replay.locator("input[name=id]").fill("1");
    await replay.getByRole("button", { name: words.send }).click();
    await expect(replay.locator(".operation-answer pre")).toContainText("deliveries:write");
    await expectNoSidewaysScrolling(page);
    if (info.project.name === "desktop") await expectAccessible(page);
  });
}

test("without scripts the API is described, with a command to copy", { tag: "@only-no-javascript" }, async ({ page }) => {
  await page.goto("/developers");
  const token = page.getByTestId("operation").filter({ hasText: "/api/v1/links/{id}/token" });
  await expect(token).toContainText('curl -H "Authorization: Bearer $KEY"');
  await expect(page.getByRole("button", { name: "Try it" })).toHaveCount(0);
  await expect(page.getByLabel("Your key")).toBeHidden();
});
