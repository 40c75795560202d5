import AxeBuilder from "@axe-core/playwright";
import { type BrowserContext, expect, type Page, test as base } from "@playwright/test";
import type { Theme } from "./dashboard";
import { Person } from "./person";
import { World } from "./world";

/** What a browser complained about: console errors (violations of the content security policy among them) and exceptions. */
export class Complaints {
  readonly #heard: string[] = [];
  /** A transition between two pages that the browser itself gives up is nobody's fault, and nobody sees it. */
  readonly #allowed: RegExp[] = [/^\w+Error: Transition was (aborted|skipped)/];

  /** Listens to all pages of a context, popups included. The test's own context is listened to already. */
  listenTo(context: BrowserContext): void {
    context.on("console", (message) => {
      if (message.type() === "error") this.#heard.push(`${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => this.#heard.push(describe(error.error())));
  }

  /** Allows, in this test, what it provokes on purpose: `complaints.allow(/status of 422/)`. */
  allow(...patterns: RegExp[]): void {
    this.#allowed.push(...patterns);
  }

  /** What was neither allowed nor expected. */
  unexpected(): string[] {
    return this.#heard.filter((text) => !this.#allowed.some((pattern) => pattern.test(text)));
  }
}

/** Exceptions of the browser itself have no stack. */
function describe({ name, message, stack }: Error): string {
  return stack || `${name}: ${message}`;
}

interface TestFixtures {
  /** Links of one test are no business of the next one. */
  withdrawal: void;
  complaints: Complaints;
  /** A new user, signed in in this test's browser. */
  person: Person;
  /** Fails unless axe finds the page, as it is now, free of violations of WCAG 2.2 AA, in light colours and in dark ones. */
  expectAccessible: (page: Page) => Promise<void>;
}

interface WorkerFixtures {
  world: World;
}

/** Dresses the page that stands there, as the choice in the menu would at the next one. */
async function inColours(page: Page, theme: Theme): Promise<void> {
  await page.evaluate((theme) => {
    document.documentElement.dataset.theme = theme;
  }, theme);
  await expect(page.locator("html")).toHaveCSS("color-scheme", theme);
  // Colours that fade from one to the other are neither. Where nothing is painted, a fade would never end by itself.
  await page.evaluate(() => {
    for (const animation of document.getAnimations()) {
      if (animation instanceof CSSTransition) animation.finish();
    }
  });
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  world: [
    // Playwright wants to see a pattern here, even when nothing is taken.
    async ({}, use) => {
      const world = await World.start();
      await use(world);
      await world.end();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  baseURL: async ({ world }, use) => {
    await use(world.url);
  },

  complaints: [
    async ({ context, world }, use, info) => {
      const complaints = new Complaints();
      complaints.listenTo(context);
      const before = world.serverLog().length;
      await use(complaints);
      if (info.status !== info.expectedStatus || complaints.unexpected().length > 0) {
        await info.attach("server log", { body: world.serverLog().slice(before), contentType: "text/plain" });
      }
      expect(complaints.unexpected(), "errors in the browser's console").toEqual([]);
    },
    { auto: true },
  ],

  withdrawal: [
    async ({ world }, use) => {
      await use();
      await world.withdrawEverything();
    },
    { auto: true },
  ],

  person: async ({ world, context }, use) => {
    const person = await Person.signUp(world);
    await person.signInto(context);
    await use(person);
  },

  expectAccessible: async ({}, use) => {
    await use(async (page) => {
      await inColours(page, "light");
      const light = await new AxeBuilder({ page }).withTags(["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]).analyze();
      // What is not a matter of colours is the same in both.
      await inColours(page, "dark");
      const dark = await new AxeBuilder({ page }).withRules(["color-contrast", "link-in-text-block"]).analyze();
      await inColours(page, "light");
      for (const [theme, { violations }] of Object.entries({ light, dark })) {
        const found = violations.map(({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((n) => n.target.join(" ")).join(", ")}`);
        expect(found, `violations of accessibility rules in ${theme} colours`).toEqual([]);
      }
    });
  },
});

export { expect };
