import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { within } from "../support/wait.js";

/** A node in its own process. */
export class NodeProcess {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  id = "";

  private constructor(url: string, script: string, env: Readonly<Record<string, string>>) {
    const file = fileURLToPath(new URL(script, import.meta.url));
    this.#process = spawn(process.execPath, [file], { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, REDIS_URL: url, ...env } });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  /** @param script what the process runs: it prints `{"ready": …}`, and then answers each line with a line */
  static async start(url: string, script = "node.mjs", env: Readonly<Record<string, string>> = {}): Promise<NodeProcess> {
    const node = new NodeProcess(url, script, env);
    try {
      node.id = ((await node.#read()) as { ready: string }).ready;
    } catch (error) {
      // The test does not have it yet, and could not end it.
      await node.kill();
      throw error;
    }
    return node;
  }

  async ask<T>(command: string): Promise<T> {
    this.#process.stdin.write(`${command}\n`);
    return ((await this.#read()) as { value: T }).value;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  async kill(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => void this.#process.once("exit", () => resolve()));
    this.#process.kill("SIGKILL");
    await ended;
  }

  async #read(): Promise<unknown> {
    const { value, done } = await within(this.#lines.next(), "the node answers");
    if (done === true) throw new Error("the node has ended");
    return JSON.parse(value);
  }
}
