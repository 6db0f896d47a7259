import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { type Server, type ServerOptions, WebSocketServer } from "ws";
import type { Connection } from "../channel/index.js";
import type { Limits } from "../security/index.js";
import { FrameTurns } from "./frame-turns.js";
import { listen, OrderedWebSocket } from "./ordered-websocket.js";
import { Outbox } from "./outbox.js";
import { TurnEnd } from "./turn-end.js";
import { WebSocketPort, type PortParts } from "./websocket-port.js";

/** Options of ws, with one that its types lack. */
interface WebSocketOptions extends ServerOptions<typeof OrderedWebSocket> {
  /** How long a closing socket may take, ms, before it is cut. */
  readonly closeTimeout: number;
}

/** Websockets for accepted handshakes. It handles frames and bytes and knows nothing of their content. */
export class WebSocketTransport {
  /** One for each length that a socket's messages may have: a message that arrives slowly is kept until it is whole. */
  readonly #servers = new Map<number, Server<typeof OrderedWebSocket>>();
  readonly #limits: Limits;
  readonly #parts: PortParts;

  /** @param now for tests: the clock that measures the frames' share of a turn, ms */
  constructor(limits: Limits, now?: () => number) {
    this.#limits = limits;
    const end = new TurnEnd();
    // In this order: answers go out before the next frames are handled.
    const outbox = new Outbox(end);
    this.#parts = { outbox, turns: new FrameTurns(now, end) };
  }

  #serverFor(maxPayload: number): Server<typeof OrderedWebSocket> {
    const present = this.#servers.get(maxPayload);
    if (present !== undefined) return present;
    const options: WebSocketOptions = {
      noServer: true,
      WebSocket: OrderedWebSocket,
      clientTracking: false,
      // No compression: it costs each idle socket tens of kilobytes and lets lengths leak secrets (CRIME).
      perMessageDeflate: false,
      maxPayload,
      maxFragments: this.#limits.fragments,
      closeTimeout: this.#limits.closeGraceMs,
    };
    const server = new WebSocketServer(options);
    this.#servers.set(maxPayload, server);
    return server;
  }

  /** Completes the handshake and connects the two ends. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, connection: Connection): void {
    let opened = false;
    this.#serverFor(connection.messageBytes).handleUpgrade(request, socket, head, (ws) => {
      opened = true;
      const port = new WebSocketPort(ws, socket, connection, this.#parts);
      listen(ws);
      // Once, but `once` would keep five objects with each idle socket.
      socket.on("finish", () => port.sent());
      connection.open(port);
    });
    // The client has hung up during the handshake.
    if (!opened) connection.closed();
  }
}
