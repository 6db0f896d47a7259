import { STATUS_CODES, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Connection } from "../../channel/index.js";
import type { Upgrade } from "../../endpoint/index.js";
import type { WebSocketTransport } from "../../transport/index.js";
import type { NodeServer } from "./node-server.js";
import { faultOf } from "./request-head.js";

/** Base64 of 16 bytes: RFC 6455, 4.1. */
const KEY = /^[+/\dA-Za-z]{22}==$/;

/** The response to an upgrade that cannot become a websocket. */
interface Refusal {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * What is wrong with a client's opening handshake, before any application code sees it.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-4.2.1
 * @see https://www.rfc-editor.org/rfc/rfc6455#section-4.4 for another version
 */
export function refusalOf(incoming: IncomingMessage, server: NodeServer): Refusal | undefined {
  const fault = faultOf(incoming, server);
  if (fault !== undefined) return { status: fault };
  const { method, httpVersionMajor, httpVersionMinor, headers } = incoming;
  if (method !== "GET") return { status: 405, headers: { allow: "GET" } };
  if (httpVersionMajor < 1 || (httpVersionMajor === 1 && httpVersionMinor < 1)) return { status: 400 };
  if (headers.upgrade?.toLowerCase() !== "websocket") return { status: 426, headers: { upgrade: "websocket" } };
  // The bytes after a handshake's head are frames, so a body there would be read as frames.
  if ("transfer-encoding" in headers || (headers["content-length"] ?? "0") !== "0") return { status: 400 };
  if (headers["sec-websocket-version"] !== "13") return { status: 426, headers: { upgrade: "websocket", "sec-websocket-version": "13" } };
  return KEY.test(headers["sec-websocket-key"] ?? "") ? undefined : { status: 400 };
}

/** Answers an upgrade with a status and nothing else. */
export function refuse(socket: Duplex, { status, headers = {} }: Refusal): void {
  if (socket.destroyed || socket.writableEnded) return;
  // Closes both halves: a client that never closes its own would keep the socket, and `server.close` waiting.
  socket.once("finish", () => socket.destroy());
  const lines = Object.entries({ connection: "close", "content-length": "0", ...headers }).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status] ?? "Refused"}\r\n${lines.join("")}\r\n`);
}

/** Keeps a socket that is reset during the handshake from ending the process. */
export function guarded(socket: Duplex): Duplex {
  return socket.on("error", destroy);
}

// One function for all, because it stays with the socket.
function destroy(this: Duplex): void {
  this.destroy();
}

/** The parts of a handshake. */
interface NodeUpgradeParts {
  readonly request: Request;
  readonly incoming: IncomingMessage;
  readonly peer: string | undefined;
  readonly socket: Duplex;
  /** The first bytes behind the handshake. */
  readonly head: Buffer;
  readonly transport: WebSocketTransport;
}

/** A handshake received by a Node server. */
export class NodeUpgrade implements Upgrade {
  readonly request: Request;
  readonly env: { readonly incoming: IncomingMessage };
  readonly peer: string | undefined;
  readonly #socket: Duplex;
  readonly #head: Buffer;
  readonly #transport: WebSocketTransport;

  constructor({ request, incoming, peer, socket, head, transport }: NodeUpgradeParts) {
    this.request = request;
    this.env = { incoming };
    this.peer = peer;
    this.#socket = socket;
    this.#head = head;
    this.#transport = transport;
  }


  accept(connection: Connection): void {
    const socket = this.#socket;
    if (socket.destroyed) return connection.closed();
    this.#transport.accept(this.env.incoming, socket, this.#head, connection);
  }

  refuse({ status, headers }: Response): void {
    const retryAfter = headers.get("retry-after");
    refuse(this.#socket, { status, ...(retryAfter !== null && { headers: { "retry-after": retryAfter } }) });
  }
}
