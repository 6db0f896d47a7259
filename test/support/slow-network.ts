import { once } from "node:events";
import { connect, createServer, type AddressInfo, type Server, type Socket } from "node:net";

const SOCKS = { version: 5, noAuthentication: 0, connect: 1, succeeded: 0, refused: 5 } as const;
const ADDRESS_BYTES: Readonly<Record<number, number>> = { 1: 4, 4: 16 };

/**
 * A SOCKS 5 proxy on 127.0.0.1 through which everything arrives late, in order, like packets on a long way. It leads to this
 * machine only. A browser that uses it keeps its origins, and needs no script in its pages.
 *
 * @see https://www.rfc-editor.org/rfc/rfc1928
 */
export class SlowNetwork {
  readonly #server: Server;
  readonly #delayMs: number;

  private constructor(server: Server, delayMs: number) {
    this.#server = server;
    this.#delayMs = delayMs;
  }

  /** @param delayMs how long each byte is on its way, in each direction */
  static async open(delayMs: number): Promise<SlowNetwork> {
    const server = createServer({ allowHalfOpen: true, noDelay: true });
    const network = new SlowNetwork(server, delayMs);
    server.on("connection", (near) => void network.#accept(near).catch(() => near.destroy()));
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    // It serves as long as its process has other work.
    server.unref();
    return network;
  }

  get url(): string {
    return `socks5://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The proxy's own handshake is not delayed: a browser without a proxy has none. */
  async #accept(near: Socket): Promise<void> {
    near.on("error", () => near.destroy());
    const read = reader(near);
    const [, methods] = await read(2);
    await read(methods!);
    near.write(Buffer.from([SOCKS.version, SOCKS.noAuthentication]));
    const [, command, , kind] = await read(4);
    const host = (await read(ADDRESS_BYTES[kind!] ?? (await read(1))[0]!)).toString("latin1");
    const port = (await read(2)).readUInt16BE();
    const local = kind === 1 ? host.startsWith("\x7f") : kind === 4 ? host === `${"\0".repeat(15)}\x01` : /^(?:localhost|127\.[\d.]+)$/.test(host);
    const reply = (status: number): Buffer => Buffer.from([SOCKS.version, status, 0, 1, 0, 0, 0, 0, 0, 0]);
    if (command !== SOCKS.connect || !local) return void near.end(reply(SOCKS.refused));
    const far = connect({ port, host: "127.0.0.1", allowHalfOpen: true, noDelay: true });
    try {
      await once(far, "connect");
    } catch {
      return void near.end(reply(SOCKS.refused));
    }
    near.write(reply(SOCKS.succeeded));
    this.#carry(near, far);
    this.#carry(far, near);
    near.resume();
  }

  #carry(from: Socket, to: Socket): void {
    // Timers of equal length end in the order in which they began.
    const later = (job: () => void): void => void setTimeout(job, this.#delayMs);
    let failed = false;
    from.on("data", (bytes) => later(() => void to.write(bytes)));
    from.on("end", () => later(() => void to.end()));
    from.on("error", () => (failed = true));
    from.on("close", () => later(() => void (failed ? to.resetAndDestroy() : to.destroySoon())));
  }
}

/** Reads so many bytes of a socket's beginning. What it does not ask for stays in the socket. */
function reader(socket: Socket): (length: number) => Promise<Buffer> {
  return async (length) => {
    if (length === 0) return Buffer.alloc(0);
    for (;;) {
      const bytes: unknown = socket.read(length);
      if (bytes instanceof Buffer) return bytes;
      if (socket.readableEnded || socket.destroyed) throw new Error("it ended within its handshake");
      await Promise.race([once(socket, "readable"), once(socket, "end")]);
    }
  };
}
