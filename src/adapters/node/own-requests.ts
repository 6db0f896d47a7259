import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Endpoint, Exchange, Host } from "../../endpoint/index.js";
import { joinChunks } from "./joined-chunks.js";
import { LINGER, Linger } from "./linger.js";
import type { NodeServer } from "./node-server.js";
import { observedFetch } from "./observed.js";
import { peerOf } from "./peer.js";
import { PipelinedRequests } from "./pipelined.js";
import { presetCookie, presetHeaders } from "./preset-headers.js";
import { pathOf } from "./request.js";
import { faultOf } from "./request-head.js";
import { UnreadBytes } from "./unread-bytes.js";

/** What Node knows about a request beside the Request. */
class NodeExchange implements Exchange {
  readonly #incoming: IncomingMessage;
  readonly #outgoing: ServerResponse;
  readonly #server: NodeServer;

  constructor(incoming: IncomingMessage, outgoing: ServerResponse, server: NodeServer) {
    this.#incoming = incoming;
    this.#outgoing = outgoing;
    this.#server = server;
  }

  get peer(): string | undefined {
    return peerOf(this.#incoming, this.#server);
  }
  preset(headers: readonly (readonly [string, string])[]): void {
    presetHeaders(this.#outgoing, headers);
  }
  cookie(cookie: string): void {
    presetCookie(this.#outgoing, cookie);
  }
}

/** An endpoint's requests on a server; the others go to the server's earlier listeners. */
export class OwnRequests {
  readonly #server: NodeServer;
  readonly #host: Host;
  readonly #answer: RequestListener;
  readonly #linger: Linger;
  readonly #unread: UnreadBytes;
  readonly #pipelined = new PipelinedRequests();
  #others: readonly RequestListener[] = [];

  constructor(server: NodeServer, endpoint: Endpoint, host: Host) {
    this.#server = server;
    this.#host = host;
    this.#linger = new Linger({ ...LINGER, ms: Math.min(LINGER.ms, host.limits.requestMs) });
    const { unreadAnswerBytes: limit, requestMs } = host.limits;
    this.#unread = new UnreadBytes(
      limit, requestMs, ({ req }) => peerOf(req, server) ?? "", (unread) => host.log("answer cut", { ...unread, reason: "unread", limit }),
    );
    const fetch = observedFetch(endpoint, server);
    // Written out: spreading the two objects would be the most expensive line of a small page.
    this.#answer = getRequestListener((request, { incoming, outgoing }) => fetch(request, {
      incoming, outgoing, holdfast: new NodeExchange(incoming as IncomingMessage, outgoing as ServerResponse, server),
    })) as RequestListener;
  }

  /** Node calls every listener of a request, but a request has one answer: from here on this one calls the others. */
  listen(): void {
    this.#others = this.#server.listeners("request") as RequestListener[];
    this.#server.removeAllListeners("request");
    this.#server.on("request", this.#onRequest);
  }

  /** Gives the requests back to the other listeners. Those that are being answered are not cut. */
  detach(): void {
    this.#server.off("request", this.#onRequest);
    for (const other of this.#others) this.#server.on("request", other);
  }

  /** Cuts the connections that are only read to be discarded. */
  close(): void {
    this.#linger.close();
    this.#unread.end();
  }

  readonly #onRequest: RequestListener = (incoming, outgoing) => {
    if (this.#others.length > 0 && !this.#host.owns(incoming.method ?? "GET", pathOf(incoming))) {
      for (const other of this.#others) other.call(this.#server, incoming, outgoing);
      return;
    }
    joinChunks(incoming);
    if (PipelinedRequests.waits(outgoing)) this.#pipelined.hold(incoming, outgoing, () => this.#begin(incoming, outgoing));
    else this.#begin(incoming, outgoing);
  };

  #begin(incoming: IncomingMessage, outgoing: ServerResponse): void {
    this.#linger.watch(incoming, outgoing);
    const fault = faultOf(incoming, this.#server);
    if (fault === undefined) {
      this.#unread.watch(outgoing);
      return this.#answer(incoming, outgoing);
    }
    // The connection may carry another request that is smuggled behind this one.
    outgoing.writeHead(fault, { connection: "close", "content-length": "0" }).end();
  }
}
