import { createServer, request, type IncomingMessage, type Server } from "node:http";
import { connect, type AddressInfo } from "node:net";
import { RedisServer } from "../../support/redis-server.js";
import { BlogServer } from "./blog.js";

/**
 * The blog as two processes with a Redis, behind one address. The cookie `node` chooses the process, for pages and sockets
 * alike; without it, the first one answers.
 */
export class BlogNodes {
  readonly #redis: RedisServer;
  readonly #nodes: readonly [BlogServer, BlogServer];
  readonly #balancer: Server;
  #contexts = 0;
  url = "";

  private constructor(redis: RedisServer, nodes: readonly [BlogServer, BlogServer]) {
    this.#redis = redis;
    this.#nodes = nodes;
    this.#balancer = createServer((incoming, outgoing) => {
      const { method, headers, url: path } = incoming;
      const forwarded = request({ port: this.#portFor(incoming), host: "127.0.0.1", method, headers, path }, (response) => {
        outgoing.writeHead(response.statusCode!, response.rawHeaders);
        response.pipe(outgoing);
      });
      forwarded.on("error", () => outgoing.destroy());
      incoming.pipe(forwarded);
    });
    this.#balancer.on("upgrade", (incoming, socket, head) => {
      const node = connect(this.#portFor(incoming), "127.0.0.1", () => {
        const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
        for (let i = 0; i < incoming.rawHeaders.length; i += 2) lines.push(`${incoming.rawHeaders[i]}: ${incoming.rawHeaders[i + 1]}`);
        node.write(`${lines.join("\r\n")}\r\n\r\n`);
        node.write(head);
        node.pipe(socket).pipe(node);
      });
      for (const [end, other] of [[node, socket], [socket, node]] as const) {
        end.on("error", () => other.destroy());
        end.on("close", () => other.destroy());
      }
    });
  }

  static async start(): Promise<BlogNodes> {
    const redis = await RedisServer.start();
    const blog = new BlogNodes(redis, await BlogServer.startTwo(redis.url));
    await new Promise<void>((resolve) => blog.#balancer.listen(0, "127.0.0.1", resolve));
    blog.url = `http://127.0.0.1:${(blog.#balancer.address() as AddressInfo).port}`;
    return blog;
  }

  /** The cookie of the next browser: the two nodes alternate. */
  nextCookie(): { name: string; value: string; url: string } {
    return { name: "node", value: String(this.#contexts++ % 2), url: this.url };
  }

  get running(): boolean {
    return this.#nodes.every(({ running }) => running);
  }

  async run(): Promise<void> {
    for (const node of this.#nodes) await node.run();
  }

  async kill(): Promise<void> {
    for (const node of this.#nodes) await node.kill();
  }

  async stop(): Promise<void> {
    this.#balancer.close();
    for (const node of this.#nodes) await node.stop();
    await this.#redis.stop();
  }

  #portFor({ headers }: IncomingMessage): number {
    const index = /(?:^|; )node=1/.test(headers.cookie ?? "") ? 1 : 0;
    return Number(new URL(this.#nodes[index].url).port);
  }
}
