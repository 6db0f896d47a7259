import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createClient } from "redis";
import { freePort } from "./free-port.js";
import { within } from "./wait.js";

/** A redis-server for one test, on a free port of 127.0.0.1, without persistence. */
export class RedisServer {
  readonly port: number;
  readonly #folder: string;
  readonly #settings: readonly string[];
  /** Never connected itself; its duplicates are. Each `createClient` would build the class of all commands again. */
  readonly #client: ReturnType<typeof createClient>;
  #process: ChildProcess | undefined;

  private constructor(port: number, folder: string, settings: readonly string[]) {
    this.port = port;
    this.#folder = folder;
    this.#settings = settings;
    this.#client = createClient({ url: this.url });
  }

  /** @param settings further arguments of `redis-server` */
  static async start(settings: readonly string[] = []): Promise<RedisServer> {
    const server = new RedisServer(await freePort(), await mkdtemp(join(tmpdir(), "holdfast-redis-")), settings);
    await server.begin();
    return server;
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`;
  }

  /** Starts it (again), empty. */
  async begin(): Promise<void> {
    const started = spawn("redis-server", [
      "--port", String(this.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--dir", this.#folder, ...this.#settings,
    ], { stdio: ["ignore", "pipe", "inherit"] });
    this.#process = started;
    const ready = new Promise<void>((resolve, reject) => {
      let log = "";
      started.once("error", reject);
      started.once("exit", () => reject(new Error(`redis-server ended: ${log}`)));
      started.stdout.on("data", (chunk: Buffer) => {
        log += chunk.toString();
        if (log.includes("Ready to accept connections")) resolve();
      });
    });
    await within(ready, "redis-server starts");
  }

  /** Kills it, as a power cut would. */
  async kill(): Promise<void> {
    const running = this.#process;
    this.#process = undefined;
    if (running === undefined || running.exitCode !== null) return;
    const ended = once(running, "exit");
    running.kill("SIGKILL");
    await within(ended, "redis-server ends");
  }

  /** Stops answering; its connections stay open. */
  pause(): void {
    this.#process?.kill("SIGSTOP");
  }

  resume(): void {
    this.#process?.kill("SIGCONT");
  }

  /** Sends one command, as an operator would. */
  async command(...command: string[]): Promise<unknown> {
    const client = this.#client.duplicate();
    await client.connect();
    try {
      return await client.sendCommand(command);
    } finally {
      client.destroy();
    }
  }

  async stop(): Promise<void> {
    this.resume();
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
