import { expect, type Page } from "@playwright/test";

/** Presses Tab until the element has the focus, which has to be seen at every step. */
export async function tabTo(page: Page, selector: string, most = 40): Promise<void> {
  for (let step = 0; step < most; step++) {
    await page.keyboard.press("Tab");
    const focus = await page.evaluate(() => {
      const element = document.activeElement;
      if (!(element instanceof HTMLElement) || element === document.body) return undefined;
      // A link that a whole row stands for shows it there.
      const shows = (place: HTMLElement | null) => (place ? getComputedStyle(place).outlineStyle !== "none" : true);
      let place: HTMLElement | null = element;
      while (!shows(place)) place = place?.parentElement ?? null;
      const { outlineStyle, outlineWidth } = getComputedStyle(place ?? element);
      const { width, height } = element.getBoundingClientRect();
      return { outline: `${outlineStyle} ${outlineWidth}`, width, height, name: element.outerHTML.slice(0, 120) };
    });
    if (!focus) continue;
    expect(focus.outline, `focus on ${focus.name}`).toMatch(/^(solid|auto) [2-9]/);
    expect(focus.width * focus.height, `size of ${focus.name}`).toBeGreaterThan(0);
    if (await page.locator(selector).first().evaluate((wanted) => wanted === document.activeElement)) return;
  }
  throw new Error(`Tab does not lead to ${selector}`);
}

/** The same, and presses Enter there. */
export async function enter(page: Page, selector: string, most?: number): Promise<void> {
  await tabTo(page, selector, most);
  await page.keyboard.press("Enter");
}
