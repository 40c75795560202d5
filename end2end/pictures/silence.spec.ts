import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { ALICE } from "../bank";
import { Person } from "../person";
import { expect, test } from "./camera";

const run = promisify(execFile);

test("an account that has gone silent", async ({ page, context, world, camera }) => {
  const person = await Person.signUp(world, "Camille Rousseau");
  await person.signInto(context);
  await person.linkByBoth(ALICE);
  // Nobody waits for months.
  const longAgo = `UPDATE links SET last_news_at = last_news_at - ${120 * 86_400_000_000} WHERE user_id = (SELECT id FROM users WHERE email = '${person.email}')`;
  await run("sqlite3", ["-cmd", ".timeout 5000", join(world.dir, "anytime-connect.db"), longAgo]);
  await page.goto("/dashboard");
  await expect(page.getByTestId("silent")).toBeVisible();
  await camera.take("dashboard-silent");
  await page.goto("/settings/accounts");
  await camera.take("accounts-silent");
  await camera.takeEach("accounts-asked", async () => {
    await page.goto("/settings/accounts");
    await page.getByTestId("silent").locator("form button").click();
    await expect(page.getByTestId("asked")).toBeVisible();
  });
});
