import { type IncomingHttpHeaders, type IncomingMessage, request } from "node:http";
import type { World } from "./world";

export interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  body: Buffer;
  text: string;
}

export interface Question {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
  /** The loopback address that the request comes from. */
  from?: string;
}

/** Asks the product without a browser, as any program on the network could. */
export async function ask(world: World, path: string, question: Question = {}): Promise<Answer> {
  const answer = await open(world, path, question);
  const parts: Buffer[] = [];
  for await (const part of answer) parts.push(part as Buffer);
  const body = Buffer.concat(parts);
  return { status: answer.statusCode ?? 0, headers: answer.headers, body, text: body.toString("utf8") };
}

/** Like `ask`, but returns as soon as the headers are there; for streams. */
export function open(world: World, path: string, question: Question = {}): Promise<IncomingMessage> {
  const { host, port } = new URL(world.url);
  const { method = "GET", headers = {}, body, from } = question;
  return new Promise((resolve, reject) => {
    const sent = request({
      host: "127.0.0.1",
      port,
      path,
      method,
      ...(from ? { localAddress: from } : {}),
      headers: { host, ...headers, ...(body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) }) },
    });
    sent.once("error", reject);
    sent.once("response", resolve);
    sent.end(body);
  });
}

/** One event of a stream of server-sent events. */
export interface StreamEvent {
  id: string;
  event: string;
  data: string;
}

/** Reads a stream until an event of this name has come, and returns all events up to it. */
export async function readStream(answer: IncomingMessage, until: string): Promise<StreamEvent[]> {
  const events: StreamEvent[] = [];
  let rest = "";
  answer.setEncoding("utf8");
  for await (const text of answer) {
    rest += String(text);
    const blocks = rest.split("\n\n");
    rest = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = parse(block);
      if (event) events.push(event);
      if (event?.event === until) {
        answer.destroy();
        return events;
      }
    }
  }
  throw new Error(`the stream ended before ${until}; it held ${events.map((event) => event.event).join(", ")}`);
}

function parse(block: string): StreamEvent | undefined {
  const event: StreamEvent = { id: "", event: "", data: "" };
  for (const line of block.split("\n")) {
    const [name, ...value] = line.split(":");
    if (name === "id" || name === "event" || name === "data") event[name] += value.join(":").replace(/^ /, "");
  }
  return event.event ? event : undefined;
}
