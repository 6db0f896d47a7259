import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { Host } from "../../endpoint/index.js";
import { HoldfastError } from "../../errors/index.js";
import { WebSocketTransport } from "../../transport/index.js";
import { answersUpgrades, ForeignUpgrades, onOwnUpgrade } from "./foreign-upgrades.js";
import type { NodeServer } from "./node-server.js";
import { peerOf } from "./peer.js";
import { answering, whenFree } from "./pipelined-upgrades.js";
import { pathOf, requestOf } from "./request.js";
import { guarded, NodeUpgrade, refusalOf, refuse } from "./upgrade.js";

/** An endpoint's upgrades on a server: those to the paths of its sockets. */
export class OwnUpgrades {
  readonly #server: NodeServer;
  readonly #host: Host;
  readonly #transport: WebSocketTransport;
  readonly #foreign: ForeignUpgrades;

  /** @throws HoldfastError `endpoint_config_invalid` if another endpoint on the server opens its sockets at the same path */
  constructor(server: NodeServer, host: Host) {
    for (const path of host.socketPaths) if (answersUpgrades(server, path)) throw pathTaken(path);
    this.#server = server;
    this.#host = host;
    this.#transport = new WebSocketTransport(host.limits);
    this.#foreign = new ForeignUpgrades(server, host.limits.requestMs);
  }

  listen(): void {
    onOwnUpgrade(this.#server, (incoming) => this.#opens(incoming), this.#onUpgrade);
  }

  detach(): void {
    this.close();
    this.#server.off("upgrade", this.#onUpgrade);
  }

  /** Closes the sockets that no listener has taken. */
  close(): void {
    this.#foreign.close();
  }

  #opens(incoming: Pick<IncomingMessage, "url">): boolean {
    return this.#host.opens(pathOf(incoming));
  }

  readonly #onUpgrade = (incoming: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (!this.#opens(incoming)) return this.#foreign.leave(incoming, socket, head);
    if (answering(socket) === undefined) this.#begin(incoming, socket, head);
    // The client has not waited for the answers before it: among frames they would be read as frames.
    else whenFree(socket, this.#host.limits.requestMs, () => this.#begin(incoming, socket, head));
  };

  #begin(incoming: IncomingMessage, socket: Duplex, head: Buffer): void {
    const refusal = refusalOf(incoming, this.#server);
    if (refusal !== undefined) return refuse(guarded(socket), refusal);
    const request = requestOf(incoming);
    if (request === undefined) return refuse(guarded(socket), { status: 400 });
    const peer = peerOf(incoming, this.#server);
    void this.#host.upgrade(new NodeUpgrade({ request, incoming, peer, socket: guarded(socket), head, transport: this.#transport }));
  }
}

/** Two endpoints would both answer the handshake, and each would read the frames of the other's socket. */
function pathTaken(path: string): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", {
    what: "Two endpoints of one server open sockets at the same path.",
    expected: "one endpoint for each server; every endpoint opens the sockets of its views at /live/websocket", got: `${path} twice`,
    fix: "serve the second endpoint on a server of its own, or put its live sessions and routes into the first one",
  });
}
