import type { Page } from "@playwright/test";
import { ALICE, minorOf, only, signedMinor } from "../bank";
import { expectLive, openDashboard, row, shown, Watch } from "../dashboard";
import { expect, test } from "../fixtures";
import { ask, open, readStream } from "../http";
import { Person } from "../person";
import type { BankTransaction, World } from "../world";

/** What a browser says when its connection goes away. */
const LOST = /ERR_(INTERNET_DISCONNECTED|INCOMPLETE_CHUNKED_ENCODING|CONNECTION_REFUSED|CONNECTION_RESET|EMPTY_RESPONSE|NETWORK_CHANGED|FAILED)/;

/** What the bank's books say about the order of these payments, newest first. */
async function inTheBanksOrder(world: World, payments: BankTransaction[]): Promise<string[]> {
  const wanted = new Set(payments.map((payment) => payment.txid));
  const { transactions } = await world.ledger(ALICE);
  return transactions.map((payment) => payment.txid).filter((txid) => wanted.has(txid)).reverse();
}

async function shownOf(page: Page, payments: BankTransaction[]): Promise<string[]> {
  const wanted = new Set(payments.map((payment) => payment.txid));
  return (await shown(page)).filter((txid) => wanted.has(txid));
}

test("what happens while a page is offline is caught up: all of it, once, in order", { tag: "@phone" }, async ({
  page,
  context,
  world,
  person,
  complaints,
}) => {
  complaints.allow(LOST);
  await person.link(ALICE);
  await openDashboard(page);
  const watch = await Watch.start(page);

  await context.setOffline(true);
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-state", "offline");
  await expect(page.getByTestId("live-status")).toContainText("Offline since");
  const { transactions, deliveries } = await world.control("purchase", { customer: ALICE, amount: "3.10", count: 50, every_ms: 10 });
  expect(deliveries.map((delivery) => delivery.tries[0]?.status)).toEqual(Array(50).fill(200));
  // The product knows them, and this page does not: it is really cut off.
  await expect.poll(async () => (await person.page()).transactions[0]?.amount_minor).toBe(-310);
  expect(await shownOf(page, transactions)).toEqual([]);

  await context.setOffline(false);
  await expectLive(page);
  await expect.poll(async () => (await shownOf(page, transactions)).length).toBe(50);
  const books = await inTheBanksOrder(world, transactions);
  expect(await shownOf(page, transactions), "as the page caught up").toEqual(books);
  const states = await watch.states();
  expect([states[0], states.at(-1)]).toEqual(["live", "live"]);
  expect(states).toContain("offline");
  expect(states).toContain("catching-up");
  await watch.expectSamePage();

  await page.reload();
  expect(await shownOf(page, transactions), "as the server draws it").toEqual(books);
});

test("payments that were acknowledged survive a crash of the server, and the open page catches up", async ({
  page,
  world,
  person,
  complaints,
}) => {
  complaints.allow(LOST);
  await person.link(ALICE);
  await openDashboard(page);
  const watch = await Watch.start(page);

  const { transactions, deliveries } = await world.control("purchase", { customer: ALICE, amount: "4.20", count: 30 });
  await world.restartServer("SIGKILL");

  expect(deliveries.map((delivery) => delivery.tries[0]?.status)).toEqual(Array(30).fill(200));
  await expect.poll(async () => (await shownOf(page, transactions)).length, { timeout: 30_000 }).toBe(30);
  expect(new Set(await shownOf(page, transactions)).size).toBe(30);
  await expectLive(page);
  await watch.expectSamePage();
  const counted = (await person.payments()).filter((payment) => transactions.some((one) => one.txid === payment.txid));
  expect(counted).toHaveLength(30);
});

test("what the bank could not deliver while the server was down comes with a later try", async ({ page, world, person, complaints }) => {
  complaints.allow(LOST);
  await person.link(ALICE);
  await openDashboard(page);

  await world.stopServer();
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-state", "offline");
  const missed = await world.control("purchase", { customer: ALICE, amount: "5.55" });
  // Nobody answers, or a balancer for those behind it.
  expect([null, 503]).toContain(missed.deliveries[0]?.tries[0]?.status ?? null);
  await world.startServer();

  await expect(row(page, only(missed.transactions).txid)).toBeVisible({ timeout: 30_000 });
  await expectLive(page, 30_000);
});

test("a payment that the bank never announced comes with the statement that the next one brings", async ({ page, world, person }) => {
  await person.link(ALICE);
  await openDashboard(page);

  const silent = only((await world.control("purchase", { customer: ALICE, amount: "6.01", silent: true })).transactions);
  const told = only((await world.control("purchase", { customer: ALICE, amount: "6.02" })).transactions);

  await expect(row(page, told.txid)).toBeVisible();
  await expect(row(page, silent.txid)).toBeVisible();
});

test("the same payment by form, JSON and multipart comes to the cent, whatever PHP makes of its floats", async ({
  page,
  world,
  person,
}) => {
  await person.link(ALICE);
  await openDashboard(page);
  for (const encoding of ["form", "json", "multipart"]) {
    const answer = await world.control("purchase", { customer: ALICE, amount: "98.32", encoding, php_precision: 17 });
    expect(answer.deliveries[0]?.tries[0]?.status, encoding).toBe(200);
    const { txid } = only(answer.transactions);
    await expect(row(page, txid).locator(".amount"), encoding).toHaveText("−€98.32");
    const stored = (await person.page()).transactions.find((payment) => payment.txid === txid);
    expect(stored, encoding).toMatchObject({ amount: "-98.32", amount_minor: -9832, currency: "EUR", type: "D" });
  }
});

test("balances are the bank's, even after several payments in the very second of linking", async ({ page, world, person }) => {
  const accepted = person.link(ALICE);
  await expect.poll(async () => (await person.get("/settings/accounts")).text.includes('data-status="linked"'), { intervals: [20] }).toBe(true);
  await world.control("purchase", { customer: ALICE, amount: "12.34", count: 5, every_ms: 20 });
  await accepted;

  await openDashboard(page);
  const { cards } = await world.ledger(ALICE);
  const balances = cards.map((card) => [card.card_ref, String(minorOf(card.balance))] as const);
  for (const [card, balance] of balances) await expect(page.locator(`[data-card=${card}]`)).toHaveAttribute("data-minor", balance);
  // The statement that confirms them lists them in another order.
  await expect(page.getByText("Unconfirmed")).toHaveCount(0);
  for (const [card, balance] of balances) await expect(page.locator(`[data-card=${card}]`)).toHaveAttribute("data-minor", balance);
});

test("two tabs stay in step", async ({ page, context, world, person }) => {
  await person.link(ALICE);
  const other = await context.newPage();
  await openDashboard(page);
  await openDashboard(other);

  const { transactions } = await world.control("purchase", { customer: ALICE, amount: "2.50", count: 5 });

  for (const { txid } of transactions) {
    await expect(row(page, txid)).toBeVisible();
    await expect(row(other, txid)).toBeVisible();
  }
  expect(await shown(page)).toEqual(await shown(other));
});

test("signing out in one tab ends the other tab's stream, and leads it to the sign-in page", async ({
  page,
  context,
  person,
  complaints,
}) => {
  complaints.allow(/status of 401/, LOST);
  await person.link(ALICE);
  const other = await context.newPage();
  await openDashboard(page);
  await openDashboard(other);

  await page.locator(".menu summary").click();
  await page.locator(".menu").getByRole("button", { name: "Sign out" }).click();
  await expect(page).not.toHaveURL("/dashboard");

  await expect(other).toHaveURL(/\/sign-in/, { timeout: 15_000 });
  expect((await person.get("/live/session")).status).toBe(401);
});

test("a new payment stays away from a filtered list that it does not match, and from an older page", async ({ page, world, person }) => {
  await person.link(ALICE);
  await openDashboard(page, "?min=500");
  const small = only((await world.control("purchase", { customer: ALICE, amount: "1.11" })).transactions);
  const large = only((await world.control("purchase", { customer: ALICE, amount: "501.00" })).transactions);
  await expect(row(page, large.txid)).toBeVisible();
  await expect(row(page, small.txid)).toHaveCount(0);

  await page.goto("/dashboard");
  await page.getByRole("link", { name: "Older" }).click();
  await expectLive(page);
  const later = only((await world.control("purchase", { customer: ALICE, amount: "1.12" })).transactions);
  await expect(page.getByText("1 new payment.")).toBeVisible();
  await expect(row(page, later.txid)).toHaveCount(0);
  await page.getByRole("link", { name: "See the newest" }).click();
  await expect(row(page, later.txid)).toBeVisible();
});

test("PC-01 without a session there is no stream", async ({ world }) => {
  const anonymous = await ask(world, "/live");
  expect(anonymous.status).toBe(401);
  const invented = await ask(world, "/live", { headers: { cookie: `session=${"A".repeat(43)}` } });
  expect(invented.status).toBe(401);
});

test("PC-02 a user has at most six streams", async ({ world, person }) => {
  const streams = [];
  for (let count = 0; count < 6; count++) streams.push(await open(world, "/live", { headers: { cookie: person.cookie } }));
  expect(streams.map((stream) => stream.statusCode)).toEqual(Array(6).fill(200));

  const seventh = await open(world, "/live", { headers: { cookie: person.cookie } });
  const closed = streams[0]?.complete ?? false;
  expect(seventh.statusCode === 429 || closed, "refused, or the oldest closed").toBe(true);
  for (const stream of [...streams, seventh]) stream.destroy();
});

test("PC-08 PC-16 an event is one event, with the fields of the contract and nothing else", async ({ world, person }) => {
  await person.link(ALICE);
  const { next } = await person.page();
  expect(next).not.toBeNull();
  const before = await readStream(await open(world, "/live?after=0", { headers: { cookie: person.cookie } }), "caught-up");
  const last = before.findLast((event) => event.id !== "")?.id ?? "0";

  const description = "LINE ONE\ndata: {}\nid: 999999\nretry: 0\n\nevent: reset\ndata: x - PARIS,75001,FRA,FRA";
  const { transactions } = await world.control("purchase", { customer: ALICE, amount: "8.08", description });
  await expect.poll(async () => (await person.page()).transactions[0]?.txid).toBe(only(transactions).txid);
  const events = await readStream(
    await open(world, "/live?after=0", { headers: { cookie: person.cookie, "last-event-id": last } }),
    "caught-up",
  );

  expect(events.map((event) => event.event)).not.toContain("reset");
  const found = events.filter((event) => event.event === "transaction");
  expect(found).toHaveLength(1);
  expect(Number(found[0]?.id)).toBeGreaterThan(Number(last));
  const fields = Object.keys(JSON.parse(found[0]?.data ?? "{}") as object).sort();
  expect(fields.filter((field) => !FIELDS.includes(field)), "fields that the contract does not name").toEqual([]);
  for (const event of [...before, ...events]) expect(event.data).not.toMatch(/token|hash|"raw"/);
});

const FIELDS = [
  "txid",
  "card_ref",
  "amount",
  "amount_minor",
  "currency",
  "amount_fx",
  "currency_fx",
  "fx",
  "fx_fee",
  "status",
  "type",
  "mcc",
  "category",
  "merchant",
  "city",
  "country",
  "description",
  "balance_after",
  "booked_at",
  "confirmed",
  "failed_reason",
  "seq",
];

test("a stream never shows one user what is another's", async ({ world, person }) => {
  await person.link(ALICE);
  const other = await Person.signUp(world);
  const { transactions } = await world.control("purchase", { customer: ALICE, amount: "9.09" });
  const { txid, card_ref } = only(transactions);
  await expect.poll(async () => (await person.page()).transactions[0]?.txid).toBe(txid);
  expect((await person.page()).transactions[0]?.amount_minor).toBe(signedMinor(only(transactions)));

  for (const resumed of ["", "1", "0"]) {
    const headers: Record<string, string> = resumed ? { cookie: other.cookie, "last-event-id": resumed } : { cookie: other.cookie };
    const stream = await open(world, "/live?after=0", { headers });
    const events = await readStream(stream, "caught-up");
    expect(events.filter((event) => event.data.includes(txid) || event.data.includes(card_ref))).toEqual([]);
  }
  expect((await other.get(`/transactions/${card_ref}-${txid}`)).status).toBe(404);
  expect((await person.get(`/transactions/${card_ref}-${txid}`)).status).toBe(200);
  expect(await other.payments()).toEqual([]);
});

test("a payment that was never notified is shown as missing, and found when the bank answers again", { tag: "@phone" }, async ({
  page,
  world,
  person,
}) => {
  await person.link(ALICE);
  await openDashboard(page);
  await world.control("api", { mode: "down" });
  const lost = await world.control("purchase", { customer: ALICE, amount: "12.40", silent: true });
  const told = await world.control("purchase", { customer: ALICE, amount: "7.00" });
  const missing = page.getByTestId("missing");
  await expect(row(page, only(told.transactions).txid)).toBeVisible();
  await expect(missing).toHaveAttribute("data-minor", "-1240");
  await expect(missing).toContainText("€12.40");
  await page.reload();
  await expect(missing, "as the server draws it").toHaveAttribute("data-minor", "-1240");

  await world.control("api", { mode: "ok" });
  await expect(row(page, only(lost.transactions).txid)).toBeVisible({ timeout: 30_000 });
  await expect(missing).toHaveCount(0);
});
