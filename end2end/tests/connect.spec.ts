import { ALICE, closePopup, DAVID, openPopup, signInAtBank } from "../bank";
import { expect, test } from "../fixtures";

test("who refuses the access is told that nothing was shared, and can start over", { tag: "@phone" }, async ({ page, person }) => {
  await page.goto("/connect");
  const popup = await openPopup(page);
  await signInAtBank(popup, ALICE);
  await popup.getByTestId("bank-refuse").click();

  const help = page.locator("[data-help]");
  await expect(help).toContainText("You refused the access");
  await expect(help).toContainText("press the button again");
  await closePopup(popup, "bank-close");
  // The window has been closed, which must not hide why.
  await expect(help).toHaveAttribute("data-message", "refused");
  expect(await person.payments()).toEqual([]);

  const again = await openPopup(page);
  await signInAtBank(again, ALICE);
  await again.getByTestId("bank-accept").click();
  await expect(page).toHaveURL("/dashboard");
  await expect(page.getByTestId("link")).toHaveAttribute("data-status", "linked");
});

test("who closes the window early is told how to start over", { tag: "@phone" }, async ({ page, person }) => {
  await page.goto("/connect");
  const popup = await openPopup(page);
  await popup.close();

  const help = page.locator("[data-help]");
  await expect(help).toContainText("The window was closed before the end");
  await expect(help).toContainText("Press the button again");
  await expect(page.locator("[data-step=window]")).toHaveAttribute("data-state", "todo");
  expect(person.email).toContain("@");
});

test("a browser that blocks the window is named as the reason", async ({ page, person, complaints }) => {
  complaints.allow(/blocked the Anytime window/);
  await page.addInitScript(() => {
    window.open = () => null;
  });
  await page.goto("/connect");
  await page.getByTestId("anytime-button").click();

  const help = page.locator("[data-help]");
  await expect(help).toContainText("Your browser blocked the window");
  await expect(help).toContainText("Allow pop-up windows for this site");
  expect(person.email).toContain("@");
});

test("when the bank's script cannot be reached, the page says so and offers to load again", async ({ page, person, complaints }) => {
  complaints.allow(/client\.js/);
  await page.route("**/client.js", (route) => route.abort());
  await page.goto("/connect");

  const help = page.locator("[data-help]");
  await expect(help).toContainText("The bank is not answering");
  await page.unroute("**/client.js");
  await help.getByRole("link", { name: "Reload the page" }).click();
  await expect(page.getByTestId("anytime-button")).toBeVisible();
  expect(person.email).toContain("@");
});

test("someone without a card is told that payments will appear once there is one", async ({ page, person }) => {
  await page.goto("/connect");
  const popup = await openPopup(page);
  await signInAtBank(popup, DAVID);
  await popup.getByTestId("bank-accept").click();

  await expect(page).toHaveURL("/dashboard");
  await expect(page.getByTestId("link")).toHaveAttribute("data-status", "linked");
  await expect(page.getByTestId("link")).toContainText("No card on this account");
  expect(await person.payments()).toEqual([]);
});

test("while the bank's API is down the link is pending, and it heals by itself", async ({ page, world, person }) => {
  await world.control("api", { mode: "down" });
  try {
    await person.accept(ALICE);
    await page.goto("/dashboard");
    await expect(page.getByTestId("link")).toHaveAttribute("data-status", "pending");
    await expect(page.getByTestId("link")).toContainText("The bank is confirming the access");
  } finally {
    await world.control("api", { mode: "ok" });
  }
  await expect(page.getByTestId("link")).toHaveAttribute("data-status", "linked", { timeout: 15_000 });
  await expect(page.getByTestId("balance")).toHaveCount(3);
});

test("XS-28 a token that is no token is neither sent nor shown", async ({ page, world, person, complaints }) => {
  complaints.allow(/status of 422/);
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && new URL(request.url()).pathname === "/links") sent.push(request.postData() ?? "");
  });
  await page.route("**/client.js", (route) =>
    route.fulfill({
      contentType: "text/javascript",
      body: `
        const bound = {};
        window.AC = { add: (name, fn) => (bound[name] = fn) };
        window.fire = (event) => bound.onTokenCreated(event);`,
    }),
  );
  await page.goto("/connect");
  const fire = (event: unknown) => page.evaluate((event) => (window as unknown as { fire(event: unknown): void }).fire(event), event);
  await page.waitForFunction(() => "fire" in window);
  await expect(page.locator("[data-loading]")).toHaveCount(0);

  for (const event of [{ token: { toString: "x" } }, { token: "" }, { token: 7 }, {}, null]) await fire(event);
  expect(sent).toEqual([]);

  const hostile = "<img src=x onerror=alert(1)>";
  await fire({ token: hostile });
  await expect(page.locator("[data-help]")).toHaveAttribute("data-message", /conflict|not-saved/);
  expect(sent).toHaveLength(1);
  expect(await page.content()).not.toContain(hostile);
  expect(await page.evaluate(() => JSON.stringify([{ ...localStorage }, { ...sessionStorage }]))).toBe("[{},{}]");
  expect(world.serverLog()).not.toContain(hostile);
  expect(await person.payments()).toEqual([]);
});

test("XS-29 what another window says in the bank's name is not heard", async ({ page, world, person }) => {
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST" && new URL(request.url()).pathname === "/links") sent.push(request.url());
  });
  await page.goto("/connect");
  const popup = await openPopup(page);
  const forged = { source: "anytime-connect", channel: "", name: "onTokenCreated", data: { token: "forged-token-of-somebody" } };
  await page.evaluate((message) => window.postMessage(message, "*"), forged);
  // The bank's own window goes on being heard after it.
  await signInAtBank(popup, ALICE);
  await expect(page.locator("[data-help]")).toHaveAttribute("data-message", "deciding");
  expect(sent).toEqual([]);
  await popup.close();
  expect(await person.payments()).toEqual([]);
  expect(world.serverLog()).not.toContain("forged-token");
});
