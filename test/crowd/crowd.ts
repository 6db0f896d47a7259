import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { get, pool, quantile, ticketOf, View, type Ticket } from "../../bench/dist/client.js";
import { cpuOf } from "../support/cpu.js";
import { freePort } from "../support/free-port.js";
import { within } from "../support/wait.js";

/** When the phoenix client connects again, ms by attempt: without jitter. */
const RECONNECT_MS = [10, 50, 100, 150, 200, 250, 500, 1000, 2000];
const LONGEST_MS = 5000;
/**
 * How long the phoenix client waits before it connects again.
 *
 * @param attempt 0 is the first
 * @returns ms
 */
export function reconnectMs(attempt: number): number {
  return RECONNECT_MS[attempt] ?? LONGEST_MS;
}

/** How many pages are opened at a time. */
const AT_A_TIME = 64;

/** A server of the bench that can be killed, and started again on its port. */
export class CrowdServer {
  readonly #file: string;
  readonly #input: string;
  readonly #port: number;
  #process: ChildProcess | undefined;
  /** The processor time that its start has cost, µs. */
  #startUs = 0;

  private constructor(file: string, input: string, port: number) {
    this.#file = file;
    this.#input = input;
    this.#port = port;
  }

  /**
   * @param file `server.js` or `twin.js` of the bench
   * @param input what it reads: a twin's script
   */
  static async start(file: string, input = ""): Promise<CrowdServer> {
    const server = new CrowdServer(fileURLToPath(new URL(`../../bench/dist/${file}`, import.meta.url)), input, await freePort());
    await server.begin();
    return server;
  }

  get base(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  async begin(): Promise<void> {
    const started = spawn(process.execPath, [this.#file], {
      env: { ...process.env, NODE_ENV: "production", PORT: String(this.#port), TOGETHER: "1" }, stdio: ["pipe", "pipe", "ignore"],
    });
    this.#process = started;
    started.stdin.end(this.#input);
    await within(once(started.stdout, "data"), "the server is ready");
    this.#startUs = cpuOf(started.pid!);
  }

  /** The processor time that it has had since it was ready, µs. */
  get cpuUs(): number {
    return cpuOf(this.#process!.pid!) - this.#startUs;
  }

  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGKILL");
    await ended;
  }
}

/** How a crowd came back. */
export interface Return {
  /** How many came back. */
  readonly back: number;
  /** From each client's first try to its join, ms. */
  readonly p50: number;
  readonly p99: number;
  /** Until the last was back, since the server was ready, ms. */
  readonly lastMs: number;
  /** Of the server, for each client, µs. */
  readonly cpuUs: number;
  /** Joins that were refused: they cost the page what is in its forms. */
  readonly refused: number;
}

/** Clients that lose their server at once, and come back as the phoenix client does. */
export class Crowd {
  readonly #server: CrowdServer;
  readonly #tickets: Ticket[] = [];
  #views: View[] = [];

  private constructor(server: CrowdServer) {
    this.#server = server;
  }

  static async gather(server: CrowdServer, size: number): Promise<Crowd> {
    const crowd = new Crowd(server);
    await pool(size, AT_A_TIME, async () => {
      const ticket = ticketOf(server.base, "/counter", await get(server.base, "/counter"));
      crowd.#tickets.push(ticket);
      crowd.#views.push(await View.open(ticket));
    });
    return crowd;
  }

  /** The server is killed, and starts again. */
  async afterKill(): Promise<Return> {
    await this.#server.kill();
    this.#views = [];
    const back = this.#return();
    await this.#server.begin();
    return this.#measured(back, this.#server.cpuUs);
  }

  /** The network drops all connections; the server stays. */
  async afterDrop(): Promise<Return> {
    await this.leave();
    return this.#measured(this.#return(), this.#server.cpuUs);
  }

  /** Cuts all connections, and waits until the server has noticed. */
  async leave(): Promise<void> {
    for (const view of this.#views.splice(0)) view.terminate();
    for (let cpu = -1; cpu !== this.#server.cpuUs;) {
      cpu = this.#server.cpuUs;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async #measured(back: Promise<{ waits: number[]; refused: number }>, before: number): Promise<Return> {
    const ready = performance.now();
    const { waits, refused } = await back;
    return {
      back: waits.length, p50: quantile(waits, 0.5), p99: quantile(waits, 0.99), lastMs: performance.now() - ready,
      cpuUs: (this.#server.cpuUs - before) / waits.length, refused,
    };
  }

  async #return(): Promise<{ waits: number[]; refused: number }> {
    let refused = 0;
    const waits = await Promise.all(this.#tickets.map(async (ticket) => {
      let first: number | undefined;
      for (let attempt = 0; ; attempt++) {
        await new Promise((resolve) => setTimeout(resolve, reconnectMs(attempt)));
        first ??= performance.now();
        try {
          this.#views.push(await View.open(ticket));
          return performance.now() - first;
        } catch (error) {
          if (error instanceof Error && error.message.startsWith("join refused")) refused++;
        }
      }
    }));
    return { waits, refused };
  }
}
