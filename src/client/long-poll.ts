import type { Socket } from "phoenix";

/** When a page gives up websockets. */
export interface LongPollOptions {
  /** How long websockets are tried first, ms. Default 5,000. */
  readonly afterMs?: number;
  /** How long the page's first websocket may neither open nor fail, ms: some proxies swallow the request. Default 20,000. */
  readonly silentMs?: number;
}

/** The minimum number of failed attempts. */
const ATTEMPTS = 3;
/** In `sessionStorage`: a websocket has been open in this tab. */
const WORKED = "holdfast:websocket";

/**
 * Decides whether a page is to use long poll: only if no websocket has ever been open in this tab, several attempts failed or the
 * first one hangs, and long poll itself answers. The npm client's `longPollFallbackMs` switches after one refused attempt, for the page's
 * life: one restart of the server moves everybody to the dearer transport. Nothing is remembered of a page that had to use
 * long poll: the next one in the tab tries websockets first again.
 *
 * @param reachable asks the server whether it answers to long poll; never rejects
 * @param switchOver called at most once
 */
export class LongPollDecision {
  readonly #afterMs: number;
  readonly #silentMs: number;
  readonly #storage: Storage;
  readonly #reachable: () => Promise<boolean>;
  readonly #switchOver: () => void;
  #failures = 0;
  #since: number | undefined;
  #asking = false;
  #done = false;

  constructor(
    { afterMs = 5_000, silentMs = 20_000 }: LongPollOptions,
    storage: Storage,
    reachable: () => Promise<boolean>,
    switchOver: () => void,
  ) {
    this.#afterMs = afterMs;
    this.#silentMs = silentMs;
    this.#storage = storage;
    this.#reachable = reachable;
    this.#switchOver = switchOver;
  }

  /** The page makes its first attempt. */
  begin(): void {
    setTimeout(() => {
      if (this.#failures === 0) void this.#decide();
    }, this.#silentMs);
  }

  /** A connection is open. If it is a websocket, this page never needs long poll. */
  opened(): void {
    if (this.#done) return;
    this.#storage.setItem(WORKED, "1");
    this.#done = true;
  }

  /** An attempt has failed. */
  async failed(now: number = performance.now()): Promise<void> {
    this.#failures++;
    this.#since ??= now;
    if (this.#failures >= ATTEMPTS && now - this.#since >= this.#afterMs) await this.#decide();
  }

  async #decide(): Promise<void> {
    if (this.#done || this.#asking || this.#storage.getItem(WORKED) !== null) return;
    this.#asking = true;
    const reachable = await this.#reachable();
    this.#asking = false;
    if (!reachable || this.#done) return;
    this.#done = true;
    this.#switchOver();
  }
}

/**
 * Lets a socket use long poll where no websocket works.
 *
 * @param path the socket's path, without a transport
 */
export function fallBackToLongPoll(
  socket: Socket,
  options: true | LongPollOptions,
  storage: Storage,
  path: string,
  switchOver: () => void,
): void {
  const decision = new LongPollDecision(options === true ? {} : options, storage, () => longPollAnswers(path), switchOver);
  socket.onOpen(() => decision.opened());
  socket.onClose(() => void decision.failed());
  decision.begin();
}

/**
 * Whether the server answers to long poll. A poll whose token names no socket is answered with JSON, and opens none: a socket
 * that nobody polls would count among its user's until its time is over.
 */
async function longPollAnswers(path: string): Promise<boolean> {
  try {
    const response = await fetch(`${path}/longpoll?vsn=2.0.0&token=`, { cache: "no-store" });
    return response.ok && (response.headers.get("content-type") ?? "").includes("json");
  } catch {
    return false;
  }
}
