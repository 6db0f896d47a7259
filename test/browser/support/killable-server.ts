import { fork, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { freePort } from "../../support/free-port.js";
import { within } from "../../support/wait.js";
import { newSecret } from "./app.js";

/** What each of these applications says: that it is loaded, and where it listens. */
export interface Ready {
  readonly ready?: true;
  readonly port?: number;
}

/** A process that has not been told to listen. */
interface Spare {
  readonly child: ChildProcess;
  /** Resolves when it has loaded the application. */
  readonly ready: Promise<unknown>;
}

/**
 * An application in a process that can be killed and started again with the same port and secret. It loads, says `{ ready }`, waits
 * for `{ listen: port }`, and says `{ port }`.
 */
export class KillableServer<Told extends object, Report extends Ready> {
  readonly #main: string;
  readonly #secret = newSecret();
  readonly #listeners = new Set<(said: Report) => void>();
  #process: ChildProcess | undefined;
  /** Processes that only have to listen, so that a killed server is back within milliseconds. */
  readonly #spares: Spare[] = [];
  #port = 0;

  constructor(main: URL) {
    this.#main = fileURLToPath(main);
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** The id of the process that listens, or of the last one. */
  get pid(): number | undefined {
    return this.#process?.pid;
  }

  /** Loads the application for this many starts, which then take no longer than a `listen`, however busy the machine is. */
  async prepare(starts: number): Promise<void> {
    while (this.#spares.length < starts) this.#spares.push(this.#fork());
    await Promise.all(this.#spares.map(({ ready }) => ready));
  }

  /** Starts it, and waits until it is open. @param told settings that hold from the beginning */
  async start(told?: Told): Promise<void> {
    const { child } = this.#spares.shift() ?? this.#fork();
    this.#process = child;
    const open = this.hear(({ port }) => port !== undefined);
    this.#port ||= await freePort();
    child.send({ ...told, listen: this.#port });
    await open;
  }

  #fork(): Spare {
    const child = fork(this.#main, { execArgv: [], env: { PATH: process.env["PATH"], SECRET: this.#secret } });
    child.on("message", (said: Report) => {
      for (const listener of this.#listeners) listener(said);
    });
    return { child, ready: once(child, "message") };
  }

  /** Kills it, as a power cut would. */
  async kill(): Promise<void> {
    this.#process?.kill("SIGKILL");
    await this.ended();
  }

  /** Resolves when the process has ended. */
  async ended(): Promise<void> {
    const child = this.#process;
    if (child !== undefined && child.exitCode === null && child.signalCode === null) await once(child, "exit");
  }

  /** Ends everything. */
  async stop(): Promise<void> {
    for (const { child } of this.#spares) child.kill("SIGKILL");
    await this.kill();
  }

  /** Calls the listener with each report until the returned function is called. */
  listen(listener: (said: Report) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  /** The next report that matches. Call it before causing the report. */
  hear(fits: (said: Report) => boolean): Promise<Report> {
    return within(new Promise((resolve) => {
      const stop = this.listen((said) => {
        if (!fits(said)) return;
        stop();
        resolve(said);
      });
    }), "the server says what it is asked for");
  }

  /** Sends it a message. */
  send(told: Told): void {
    this.#process!.send(told);
  }
}
