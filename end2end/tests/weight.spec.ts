import type { Page, Response } from "@playwright/test";
import { ALICE } from "../bank";
import { openDashboard } from "../dashboard";
import { expect, test } from "../fixtures";
import { ask } from "../http";
import { Person } from "../person";

/** Everything that pages load while `visit` runs. */
async function loading(page: Page, visit: () => Promise<unknown>): Promise<Response[]> {
  const responses: Response[] = [];
  const note = (response: Response) => responses.push(response);
  page.on("response", note);
  await visit();
  await page.waitForLoadState("networkidle");
  page.off("response", note);
  return responses;
}

function pathOf(response: Response): string {
  return new URL(response.url()).pathname;
}

function isCode(response: Response): boolean {
  return response.request().resourceType() === "script" || /\.(js|wasm)$/.test(pathOf(response));
}

test("signing up and the console load no script and no wasm", async ({ page, context, world }) => {
  const operator = await Person.setUp(world);
  const expectNoCode = async (path: string) => {
    const responses = await loading(page, () => page.goto(path));
    expect(responses.length, path).toBeGreaterThan(1);
    expect(responses.filter(isCode).map(pathOf), path).toEqual([]);
    expect(await page.locator("script[src], link[rel=modulepreload], leptos-island").count(), `scripts in ${path}`).toBe(0);
  };
  for (const path of ["/", "/sign-up", "/sign-in/code"]) await expectNoCode(path);
  await operator.signInto(context);
  for (const path of ["/operator/users", "/operator/deliveries", "/settings", "/settings/accounts"]) await expectNoCode(path);
});

test("signing in loads one small script, for passkeys", async ({ page, world }) => {
  const responses = await loading(page, () => page.goto("/sign-in"));
  expect(responses.filter(isCode).map(pathOf)).toEqual(["/passkeys.js"]);
  const { headers, body } = await ask(world, "/passkeys.js", { headers: { "accept-encoding": "br" } });
  expect(headers["content-encoding"]).toBe("br");
  expect(body.length, "bytes of brotli").toBeLessThanOrEqual(3 * 1024);
});

test("the dashboard's script and wasm weigh at most 120 KB on the way", async ({ page, world, person }) => {
  await person.link(ALICE);
  const responses = await loading(page, () => openDashboard(page).then(() => expect(page.locator("html")).toHaveAttribute("data-hydrated")));
  const paths = responses.filter(isCode).map(pathOf);
  expect(paths.filter((path) => path.endsWith(".wasm"))).toHaveLength(1);
  expect(paths.some((path) => path.endsWith(".js"))).toBe(true);

  let total = 0;
  for (const path of new Set(paths)) {
    const answer = await ask(world, path, { headers: { "accept-encoding": "br" } });
    expect(answer.headers["content-encoding"], path).toBe("br");
    total += answer.body.length;
  }
  expect(total, "bytes of brotli").toBeLessThanOrEqual(120 * 1024);
  expect(total).toBeGreaterThan(10 * 1024);
});

test("every island of the dashboard is a part of the bundle", async ({ page, world, person }) => {
  await person.link(ALICE);
  const responses = await loading(page, () => openDashboard(page));
  const islands = await page.locator("leptos-island").evaluateAll((all) => all.map((one) => (one as HTMLElement).dataset.component ?? ""));
  expect(islands.length).toBeGreaterThan(0);
  const script = responses.filter(isCode).map(pathOf).find((path) => path.endsWith(".js")) ?? "";
  const { text } = await ask(world, script);
  const exported = [...text.matchAll(/export (?:async )?function (\w+)/g), ...text.matchAll(/export *\{([^}]*)\}/g)].flatMap((match) =>
    (match[1] ?? "").split(",").map((name) => name.trim().split(/ as /).at(-1) ?? ""),
  );
  for (const island of islands) expect(exported).toContain(island);
});

test("files with a hash in their name are kept for ever, and pages never", async ({ page, world, person }) => {
  const responses = await loading(page, () => openDashboard(page));
  const hashed = responses.map(pathOf).filter((path) => path.startsWith("/pkg/"));
  expect(hashed.map((path) => path.split(".").at(-1)).sort()).toEqual(["css", "js", "wasm"]);
  for (const path of hashed) {
    expect(path).toMatch(/\/anytime-connect\.[\w-]{8,}\.(css|js|wasm)$/);
    const { headers } = await ask(world, path);
    expect(headers["cache-control"], path).toBe("public, max-age=31536000, immutable");
  }
  for (const path of ["/", "/sign-in", "/dashboard", "/connect", "/settings", "/transactions.json"]) {
    expect((await person.get(path)).headers["cache-control"], path).toBe("no-store");
  }
});

test("XS-24 every page has a strict policy with a nonce of its own", async ({ world, person }) => {
  const nonces = new Set<string>();
  for (const path of ["/", "/sign-in", "/dashboard", "/dashboard", "/connect", "/settings", "/nowhere-at-all"]) {
    const { headers, text } = await person.get(path);
    const policy = String(headers["content-security-policy"]);
    const nonce = /script-src 'nonce-([\w-]{22,})' 'strict-dynamic' 'wasm-unsafe-eval'/.exec(policy)?.[1] ?? "";
    expect(nonce, `${path}: ${policy}`).not.toBe("");
    nonces.add(nonce);
    for (const part of ["default-src 'none'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'", "form-action 'self'"]) {
      expect(policy, path).toContain(part);
    }
    expect(policy).not.toMatch(/unsafe-inline|'unsafe-eval'/);
    for (const [, attributes = ""] of text.matchAll(/<script\b([^>]*)>/g)) expect(attributes, path).toContain(`nonce="${nonce}"`);
    expect(headers["x-content-type-options"], path).toBe("nosniff");
  }
  expect(nonces.size).toBe(7);
  expect((await ask(world, "/healthz")).status).toBe(200);
});

test("XS-25 the bank's script is loaded on /connect only, which holds none of the bank's data", async ({ page, world, person }) => {
  await person.link(ALICE);
  for (const path of ["/", "/dashboard", "/settings", "/settings/accounts"]) {
    const responses = await loading(page, () => page.goto(path));
    expect(responses.filter((response) => !response.url().startsWith(world.url)).map((one) => one.url()), path).toEqual([]);
  }
  const responses = await loading(page, () => page.goto("/connect"));
  const foreign = responses.filter((response) => !response.url().startsWith(world.url));
  expect(foreign.map((response) => new URL(response.url()).pathname)).toEqual([expect.stringMatching(/^\/\w{64}\/en\/client\.js$/)]);
  expect(responses.filter((response) => pathOf(response).startsWith("/pkg/") && isCode(response))).toEqual([]);
  const html = await page.content();
  for (const card of (await world.ledger(ALICE)).cards) {
    expect(html).not.toContain(card.card_ref);
    expect(html).not.toContain(card.balance);
  }
});
