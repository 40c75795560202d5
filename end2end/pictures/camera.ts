import { join, resolve } from "node:path";
import type { Page } from "@playwright/test";
import { expectLive, type Lang, paint, speak, type Theme } from "../dashboard";
import { test as base, expect } from "../fixtures";
import type { World } from "../world";

// `make screenshots`: every page and state, to be looked at by people. Nothing is compared, so nothing here runs in `make test`.

const folder = resolve(import.meta.dirname, "../screenshots");

const SIZES = { phone: { width: 360, height: 740 }, desktop: { width: 1280, height: 800 } };

/** What a page is looked at with. */
export interface Look {
  size: keyof typeof SIZES;
  theme: Theme;
  lang: Lang;
}

/** Languages and colours, chosen so that each occurs at each size. */
const LOOKS: Look[] = [
  { size: "desktop", theme: "light", lang: "fr" },
  { size: "desktop", theme: "dark", lang: "en" },
  { size: "phone", theme: "light", lang: "en" },
  { size: "phone", theme: "dark", lang: "fr" },
];

/** Takes pictures of a page in every look. */
export class Camera {
  constructor(
    private readonly page: Page,
    private readonly world: World,
  ) {}

  /** Of what the address shows, loaded anew for each look. */
  async take(name: string, page = this.page): Promise<void> {
    const arrive = async () => {
      await page.reload();
      if ((await page.getByTestId("live-status").count()) > 0) await expectLive(page);
    };
    await this.takeEach(name, arrive, page);
  }

  /** Of what `arrive` leads to. */
  async takeEach(name: string, arrive: (look: Look) => Promise<void>, page = this.page): Promise<void> {
    for (const look of LOOKS) {
      const { size, theme, lang } = look;
      await paint(page.context(), this.world, theme);
      await speak(page.context(), this.world, lang);
      // The bank's pages ask the system.
      await page.emulateMedia({ colorScheme: theme });
      await page.setViewportSize(SIZES[size]);
      await arrive(look);
      await this.shoot(page, `${name}-${size}-${theme}-${lang}`);
    }
  }

  /** As it would come out of a printer, from dark colours too. */
  async print(name: string): Promise<void> {
    await paint(this.page.context(), this.world, "dark");
    await speak(this.page.context(), this.world, "fr");
    await this.page.setViewportSize({ width: 720, height: 1_000 });
    await this.page.reload();
    await this.page.emulateMedia({ media: "print" });
    await this.shoot(this.page, `${name}-print`);
    await this.page.emulateMedia({ media: "screen" });
  }

  private async shoot(page: Page, name: string): Promise<void> {
    await page.evaluate(() => document.fonts.ready);
    // What sticks to the top of the window would stick in the middle of the picture.
    await page.evaluate(() => scrollTo(0, 0));
    await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true, animations: "disabled" });
  }
}

export const test = base.extend<{ camera: Camera }>({
  camera: async ({ page, world, complaints }, use, info) => {
    info.setTimeout(600_000);
    complaints.allow(/./);
    await use(new Camera(page, world));
  },
});

export { expect };
