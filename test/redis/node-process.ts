import { spawn, type ChildProcessByStdio } from "node:child_process";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { fileURLToPath } from "node:url";
import { within } from "../support/wait.js";

/** A node in a process of its own. */
export class NodeProcess {
  readonly #process: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;
  id = "";

  private constructor(url: string) {
    const script = fileURLToPath(new URL("node.mjs", import.meta.url));
    this.#process = spawn(process.execPath, [script], { stdio: ["pipe", "pipe", "inherit"], env: { ...process.env, REDIS_URL: url } });
    this.#lines = createInterface({ input: this.#process.stdout })[Symbol.asyncIterator]();
  }

  static async start(url: string): Promise<NodeProcess> {
    const node = new NodeProcess(url);
    node.id = ((await node.#read()) as { ready: string }).ready;
    return node;
  }

  async ask<T>(command: string): Promise<T> {
    this.#process.stdin.write(`${command}\n`);
    return ((await this.#read()) as { value: T }).value;
  }

  signal(name: NodeJS.Signals): void {
    this.#process.kill(name);
  }

  kill(): Promise<void> {
    const ended = new Promise<void>((resolve) => void this.#process.once("exit", () => resolve()));
    this.#process.kill("SIGKILL");
    return ended;
  }

  async #read(): Promise<unknown> {
    const { value, done } = await within(this.#lines.next(), "the node answers");
    if (done === true) throw new Error("the node has ended");
    return JSON.parse(value);
  }
}
