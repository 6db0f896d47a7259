import { reconnectDelay } from "../../src/client/backoff.js";
import { restartDelay } from "../../src/protocol/restart.js";
import { Browser, type Page } from "../support/browser.js";
import type { Chance } from "../support/chance.js";
import type { RawSocket } from "../support/raw-socket.js";

/** The close codes of a server that restarts, and of a connection that was lost. */
const RESTART = 1012;
const CUT = 1006;

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What became of a visitor's connections. */
export interface Journey {
  /** Sockets that the server closed while the visitor was there: by code, and by the reason unless it is a restart. */
  readonly closes: Record<string, number>;
  /** Handshakes and joins that were refused: by what they were told. */
  readonly refused: string[];
  /** Submissions that got no answer, and were sent again. */
  resent: number;
  /** Connections that the visitor lost by itself, as in a tunnel. */
  cuts: number;
}

/**
 * Somebody who writes into a form and sends it, one text after the other, as `holdfast/client` does: it comes back when the server
 * says, tells the new view what stands in the form, and sends again what got no answer.
 */
export class Visitor {
  /** Texts that the server has acknowledged. */
  readonly answered: string[] = [];
  readonly journey: Journey = { closes: {}, refused: [], resent: 0, cuts: 0 };
  readonly #name: string;
  readonly #browser: Browser;
  readonly #page: Page;
  readonly #chance: Chance;
  #socket: RawSocket;
  #mounts = 0;
  #leaving = false;
  /** The moment before which it does not connect again. */
  #notBefore = 0;

  private constructor(name: string, browser: Browser, page: Page, socket: RawSocket, chance: Chance) {
    this.#name = name;
    this.#browser = browser;
    this.#page = page;
    this.#chance = chance;
    this.#socket = this.#watched(socket);
  }

  /** @param name begins its texts and the ids of its submissions: letters, digits, hyphens */
  static async arrive(name: string, url: string, chance: Chance): Promise<Visitor> {
    const browser = new Browser(url);
    const { page, socket } = await browser.open("/");
    return new Visitor(name, browser, page, socket, chance);
  }

  /**
   * Sends one text after the other, until it is told to stop; the last one is answered then.
   *
   * @param pauseMs the longest time between an answer and the next text, ms
   */
  async write(pauseMs: number, mayStop: () => boolean): Promise<void> {
    for (let n = 0; !mayStop(); n++) {
      const text = `${this.#name}, note ${n}`;
      await this.#submit(text, n);
      this.answered.push(text);
      await pause(this.#chance.below(pauseMs));
    }
    this.#leaving = true;
    this.#browser.close();
  }

  async #submit(text: string, n: number): Promise<void> {
    // The form as it stands: what is sent again is the same to the letter. The id is as long as those of the server's making.
    const fields = new URLSearchParams({
      _submission: `${this.#name}-${n}`.padEnd(22, "_"), text, ms: String(this.#chance.below(40)),
    }).toString();
    for (let first = true; ; first = false) {
      if (!this.#socket.open) await this.#comeBack(fields);
      const socket = this.#socket;
      const ref = socket.sendEvent(this.#page, "save.submit", fields, "form");
      if (this.#chance.maybe(0.05)) await this.#lose(socket);
      const answer = await socket.reply(ref).catch(() => undefined);
      if (answer !== undefined) return;
      if (first) this.journey.resent++;
    }
  }

  /** Its network fails while the server is at work. */
  async #lose(socket: RawSocket): Promise<void> {
    await pause(this.#chance.below(30));
    if (!socket.open) return;
    this.journey.cuts++;
    socket.terminate();
  }

  /** Connects, joins, and tells the view what stands in the form. */
  async #comeBack(fields: string): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      await pause(Math.max(this.#notBefore - performance.now(), attempt === 1 ? 0 : reconnectDelay(attempt, () => this.#chance.next())));
      try {
        const socket = await this.#browser.socket();
        this.#socket = this.#watched(socket);
        const { status, response } = await socket.join(this.#page, { params: { _csrf_token: this.#page.csrf, _mounts: ++this.#mounts, _mount_attempts: 0 } });
        if (status !== "ok") throw new Error(`join refused: ${JSON.stringify(response)}`);
        await socket.event(this.#page, "save.change", fields, "form");
        return;
      } catch (error) {
        // A socket that closes again while it is on its way is no refusal.
        if (!(error instanceof Error && error.message.startsWith("closed with 1012"))) this.journey.refused.push(String(error));
      }
    }
  }

  #watched(socket: RawSocket): RawSocket {
    socket.ws.once("close", (code, reason) => {
      if (this.#leaving || code === CUT) return;
      const why = code === RESTART ? String(code) : `${code} ${reason.toString()}`;
      this.journey.closes[why] = (this.journey.closes[why] ?? 0) + 1;
      this.#notBefore = performance.now() + (code === RESTART ? restartDelay(reason.toString()) ?? 0 : 0);
    });
    return socket;
  }
}
