import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { Person } from "../person";
import { expect, test } from "./camera";

const run = promisify(execFile);

test("before an account", async ({ page, camera, world }) => {
  for (const [name, path] of [
    ["landing", "/"],
    ["sign-up", "/sign-up"],
    ["sign-in", "/sign-in"],
    ["not-found", "/nowhere-at-all"],
  ] as const) {
    await page.goto(path);
    await camera.take(name);
  }
  for (const name of ["sign-up", "sign-in"]) {
    await camera.takeEach(`${name}-problems`, async () => {
      await page.goto(`/${name}`);
      await page.locator("#email").fill("zoé at example");
      await page.locator("main form [type=submit]").click();
      await expect(page.getByTestId("problems")).toBeVisible();
    });
  }
  const taken = await Person.signUp(world);
  await camera.takeEach("sign-up-taken", async () => {
    await page.goto("/sign-up");
    await page.locator("#name").fill("Maximilienne-Alexandrine de La Rochefoucauld-Montmorency d’Estissac");
    await page.locator("#email").fill(taken.email);
    await page.locator("#password").fill("tulipes bleues du jardin");
    await page.getByRole("main").getByRole("button").click();
    await expect(page.getByTestId("problems")).toBeVisible();
  });
});

test("operators being set up", async ({ page, camera, world }) => {
  const link = await world.addOperator(world.newEmail("olivia.de-la-rochefoucauld-montmorency"), "operator");
  await page.goto(link);
  await camera.take("set-up");
  await camera.takeEach("set-up-problems", async () => {
    await page.goto(link);
    await page.locator("#password").fill("court");
    await page.getByRole("main").getByRole("button").click();
    await expect(page.getByTestId("problems")).toBeVisible();
  });
  await page.goto("/set-up/used-long-ago");
  await camera.take("set-up-expired");
});

test("what goes wrong", async ({ page, camera, world, context }) => {
  await camera.takeEach("forbidden", async () => {
    await page.goto("about:blank");
    await page.setContent(`<form method="post" action="${world.url}/sign-in"><button>Send</button></form>`);
    await page.getByRole("button").click();
    await expect(page.getByTestId("error")).toHaveAttribute("data-status", "403");
  });
  await camera.takeEach("too-large", async () => {
    await page.goto("/sign-up");
    await page.locator("#name").evaluate((input: HTMLInputElement) => (input.value = "é".repeat(2_000_000)));
    await page.getByRole("main").getByRole("button").click();
    await expect(page.getByTestId("error")).toHaveAttribute("data-status", "413");
  });

  await (await Person.signUp(world)).signInto(context);
  const rename = (from: string, to: string) =>
    run("sqlite3", ["-cmd", ".timeout 5000", join(world.dir, "anytime-connect.db"), `ALTER TABLE ${from} RENAME TO ${to}`]);
  await rename("payments", "payments_away");
  try {
    await camera.takeEach("unavailable", async () => {
      await page.goto("/dashboard");
      await expect(page.getByTestId("error")).toHaveAttribute("data-status", "503");
    });
  } finally {
    await rename("payments_away", "payments");
  }
});

test("a wrong password, again and again", async ({ page, camera, world }) => {
  const { email } = await Person.signUp(world);
  const attempt = async () => {
    await page.locator("#email").fill(email);
    await page.locator("#password").fill("tulipes rouges du jardin");
    await page.locator("main form [type=submit]").click();
    await expect(page.getByTestId("problems")).toBeVisible();
  };
  await camera.takeEach("sign-in-wrong", async () => {
    await page.goto("/sign-in");
    await attempt();
  });
  await camera.takeEach("sign-in-too-many", async () => {
    await page.goto("/sign-in");
    await expect(async () => {
      await attempt();
      await expect(page.getByTestId("problems")).toContainText(/Trop d’essais|Too many/, { timeout: 100 });
    }).toPass({ timeout: 120_000 });
  });
});
