import { execFile } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Page, Route } from "@playwright/test";
import { ALICE, BRUNO, only, openPopup, signInAtBank } from "../bank";
import { openDashboard, row } from "../dashboard";
import { expect, test } from "../fixtures";
import { ask, open, readStream } from "../http";
import { Person } from "../person";
import { type Delivery, PARTNER_REF, type World } from "../world";

const run = promisify(execFile);

/** The one notification of an answer, and how its first try was answered. */
function first(deliveries: Delivery[]): { reference: string; status: number | null } {
  const [delivery] = deliveries;
  if (!delivery) throw new Error("the bank sent no notification");
  return { reference: delivery.reference, status: delivery.tries[0]?.status ?? null };
}

/** Signs an operator into this browser. */
async function asOperator(page: Page, world: World): Promise<Person> {
  const operator = await Person.setUp(world);
  await operator.signInto(page.context());
  return operator;
}

/** The operator's line about a notification. */
function line(page: Page, reference: string) {
  return page.locator(`[data-testid=delivery][data-reference="${reference}"]`).first();
}

/** Something forged while the bank's statements cannot be read: there the payment is real, and would rightly be shown. */
async function withoutStatements<T>(world: World, act: () => Promise<T>): Promise<T> {
  await world.control("api", { mode: "down" });
  try {
    return await act();
  } finally {
    await world.control("api", { mode: "ok" });
  }
}

/** Forges a payment, and makes sure that its notification alone shows nothing to the user. */
async function forge(world: World, person: Person, purchase: Record<string, unknown>): Promise<ReturnType<typeof first>> {
  return withoutStatements(world, async () => {
    const forged = await world.control("purchase", { customer: ALICE, amount: "666.00", ...purchase });
    // A good one that came later has been shown: the forged one had its time.
    const good = await world.control("purchase", { customer: ALICE, amount: "1.00" });
    const txids = async () => (await person.payments()).map((payment) => payment.txid);
    await expect.poll(txids).toContain(only(good.transactions).txid);
    expect(await txids()).not.toContain(only(forged.transactions).txid);
    return first(forged.deliveries);
  });
}

async function expectInConsole(page: Page, reference: string, verdict: string, reason: string): Promise<void> {
  await page.goto(`/operator/deliveries?reference=${reference}`);
  await expect(line(page, reference)).toHaveAttribute("data-verdict", verdict);
  await expect(line(page, reference)).toContainText(reason);
  await line(page, reference).getByRole("link").first().click();
  await expect(page.locator(`[data-testid=delivery][data-reference="${reference}"]`).first()).toContainText(reason);
}

test("a notification with a wrong hash is refused, kept, and named to the operator", async ({ page, world, person }) => {
  await person.link(ALICE);
  const { reference, status } = await forge(world, person, { hash: "bad" });
  expect(status).toBe(401);

  await asOperator(page, world);
  await expectInConsole(page, reference, "quarantined", "hash-mismatch");
  await expect(page.locator("[data-signal=hash]")).toHaveAttribute("data-good", "bad");
  await expect(page.locator("[data-signal=address]")).toHaveAttribute("data-good", "good");
});

test("a notification from a foreign address is refused, kept, and named to the operator", async ({ page, world, person }) => {
  await person.link(ALICE);
  const { reference, status } = await forge(world, person, { source_address: "127.0.0.2" });
  expect(status).toBe(403);

  await asOperator(page, world);
  await expectInConsole(page, reference, "quarantined", "foreign-address");
  await expect(page.locator("[data-signal=address]")).toHaveAttribute("data-good", "bad");
  await expect(page.locator("[data-signal=address]")).toContainText("127.0.0.2");
});

test("with a wrong path secret there is nothing here, and nothing is kept", async ({ page, world, person }) => {
  await person.link(ALICE);
  const wrong = world.callback.replace(/[^/]+$/, "0".repeat(64));
  expect(wrong).not.toBe(world.callback);
  const { reference, status } = await forge(world, person, { callback: wrong });
  expect(status).toBe(404);
  const unknown = await ask(world, "/webhooks/anything", { method: "POST", body: "x" });
  expect(unknown.status).toBe(404);

  await asOperator(page, world);
  await page.goto(`/operator/deliveries?reference=${reference}`);
  await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
  await expect(page.getByTestId("delivery")).toHaveCount(0);
});

test("a tampered custom reference links nobody, and is named to the operator", async ({ page, world, person }) => {
  const good = await person.customReference();
  const at = good.length - 8;
  const altered = good.slice(0, at) + (good[at] === "A" ? "B" : "A") + good.slice(at + 1);
  const answer = await world.control("create-token", { customer: ALICE, custom_reference: altered });
  const { reference, status } = first(answer.deliveries);
  expect(status).toBe(200);

  await asOperator(page, world);
  await expect(async () => expectInConsole(page, reference, "quarantined", "unreadable-custom-reference")).toPass();
  await expect(page.locator("body")).not.toContainText(answer.token);
  await person.signInto(page.context());
  await page.goto("/dashboard");
  await expect(page.getByTestId("link")).toHaveCount(0);
});

test("CR-13 another user's reference does not link the account to whom it was stolen for", async ({ page, world, person }) => {
  const victim = await Person.signUp(world);
  const stolen = await victim.customReference();
  await world.control("pause", { paused: true });
  let token = "";
  try {
    ({ token } = await world.control("create-token", { customer: ALICE, custom_reference: stolen }));
    const answer = await person.postJson("/links", { token, custom_reference: stolen });
    expect(answer.status).toBe(409);
  } finally {
    await world.control("pause", { paused: false });
  }
  await victim.waitForHistory();

  await page.goto("/dashboard");
  await expect(page.getByTestId("link")).toHaveCount(0);
  expect((await person.postJson("/links", { token, custom_reference: await person.customReference() })).status).toBe(409);
  expect(await person.payments()).toEqual([]);
});

test("a token that the browser of one user and the notification of another claim is nobody's", async ({ page, world, person }) => {
  const victim = await Person.signUp(world);
  const theirs = await victim.customReference();
  await world.control("pause", { paused: true });
  let reference = "";
  try {
    const created = await world.control("create-token", { customer: ALICE, custom_reference: theirs });
    reference = first(created.deliveries).reference;
    const own = await person.customReference();
    expect((await person.postJson("/links", { token: created.token, custom_reference: own })).status).toBe(201);
  } finally {
    await world.control("pause", { paused: false });
  }

  await expect(async () => {
    await page.goto("/settings/accounts");
    await expect(page.getByTestId("link")).toHaveAttribute("data-status", "failed", { timeout: 500 });
  }).toPass();
  expect((await victim.get("/settings/accounts")).text).not.toContain('data-testid="link"');
  await asOperator(page, world);
  await expectInConsole(page, reference, "quarantined", "contested-token");
});

test("a payment of a card that nobody linked is kept aside, shown to nobody, and known to the operator", async ({
  page,
  world,
  person,
}) => {
  await person.link(ALICE);
  const parked = await world.control("purchase", { customer: BRUNO, amount: "44.44" });
  const { reference, status } = first(parked.deliveries);
  const { txid, card_ref } = only(parked.transactions);
  expect(status).toBe(200);

  const operator = await asOperator(page, world);
  await expect(async () => expectInConsole(page, reference, "accepted", "unknown-card")).toPass();
  expect((await person.payments()).map((payment) => payment.txid)).not.toContain(txid);
  expect((await person.get(`/transactions/${card_ref}-${txid}`)).status).toBe(404);

  // RP-21: it is applied as soon as somebody links that card.
  const owner = await Person.signUp(world);
  await owner.link(BRUNO);
  expect((await owner.payments()).filter((payment) => payment.txid === txid)).toHaveLength(1);
  expect((await operator.get("/operator/deliveries")).status).toBe(200);
});

test("RP-05 the same notification again has one effect", async ({ page, world, person }) => {
  await person.link(ALICE);
  const { transactions, deliveries } = await world.control("purchase", { customer: ALICE, amount: "17.17" });
  const { reference } = first(deliveries);
  const again = await world.control("resend", { reference });
  expect(again.deliveries[0]?.tries.map((one) => one.status)).toEqual([200, 200]);

  await openDashboard(page);
  await expect(row(page, only(transactions).txid)).toHaveCount(1);
  await asOperator(page, world);
  await expect(async () => {
    await page.goto(`/operator/deliveries?reference=${reference}`);
    const verdicts = await page.getByTestId("delivery").evaluateAll((rows) => rows.map((one) => (one as HTMLElement).dataset.verdict));
    expect(verdicts.sort()).toEqual(["accepted", "duplicate"]);
  }).toPass();
});

test("the console does not exist for who is no operator", async ({ page, world, person, complaints }) => {
  complaints.allow(/status of 404/);
  for (const path of ["/operator", "/operator/users", "/operator/deliveries", "/operator/deliveries/1", "/operator/live"]) {
    expect((await person.get(path)).status, `${path} for a user`).toBe(404);
    expect((await ask(world, path)).status, `${path} for nobody`).toBe(404);
  }
  await page.goto("/operator/users");
  await expect(page.getByTestId("error")).toHaveAttribute("data-status", "404");
  await page.goto("/dashboard");
  await expect(page.getByRole("navigation").getByRole("link", { name: "Console" })).toHaveCount(0);
});

test("a form that another site posts is refused", async ({ world, person }) => {
  const fields = "name=Mallory&email=mallory%40example.test&password=tulipes+bleues+du+jardin";
  for (const origin of ["null", "https://evil.example", `${world.url}.evil.example`, world.url.replace("http:", "https:")]) {
    for (const path of ["/sign-in", "/sign-up", "/sign-out", "/preferences", "/links/0/forget"]) {
      const headers = { cookie: person.cookie, origin, "content-type": "application/x-www-form-urlencoded" };
      const answer = await ask(world, path, { method: "POST", headers, body: fields });
      expect(answer.status, `${path} from ${origin}`).toBe(403);
    }
  }
  expect((await person.get("/settings")).status, "still signed in").toBe(200);
});

test("XS-20 signing in leads to our own pages only", async ({ world }) => {
  const person = await Person.signUp(world);
  const evil = ["//evil.example", "/\\evil.example", "/%09/evil.example", "https:evil.example", "javascript:alert(1)", "@evil.example"];
  for (const [index, next] of evil.entries()) {
    const answer = await ask(world, `/sign-in?next=${encodeURIComponent(next)}`, {
      method: "POST",
      headers: { origin: world.url, "content-type": "application/x-www-form-urlencoded" },
      body: new URLSearchParams({ email: person.email, password: person.password, next }).toString(),
      from: `127.0.9.${index + 1}`,
    });
    expect(answer.status, next).toBe(303);
    expect(answer.headers.location, next).toBe("/connect");
  }
});

const HOSTILE = [
  "<img src=x onerror=alert(1)>",
  "</script><script>alert(1)</script>",
  "</textarea><svg/onload=alert(1)>",
  "</title></style><iframe srcdoc='<script>parent.alert(1)</script>'>",
  "<details open ontoggle=alert(1)>",
  "javascript:alert(1)",
  "{{7*7}} ${7*7} #{7*7}",
  "a\u2028b\u2029c\\u0022);alert(1)//",
];

test("XS-01 to XS-14 what a merchant writes is text everywhere", async ({ page, context, world, person }) => {
  const dialogs: string[] = [];
  const listen = (one: Page) =>
    one.on("dialog", async (dialog) => {
      dialogs.push(dialog.message());
      await dialog.dismiss();
    });
  listen(page);
  context.on("page", listen);
  await person.link(ALICE);
  await openDashboard(page);

  const references: string[] = [];
  const keys: string[] = [];
  for (const description of HOSTILE) {
    const { transactions, deliveries } = await world.control("purchase", { customer: ALICE, amount: "1.01", description });
    const { txid, card_ref } = only(transactions);
    await expect(row(page, txid), "drawn by the browser").toBeVisible();
    references.push(first(deliveries).reference);
    keys.push(`${card_ref}-${txid}`);
  }
  const image = "<img src=x onerror=alert(1)>";
  await expect(page.locator(".payments")).toHaveCount(await page.locator(".payments").count());
  await expect(page.getByText(image).first()).toBeVisible();
  await page.reload();
  await expect(page.getByText(image).first(), "drawn by the server").toBeVisible();
  await expect(page.getByText("{{7*7}} ${7*7} #{7*7}").first()).toBeVisible();
  for (const key of keys) {
    await page.goto(`/transactions/${key}`);
    await expect(page.getByTestId("transaction")).toBeVisible();
  }
  await page.goto(`/dashboard?q=${encodeURIComponent(image)}`);
  await expect(page.getByRole("searchbox")).toHaveValue(image);
  await expect(page.locator(".tag")).toContainText(image);

  const operator = await Person.setUp(world);
  await operator.signInto(context);
  for (const reference of references) {
    await page.goto(`/operator/deliveries?reference=${reference}`);
    await line(page, reference).getByRole("link").first().click();
    await expect(page.locator("pre.body")).toBeVisible();
  }
  await page.goto(`/operator/users?q=${encodeURIComponent(image)}`);
  await expect(page.getByRole("searchbox")).toHaveValue(image);

  const markup = await page.locator("main [onerror], main [onload], main [ontoggle], main iframe, main script:not([nonce])").count();
  expect(markup, "elements that a merchant wrote").toBe(0);
  expect(dialogs).toEqual([]);
});

test("XS-01 a name and an address are text as well", async ({ page, context, world }) => {
  const dialogs: string[] = [];
  page.on("dialog", async (dialog) => {
    dialogs.push(dialog.message());
    await dialog.dismiss();
  });
  const name = "<script>alert(1)</script> & Söhne";
  const person = await Person.signUp(world, name);
  await person.signInto(context);
  await page.goto("/settings");
  await expect(page.getByText(name).first()).toBeAttached();
  const operator = await Person.setUp(world);
  await operator.signInto(context);
  await page.goto(`/operator/users?q=${encodeURIComponent(person.email)}`);
  await page.getByRole("link", { name: person.email }).click();
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(name);
  expect(dialogs).toEqual([]);
});

test("neither token nor reference nor password is written down anywhere", async ({ page, context, world, person, complaints }) => {
  complaints.allow(/popup\/sign-in|status of 422/);
  const pages: string[] = [];
  const keep = async () => pages.push(`${page.url()}\n${await page.content()}`);

  await page.goto("/connect");
  await keep();
  const reference = (await page.locator("#anytime-connect").getAttribute("data-custom-ref")) ?? "";
  const popup = await openPopup(page);
  await signInAtBank(popup, ALICE, "wrong bank password");
  await expect(popup.locator("#error")).toBeVisible();
  await signInAtBank(popup, ALICE);
  // The page goes on by itself: it stays until it was looked at.
  const dashboard = await heldBack(page, "**/dashboard");
  await popup.getByTestId("bank-accept").click();
  await expect(page.locator("[data-help]")).toContainText("Your account is linked");
  await keep();
  dashboard.release();
  await expect(page).toHaveURL("/dashboard");
  await person.waitForHistory();
  const token = (await world.ledger(ALICE)).tokens.find((grant) => grant.custom_reference === reference)?.token ?? "";
  expect(token.length, "the bank granted a token").toBeGreaterThan(15);

  await openDashboard(page);
  const paid = await world.control("purchase", { customer: ALICE, amount: "21.00" });
  const bad = await world.control("purchase", { customer: ALICE, amount: "21.01", hash: "bad" });
  const { txid, card_ref } = only(paid.transactions);
  await expect(row(page, txid)).toBeVisible();
  await keep();
  for (const path of [`/transactions/${card_ref}-${txid}`, "/settings", "/settings/accounts", "/nowhere-at-all"]) {
    pages.push((await person.get(path)).text, (await person.get(path, { "accept-language": "fr" })).text);
  }
  const stream = await open(world, "/live?after=0", { headers: { cookie: person.cookie } });
  const events = await readStream(stream, "caught-up");
  expect(events.filter((event) => event.event === "link").length, "the stream told of the link").toBeGreaterThan(0);
  await world.control("revoke", { token });
  await expect(page.getByTestId("link")).toHaveAttribute("data-status", "revoked");
  await keep();

  const operator = await Person.setUp(world);
  await operator.signInto(context);
  const created = (await world.deliveries()).filter((delivery) => delivery.event_name.startsWith("token_")).slice(0, 2);
  expect(created).toHaveLength(2);
  for (const { reference } of [...created, ...bad.deliveries, ...paid.deliveries]) {
    await page.goto(`/operator/deliveries?reference=${reference}`);
    await keep();
    await line(page, reference).getByRole("link").first().click();
    await expect(page.locator("pre.body")).toBeVisible();
    await keep();
  }
  await page.goto(`/operator/users?q=${encodeURIComponent(person.email)}`);
  await page.getByRole("link", { name: person.email }).click();
  await keep();

  const secrets = {
    token,
    "the partner's reference": PARTNER_REF,
    "the user's password": person.password,
    "the operator's password": operator.password,
    "the mistyped bank password": "wrong bank password",
    "the callback's secret": new URL(world.callback).pathname.split("/").at(-1) ?? "",
    "the user's session": person.sessionId,
  };
  const database = await everythingStored(world);
  expect(holds(database, person.email), "the search finds what is stored").toBe(true);
  const places = { database, log: Buffer.from(world.serverLog()), pages: Buffer.from(pages.join("\n")), stream: Buffer.from(JSON.stringify(events)) };
  for (const [what, secret] of Object.entries(secrets)) {
    for (const [where, bytes] of Object.entries(places)) expect(holds(bytes, secret), `${what} in the ${where}`).toBe(false);
  }
  // A reference is made for the page that shows it, and is in no other place.
  expect(holds(places.pages, reference)).toBe(true);
  for (const where of ["database", "log", "stream"] as const) expect(holds(places[where], reference), `the reference in the ${where}`).toBe(false);
});

/** Lets the page's next request for this address wait until it is released. */
async function heldBack(page: Page, address: string): Promise<{ release: () => void }> {
  let release = () => {};
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  const held = async (route: Route) => {
    await released;
    await route.continue();
  };
  await page.route(address, held, { times: 1 });
  return { release };
}

/** Whether the bytes hold a text, plain or as hexadecimal or base64 text. */
function holds(bytes: Buffer, text: string): boolean {
  const plain = Buffer.from(text);
  const encoded = [plain.toString("hex"), plain.toString("base64").replace(/=+$/, ""), plain.toString("base64url")];
  return bytes.includes(plain) || encoded.some((code) => bytes.includes(code));
}

/** All files that the server keeps besides its keys, or a dump of its database. */
async function everythingStored(world: World): Promise<Buffer> {
  const parts: Buffer[] = [];
  if (world.database.startsWith("postgres")) {
    const { stdout } = await run("pg_dump", ["--inserts", world.database], { encoding: "buffer", maxBuffer: 1 << 30 });
    parts.push(stdout);
  }
  return Buffer.concat([...parts, ...(await filesIn(world.dir))]);
}

/** What is in a folder besides keys. A file that was renamed while we read has another name now, so we look again. */
async function filesIn(folder: string): Promise<Buffer[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile() && !entry.name.startsWith("keyring"));
  try {
    return await Promise.all(files.map((file) => readFile(join(file.parentPath, file.name))));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
    return filesIn(folder);
  }
}
