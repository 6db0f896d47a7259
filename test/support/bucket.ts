import { createHmac, randomBytes } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

/**
 * A store that accepts files from browsers at URLs that it has signed: whole ones by `PUT`, like S3, and resumable ones by
 * `HEAD` and `PATCH`, like tus 1.0. It can lose a connection in the middle of a body.
 */
export class Bucket {
  readonly #secret = randomBytes(32);
  readonly #server: Server;
  readonly #parts = new Map<string, Buffer[]>();
  #stopAt: { bytes: number; how: "cut" | "stall"; reached: () => void } | undefined;
  /** Bytes of stored bodies, counted again if they arrive twice. */
  received = 0;
  /** The requests, in order. */
  readonly requests: string[] = [];

  private constructor() {
    this.#server = createServer((request, response) => this.#handle(request, response));
  }

  static async start(): Promise<Bucket> {
    const bucket = new Bucket();
    await new Promise<void>((resolve) => bucket.#server.listen(0, "127.0.0.1", resolve));
    return bucket;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** A URL that accepts one file of this size. */
  presign(key: string, size: number): string {
    return `${this.url}/${key}?size=${size}&signature=${this.#sign(key, size)}`;
  }

  object(key: string): Buffer | undefined {
    const parts = this.#parts.get(key);
    return parts && Buffer.concat(parts);
  }

  /**
   * Stores only so many bytes of the next body; then it cuts the connection, or stays silent.
   *
   * @returns resolves when that has happened
   */
  stopAt(bytes: number, how: "cut" | "stall"): Promise<void> {
    return new Promise((reached) => (this.#stopAt = { bytes, how, reached }));
  }

  #sign(key: string, size: number): string {
    return createHmac("sha256", this.#secret).update(`${key} ${size}`).digest("base64url");
  }

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const { pathname, searchParams } = new URL(request.url!, this.url);
    const key = pathname.slice(1);
    const size = Number(searchParams.get("size"));
    for (const [name, value] of [["Origin", "*"], ["Methods", "*"], ["Headers", "*"]]) response.setHeader(`Access-Control-Allow-${name}`, value!);
    response.setHeader("Access-Control-Expose-Headers", "Upload-Offset");
    if (request.method === "OPTIONS") return void response.end();
    this.requests.push(`${request.method} ${key}`);
    const parts = this.#parts.get(key) ?? [];
    const offset = parts.reduce((sum, part) => sum + part.length, 0);
    const end = (status: number): void => {
      const now = this.object(key)?.length ?? 0;
      response.writeHead(status, { "Upload-Offset": now }).end();
    };
    if (searchParams.get("signature") !== this.#sign(key, size)) return end(403);
    if (request.method === "HEAD") return end(200);
    const length = Number(request.headers["content-length"]);
    // A browser retries by itself what was lost on a kept connection, with an offset that is no longer current.
    if (request.method === "PATCH" && Number(request.headers["upload-offset"]) !== offset) return end(409);
    if (request.method === "PUT" ? length !== size : length + offset > size) return end(400);
    this.#parts.set(key, parts);
    this.#store(request, parts, () => end(request.method === "PUT" ? 200 : 204));
  }

  #store(request: IncomingMessage, parts: Buffer[], done: () => void): void {
    let stored = 0;
    const stop = this.#stopAt;
    this.#stopAt = undefined;
    request.on("data", (data: Buffer) => {
      const part = stop === undefined ? data : data.subarray(0, Math.max(0, stop.bytes - stored));
      parts.push(part);
      stored += part.length;
      this.received += part.length;
      if (stop === undefined || stored < stop.bytes) return;
      if (stop.how === "cut") request.socket.destroy();
      else request.pause();
      stop.reached();
    });
    request.on("error", () => {});
    request.on("end", done);
  }
}
