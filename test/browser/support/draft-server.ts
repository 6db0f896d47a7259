import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { Browser, BrowserContext } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { freePort } from "../../support/free-port.js";
import { within } from "../../support/wait.js";
import { newSecret } from "./app.js";
import { launch } from "./chromium.js";
import { UNREST_ENV } from "./unrest.js";

const MAIN = fileURLToPath(new URL("draft-server.mjs", import.meta.url));

/** A report of the application. */
export interface Said {
  readonly port?: number;
  /** A newly mounted view handles its first change. */
  readonly recovering?: true;
  /** What a component has received. */
  readonly told?: string;
  /** A submit has arrived. */
  readonly saving?: true;
  readonly saved?: Readonly<Record<string, unknown>>;
  readonly done?: true;
}

/**
 * Settings of the application: how long a change takes (ms; 0 ends those under way), the text of new forms, how many components
 * precede the one with a form, whose sessions end.
 */
export interface Told {
  readonly slow?: number;
  readonly render?: string;
  readonly before?: number;
  readonly end?: string;
}

/** The forms of `draft-server.mjs`, in a process that can be killed and restarted with the same port and secret. */
class DraftServer {
  readonly #secret = newSecret();
  readonly #listeners = new Set<(said: Said) => void>();
  readonly saved: Readonly<Record<string, unknown>>[] = [];
  #process: ChildProcess | undefined;
  /** A process that is ready and only has to listen, so that a killed server is back within milliseconds. */
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
    const child = fork(MAIN, { execArgv: [], env: { ...UNREST_ENV, PATH: process.env["PATH"], SECRET: this.#secret } });
    child.on("message", (said: Said) => {
      if (said.saved !== undefined) this.saved.push(said.saved);
      for (const listener of this.#listeners) listener(said);
    });
    return child;
  }

  /** Kills it, as a power cut would. */
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

  /** The next report that matches. Call it before causing the report. */
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

  /** Changes settings, and waits until they apply. */
  async tell(told: Told): Promise<void> {
    const done = this.hear((said) => said.done === true);
    this.#process!.send(told);
    await done;
  }
}

/** A server and a browser for all tests of a file. */
export function useDraftServer(): { readonly server: DraftServer; newContext(): Promise<BrowserContext> } {
  const server = new DraftServer();
  let browser: Browser | undefined;
  beforeAll(async () => {
    await server.start();
    browser = await launch();
  });
  afterAll(async () => {
    await browser?.close();
    await server.stop();
  });
  return { server, newContext: () => browser!.newContext() };
}
