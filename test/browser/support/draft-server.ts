import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { freePort } from "../../support/free-port.js";
import { newSecret } from "./app.js";
import { within } from "../../support/wait.js";

const MAIN = fileURLToPath(new URL("draft-server.mjs", import.meta.url));

/** What the application says. */
export interface Said {
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

/** The forms of `draft-server.mjs`, in a process that can be killed and started again, on one port and with one secret. */
export class DraftServer {
  readonly #secret = newSecret();
  readonly #listeners = new Set<(said: Said) => void>();
  readonly saved: Readonly<Record<string, unknown>>[] = [];
  #process: ChildProcess | undefined;
  /** Has been started already, and waits to be told to listen: a server is back in milliseconds. */
  #spare: ChildProcess | undefined;
  #port = 0;

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Starts it, and waits until it is open. */
  async start(): Promise<void> {
    const child = this.#spare ?? this.#fork();
    this.#process = child;
    const open = this.hear(({ port }) => port !== undefined);
    this.#port ||= await freePort();
    child.send({ listen: this.#port });
    await open;
    this.#spare = this.#fork();
  }

  #fork(): ChildProcess {
    const child = fork(MAIN, { execArgv: [], env: { PATH: process.env["PATH"], SECRET: this.#secret } });
    child.on("message", (said: Said) => {
      if (said.saved !== undefined) this.saved.push(said.saved);
      for (const listener of this.#listeners) listener(said);
    });
    return child;
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
    this.#spare?.kill("SIGKILL");
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
