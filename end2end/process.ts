import { type ChildProcess, spawn } from "node:child_process";
import { createServer } from "node:net";

/** A program that runs for as long as a test worker, and everything that it said. */
export class Program {
  #child: ChildProcess | undefined;
  #failure: Error | undefined;
  #log = "";

  constructor(
    private readonly name: string,
    private readonly path: string,
    private readonly args: string[],
    private readonly cwd: string,
    /** Asked for at each start. */
    private readonly env: () => Record<string, string>,
  ) {}

  /** Starts it and waits until `url` answers with success. */
  async start(url: string): Promise<void> {
    const child = spawn(this.path, this.args, { cwd: this.cwd, env: this.env(), stdio: ["ignore", "pipe", "pipe"] });
    this.#child = child;
    this.#failure = undefined;
    child.on("error", (error) => (this.#failure = error));
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => (this.#log += text));
    }
    // Should the worker die, it does not leave its children behind.
    const killChild = () => child.kill("SIGKILL");
    process.once("exit", killChild);
    child.once("exit", () => process.off("exit", killChild));

    await this.untilItAnswers(url);
  }

  get isRunning(): boolean {
    return this.#child !== undefined && !hasEnded(this.#child);
  }

  /** Waits until `url` answers with success, of a program that was started. */
  async untilItAnswers(url: string): Promise<void> {
    const deadline = Date.now() + 30_000;
    while (!(await answers(url))) {
      if (this.#failure) throw new Error(`${this.name} could not be started: ${this.#failure.message}`);
      if (!this.isRunning) throw new Error(`${this.name} ended while starting:\n${this.#log}`);
      if (Date.now() > deadline) throw new Error(`${this.name} does not answer at ${url}:\n${this.#log}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }

  /** Ends it by a signal, and waits for its end. */
  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (!child || child.pid === undefined || hasEnded(child)) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill(signal);
    const patience = setTimeout(() => child.kill("SIGKILL"), 20_000);
    await ended;
    clearTimeout(patience);
  }

  /** What it wrote so far, over all its lives. */
  log(): string {
    return this.#log;
  }
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(2_000) });
    await response.arrayBuffer();
    return response.ok;
  } catch {
    return false;
  }
}

/** A port that nobody listens on. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => (address && typeof address === "object" ? resolve(address.port) : reject(new Error("no port"))));
    });
  });
}
