import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { freePort, Program } from "./process";
import { oneServer, type Servers, serversBehindABalancer } from "./servers";

const run = promisify(execFile);

const repository = resolve(import.meta.dirname, "..");
/** Where the programs are; `scripts/test` builds these, E2E_PROFILE=release takes those of `make build`. */
const profile = process.env.E2E_PROFILE ?? "debug";
const programs = join(repository, "target", profile);
const site = join(repository, "target", profile === "release" ? "site" : "test/site");

/** There it is three servers behind a balancer: what may run on several machines is tried so. On SQLite it is one server. */
const onPostgres = process.env.E2E_DATABASE === "postgres";

export const PARTNER_ID = "e2e".padEnd(64, "0");
/** What the bank signs with; it must never be seen anywhere. */
export const PARTNER_REF = "end2end-partner-reference";

export type Role = "viewer" | "operator" | "admin";

/** One notification that the bank tried to deliver. */
export interface Delivery {
  reference: string;
  event_name: string;
  tries: { status: number | null; at: string; error?: string }[];
}

/** A payment in the bank's own books. Amounts are positive decimals; `type` says which way the money went. */
export interface BankTransaction {
  txid: string;
  card_ref: string;
  amount: string;
  /** What the merchant was paid in. */
  currency: string;
  type: "D" | "C";
  status: "S" | "A" | "R";
  date: string;
  description: string;
}

/** What the bank knows about one of its customers; payments oldest first, card by card. */
export interface Ledger {
  cards: { card_ref: string; balance: string }[];
  transactions: BankTransaction[];
  tokens: { token: string; custom_reference: string | null }[];
}

/** What the bank's controls answer; which parts are there depends on the control (see the contract of the stand-in). */
export interface ControlAnswer {
  deliveries: Delivery[];
  transactions: BankTransaction[];
  token: string;
}

/**
 * A bank and a product of their own for one test worker: free ports, an empty database, and nothing of the developer's
 * settings. Tests of one worker share it, so each makes its own user.
 */
export class World {
  #users = 0;

  private constructor(
    /** The product, as browsers see it. */
    readonly url: string,
    /** The stand-in of the bank. */
    readonly bank: string,
    /** The server's working folder: data, mail, key ring. */
    readonly dir: string,
    /** The database, as the server is told. */
    readonly database: string,
    /** Where the bank delivers its notifications. */
    readonly callback: string,
    private readonly environment: Record<string, string>,
    private readonly bankProgram: Program,
    private readonly servers: Servers,
  ) {}

  static async start(): Promise<World> {
    const dir = await mkdtemp(join(tmpdir(), "anytime-end2end-"));
    const [port, bankPort] = [await freePort(), await freePort()];
    const url = `http://localhost:${port}`;
    const bank = `http://127.0.0.1:${bankPort}`;
    const secret = randomBytes(32).toString("hex");
    const callback = `http://127.0.0.1:${port}/webhooks/anytime/${secret}`;
    const database = await createDatabase(dir);
    const environment = {
      PATH: process.env.PATH ?? "",
      HOME: dir,
      LEPTOS_OUTPUT_NAME: "anytime-connect",
      LEPTOS_SITE_ROOT: site,
      LEPTOS_SITE_PKG_DIR: "pkg",
      LEPTOS_HASH_FILES: "true",
      PUBLIC_URL: url,
      DATABASE_URL: database,
      KEYRING_FILE: join(dir, "data/keyring"),
      ANYTIME_PARTNER_ID: PARTNER_ID,
      ANYTIME_PARTNER_REFS: PARTNER_REF,
      ANYTIME_CONNECT_URL: bank,
      ANYTIME_API_URL: bank,
      WEBHOOK_SECRETS: secret,
      WEBHOOK_ALLOWED_IPS: "127.0.0.1",
    };
    const bankArgs = ["serve", "--listen", `127.0.0.1:${bankPort}`, "--seed", "1"];
    bankArgs.push("--partner-id", PARTNER_ID, "--partner-ref", PARTNER_REF, "--callback", callback, "--origin", url);
    const place = { path: join(programs, "anytime-connect"), dir, environment, port };
    const world = new World(
      url,
      bank,
      dir,
      database,
      callback,
      environment,
      new Program("the stand-in", join(programs, "anytime-sandbox"), bankArgs, dir, () => ({ PATH: environment.PATH, HOME: dir })),
      onPostgres ? await serversBehindABalancer(place) : oneServer(place),
    );
    try {
      await world.bankProgram.start(bank);
      await world.servers.start();
    } catch (error) {
      await world.end();
      throw error;
    }
    return world;
  }

  /** Ends all programs and removes what they left. */
  async end(): Promise<void> {
    await this.servers.end();
    await this.bankProgram.stop();
    if (onPostgres) await dropDatabase(this.database);
    await rm(this.dir, { recursive: true, force: true });
  }

  /** An e-mail address that no other test of this worker uses. */
  newEmail(name = "user"): string {
    this.#users += 1;
    return `${name}-${this.#users}-${randomBytes(3).toString("hex")}@example.test`;
  }

  /** `POST /control/NAME` at the bank: purchases, refunds, revocations. */
  async control(name: string, body: Record<string, unknown> = {}): Promise<ControlAnswer> {
    const response = await fetch(`${this.bank}/control/${name}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`control ${name} answered ${response.status}: ${text}`);
    return JSON.parse(text) as ControlAnswer;
  }

  /** The bank's own books about one of its customers. */
  async ledger(customer: string): Promise<Ledger> {
    const response = await fetch(`${this.bank}/control/ledger?customer=${encodeURIComponent(customer)}`);
    if (!response.ok) throw new Error(`the ledger answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Ledger;
  }

  /** Takes back every access that the bank gave, so that its next payments concern nobody of an earlier test. */
  async withdrawEverything(): Promise<void> {
    for (const name of ["alice", "bruno", "chloe", "david"]) {
      const body = JSON.stringify({ customer: `${name}@example.test` });
      const headers = { "content-type": "application/json" };
      const response = await fetch(`${this.bank}/control/revoke`, { method: "POST", headers, body });
      // Most often there is nothing to take back.
      if (!response.ok && response.status !== 404) throw new Error(`revoke answered ${response.status}: ${await response.text()}`);
      await response.arrayBuffer();
    }
  }

  /** The notifications that the bank sent last, newest first. */
  async deliveries(): Promise<Delivery[]> {
    const response = await fetch(`${this.bank}/control/deliveries`);
    if (!response.ok) throw new Error(`the deliveries answered ${response.status}: ${await response.text()}`);
    return ((await response.json()) as { deliveries: Delivery[] }).deliveries;
  }

  /** Runs a command of the server's program, beside the running server. */
  async cli(...args: string[]): Promise<string> {
    const path = join(programs, "anytime-connect");
    const { stdout } = await run(path, args, { cwd: this.dir, env: this.environment, timeout: 30_000 });
    return stdout;
  }

  /** Adds an operator, and returns the one-time link by which they choose their password. */
  async addOperator(email: string, role: Role): Promise<string> {
    const printed = await this.cli("operator", "add", email, "--role", role);
    const link = printed.match(/https?:\/\/\S+/g)?.at(-1);
    if (!link) throw new Error(`no set-up link in: ${printed}`);
    return link;
  }

  /** The text of the newest mail to this address, once there is one that holds `text`. */
  async mail(to: string, text: string): Promise<string> {
    const deadline = Date.now() + 20_000;
    // Beside the database, or beside the key ring where the database is no file.
    const folders = [join(this.dir, "mail"), join(this.dir, "data", "mail")];
    for (;;) {
      for (const folder of folders) {
        const names = (await readdir(folder).catch(() => [] as string[])).filter((name) => name.endsWith(".eml"));
        for (const name of names.sort().reverse()) {
          const mail = readable(await readFile(join(folder, name), "utf8"));
          if (mail.includes(`To: ${to}`) && mail.includes(text)) return mail;
        }
      }
      if (Date.now() > deadline) throw new Error(`no mail to ${to} holds ${text}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends the server (SIGTERM: in good order, SIGKILL: as in a crash). */
  async stopServer(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    await this.servers.stop(signal);
  }

  async startServer(): Promise<void> {
    await this.servers.start();
  }

  /** Starts it anew, with other settings if there are any; they last until they are set again. */
  async restartServer(signal: NodeJS.Signals = "SIGTERM", settings: Record<string, string> = {}): Promise<void> {
    await this.stopServer(signal);
    // The program's own, too.
    Object.assign(this.environment, settings);
    await this.startServer();
  }

  /** Everything that the server has written, over all its lives. */
  serverLog(): string {
    return this.servers.log();
  }

  bankLog(): string {
    return this.bankProgram.log();
  }
}

async function createDatabase(dir: string): Promise<string> {
  switch (process.env.E2E_DATABASE ?? "sqlite") {
    case "sqlite":
      return `sqlite://${join(dir, "anytime-connect.db")}`;
    case "postgres": {
      const url = postgres();
      const name = `end2end_${randomBytes(6).toString("hex")}`;
      await sql(`CREATE DATABASE ${name}`);
      url.pathname = name;
      return url.href;
    }
    default:
      throw new Error(`E2E_DATABASE is sqlite or postgres, not ${process.env.E2E_DATABASE}`);
  }
}

async function dropDatabase(database: string): Promise<void> {
  await sql(`DROP DATABASE IF EXISTS ${new URL(database).pathname.slice(1)} WITH (FORCE)`);
}

function postgres(): URL {
  const url = process.env.TEST_POSTGRES_URL;
  if (!url) throw new Error("There is no PostgreSQL: run the tests under scripts/with-postgres");
  return new URL(url);
}

async function sql(statement: string): Promise<void> {
  await run("psql", [postgres().href, "--quiet", "--no-psqlrc", "--command", statement]);
}

/** Quoted-printable, as far as links and addresses need it. */
function readable(mail: string): string {
  return mail.replace(/=\r?\n/g, "").replace(/=3D/g, "=");
}
