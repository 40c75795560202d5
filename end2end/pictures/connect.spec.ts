import type { Page } from "@playwright/test";
import { openPopup } from "../bank";
import { Person } from "../person";
import { expect, test } from "./camera";

/** Says in the bank's window, and in its name, what the bank would say. */
async function say(popup: Page, name: string, data: Record<string, string> = {}): Promise<void> {
  await popup.evaluate(
    ([name, data]) => {
      const channel = new URL(location.href).searchParams.get("channel");
      window.opener.postMessage({ source: "anytime-connect", channel, name, data }, "*");
    },
    [name, data] as const,
  );
}

test("linking", async ({ page, context, world, camera, browser }) => {
  await (await Person.signUp(world, "Camille Rousseau")).signInto(context);
  const arrive = async () => {
    for (const other of context.pages()) if (other !== page) await other.close();
    await page.goto("/connect");
    await expect(page.getByTestId("anytime-button")).toBeVisible();
  };
  const expectHelp = (message: string) => expect(page.locator("[data-help]")).toHaveAttribute("data-message", message);

  await camera.takeEach("connect", arrive);
  for (const [message, events] of [
    ["signing-in", []],
    ["wrong-password", ["onLoginFailed"]],
    ["deciding", ["onLoginSucceeded", "onDisplayScopeAcceptanceScreen"]],
    ["refused", ["onLoginSucceeded", "onDisplayScopeAcceptanceScreen", "onClickRefuseButton"]],
    ["bank-error", ["onError"]],
  ] as const) {
    await camera.takeEach(`connect-${message}`, async () => {
      await arrive();
      const popup = await openPopup(page);
      for (const event of events) await say(popup, event);
      await expectHelp(message);
    });
  }
  await camera.takeEach("connect-closed", async () => {
    await arrive();
    await (await openPopup(page)).close();
    await expectHelp("closed");
  });

  const token = "0123456789abcdef".repeat(4);
  await page.route("**/dashboard", (route) => route.abort("aborted"));
  for (const [message, answer] of [
    ["confirming", { status: 201, json: { id: "0", status: "pending" } }],
    ["linked", { status: 201, json: { id: "0", status: "linked" } }],
    ["failed", { status: 201, json: { id: "0", status: "failed" } }],
    ["revoked", { status: 201, json: { id: "0", status: "revoked" } }],
    ["conflict", { status: 409 }],
    ["signed-out", { status: 401 }],
    ["not-saved", { status: 503 }],
  ] as const) {
    await page.route(/\/links(\/0)?$/, (route) => route.fulfill(answer));
    await camera.takeEach(`connect-${message}`, async () => {
      await arrive();
      await say(await openPopup(page), "onTokenCreated", { token });
      await expectHelp(message);
    });
    await page.unroute(/\/links(\/0)?$/);
  }

  await page.route("**/client.js", (route) => route.abort());
  await camera.takeEach("connect-unreachable", async () => {
    await page.goto("/connect");
    await expectHelp("unreachable");
  });
  await page.unroute("**/client.js");

  const silent = await browser.newContext({ javaScriptEnabled: false, storageState: await context.storageState() });
  const plain = await silent.newPage();
  await plain.goto(`${world.url}/connect`);
  await camera.takeEach("connect-no-javascript", async () => void (await plain.reload()), plain);
  await silent.close();

  await page.clock.install();
  await page.route(/\/links(\/0)?$/, (route) => route.fulfill({ status: 201, json: { id: "0", status: "pending" } }));
  await camera.takeEach("connect-slow", async () => {
    await arrive();
    await say(await openPopup(page), "onTokenCreated", { token });
    await expectHelp("confirming");
    await page.clock.fastForward(50_000);
    await expectHelp("slow");
  });
});

test("a browser that blocks windows", async ({ page, context, world, camera }) => {
  await (await Person.signUp(world)).signInto(context);
  await page.addInitScript(() => {
    window.open = () => null;
  });
  await camera.takeEach("connect-blocked", async () => {
    await page.goto("/connect");
    await page.getByTestId("anytime-button").click();
    await expect(page.locator("[data-help]")).toHaveAttribute("data-message", "blocked");
  });
});
