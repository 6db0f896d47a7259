import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** What a cut network swallows. */
interface Cut {
  /** What clients send, what the server answers, or both. Default both. */
  readonly way?: "requests" | "answers" | "both";
  /** Connections of Redis on which messages are received, the others, or all. Default all. */
  readonly of?: "messages" | "commands" | "all";
}

/** One way through the network. */
interface Way {
  readonly from: Socket;
  readonly way: "requests" | "answers";
  readonly connection: { subscribes: boolean };
}

/** A proxy to a server on 127.0.0.1 that can be cut: nothing passes any more, and neither side is told. */
export class BreakableNetwork {
  readonly #server: Server;
  readonly #open = new Set<Way>();
  #cut: Cut | undefined;
  #port = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async to(port: number): Promise<BreakableNetwork> {
    const server = createServer();
    const network = new BreakableNetwork(server);
    network.leadTo(port);
    server.on("connection", (near) => network.#through(near, network.#port));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    return network;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  /** New connections go to this port; those that are open stay. */
  leadTo(port: number): void {
    this.#port = port;
  }

  /** From now on nothing passes, or only some; connections, including new ones, stay open. */
  cut(cut: Cut = {}): void {
    this.#cut = cut;
    for (const way of this.#open) this.#obey(way);
  }

  /** Works again. Earlier connections are closed, and what was in transit on them is lost. */
  mend(): void {
    this.#cut = undefined;
    for (const { from } of this.#open) from.destroy();
  }

  async close(): Promise<void> {
    for (const { from } of this.#open) from.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #through(near: Socket, port: number): void {
    const far = connect(port, "127.0.0.1");
    const connection = { subscribes: false };
    for (const [from, to, name] of [[near, far, "requests"], [far, near, "answers"]] as const) {
      const way = { from, way: name, connection };
      this.#open.add(way);
      from.on("data", (bytes) => {
        if (name === "requests" && /\bs?subscribe\b/i.test(bytes.toString("latin1"))) {
          connection.subscribes = true;
          for (const each of this.#open) if (each.connection === connection) this.#obey(each);
        }
        if (!from.isPaused()) to.write(bytes);
      });
      from.on("error", () => from.destroy());
      from.on("close", () => {
        this.#open.delete(way);
        to.destroy();
      });
      this.#obey(way);
    }
  }

  #obey({ from, way, connection }: Way): void {
    if (this.#cut === undefined) return;
    const { way: swallowed = "both", of = "all" } = this.#cut;
    const concerned = of === "all" || (of === "messages") === connection.subscribes;
    if (concerned && (swallowed === "both" || swallowed === way)) from.pause();
    else from.resume();
  }
}
