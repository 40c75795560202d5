import { execFile } from "node:child_process";
import { access, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { freePort, Program } from "./process";

const run = promisify(execFile);

/** Where the balancer calls from, as `scripts/haproxy-here` says. */
const BALANCER = "127.0.0.9";

/** What answers at the product's address: one server, or several behind a balancer. */
export interface Servers {
  /** Starts the servers, and waits until all of them answer. */
  start(): Promise<void>;
  /** Ends the servers by a signal, and waits for their end. What stands before them stays. */
  stop(signal?: NodeJS.Signals): Promise<void>;
  /** Ends everything. */
  end(): Promise<void>;
  /** What the servers wrote so far, over all their lives. */
  log(): string;
}

export interface Place {
  /** The program. */
  path: string;
  /** Its working folder. */
  dir: string;
  /** Its settings; those that change are read at the next start. */
  environment: Record<string, string>;
  /** Where browsers and the bank find it. */
  port: number;
}

/** One server, which answers at the product's address itself. */
export function oneServer({ path, dir, environment, port }: Place): Servers {
  environment.LEPTOS_SITE_ADDR = `127.0.0.1:${port}`;
  const server = new Program("the server", path, ["serve", "--dev"], dir, () => environment);
  return {
    start: () => server.start(`http://127.0.0.1:${port}/healthz`),
    stop: (signal) => server.stop(signal),
    end: () => server.stop(),
    log: () => server.log(),
  };
}

/** Three servers on one database behind HAProxy, with the configuration that is shipped. Any of them may get any request. */
export async function serversBehindABalancer({ path, dir, environment, port }: Place): Promise<Servers> {
  const addresses = [await freePort(), await freePort(), await freePort()].map((free) => `127.0.0.1:${free}`);
  const nodes = addresses.map((address, index) => {
    const name = `node${index + 1}`;
    const own = { NODE_NAME: name, LEPTOS_SITE_ADDR: address, METRICS_ADDR: "off", DRAIN_SECONDS: "0", TRUSTED_PROXIES: BALANCER };
    return { program: new Program(name, path, ["serve", "--dev"], dir, () => ({ ...environment, ...own })), address };
  });
  const script = join(import.meta.dirname, "../scripts/haproxy-here");
  const { stdout } = await run(script, [`127.0.0.1:${port}`, "127.0.0.1", ...addresses]);
  const file = join(dir, "haproxy.cfg");
  await writeFile(file, stdout);
  const balancer = new Program("HAProxy", await haproxy(), ["-db", "-f", file], dir, () => ({ PATH: environment.PATH ?? "" }));
  const ready = `http://127.0.0.1:${port}/readyz`;

  const stop = async (signal?: NodeJS.Signals) => {
    await Promise.all(nodes.map(({ program }) => program.stop(signal)));
  };
  return {
    start: async () => {
      // The first one brings the database up to date; the others would only wait for it.
      for (const { program, address } of nodes) await program.start(`http://${address}/readyz`);
      if (balancer.isRunning) await balancer.untilItAnswers(ready);
      else await balancer.start(ready);
    },
    stop,
    end: async () => {
      await stop();
      await balancer.stop();
    },
    log: () => nodes.map(({ program }) => program.log()).join("\n"),
  };
}

/** Debian keeps it where only root looks. */
async function haproxy(): Promise<string> {
  const usual = "/usr/sbin/haproxy";
  return (await access(usual).then(() => true, () => false)) ? usual : "haproxy";
}
