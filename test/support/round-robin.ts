import { createServer, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

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
    this.#server = createServer((incoming, outgoing) => {
      const { method, headers, url: path = "/" } = incoming;
      const at = this.only ?? next++ % nodes.length;
      if (path.split("?")[0]!.endsWith(counts)) this.counted[at]!++;
      const { hostname, port } = new URL(nodes[at]!);
      const forwarded = request({ hostname, port, method, headers, path }, (response) => {
        outgoing.writeHead(response.statusCode!, response.rawHeaders);
        response.pipe(outgoing);
      });
      forwarded.on("finish", () => this.sent++);
      forwarded.on("error", () => outgoing.destroy());
      // When a client aborts its request, the forwarded one is aborted too.
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
