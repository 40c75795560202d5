import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { CDPSession } from "@playwright/test";
import { ALICE } from "../bank";
import { expectLive, openDashboard, row, shown } from "../dashboard";
import { expect, test } from "../fixtures";

const SECONDS = Number(process.env.E2E_SOAK_SECONDS ?? 3_600);
const A_SECOND = 50;
const LOOK_EVERY = 60;
/** As many as a page keeps, see src/feed.rs. */
const MOST_ROWS = 300;

/** What the page holds after everything was collected that it no longer needs. */
interface Held {
  seconds: number;
  payments: number;
  heapBytes: number;
  /** Memory outside of the heap of JavaScript: that of the wasm is the most of it. */
  outsideBytes: number;
  nodes: number;
  listeners: number;
}

async function held(session: CDPSession, seconds: number, payments: number): Promise<Held> {
  await session.send("HeapProfiler.collectGarbage");
  const heap = (await session.send("Runtime.getHeapUsage")) as { usedSize: number; embedderHeapUsedSize?: number; backingStorageSize?: number };
  const { nodes, jsEventListeners } = await session.send("Memory.getDOMCounters");
  const outsideBytes = (heap.embedderHeapUsedSize ?? 0) + (heap.backingStorageSize ?? 0);
  return { seconds, payments, heapBytes: heap.usedSize, outsideBytes, nodes, listeners: jsEventListeners };
}

/** What is held most of the time: now and then a look falls into the moment in which the list is longer, before it is cut. */
function median(all: Held[], what: (one: Held) => number): number {
  return all.map(what).sort((one, other) => one - other)[Math.floor(all.length / 2)] ?? Number.NaN;
}

test("live payments for as long as one wants leave the browser's memory flat", async ({ page, world, person }, info) => {
  test.setTimeout((SECONDS + 600) * 1000);
  await person.link(ALICE);
  await openDashboard(page);
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.enable");

  const begin = Date.now();
  const looks: Held[] = [];
  let payments = 0;
  for (let seconds = 0; seconds < SECONDS; seconds += LOOK_EVERY) {
    const count = LOOK_EVERY * A_SECOND;
    const { transactions } = await world.control("purchase", { customer: ALICE, amount: "1.00", count, every_ms: 1000 / A_SECOND });
    payments += count;
    expect(transactions).toHaveLength(count);
    await expect(row(page, transactions.at(-1)?.txid ?? "")).toBeVisible();
    await expectLive(page);
    // She does something else beside it: a session that is only watched ends after a quarter of an hour.
    expect((await page.request.get("/settings", { maxRedirects: 0 })).status()).toBe(200);
    expect((await shown(page)).length, "rows in the page").toBeLessThanOrEqual(MOST_ROWS);
    looks.push(await held(session, Math.round((Date.now() - begin) / 1000), payments));
    await writeFile(join(info.project.outputDir, "heap.json"), JSON.stringify(looks, null, 1));
    console.log(JSON.stringify(looks.at(-1)));
  }

  // The first look is of a page that has just begun to fill.
  const early = looks.slice(1, Math.max(2, Math.ceil(looks.length / 3)));
  const late = looks.slice(-Math.max(1, Math.floor(looks.length / 3)));
  for (const [name, what] of Object.entries({
    "bytes of the heap": (one: Held) => one.heapBytes,
    "bytes outside of it": (one: Held) => one.outsideBytes,
    "nodes": (one: Held) => one.nodes,
    "listeners": (one: Held) => one.listeners,
  })) {
    expect(median(late, what), `${name}: late, against ${median(early, what)} early`).toBeLessThanOrEqual(median(early, what) * 1.1);
  }
});
