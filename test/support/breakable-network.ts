import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

/** A proxy to a server on 127.0.0.1 that can be cut: nothing passes any more, and neither side is told. */
export class BreakableNetwork {
  readonly #server: Server;
  readonly #open = new Set<Socket>();
  #cut = false;
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

  /** From now on nothing passes; connections, including new ones, stay open. */
  cut(): void {
    this.#cut = true;
    for (const socket of this.#open) socket.pause();
  }

  /** Works again. Earlier connections are closed, and what was in transit on them is lost. */
  mend(): void {
    this.#cut = false;
    for (const socket of this.#open) socket.destroy();
  }

  async close(): Promise<void> {
    for (const socket of this.#open) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #through(near: Socket, port: number): void {
    const far = connect(port, "127.0.0.1");
    for (const [from, to] of [[near, far], [far, near]] as const) {
      this.#open.add(from);
      from.on("data", (bytes) => void to.write(bytes));
      from.on("error", () => from.destroy());
      from.on("close", () => {
        this.#open.delete(from);
        to.destroy();
      });
      if (this.#cut) from.pause();
    }
  }
}
