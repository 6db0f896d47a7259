import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { newSecret } from "./app.js";
import { within } from "../../support/wait.js";

const MAIN = fileURLToPath(new URL("draft-server.mjs", import.meta.url));

/** What the application says. */
export interface Said {
  /** It is loaded. */
  readonly ready?: true;
  readonly port?: number;
  /** A view that has just mounted handles its first change. */
  readonly recovering?: true;
  /** What a component has been told. */
  readonly told?: string;
  /** A submit has arrived. */
  readonly saving?: true;
  readonly saved?: Readonly<Record<string, unknown>>;
  readonly done?: true;
}

/**
 * What it is told: how long a change takes (ms; 0 ends those under way), what it renders into new forms, how many components
 * come before the one with a form, whose sessions end.
 */
export interface Told {
  readonly slow?: number;
  readonly render?: string;
  readonly before?: number;
  readonly end?: string;
}

/** A process that does not listen yet. Its first message says that it has loaded the application. */
interface Spare {
  readonly child: ChildProcess;
  readonly ready: Promise<unknown>;
}

/** The forms of `draft-server.mjs`, in a process that can be killed and started again, on one port and with one secret. */
export class DraftServer {
  readonly #secret = newSecret();
  readonly #listeners = new Set<(said: Said) => void>();
  readonly saved: Readonly<Record<string, unknown>>[] = [];
  #process: ChildProcess | undefined;
  /** Have been started already, and wait to be told to listen: a server is back in milliseconds. */
  readonly #spares: Spare[] = [];
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The process that is running, or the last one: its views say this id. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Starts it, and waits until it is open. */
  async start(): Promise<void> {
    const { child } = this.#spares.shift() ?? this.#fork();
    this.#process = child;
    const open = this.hear(({ port }) => port !== undefined);
    child.send({ listen: this.#port });
    this.#port = (await open).port!;
    if (this.#spares.length === 0) this.#spares.push(this.#fork());
  }

  /** Waits until so many next starts take no longer than a `listen`, however busy the machine is. */
  async prepare(starts: number): Promise<void> {
    while (this.#spares.length < starts) this.#spares.push(this.#fork());
    await Promise.all(this.#spares.map(({ ready }) => ready));
  }

  #fork(): Spare {
    const child = fork(MAIN, { execArgv: [], env: { PATH: process.env["PATH"], SECRET: this.#secret } });
    child.on("message", (said: Said) => {
      if (said.saved !== undefined) this.saved.push(said.saved);
      for (const listener of this.#listeners) listener(said);
    });
    return { child, ready: once(child, "message") };
  }

  /** Ends it as a power cut does. */
  async kill(): Promise<void> {
    const child = this.#process;
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    for (const { child } of this.#spares) child.kill("SIGKILL");
    await this.kill();
  }

  /** The next thing it says that fits. Listen before you cause it. */
  hear(fits: (said: Said) => boolean): Promise<Said> {
    return within(new Promise((resolve) => {
      const listener = (said: Said): void => {
        if (!fits(said)) return;
        this.#listeners.delete(listener);
        resolve(said);
      };
      this.#listeners.add(listener);
    }), "the server says what it is asked for");
  }

  /** Tells it something, and waits until it has done so. */
  async tell(told: Told): Promise<void> {
    const done = this.hear((said) => said.done === true);
    this.#process!.send(told);
    await done;
  }
}
