import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { get, pool, ticketOf, View, type Ticket } from "../../bench/dist/client.js";
import { Chance } from "../support/chance.js";
import { DEADLINE_MS, within } from "../support/wait.js";
import { reconnectMs } from "./crowd.js";

/** How many pages are opened at a time. */
const AT_A_TIME = 64;

/** `state-server.mjs`, in a process of its own. */
export class StateServer {
  readonly url: string;
  readonly #process: ChildProcess;
  readonly #lines: AsyncIterator<string>;

  private constructor(url: string, process: ChildProcess, lines: AsyncIterator<string>) {
    this.url = url;
    this.#process = process;
    this.#lines = lines;
  }

  static async start(): Promise<StateServer> {
    const started = spawn(process.execPath, [fileURLToPath(new URL("state-server.mjs", import.meta.url))], { stdio: ["pipe", "pipe", "inherit"] });
    const lines = createInterface({ input: started.stdout })[Symbol.asyncIterator]();
    const first = await within(lines.next(), "the server is ready");
    return new StateServer(String(first.value), started, lines);
  }

  /** Changes the state. */
  async set(state: number): Promise<void> {
    this.#process.stdin!.write(`set ${state}\n`);
    await within(this.#lines.next(), "the state has changed");
  }

  async stop(): Promise<void> {
    const ended = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await ended;
  }
}

/** A page that shows a state, on a network that fails again and again. */
export class Watcher {
  shown: number | undefined;
  drops = 0;
  readonly #ticket: Ticket;
  readonly #chance: Chance;
  readonly #waiting: { readonly state: number; readonly resolve: () => void }[] = [];
  /** Resolved at its next connection. */
  readonly #back: (() => void)[] = [];
  #view: View | undefined;
  #left = false;

  private constructor(ticket: Ticket, chance: Chance) {
    this.#ticket = ticket;
    this.#chance = chance;
  }

  static async gather(url: string, count: number, seed: number): Promise<Watcher[]> {
    const watchers: Watcher[] = [];
    await pool(count, AT_A_TIME, async (index) => {
      const watcher = new Watcher(ticketOf(url, "/", await get(url, "/")), new Chance(seed + index));
      await watcher.#open();
      watchers.push(watcher);
    });
    return watchers;
  }

  /** Loses its connection once in each period, at a moment of its own. */
  loseConnections(everyMs: number, until: number): void {
    const inMs = this.#chance.below(everyMs);
    if (performance.now() + inMs > until) return;
    setTimeout(() => {
      void this.drop();
      setTimeout(() => this.loseConnections(everyMs, until), everyMs - inMs);
    }, inMs);
  }

  /** Loses its connection now. @returns when it has one again */
  drop(): Promise<void> {
    this.drops++;
    const back = new Promise<void>((resolve) => void this.#back.push(resolve));
    this.#view?.terminate();
    return back;
  }

  /** Resolves when the page shows the state. */
  sees(state: number): Promise<void> {
    if (this.shown === state) return Promise.resolve();
    return within(new Promise((resolve) => void this.#waiting.push({ state, resolve })), `a page shows ${state}, not ${this.shown}`, 2 * DEADLINE_MS);
  }

  leave(): void {
    this.#left = true;
    this.#view?.terminate();
  }

  /** Connects, as often as it takes. */
  async #open(): Promise<void> {
    for (let attempt = 0; !this.#left; attempt++) {
      try {
        this.#view = await View.open(this.#ticket, {
          onJoined: ({ response }) => this.#show(JSON.stringify(response)),
          onPush: (event, _bytes, text) => event === "diff" && this.#show(text),
          onClose: () => this.#lost(),
        });
        for (const resolve of this.#back.splice(0)) resolve();
        return;
      } catch {
        await new Promise((resolve) => setTimeout(resolve, reconnectMs(attempt)));
      }
    }
  }

  #lost(): void {
    // An attempt that failed is none that was open.
    if (this.#view === undefined) return;
    this.#view = undefined;
    setTimeout(() => void this.#open(), reconnectMs(0));
  }

  /** Reads the number out of a rendering or a diff: the only dynamic part. */
  #show(json: string): void {
    const [, number] = /"0":"(\d+)"/.exec(json) ?? [];
    if (number === undefined) return;
    this.shown = Number(number);
    for (const { state, resolve } of this.#waiting) if (state === this.shown) resolve();
  }
}
