import { createHmac } from "node:crypto";
import type { Page } from "@playwright/test";

const LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const STEP = 30_000;

/** An app for codes, as people have on their telephone (RFC 6238). */
export class Telephone {
  #last = 0;

  private constructor(private readonly secret: Buffer) {}

  /** Types the secret from the page that shows it. */
  static async enrol(page: Page): Promise<Telephone> {
    const text = (await page.getByTestId("secret").innerText()).replace(/\s/g, "");
    const bits = [...text].map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, "0")).join("");
    const bytes = bits.match(/.{8}/g)?.map((byte) => Number.parseInt(byte, 2)) ?? [];
    return new Telephone(Buffer.from(bytes));
  }

  /** A code that was not used yet: of this half minute, or of the next, which is good already. */
  async code(): Promise<string> {
    let step = Math.floor(Date.now() / STEP);
    if (step <= this.#last) step = this.#last + 1;
    // No further ahead than the server takes.
    while (step > Math.floor(Date.now() / STEP) + 1) await new Promise((resolve) => setTimeout(resolve, 200));
    this.#last = step;
    const counter = Buffer.alloc(8);
    counter.writeBigInt64BE(BigInt(step));
    const hash = createHmac("sha1", this.secret).update(counter).digest();
    const at = (hash.at(-1) ?? 0) & 15;
    return String((hash.readUInt32BE(at) & 0x7fff_ffff) % 1_000_000).padStart(6, "0");
  }
}
