import type { Frame } from "../protocol/index.js";
import { TokenBucket, type Limits } from "../security/index.js";

/** A frame with its weight on the wire. */
export interface Weighed {
  readonly frame: Frame;
  readonly bytes: number;
}

/** What reads the client's frames. */
export interface Reading {
  pause(): void;
  resume(): void;
}

/**
 * How fast a socket is read. Beyond the rate, and beyond the bytes that may wait in its mailboxes, nothing is lost: reading
 * pauses, and the client's own socket fills up. What had arrived already waits here, in its order.
 */
export class Intake {
  readonly #limits: Pick<Limits, "waitingFrameBytes">;
  readonly #bucket: TokenBucket;
  readonly #dispatch: (frame: Frame, bytes: number) => void;
  readonly #reading: () => Reading | undefined;
  /** Frames beyond the rate, while there are any. */
  #held: Weighed[] | undefined;
  #releasing: NodeJS.Timeout | undefined;
  /** Bytes of frames that wait in mailboxes. */
  #queued = 0;
  #full = false;
  #ended = false;

  constructor(
    limits: Pick<Limits, "eventsPerSecond" | "eventBurst" | "waitingFrameBytes">, reading: () => Reading | undefined,
    dispatch: (frame: Frame, bytes: number) => void,
  ) {
    this.#limits = limits;
    this.#bucket = new TokenBucket(limits.eventsPerSecond, limits.eventBurst);
    this.#reading = reading;
    this.#dispatch = dispatch;
  }

  /** True while the client is not read: its silence is ours. */
  get paused(): boolean {
    return this.#full || this.#held !== undefined;
  }

  /** Takes a frame: now, or when its turn comes. One that is not counted waits for those before it only. */
  take(frame: Frame, bytes: number, now: number, counted = true): void {
    // Behind a frame that waits, all wait: their order is the client's.
    if (this.#held !== undefined) return void this.#held.push({ frame, bytes });
    const wait = counted ? this.#bucket.take(now) : 0;
    if (wait === 0) return this.#dispatch(frame, bytes);
    this.#held = [{ frame, bytes }];
    this.#reading()?.pause();
    this.#releaseIn(wait);
  }

  /** So many more bytes wait in mailboxes; negative when they no longer do. */
  queued(bytes: number): void {
    this.#queued += bytes;
    if (!this.#full && this.#queued > this.#limits.waitingFrameBytes) {
      this.#full = true;
      this.#reading()?.pause();
    } else if (this.#full && this.#queued <= this.#limits.waitingFrameBytes / 2) {
      this.#full = false;
      if (this.#held === undefined && !this.#ended) this.#reading()?.resume();
    }
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#releasing);
    this.#held = undefined;
  }

  /** Takes the frames that wait, one by one, as the rate allows, and then reads again. */
  #releaseIn(ms: number): void {
    this.#releasing = setTimeout(() => {
      const held = this.#held!;
      let taken = 0;
      while (taken < held.length && !this.#ended) {
        const wait = this.#bucket.take(Date.now());
        if (wait > 0) {
          this.#held = held.slice(taken);
          return this.#releaseIn(wait);
        }
        const { frame, bytes } = held[taken++]!;
        this.#dispatch(frame, bytes);
      }
      this.#held = undefined;
      if (!this.#full && !this.#ended) this.#reading()?.resume();
    }, ms);
  }
}
