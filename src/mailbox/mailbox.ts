import { ended, running } from "../telemetry/index.js";
import { isPromise, type MaybePromise } from "./maybe-promise.js";
import { Slice } from "./slice.js";

/** One piece of work. */
export type Job = () => MaybePromise<void>;

/** A client frame as a mailbox takes it. */
export interface Delivery {
  run(): MaybePromise<void>;
  /** Answers the frame if its job may not start, because every client frame is answered. */
  refuse(): void;
  /** Its size on the wire, which counts against its socket's budget while it is queued. */
  readonly bytes: number;
}

/** The owner of a mailbox: a view or a channel. */
export interface MailboxHost {
  /** Whether a job may start: its owner and its session are alive. Called once, when its turn comes. */
  mayStart(): boolean;
  /**
   * Resolves when this node may act; undefined if it may now. While a node has lost contact with the others no job starts,
   * and everything is queued within its bounds.
   */
  ready?(): Promise<void> | undefined;
  /**
   * Runs `job` as the owner's code, so that a stray error is attributed to it, and in no async context of its caller: that may be
   * another user's request or view.
   */
  inOwnContext(job: () => void): void;
  /** Messages were handled and no further one follows directly: shows their changes, once for all. */
  settle(): MaybePromise<void>;
  /** A job threw or rejected. */
  crash(error: unknown): void;
  /** More server messages are queued than the limit allows. */
  overflow(waiting: number): void;
  /** Reports that this many more client bytes are queued here; negative when they leave the queue. */
  queued(bytes: number): void;
}

/** A server message. `counted: false` is the probe of `settled`: it waits its turn, counts against nothing, and shows nothing. */
interface Message {
  readonly run: Job;
  readonly counted: boolean;
}

/** A queue that never empties drops its finished entries once there are this many. */
const COMPACT_AT = 1024;

/**
 * The queue in front of a view or a channel: one job at a time, first in, first out.
 *
 * Client frames and server messages share one line but have separate bounds. Frames are bounded in bytes, by their socket,
 * which stops reading. Messages (broadcasts, timers, results of tasks) are bounded in number by `limits.waitingMessages`: the
 * server cannot stop what it sends itself, so an owner that falls that far behind is told so and starts over.
 *
 * Several messages in a row share one `settle`. After `SLICE_MS` of work the event loop turns before the next job starts.
 */
export class Mailbox {
  readonly #host: MailboxHost;
  readonly #maxMessages: number;
  #queue: (Delivery | Message)[] | undefined;
  /** The next entry of the queue; those before it are done. */
  #next = 0;
  #messages = 0;
  #observers: Set<() => void> | undefined;
  #slice: Slice | undefined;
  #busy = false;
  #unsettled = false;
  #ended = false;

  constructor(host: MailboxHost, maxMessages: number) {
    this.#host = host;
    this.#maxMessages = maxMessages;
  }

  /** True while a job runs or is queued. */
  get busy(): boolean {
    return this.#busy;
  }

  /** Takes a client frame. It runs immediately if the queue is empty. */
  deliver(frame: Delivery): void {
    if (this.#ended) return;
    if (!this.#busy) return this.#begin(frame);
    this.#push(frame);
    this.#host.queued(frame.bytes);
  }

  /** Takes a server message: a broadcast, a timer, the end of a task. */
  post(run: Job): void {
    if (this.#ended) return;
    if (!this.#busy) return this.#begin({ run, counted: true });
    if (this.#messages >= this.#maxMessages) return this.#host.overflow(this.#messages);
    this.#messages++;
    this.#push({ run, counted: true });
  }

  /** Resolves when everything now in the queue is done, or when the mailbox ends. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#ended || !this.#busy) return resolve();
      (this.#observers ??= new Set()).add(resolve);
      this.#push({
        counted: false,
        run: () => {
          this.#observers?.delete(resolve);
          resolve();
        },
      });
    });
  }

  /** Drops the queue. A running job continues, but has no effect any more. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const waiting = this.#queue?.slice(this.#next) ?? [];
    this.#queue = undefined;
    let bytes = 0;
    for (const entry of waiting) {
      if ("bytes" in entry) bytes += entry.bytes;
    }
    if (bytes > 0) this.#host.queued(-bytes);
    this.#observers?.forEach((resolve) => resolve());
    this.#observers = undefined;
  }

  #push(entry: Delivery | Message): void {
    (this.#queue ??= []).push(entry);
  }

  #begin(entry: Delivery | Message): void {
    this.#busy = true;
    this.#host.inOwnContext(() => this.#work(entry));
  }

  #work(first: Delivery | Message | undefined): void {
    let entry = first;
    while (!this.#ended) {
      const ready = entry === undefined ? undefined : this.#host.ready?.();
      if (ready !== undefined) {
        const waiting = entry;
        void ready.then(() => this.#work(waiting));
        return;
      }
      const before = running();
      try {
        const result = entry === undefined ? this.#settle() : this.#start(entry);
        ended(before, isPromise(result));
        if (isPromise(result)) {
          result.then(() => this.#continue(), (error: unknown) => this.#host.crash(error));
          return;
        }
      } catch (error) {
        ended(before, false);
        return this.#host.crash(error);
      }
      if (this.#finished()) return;
      if ((this.#slice ??= new Slice()).over) return void setImmediate(() => this.#work(this.#take()));
      entry = this.#take();
    }
  }

  #continue(): void {
    if (this.#ended || this.#finished()) return;
    if ((this.#slice ??= new Slice()).over) return void setImmediate(() => this.#work(this.#take()));
    this.#work(this.#take());
  }

  #finished(): boolean {
    if (this.#unsettled || this.#queue !== undefined) return false;
    this.#busy = false;
    return true;
  }

  /** The next entry; undefined when it is time to settle first. */
  #take(): Delivery | Message | undefined {
    const queue = this.#queue;
    const entry = queue?.[this.#next];
    if (queue === undefined || entry === undefined) return undefined;
    const message = "counted" in entry && entry.counted;
    if (!message && this.#unsettled) return undefined;
    if (++this.#next === queue.length) {
      this.#queue = undefined;
      this.#next = 0;
    } else if (this.#next >= COMPACT_AT && this.#next * 2 > queue.length) {
      this.#queue = queue.slice(this.#next);
      this.#next = 0;
    }
    if (message) this.#messages--;
    else if ("bytes" in entry) this.#host.queued(-entry.bytes);
    return entry;
  }

  #start(entry: Delivery | Message): MaybePromise<void> {
    if ("bytes" in entry) return this.#host.mayStart() ? entry.run() : entry.refuse();
    if (!entry.counted) return entry.run();
    if (!this.#host.mayStart()) return undefined;
    this.#unsettled = true;
    return entry.run();
  }

  #settle(): MaybePromise<void> {
    this.#unsettled = false;
    return this.#host.settle();
  }
}
