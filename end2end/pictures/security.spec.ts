import { Authenticator } from "../authenticator";
import { ALICE } from "../bank";
import { Person } from "../person";
import { Telephone } from "../telephone";
import { expect, test } from "./camera";

test("new passwords", async ({ page, camera, world }) => {
  await page.goto("/forgot-password");
  await camera.take("forgot-password");
  await page.goto("/forgot-password?sent=yes");
  await camera.take("forgot-password-sent");
  const person = await Person.signUp(world);
  await page.goto("/forgot-password");
  await page.locator("#email").fill(person.email);
  await page.getByRole("main").getByRole("button").click();
  const mail = await world.mail(person.email, "/reset-password/");
  await page.goto(mail.match(/https?:\/\/\S+\/reset-password\/\S+/)?.[0] ?? "/");
  await camera.take("reset-password");
  await page.goto("/reset-password/used");
  await camera.take("reset-password-expired");
  await page.goto("/sign-in?changed=yes");
  await camera.take("sign-in-changed");
});

test("settings", async ({ page, camera, world, person }) => {
  await person.link(ALICE);
  await page.goto("/settings");
  await camera.take("settings");
  await page.goto("/settings/password");
  await camera.take("settings-password");
  await camera.takeEach("settings-password-problems", async () => {
    await page.goto("/settings/password");
    await page.getByRole("main").getByRole("button").click();
    await expect(page.getByTestId("problems")).toBeVisible();
  });
  await page.goto("/settings/sessions");
  await camera.take("settings-sessions");
  await page.goto("/settings/looks");
  await camera.take("settings-looks-none");
  const operator = await Person.setUp(world, "viewer");
  const { text } = await operator.get(`/operator/users?q=${encodeURIComponent(person.email)}`);
  const path = /\/operator\/users\/[0-9a-f]{32}/.exec(text)?.[0] ?? "";
  for (let n = 0; n < 3; n++) await operator.get(path);
  await page.goto("/settings/looks");
  await camera.take("settings-looks");
  await page.goto("/settings/erase");
  await camera.take("settings-erase");
});

test("two-step sign-in", async ({ page, camera, person }) => {
  await page.goto("/settings/two-step");
  await camera.take("two-step-off");
  await page.locator("#current").fill(person.password);
  await page.getByRole("main").getByRole("button").click();
  await camera.take("two-step-pending");
  const telephone = await Telephone.enrol(page);
  const code = await telephone.code();
  await page.locator("#code").fill(code);
  await page.getByRole("main").getByRole("button").click();
  await expect(page.getByTestId("recovery-codes")).toBeVisible();
  await camera.takeEach("two-step-codes", async () => {});
  await page.goto("/settings/two-step");
  await camera.take("two-step-on");
  await camera.takeEach("two-step-on-open", async () => {
    await page.reload();
    await page.locator(".forget summary").last().click();
  });
  await page.goto("/sign-in/code");
  await camera.take("sign-in-code");
});

test("passkeys", async ({ page, camera, person }) => {
  const authenticator = await Authenticator.plugIn(page);
  await page.goto("/settings/passkeys");
  await camera.take("passkeys-none");
  await camera.takeEach("passkeys-problem", async () => {
    await page.goto("/settings/passkeys");
    await page.locator("#current").fill("not this one");
    await page.locator("[data-passkey-add] button").click();
    await expect(page.locator("#current")).toHaveAttribute("aria-invalid", "true");
  });
  await page.goto("/settings/passkeys");
  await page.locator("#name").fill("iPhone de Maximilienne-Alexandrine");
  await page.locator("#current").fill(person.password);
  await authenticator.touch(async () => {
    await page.locator("[data-passkey-add] button").click();
    await expect(page.getByTestId("done")).toBeVisible();
  });
  await camera.take("passkeys");
  await page.getByTestId("passkey").getByRole("link").click();
  await camera.take("passkeys-one");
  await camera.takeEach("passkeys-remove", async () => {
    await page.reload();
    await page.locator(".forget summary").click();
  });
  await camera.takeEach("sign-in-passkey", async () => {
    await page.goto("/sign-in");
    await authenticator.verify(false);
    await authenticator.touch(async () => {
      await page.locator("[data-passkey-use]").click();
      await expect(page.locator("[data-passkey-words]")).not.toBeEmpty();
    });
  });
});

test("hidden amounts, and a receipt", async ({ page, camera, person }) => {
  await person.link(ALICE);
  await page.goto("/dashboard");
  await page.locator(".menu summary").click();
  await page.locator(".menu-sheet [name=privacy]").click();
  for (const [name, path] of [
    ["private-dashboard", "/dashboard"],
    ["private-insights", "/dashboard/insights"],
  ] as const) {
    await page.goto(path);
    await camera.take(name);
  }
  await page.goto("/dashboard");
  await page.getByTestId("transaction").first().getByRole("link").click();
  await camera.take("private-payment");
  await page.goto("/settings/erase");
  await page.locator("#current").fill(person.password);
  await page.locator("#sure").check();
  await page.getByRole("main").getByRole("button").click();
  await expect(page.getByTestId("receipt")).toBeVisible();
  await camera.take("erased");
});
