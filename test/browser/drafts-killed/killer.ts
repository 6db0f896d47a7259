import { setTimeout as sleep } from "node:timers/promises";
import type { Page } from "playwright-core";
import type { Chance } from "../../support/chance.js";
import { within } from "../../support/wait.js";
import type { KillableServer, Ready } from "../support/killable-server.js";
import type { Timeline } from "./timeline.js";
import type { Writer } from "./writer.js";

/**
 * When a process ends, in the order of a page's life: as soon as it listens; in the socket's handshake; in the page's join; at the first
 * change of a form, which is between the join's answer and its patch if the page recovers the form; in the nested view's join; as soon
 * as its first answer is written; once the page shows it.
 */
const MOMENTS = [
  "open", "handshake", "join", "change", "change", "own", "part", "part", "choice", "inner join", "inner", "answered", "answered", "patched",
] as const;
type Moment = (typeof MOMENTS)[number];

/** A report of the application. */
export interface Said extends Ready {
  /** It has stopped at its moment. */
  readonly at?: string;
  /** A change of this form has arrived. */
  readonly change?: string;
  readonly saved?: { readonly form: string; readonly values: Readonly<Record<string, string>> };
}

/** How a process starts. */
export interface Told {
  readonly until: Moment | undefined;
  readonly before: number;
}

/** A process of the server. It is typed on before it starts, while the page comes back to it, after it has stopped, and as it is killed. */
interface Life {
  /** When it is killed; undefined: in a later strike. */
  readonly until: Moment | undefined;
  /** How many components precede the one with a form. */
  readonly before: number;
  /** How often something is entered before it starts, while the page comes back, and after it has stopped. */
  readonly away: number;
  readonly back: number;
  readonly stopped: number;
  /** Whether something is entered at the very time of the kill. */
  readonly during: boolean;
}

/** The process that a page has is killed, and so are those that follow it; the last one stays. */
export interface Strike {
  readonly during: boolean;
  readonly lives: readonly Life[];
}

/** A strike from the seed. @param most how many processes follow at most @param writes whether something is entered meanwhile */
export function strike(chance: Chance, most: number, writes: boolean): Strike {
  const often = (below: number): number => (writes ? chance.below(below) : 0);
  const life = (until: Moment | undefined): Life =>
    ({ until, before: chance.below(4), away: often(3), back: often(3), stopped: often(4), during: writes && chance.maybe(0.5) });
  const killed = Array.from({ length: chance.below(most) }, () => life(chance.one(MOMENTS)));
  return { during: writes && chance.maybe(0.5), lives: [...killed, life(undefined)] };
}

/** Kills the server's processes, and starts the next ones. */
export class Killer {
  readonly #server: KillableServer<Told, Said>;
  readonly #page: Page;
  readonly #writer: Writer;
  readonly #timeline: Timeline;
  kills = 0;
  /** How many of them hit their moment; others came when the page was back, since it had nothing to tell. */
  hits = 0;
  /** Resolves when the present process has stopped at its moment. */
  #atMoment = Promise.resolve();
  /** Ends listening for that. */
  #unheard: (() => void) | undefined;

  constructor(server: KillableServer<Told, Said>, page: Page, writer: Writer, timeline: Timeline) {
    this.#server = server;
    this.#page = page;
    this.#writer = writer;
    this.#timeline = timeline;
  }

  async strike({ during, lives }: Strike): Promise<void> {
    await this.#kill(during);
    for (const life of lives) {
      await this.#enter(life.away);
      await this.#start(life);
      await this.#enter(life.back);
      if (life.until === undefined) return;
      if (life.until !== "open") await this.#stopped(life.until);
      await this.#enter(life.stopped);
      await this.#kill(life.during);
    }
  }

  async #enter(times: number): Promise<void> {
    for (let left = times; left > 0; left--) await this.#writer.enter();
  }

  async #start({ until, before }: Life): Promise<void> {
    this.#unheard?.();
    this.#atMoment = new Promise((resolve) => (this.#unheard = this.#server.listen(({ at }) => at !== undefined && resolve())));
    await this.#server.start({ until, before });
    this.#timeline.note(`process ${this.#server.pid} open, ${until === undefined ? "to stay" : `until "${until}"`}`);
  }

  /** Resolves when the process has stopped at its moment, or the page is back without that. */
  async #stopped(moment: Moment): Promise<void> {
    let over = false;
    const stopped = moment === "answered" ? this.#server.ended() : this.#atMoment;
    const hit = await within(Promise.race([
      stopped.then(() => true),
      this.#isBack(() => over).then(() => moment === "patched"),
    ]), `the process stops at "${moment}", or the page is back`);
    over = true;
    if (hit) this.hits++;
    this.#timeline.note(hit ? `stopped at "${moment}"` : `the page is back without "${moment}"`);
  }

  async #isBack(over: () => boolean): Promise<void> {
    while (!over() && !(await this.#page.evaluate(isBack, String(this.#server.pid)))) await sleep(5);
  }

  async #kill(during: boolean): Promise<void> {
    this.kills++;
    const pid = this.#server.pid;
    await Promise.all([this.#server.kill(), during && this.#writer.enter()]);
    this.#timeline.note(`process ${pid} killed`);
  }
}

/** Whether both views of the page live in the process. */
export function isBack(pid: string): boolean {
  const inPage = (id: string): string | null | undefined => document.querySelector(`#${id}`)?.textContent;
  return inPage("process") === pid && inPage("inner-process") === pid;
}
