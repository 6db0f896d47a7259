import type { Frame } from "../protocol/index.js";
import { TokenBucket, type Limits } from "../security/index.js";
import type { Inflight, InflightReader } from "./inflight.js";

/** A frame with its size on the wire. */
interface Weighed {
  readonly frame: Frame;
  readonly bytes: number;
  /** Whether it counts against the rate. */
  readonly counted: boolean;
}

/** Reads the client's frames. */
interface Reading {
  pause(): void;
  resume(): void;
}

/** The socket that an intake reads. */
export interface IntakeSocket {
  /** The transport; undefined until it is open. */
  readonly reading: Reading | undefined;
  dispatch(frame: Frame, bytes: number): void;
}

/**
 * Controls how fast a socket is read. If it exceeds its rate, its own queued bytes, or those of all sockets, nothing is lost:
 * reading pauses, and the client's socket fills up. Frames that had already arrived are queued here, in order.
 */
export class Intake implements InflightReader {
  readonly #limits: Pick<Limits, "waitingFrameBytes">;
  readonly #bucket: TokenBucket;
  readonly #socket: IntakeSocket;
  readonly #inflight: Inflight;
  /** Frames beyond the rate, while there are any. */
  #held: Weighed[] | undefined;
  #releasing: NodeJS.Timeout | undefined;
  /** Bytes of frames queued in mailboxes. */
  #queued = 0;
  /** More of its own bytes are queued than the limit allows. */
  #full = false;
  /** More bytes of all sockets are queued than the limit allows, some of them its own. */
  #stopped = false;
  #paused = false;
  #ended = false;

  /** @param inflight counts the queued bytes of all sockets */
  constructor(limits: Pick<Limits, "eventsPerSecond" | "eventBurst" | "waitingFrameBytes">, socket: IntakeSocket, inflight: Inflight) {
    this.#limits = limits;
    this.#bucket = new TokenBucket(limits.eventsPerSecond, limits.eventBurst);
    this.#socket = socket;
    this.#inflight = inflight;
  }

  /** True while we do not read the client: then its silence is our doing. */
  get paused(): boolean {
    return this.#paused;
  }

  /** Takes a frame: now, or when its turn comes. An uncounted frame waits only for those before it. */
  take(frame: Frame, bytes: number, now: number, counted = true): void {
    // Frames behind a queued one must wait too, to keep the client's order.
    if (this.#held !== undefined) return this.#hold(this.#held, { frame, bytes, counted });
    const wait = counted ? this.#bucket.take(now) : 0;
    if (wait === 0) return this.#socket.dispatch(frame, bytes);
    this.#hold((this.#held = []), { frame, bytes, counted });
    this.#read();
    this.#releaseIn(wait);
  }

  #hold(held: Weighed[], weighed: Weighed): void {
    held.push(weighed);
    this.#inflight.add(weighed.bytes);
  }

  /** Adds this many bytes queued in mailboxes; negative when they are processed. */
  queued(bytes: number): void {
    this.#queued += bytes;
    this.#inflight.add(bytes);
    const { waitingFrameBytes } = this.#limits;
    if (this.#queued > waitingFrameBytes) this.#full = true;
    else if (this.#queued <= waitingFrameBytes / 2) this.#full = false;
    if (bytes > 0 && !this.#stopped) this.#stopped = this.#inflight.stops(this);
    if (this.#queued === 0 && this.#stopped) {
      this.#inflight.forget(this);
      this.#stopped = false;
    }
    this.#read();
  }

  admit(): void {
    this.#stopped = false;
    this.#read();
  }

  end(): void {
    this.#ended = true;
    clearTimeout(this.#releasing);
    for (const { bytes } of this.#held ?? []) this.#inflight.add(-bytes);
    this.#held = undefined;
    this.#inflight.forget(this);
  }

  /** Resumes or pauses reading. */
  #read(): void {
    const paused = this.#full || this.#stopped || this.#held !== undefined;
    if (paused === this.#paused || this.#ended) return;
    this.#paused = paused;
    if (paused) this.#socket.reading?.pause();
    else this.#socket.reading?.resume();
  }

  /** Takes the queued frames one by one, as the rate allows, and then reads again. */
  #releaseIn(ms: number): void {
    this.#releasing = setTimeout(() => {
      const held = this.#held ?? [];
      while (held.length > 0 && !this.#ended) {
        const { frame, bytes, counted } = held[0]!;
        const wait = counted ? this.#bucket.take(Date.now()) : 0;
        if (wait > 0) return this.#releaseIn(wait);
        held.shift();
        this.#inflight.add(-bytes);
        this.#socket.dispatch(frame, bytes);
      }
      if (this.#ended) return;
      this.#held = undefined;
      this.#read();
    }, ms);
  }
}
