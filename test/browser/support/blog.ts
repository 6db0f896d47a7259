import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { newSecret } from "./app.js";

const MAIN = fileURLToPath(new URL("../../../examples/blog/dist/main.js", import.meta.url));

/** The example as `npm start` runs it: a process of its own, on a database of its own. */
export class BlogServer {
  readonly #folder: string;
  readonly #secret = newSecret();
  #process: ChildProcess | undefined;
  #port = 0;
  url = "";

  private constructor(folder: string) {
    this.#folder = folder;
  }

  static async start(): Promise<BlogServer> {
    const server = new BlogServer(await mkdtemp(join(tmpdir(), "blog-")));
    await server.run();
    return server;
  }

  /** Starts it, on the port that it had before. Resolves when it says that it is open. */
  async run(): Promise<void> {
    const child = spawn(process.execPath, [MAIN], {
      env: {
        PATH: process.env["PATH"], NODE_ENV: "development", SECRET: this.#secret, PORT: String(this.#port),
        DATABASE_URL: `file:${join(this.#folder, "blog.db")}`,
      },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#process = child;
    const lines = createInterface({ input: child.stdout });
    for await (const line of lines) {
      const url = /^The blog is open: (\S+)$/.exec(line)?.[1];
      if (url === undefined) continue;
      this.url = url;
      this.#port = Number(new URL(url).port);
      child.stdout.resume();
      return;
    }
    throw new Error(`the blog ended before it was open: ${child.exitCode ?? child.signalCode}`);
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    const child = this.#process;
    this.#process = undefined;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** Whether the process that was started last still runs. */
  get running(): boolean {
    return this.#process?.exitCode === null && this.#process.signalCode === null;
  }

  async stop(): Promise<void> {
    await this.kill();
    await rm(this.#folder, { recursive: true, force: true });
  }
}
