import type { Page } from "@playwright/test";
import { ALICE, signInAtBank } from "../bank";
import { Person } from "../person";
import { PARTNER_ID, type World } from "../world";
import { type Look, expect, test } from "./camera";

/** The bank's window, as its button opens it. */
async function openWindow(page: Page, world: World, { lang }: Look, query = "custom_ref=v1.k1.pCwL8vYc2f0"): Promise<void> {
  await page.goto(`${world.bank}/${PARTNER_ID}/${lang}/popup?channel=picture&${query}`);
}

test("the bank's window", async ({ page, world, camera }) => {
  await camera.takeEach("bank-window", (look) => openWindow(page, world, look));
  await camera.takeEach("bank-window-wrong", async (look) => {
    await openWindow(page, world, look);
    await signInAtBank(page, ALICE, "wrong");
    await expect(page.locator("#error")).toBeVisible();
  });
  await camera.takeEach("bank-window-scope", async (look) => {
    await openWindow(page, world, look);
    await signInAtBank(page, ALICE);
    await expect(page.getByTestId("bank-accept")).toBeVisible();
  });
  await camera.takeEach("bank-window-done", async (look) => {
    await openWindow(page, world, look, "");
    await signInAtBank(page, ALICE);
    await page.getByTestId("bank-accept").click();
    await expect(page.getByTestId("bank-quit")).toBeVisible();
  });
  await camera.takeEach("bank-window-refused", async (look) => {
    await openWindow(page, world, look);
    await signInAtBank(page, ALICE);
    await page.getByTestId("bank-refuse").click();
    await expect(page.getByTestId("bank-close")).toBeVisible();
  });
  await camera.takeEach("bank-window-trouble", (look) => openWindow(page, world, look, `custom_ref=${"x".repeat(256)}`));
});

test("the bank's own page", async ({ page, world, camera }) => {
  await page.goto(world.bank);
  await camera.take("bank-quiet");
  const person = await Person.signUp(world);
  await person.linkByBoth(ALICE);
  await world.control("purchase", { customer: ALICE, amount: "12.40" });
  await world.control("purchase", { customer: ALICE, amount: "66.60", hash: "bad" });
  await world.control("refuse-payment", { customer: ALICE, amount: "310.00" });
  await world.control("scenario", { name: "late-and-shuffled" });
  await world.control("pause", { paused: true });
  await world.control("purchase", { customer: ALICE, amount: "3.00" });
  await page.goto(world.bank);
  await camera.take("bank-busy");
  await world.control("pause", { paused: false });
  await world.control("scenario");
  await page.goto(`${world.bank}/?error=amount%20must%20be%20a%20decimal`);
  await camera.take("bank-error");
});
