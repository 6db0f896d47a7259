import { timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import { onOwnUpgrade } from "../adapters/node/foreign-upgrades.js";
import type { NodeServer } from "../adapters/node/node-server.js";
import { isUnnamedHost, parseUrl, randomText } from "../security/index.js";
import type { DevMessage } from "./messages.js";

/** Where the pages of a development server learn about changes. */
export const DEV_SOCKET = "/__holdfast/socket";

/**
 * The socket that brings errors and changed files to open pages. It carries source code, so only pages of this server can
 * open it: the Origin must be the server's own, the host must be one that DNS cannot rebind, and the page must know the
 * token.
 */
export class DevSocket {
  /** Written into each page; other origins cannot read it. */
  readonly token = randomText(18);
  readonly #server = new WebSocketServer({ noServer: true, maxPayload: 1024 });
  readonly #servers = new WeakSet<NodeServer>();
  #version = 0;
  #last: DevMessage = { kind: "fine", version: 0 };

  /** Handles the upgrades of its path. All others go to the other listeners. */
  listen(server: NodeServer): void {
    if (this.#servers.has(server)) return;
    this.#servers.add(server);
    const takes = ({ url = "/" }: Pick<IncomingMessage, "url">): boolean => url.startsWith(`${DEV_SOCKET}?`);
    onOwnUpgrade(server, takes, (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
      if (!takes(incoming)) return;
      const target = incoming.url ?? "/";
      // The server hands the socket over without an error listener, and then a reset connection would end the process.
      socket.on("error", () => socket.destroy());
      const searchParams = new URLSearchParams(target.slice(DEV_SOCKET.length));
      if (!this.#admits(incoming, searchParams.get("token") ?? "")) {
        socket.end("HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n");
        return;
      }
      this.#server.handleUpgrade(incoming, socket, head, (client) => {
        client.on("error", () => client.terminate());
        client.send(JSON.stringify(this.#last));
      });
    });
  }

  #admits({ headers: { origin, host } }: IncomingMessage, token: string): boolean {
    if (origin === undefined || parseUrl(origin)?.host !== host || !isUnnamedHost(host)) return false;
    const given = Buffer.from(token);
    const own = Buffer.from(this.token);
    return given.length === own.length && timingSafeEqual(given, own);
  }

  /** How often this process has had new code. */
  get version(): number {
    return this.#version;
  }

  /** Tells all open pages, and those opened later, that there is new code without an error. */
  renewed(): void {
    this.keep({ kind: "fine", version: ++this.#version });
  }

  /** Tells all open pages, and those opened later, until a newer message replaces it. */
  keep(message: DevMessage): void {
    this.#last = message;
    this.tell(message);
  }

  /** Tells all open pages. */
  tell(message: DevMessage): void {
    const text = JSON.stringify(message);
    for (const client of this.#server.clients) client.send(text);
  }

  close(): void {
    for (const client of this.#server.clients) client.terminate();
    this.#server.close();
  }
}
