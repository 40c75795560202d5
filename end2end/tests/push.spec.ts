import type { Page } from "@playwright/test";
import { ALICE, only } from "../bank";
import { expect, test as base } from "../fixtures";
import { claimsOf, PushService } from "../push";

const test = base.extend<{ service: PushService }>({
  service: async ({ context, world }, use) => {
    const service = await PushService.start();
    await service.serve(context, world.url);
    await use(service);
    await service.stop();
  },
});

async function turnOn(page: Page): Promise<void> {
  await page.goto("/settings/alerts");
  await page.getByRole("button", { name: "Turn on for this device" }).click();
  await expect(page.getByTestId("done")).toHaveText("Device added.");
  await expect(page.getByTestId("device")).toContainText("this device");
}

/** A rule that tells this device too. */
async function addRule(page: Page, amount: string): Promise<void> {
  await page.goto("/settings/alerts");
  await page.getByRole("radio", { name: /of a large payment/ }).check();
  await page.getByRole("textbox", { name: "Amount" }).fill(amount);
  await page.getByLabel("on the devices that you have chosen").check();
  await page.getByRole("button", { name: "Add", exact: true }).click();
  await expect(page.getByTestId("rule")).toContainText("on your devices");
}

test("a device is told what it asked for, sealed and signed, once", async ({ page, world, person, service, expectAccessible }) => {
  await person.link(ALICE);
  await addRule(page, "50");
  await turnOn(page);
  await expectAccessible(page);
  const payment = only((await world.control("purchase", { customer: ALICE, amount: "75.00", status: "A" })).transactions);
  await expect.poll(() => service.posted.length, { timeout: 20_000 }).toBe(1);
  await world.control("settle", { txid: payment.txid, card_ref: payment.card_ref });
  await expect.poll(async () => (await person.page()).transactions.find(({ txid }) => txid === payment.txid)?.status).toBe("S");

  const [posted] = service.posted;
  if (!posted) throw new Error("nothing was posted");
  const { headers, message } = posted;
  expect(message).toMatchObject({ title: "Over €50.00", url: `/transactions/${payment.card_ref}-${payment.txid}`, lang: "en" });
  expect(message.body).toContain("−€75.00");
  expect(headers["content-encoding"]).toBe("aes128gcm");
  expect(headers.ttl).toBe("86400");
  const claims = claimsOf(headers.authorization ?? "");
  expect(claims.aud).toBe(service.origin);
  expect(claims.exp * 1_000).toBeLessThanOrEqual(Date.now() + 24 * 3_600_000);
  expect(service.posted).toHaveLength(1);
  expect(world.serverLog()).not.toContain(`${service.origin}/push`);

  await page.getByRole("button", { name: "Turn off for this device" }).click();
  await expect(page.getByTestId("done")).toHaveText("Device removed.");
  await expect(page.getByTestId("device")).toHaveCount(0);
});

test("many alerts go as one message, and a device that is gone is forgotten", async ({ page, world, person, service }) => {
  await person.link(ALICE);
  await addRule(page, "10");
  await turnOn(page);
  service.status = 410;
  await world.control("purchase", { customer: ALICE, amount: "20.00", count: 5 });
  await expect.poll(() => service.posted.length, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(service.posted[0]?.message.title).toMatch(/^\d alerts$/);
  await expect
    .poll(async () => (await person.get("/settings/alerts")).text.includes('data-testid="device"'), { message: "it is forgotten" })
    .toBe(false);
});

test("the service worker shows what comes, and a press leads there", async ({ page, world, person, service, context }) => {
  await person.link(ALICE);
  await turnOn(page);
  expect(service.posted).toHaveLength(0);
  const session = await context.newCDPSession(page);
  const registered = new Promise<string>((found) => {
    session.on("ServiceWorker.workerRegistrationUpdated", ({ registrations }) => {
      const [first] = registrations;
      if (first) found(first.registrationId);
    });
  });
  await session.send("ServiceWorker.enable");
  const message = { title: "Over €50.00", body: "Fnac · −€75.00", url: "/settings", tag: "alert-1", lang: "en" };
  const deliver = async (data: string) =>
    session.send("ServiceWorker.deliverPushMessage", { origin: world.url, registrationId: await registered, data });
  const shown = () =>
    page.evaluate(async () => {
      const registration = await navigator.serviceWorker.ready;
      const all = await registration.getNotifications();
      return all.map(({ title, body, tag }) => ({ title, body, tag }));
    });
  // What comes while the worker is being started may be lost on the way from here; by its tag, it is one however often it comes.
  await expect(async () => {
    await deliver(JSON.stringify(message));
    expect(await shown()).toEqual([{ title: message.title, body: message.body, tag: message.tag }]);
  }).toPass();
  // The same once more takes its place; what cannot be read is shown all the same, or the browser would show something of its own.
  await deliver(JSON.stringify(message));
  await deliver("no JSON");
  await expect.poll(async () => (await shown()).length).toBe(2);
});

test("a browser that refuses notifications is told what to do", async ({ page, context, person }) => {
  expect(person.email).toContain("@");
  await context.clearPermissions();
  await context.addInitScript(() => {
    Object.defineProperty(Notification, "permission", { get: () => "denied" });
  });
  await page.goto("/settings/alerts");
  await expect(page.locator("[data-push-words]")).toContainText("Allow them in its settings");
  await expect(page.getByRole("button", { name: "Turn on for this device" })).toBeHidden();
});
