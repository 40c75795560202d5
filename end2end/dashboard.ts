import { type BrowserContext, expect, type Locator, type Page } from "@playwright/test";
import type { World } from "./world";

export type Lang = "fr" | "en";
export type Theme = "light" | "dark";

/** Chooses the language, as the switch in the header does. */
export async function speak(context: BrowserContext, world: World, lang: Lang): Promise<void> {
  await context.addCookies([{ name: "lang", value: lang, url: world.url }]);
}

/** Chooses the colours, as the menu does. */
export async function paint(context: BrowserContext, world: World, theme: Theme): Promise<void> {
  await context.addCookies([{ name: "theme", value: theme, url: world.url }]);
}

export function row(page: Page, txid: string): Locator {
  return page.locator(`[data-testid=transaction][data-txid="${txid}"]`);
}

export async function expectLive(page: Page, timeout = 15_000): Promise<void> {
  await expect(page.getByTestId("live-status")).toHaveAttribute("data-state", "live", { timeout });
}

export async function openDashboard(page: Page, query = ""): Promise<void> {
  await page.goto(`/dashboard${query}`);
  await expectLive(page);
}

/** The txids that the page shows, from its top to its bottom. */
export function shown(page: Page): Promise<string[]> {
  return page.getByTestId("transaction").evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset.txid ?? ""));
}

interface Watching {
  arrivals: { txid: string; at: number }[];
  states: string[];
}

/** Notes in the page when each row comes, by the clock that the test has too, and every state of the badge. Lost when the
 * page is loaded anew, so it also tells whether that happened. */
export class Watch {
  private constructor(private readonly page: Page) {}

  static async start(page: Page): Promise<Watch> {
    await page.evaluate(() => {
      const watching: Watching = { arrivals: [], states: [] };
      const badge = () => document.querySelector<HTMLElement>("[data-testid=live-status]");
      const note = () => {
        const state = badge()?.dataset.state ?? "";
        if (watching.states.at(-1) !== state) watching.states.push(state);
      };
      const come = (node: Node) => {
        if (!(node instanceof HTMLElement)) return;
        for (const element of [node, ...node.querySelectorAll<HTMLElement>("[data-testid=transaction]")]) {
          if (element.dataset.testid === "transaction") watching.arrivals.push({ txid: element.dataset.txid ?? "", at: Date.now() });
        }
      };
      new MutationObserver((changes) => {
        for (const change of changes) change.addedNodes.forEach(come);
        note();
      }).observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["data-state"] });
      note();
      Object.assign(window, { watching });
    });
    return new Watch(page);
  }

  private read(): Promise<Watching | undefined> {
    return this.page.evaluate(() => (window as unknown as { watching?: Watching }).watching);
  }

  /** How many milliseconds after `moment` the row came; negative if it was quicker. */
  async arrival(txid: string, moment: number): Promise<number> {
    await expect(row(this.page, txid)).toBeVisible();
    const found = (await this.read())?.arrivals.find((arrival) => arrival.txid === txid);
    if (!found) throw new Error("the page was loaded anew, so the row was not seen coming");
    return found.at - moment;
  }

  async states(): Promise<string[]> {
    return (await this.read())?.states ?? [];
  }

  async expectSamePage(): Promise<void> {
    expect(await this.read(), "the page was not loaded anew").toBeDefined();
  }
}

/** Fails if the page is wider than its window. */
export async function expectNoSidewaysScrolling(page: Page): Promise<void> {
  const [content, window] = await page.evaluate(() => [document.scrollingElement?.scrollWidth ?? 0, innerWidth]);
  expect(content, "width of the content").toBeLessThanOrEqual(window ?? 0);
}
