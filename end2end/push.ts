import { createDecipheriv, createECDH, createPublicKey, hkdfSync, randomBytes, verify } from "node:crypto";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext } from "@playwright/test";

/** A message as the service worker gets it. */
export interface Message {
  title: string;
  body: string;
  url: string;
  tag: string;
  lang: string;
}

/** One request of the product to the push service. */
export interface Posted {
  headers: IncomingMessage["headers"];
  message: Message;
}

/**
 * A push service and a browser that has subscribed to it: what the product posts is taken, decrypted with the browser's keys and
 * checked against the product's. Real ones are on the Internet, where tests are not.
 */
export class PushService {
  readonly posted: Posted[] = [];
  /** What the next requests are answered with. */
  status = 201;
  readonly #keys = createECDH("prime256v1");
  readonly #auth = randomBytes(16);

  private constructor(private readonly server: Server) {
    this.#keys.generateKeys();
  }

  static async start(): Promise<PushService> {
    const server = createServer();
    const service = new PushService(server);
    server.on("request", (request, response) => {
      const chunks: Buffer[] = [];
      request.on("data", (chunk: Buffer) => chunks.push(chunk));
      request.on("end", () => {
        service.posted.push({ headers: request.headers, message: service.#open(Buffer.concat(chunks)) });
        response.writeHead(service.status).end();
      });
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    return service;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((stopped) => this.server.close(stopped));
  }

  get origin(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Has pages of this context subscribe here. */
  async serve(context: BrowserContext, origin: string): Promise<void> {
    await context.grantPermissions(["notifications"], { origin });
    const made = {
      endpoint: `${this.origin}/push/${randomBytes(12).toString("hex")}`,
      keys: { p256dh: this.#keys.getPublicKey().toString("base64url"), auth: this.#auth.toString("base64url") },
    };
    await context.addInitScript((made) => {
      const kept = "fake-subscription";
      const subscription = () => ({
        ...made,
        toJSON: () => made,
        unsubscribe: async () => {
          sessionStorage.removeItem(kept);
          return true;
        },
      });
      PushManager.prototype.getSubscription = async () =>
        (sessionStorage.getItem(kept) ? subscription() : null) as unknown as PushSubscription | null;
      PushManager.prototype.subscribe = async (options) => {
        const key = options?.applicationServerKey;
        if (!(key instanceof Uint8Array) || key.length !== 65) throw new Error("this is no key");
        sessionStorage.setItem(kept, "yes");
        return subscription() as unknown as PushSubscription;
      };
    }, made);
  }

  /** RFC 8291, as a browser does it. */
  #open(body: Buffer): Message {
    const salt = body.subarray(0, 16);
    const length = body.readUInt8(20);
    const theirs = body.subarray(21, 21 + length);
    const sealed = body.subarray(21 + length);
    const info = Buffer.concat([Buffer.from("WebPush: info\0"), this.#keys.getPublicKey(), theirs]);
    const input = Buffer.from(hkdfSync("sha256", this.#keys.computeSecret(theirs), this.#auth, info, 32));
    const part = (name: string, size: number) => Buffer.from(hkdfSync("sha256", input, salt, `Content-Encoding: ${name}\0`, size));
    const cipher = createDecipheriv("aes-128-gcm", part("aes128gcm", 16), part("nonce", 12));
    cipher.setAuthTag(sealed.subarray(-16));
    const plain = Buffer.concat([cipher.update(sealed.subarray(0, -16)), cipher.final()]);
    const end = plain.lastIndexOf(2);
    return JSON.parse(plain.subarray(0, end).toString()) as Message;
  }
}

/** What the product signed its request with, checked by the key that it gave: RFC 8292. */
export function claimsOf(authorization: string): { aud: string; exp: number; sub: string } {
  const [, head, claims, signature, key] = /^vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), k=([\w-]+)$/.exec(authorization) ?? [];
  if (!head || !claims || !signature || !key) throw new Error(`this is no VAPID header: ${authorization}`);
  const point = Buffer.from(key, "base64url");
  const [x, y] = [point.subarray(1, 33), point.subarray(33)].map((half) => half.toString("base64url"));
  const jwk = { kty: "EC", crv: "P-256", x: x ?? "", y: y ?? "" };
  const publicKey = createPublicKey({ key: jwk, format: "jwk" });
  const signed = Buffer.from(`${head}.${claims}`);
  const good = verify("sha256", signed, { key: publicKey, dsaEncoding: "ieee-p1363" }, Buffer.from(signature, "base64url"));
  if (!good) throw new Error("the signature is wrong");
  return JSON.parse(Buffer.from(claims, "base64url").toString()) as { aud: string; exp: number; sub: string };
}
