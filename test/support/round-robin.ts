import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { pipeline } from "node:stream";

/** What is said of a connection, and not of what goes through it: RFC 9110, 7.6.1. */
const HOP = /^(?:connection|keep-alive)$/i;
/** Longer than any test: no connection is closed while its client is about to use it again. */
const KEEP_ALIVE_MS = 600_000;

/** A load balancer without sticky routing: each request goes to the next node. It forwards no websockets. */
export class RoundRobin {
  /** How many requests with the counted path suffix each node received. */
  readonly counted: number[];
  readonly #server: Server;
  url = "";
  /** How many requests were forwarded. */
  sent = 0;
  /** If set, every request goes to this node. */
  only: number | undefined;

  private constructor(nodes: readonly string[], counts: string) {
    let next = 0;
    this.counted = nodes.map(() => 0);
    this.#server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (incoming, outgoing) => {
      const { method, headers, url: path = "/" } = incoming;
      const at = this.only ?? next++ % nodes.length;
      if (path.split("?")[0]!.endsWith(counts)) this.counted[at]!++;
      const { hostname, port } = new URL(nodes[at]!);
      // Each on a connection of its own: one that is kept may be closed by its node at the moment in which it is used again.
      const options = { hostname, port, method, path, headers: { ...headers, connection: "close" } };
      const forwarded = request(options, (response) => {
        const { rawHeaders } = response;
        outgoing.writeHead(response.statusCode!, rawHeaders.filter((_, i) => !HOP.test(rawHeaders[i - (i % 2)]!)));
        // An answer that is cut off is passed on as one.
        pipeline(response, outgoing, () => {});
      });
      forwarded.on("finish", () => this.sent++);
      // After an answer it says only that the node did not want the rest of the request.
      forwarded.on("error", () => {
        if (!outgoing.headersSent) outgoing.destroy();
      });
      // Who is answered before he has sent everything sends it to nobody, and keeps his connection.
      forwarded.on("close", () => incoming.unpipe(forwarded).resume());
      // A client that goes away ends its request behind the balancer as well.
      outgoing.on("close", () => {
        if (!outgoing.writableFinished) forwarded.destroy();
      });
      incoming.pipe(forwarded);
    });
    this.#server.on("upgrade", (_incoming, socket) => socket.end("HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-length: 0\r\n\r\n"));
  }

  static async start(nodes: readonly string[], counts: string): Promise<RoundRobin> {
    const balancer = new RoundRobin(nodes, counts);
    await new Promise<void>((resolve) => balancer.#server.listen(0, "127.0.0.1", resolve));
    balancer.url = `http://127.0.0.1:${(balancer.#server.address() as AddressInfo).port}`;
    return balancer;
  }

  stop(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}
