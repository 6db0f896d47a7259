import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { freePort } from "../../support/free-port.js";
import { newSecret } from "./app.js";
import { UNREST_ENV } from "./unrest.js";

const MAIN = fileURLToPath(new URL("../../../examples/blog/dist/main.js", import.meta.url));

/** Options that the processes of one blog share. */
interface BlogOptions {
  readonly secret: string;
  readonly redisUrl?: string;
  /** How many processes serve on its port. Default one. */
  readonly processes?: number;
}

/** The example as `npm start` runs it, in its own process and with its own database. */
export class BlogServer {
  readonly #folder: string;
  readonly #options: BlogOptions;
  #process: ChildProcess | undefined;
  #port = 0;
  #errors = "";
  url = "";

  private constructor(folder: string, options: BlogOptions) {
    this.#folder = folder;
    this.#options = options;
  }

  static async start(): Promise<BlogServer> {
    const server = new BlogServer(await mkdtemp(join(tmpdir(), "blog-")), { secret: newSecret() });
    await server.run();
    return server;
  }

  /** One port that several processes serve. */
  static async startWorkers(redisUrl: string, processes: number): Promise<BlogServer> {
    const server = new BlogServer(await mkdtemp(join(tmpdir(), "blog-")), { secret: newSecret(), redisUrl, processes });
    await server.run();
    return server;
  }

  /** Two processes that share a database, a secret and a Redis; the first one makes and fills the database. */
  static async startTwo(redisUrl: string): Promise<[BlogServer, BlogServer]> {
    const folder = await mkdtemp(join(tmpdir(), "blog-"));
    const options = { secret: newSecret(), redisUrl };
    const nodes: [BlogServer, BlogServer] = [new BlogServer(folder, options), new BlogServer(folder, options)];
    for (const node of nodes) await node.run();
    return nodes;
  }

  get secret(): string {
    return this.#options.secret;
  }

  /**
   * Starts it, on its previous port if it had one. Resolves when it prints that it is open.
   *
   * @param secret default: the one that it has had from the beginning
   * @param env default: development
   */
  async run(secret = this.#options.secret, env: Readonly<Record<string, string>> = { NODE_ENV: "development" }): Promise<void> {
    this.#port ||= await freePort();
    const child = spawn(process.execPath, [MAIN], {
      env: {
        ...UNREST_ENV, PATH: process.env["PATH"], ...env, SECRET: secret, PORT: String(this.#port),
        DATABASE_URL: `file:${join(this.#folder, "blog.db")}`,
        ...(this.#options.redisUrl !== undefined && { REDIS_URL: this.#options.redisUrl }),
        ...(this.#options.processes !== undefined && { WEB_CONCURRENCY: String(this.#options.processes) }),
      },
      stdio: ["ignore", "pipe", "pipe"],
    });
    child.stderr.on("data", (chunk: Buffer) => {
      this.#errors += chunk.toString();
    });
    this.#process = child;
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) {
      const url = /^The blog is open: (\S+)$/.exec(line)?.[1];
      if (url === undefined) continue;
      this.url = url;
      child.stdout.resume();
      return;
    }
    throw new Error(`the blog ended before it was open: ${child.exitCode ?? child.signalCode}\n${this.#errors}`);
  }

  /** What it has written to stderr. */
  get errors(): string {
    return this.#errors;
  }

  get pid(): number {
    return this.#process!.pid!;
  }

  /** Resolves with the code, or the signal, with which the process ends. */
  async ended(): Promise<unknown> {
    const [code, signal] = await once(this.#process!, "exit") as unknown[];
    return signal ?? code;
  }

  /** Kills it, as a power cut would. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** Whether the process started last is still running. */
  get running(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
