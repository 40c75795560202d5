import { randomBytes } from "node:crypto";
import { type BrowserContext, expect } from "@playwright/test";
import { type Answer, ask } from "./http";
import type { Delivery, World } from "./world";

/** A payment as `/transactions.json` gives it, as far as tests look. */
export interface Payment {
  txid: string;
  card_ref: string;
  amount: string;
  amount_minor: number;
  currency: string;
  status: string;
  type: string;
  description: string;
  booked_at: string;
}

let addresses = 0;

/** A loopback address that nobody came from yet: passwords may be tried a few times a minute from each. */
function newAddress(): string {
  addresses += 1;
  return `127.${20 + (process.pid % 200)}.${Math.floor(addresses / 250) % 250}.${(addresses % 250) + 1}`;
}

/** A user of the product with a session of her own, who needs no browser. */
export class Person {
  private constructor(
    private readonly world: World,
    readonly name: string,
    readonly email: string,
    readonly password: string,
    private session: { name: string; value: string },
  ) {}

  /** Signs up by the form, as a browser without scripts does. */
  static async signUp(world: World, name = "Camille Test"): Promise<Person> {
    const email = world.newEmail();
    const password = newPassword();
    const answer = await postForm(world, "/sign-up", { name, email, password });
    if (answer.status !== 303) throw new Error(`sign-up answered ${answer.status}: ${answer.text.slice(0, 2_000)}`);
    return new Person(world, name, email, password, sessionOf(answer));
  }

  /** Adds an operator, who chooses a password by the one-time link. */
  static async setUp(world: World, role: "viewer" | "operator" | "admin" = "operator"): Promise<Person> {
    const email = world.newEmail(role);
    const password = newPassword();
    const link = new URL(await world.addOperator(email, role));
    const answer = await postForm(world, link.pathname, { password });
    if (answer.status !== 303) throw new Error(`the set-up link answered ${answer.status}: ${answer.text.slice(0, 2_000)}`);
    return new Person(world, role, email, password, sessionOf(answer));
  }

  /** A new session of the same person. */
  async signIn(): Promise<Person> {
    const answer = await postForm(this.world, "/sign-in", { email: this.email, password: this.password });
    if (answer.status !== 303) throw new Error(`sign-in answered ${answer.status}: ${answer.text.slice(0, 2_000)}`);
    return new Person(this.world, this.name, this.email, this.password, sessionOf(answer));
  }

  /** Gives a browser this person's session. */
  async signInto(context: BrowserContext): Promise<void> {
    const { name, value } = this.session;
    await context.addCookies([{ name, value, url: this.world.url, httpOnly: true, sameSite: "Lax" }]);
  }

  /** For requests made by hand. */
  get cookie(): string {
    return `${this.session.name}=${this.session.value}`;
  }

  get sessionId(): string {
    return this.session.value;
  }

  get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return ask(this.world, path, { headers: { cookie: this.cookie, ...headers } });
  }

  postJson(path: string, body: unknown): Promise<Answer> {
    const headers = { cookie: this.cookie, origin: this.world.url, "content-type": "application/json" };
    return ask(this.world, path, { method: "POST", headers, body: JSON.stringify(body) });
  }

  postForm(path: string, fields: Record<string, string>): Promise<Answer> {
    const headers = { cookie: this.cookie, origin: this.world.url, "content-type": "application/x-www-form-urlencoded" };
    return ask(this.world, path, { method: "POST", headers, body: new URLSearchParams(fields).toString() });
  }

  /** What the bank's button would be given: a reference for one linking. */
  async customReference(): Promise<string> {
    const { text } = await this.get("/connect");
    const reference = /data-custom-ref="([^"]+)"/.exec(text)?.[1];
    if (!reference) throw new Error("there is no data-custom-ref on /connect");
    return reference;
  }

  /** Links a customer of the bank as if they had accepted in the popup; returns before the bank has confirmed it. */
  async accept(customer: string): Promise<{ token: string; reference: string; deliveries: Delivery[] }> {
    const reference = await this.customReference();
    const { token, deliveries } = await this.world.control("create-token", { customer, custom_reference: reference });
    return { token, reference, deliveries };
  }

  /** Links a customer of the bank and waits until all past payments are there. */
  async link(customer: string, timeout = 30_000): Promise<{ token: string; reference: string }> {
    const accepted = await this.accept(customer);
    await this.waitForHistory(timeout);
    return accepted;
  }

  /** Links by the notification and by the browser, as the bank's button does, so that nothing is left to ask. */
  async linkByBoth(customer: string): Promise<string> {
    const { token, reference } = await this.accept(customer);
    const answer = await this.postJson("/links", { token, custom_reference: reference });
    if (answer.status !== 201) throw new Error(`/links answered ${answer.status}: ${answer.text}`);
    await this.waitForHistory();
    return token;
  }

  /** Waits until the newest link is linked and its past payments are complete. */
  async waitForHistory(timeout = 30_000): Promise<void> {
    const options = { message: "the past payments are complete", timeout, intervals: [50, 100, 250] };
    await expect.poll(async () => this.isComplete(), options).toBe(true);
  }

  private async isComplete(): Promise<boolean> {
    const { text } = await this.get("/settings/accounts");
    return text.includes('data-status="linked"') && /Compl(et|ete) \(/.test(text);
  }

  /** One page of payments. */
  async page(query = ""): Promise<{ transactions: Payment[]; next: string | null }> {
    const answer = await this.get(`/transactions.json${query}`);
    if (answer.status !== 200) throw new Error(`/transactions.json${query} answered ${answer.status}: ${answer.text}`);
    return JSON.parse(answer.text) as { transactions: Payment[]; next: string | null };
  }

  /** All payments, page by page, newest first. */
  async payments(filters = ""): Promise<Payment[]> {
    const all: Payment[] = [];
    let before = "";
    for (;;) {
      const page = await this.page(`?${filters}${before}`);
      all.push(...page.transactions);
      if (page.next === null) return all;
      before = `&before=${encodeURIComponent(page.next)}`;
    }
  }
}

/** Something that nobody would guess, and that is found in a heap of bytes only if it was written there. */
function newPassword(): string {
  return `tulipes ${randomBytes(9).toString("hex")} bleues`;
}

function postForm(world: World, path: string, fields: Record<string, string>): Promise<Answer> {
  const headers = { origin: world.url, "content-type": "application/x-www-form-urlencoded" };
  return ask(world, path, { method: "POST", headers, body: new URLSearchParams(fields).toString(), from: newAddress() });
}

function sessionOf(answer: Answer): { name: string; value: string } {
  const pair = answer.headers["set-cookie"]?.map((cookie) => cookie.split(";")[0] ?? "").find((text) => text.includes("session="));
  const [name, value] = pair?.split("=") ?? [];
  if (!name || !value) throw new Error(`there is no session in ${String(answer.headers["set-cookie"])}`);
  return { name, value };
}
