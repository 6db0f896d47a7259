import { HoldfastError } from "../errors/index.js";
import type { Broadcast, Subscription } from "../pubsub/index.js";
import { LOADING, reloading, settled, type AsyncOutcome, type AsyncResult, type AsyncTask } from "./async.js";
import type { LiveContext } from "./context.js";
import { AttachedHooks, type HookStage, type HookStages } from "./hooks.js";
import { running } from "./running.js";
import { AsyncStream, Stream, type StreamOptions } from "./stream.js";
import { TemporaryAssign } from "./temporary.js";
import type { Assigns, MaybePromise } from "./types.js";

/** One piece of work in a mailbox. */
export type Job = () => MaybePromise<void>;

/** The view in whose mailbox everything of a scope runs. */
export interface Home {
  readonly context: LiveContext;
  readonly connected: boolean;
  readonly alive: boolean;
  /** It is alive, and its session too: behind the fence nothing of it starts any more. */
  readonly mayRun: boolean;
  /** The view's name, for logs. */
  readonly name: string;
  crash(error: unknown): void;
  enqueueInternal(job: Job): void;
  /** A stream's number within the page. */
  nextStreamRef(): string;
}

/** Everything that was opened and ends with its scope. Made when the first is opened: most idle views have none. */
class Belongings {
  readonly subscriptions = new Map<string, Listening>();
  readonly timers = new Set<NodeJS.Timeout>();
  readonly tasks = new Map<string, AbortController>();
  readonly terminators: (() => void)[] = [];
}

/** A topic that it listens to: once, however many handlers there are. */
interface Listening {
  readonly handlers: Set<(message: Broadcast) => MaybePromise<void>>;
  readonly subscription: Subscription;
}

/**
 * What a view or a live component keeps and what it has opened: its assigns, streams, subscriptions, timers, tasks and
 * hooks. When it ends, all of it ends.
 */
export abstract class Scope {
  abstract readonly home: Home;
  abstract readonly assigns: Assigns;
  /** The assigns have changed since the last render. */
  dirty = true;
  #ended = false;
  #belongings: Belongings | undefined;
  #hooks: AttachedHooks | undefined;
  /** Assigns that forget what they were given once it has been sent. */
  #forgetful: (Stream<unknown> | TemporaryAssign<unknown>)[] | undefined;

  /** How many subscriptions, timers and tasks it holds. */
  get holds(): number {
    const own = this.#belongings;
    return own === undefined ? 0 : own.subscriptions.size + own.timers.size + own.tasks.size;
  }

  /** Something lives here: over HTTP nothing is opened, and behind the end neither. */
  get #open(): boolean {
    return this.home.connected && this.home.alive && !this.#ended;
  }

  // ---- assigns ----

  /** The next render has something to look at. */
  touch(): void {
    this.dirty = true;
  }

  assign(values: Readonly<Record<string, unknown>>): void {
    for (const key in values) {
      const value = values[key];
      if (typeof value === "object" && value !== null) {
        if (value instanceof Stream && !value.bound) value.bind(key, this.home.nextStreamRef());
        if (value instanceof Stream || value instanceof TemporaryAssign) this.#forgets(value);
      }
      this.assigns[key] = value;
    }
    this.touch();
  }

  #forgets(value: Stream<unknown> | TemporaryAssign<unknown>): void {
    const all = (this.#forgetful ??= []);
    if (!all.includes(value)) all.push(value);
  }

  /** The assign of this name, which must be a stream. */
  stream(name: string): Stream<unknown> {
    const found = this.assigns[name];
    if (found instanceof Stream) return found;
    throw new HoldfastError("stream_misuse", {
      what: `There is no stream "${name}".`, expected: "the name of an assign that is a stream",
      got: found === undefined ? "no such assign" : `an assign of type ${typeof found}`,
      fix: `mount: () => ({ ${name}: stream([]) })`,
    });
  }

  /** What was rendered is in the frame: streams and temporary assigns forget it. */
  flushed(): void {
    if (this.#forgetful === undefined) return;
    const held = Object.values(this.assigns);
    this.#forgetful = this.#forgetful.filter((value) => held.includes(value));
    for (const value of this.#forgetful) value.flushed();
  }

  afterRender(): void {
    this.#hooks?.afterRender();
  }

  /** How many items wait to be sent. */
  get pending(): number {
    let pending = 0;
    for (const value of this.#forgetful ?? []) if (value instanceof Stream) pending += value.pending;
    return pending;
  }

  // ---- what ends with the scope ----

  /** Frees everything. Called once or more, in any state. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    const own = this.#belongings;
    this.#belongings = undefined;
    if (own === undefined) return;
    for (const { subscription, handlers } of own.subscriptions.values()) {
      subscription.unsubscribe();
      // What waits in the mailbox finds nobody.
      handlers.clear();
    }
    for (const timer of own.timers) clearTimeout(timer);
    for (const task of own.tasks.values()) this.#guarded("aborting a task threw", () => task.abort());
    for (const job of own.terminators) this.#guarded("onTerminate threw", job);
  }

  /** Whoever ends the scope, it is its view that a job's stray errors are blamed on. */
  #guarded(what: string, job: () => void): void {
    try {
      running.run(this.home, job);
    } catch (error) {
      this.home.context.log(what, { view: this.home.name, error });
    }
  }

  onTerminate(job: () => void): void {
    // It ended while it opened what the job frees.
    if (this.#ended) return this.#guarded("onTerminate threw", job);
    (this.#belongings ??= new Belongings()).terminators.push(job);
  }

  // ---- messages and timers ----

  subscribe(topic: string, handler: (message: Broadcast) => MaybePromise<void>): void {
    if (!this.#open) return;
    const { subscriptions } = (this.#belongings ??= new Belongings());
    const known = subscriptions.get(topic);
    if (known !== undefined) return void known.handlers.add(handler);
    const handlers = new Set([handler]);
    const listener = (message: Broadcast): void => {
      for (const each of handlers) {
        this.home.enqueueInternal(() => this.hooked("handleMessage", [message], () => (handlers.has(each) ? each(message) : undefined)));
      }
    };
    subscriptions.set(topic, { handlers, subscription: this.home.context.pubsub.subscribe(topic, listener) });
  }

  unsubscribe(topic: string): void {
    const listening = this.#belongings?.subscriptions.get(topic);
    if (listening === undefined) return;
    listening.subscription.unsubscribe();
    listening.handlers.clear();
    this.#belongings!.subscriptions.delete(topic);
  }

  broadcastFrom(message: Broadcast): void {
    void this.home.context.pubsub.publish(message, { except: this.#belongings?.subscriptions.get(message.topic)?.subscription.id });
  }

  send(job: Job): void {
    if (this.#open) this.home.enqueueInternal(() => (this.#ended ? undefined : job()));
  }

  /** A timer whose job runs in the mailbox. Over HTTP there is no later, so nothing is started. */
  timer(ms: number, job: Job, repeat: boolean): () => void {
    if (!this.#open) return () => {};
    const own = (this.#belongings ??= new Belongings());
    // A clock does not fill the mailbox while a handler waits: its job is there once or not at all.
    let waiting = false;
    const fire = (): void => {
      if (!repeat) own.timers.delete(timer);
      if (waiting) return;
      waiting = true;
      this.send(() => {
        waiting = false;
        return job();
      });
    };
    const timer: NodeJS.Timeout = repeat ? setInterval(fire, ms) : setTimeout(fire, ms);
    own.timers.add(timer);
    return () => {
      clearTimeout(timer);
      own.timers.delete(timer);
    };
  }

  // ---- tasks ----

  assignAsync<T>(name: string, task: AsyncTask<T>, reset: boolean): AsyncResult<T> {
    const loading: AsyncResult<T> = reset ? LOADING : reloading(this.assigns[name]);
    this.assign({ [name]: loading });
    this.startAsync(name, task, (outcome) => this.assign({ [name]: settled(this.assigns[name], outcome) }));
    return loading;
  }

  streamAsync<T>(name: string, task: AsyncTask<Iterable<T>>, options: StreamOptions<T>, reset: boolean): AsyncStream<T> {
    const before = this.assigns[name];
    const stream = before instanceof AsyncStream ? (before as AsyncStream<T>) : new AsyncStream<T>(LOADING, options);
    stream.status = reset ? LOADING : reloading(stream.status);
    this.assign({ [name]: stream });
    this.startAsync(name, task, (outcome) => {
      if (outcome.ok) {
        const items = [...outcome.value];
        if (reset) stream.reset();
        for (const item of items) stream.insert(item, options);
        stream.status = settled(stream.status, { ok: true, value: items.length });
      } else {
        stream.status = settled(stream.status, outcome);
      }
      this.touch();
    });
    return stream;
  }

  startAsync<T>(name: string, task: AsyncTask<T>, handle: (outcome: AsyncOutcome<T>) => MaybePromise<void>): void {
    if (!this.#open) return;
    const { tasks } = (this.#belongings ??= new Belongings());
    const controller = new AbortController();
    const previous = tasks.get(name);
    tasks.set(name, controller);
    const ended = (outcome: AsyncOutcome<T>): void => {
      if (tasks.get(name) !== controller) return;
      tasks.delete(name);
      if (!outcome.ok && !controller.signal.aborted) {
        this.home.context.log("task failed", { view: this.home.name, task: name, error: outcome.error });
      }
      this.send(() => this.hooked("handleAsync", [name, outcome], () => handle(outcome)));
    };
    controller.signal.addEventListener("abort", () => ended({ ok: false, error: controller.signal.reason }));
    // Whose name was taken is not waited for any more.
    previous?.abort();
    void running.run(this.home, async () => {
      try {
        const value = await task(controller.signal);
        ended({ ok: true, value });
      } catch (error) {
        ended({ ok: false, error });
      }
    });
  }

  cancelAsync(name: string, reason?: unknown): void {
    this.#belongings?.tasks.get(name)?.abort(reason);
  }

  // ---- hooks ----

  attachHook<S extends HookStage>(name: string, stage: S, hook: HookStages[S]): void {
    if ((this.#hooks ??= new AttachedHooks()).attach(name, stage, hook)) return;
    throw new HoldfastError("socket_misuse", {
      what: `The hook "${name}" is attached to ${stage} already.`, expected: "a name that the stage does not have yet",
      fix: `socket.detachHook("${name}", "${stage}") first`,
    });
  }

  detachHook(name: string, stage: HookStage): void {
    this.#hooks?.detach(name, stage);
  }

  /** Runs a stage's hooks and then what they are attached to, unless one of them halts. */
  hooked<S extends Exclude<HookStage, "afterRender">, T>(
    stage: S, args: Parameters<HookStages[S]>, then: () => MaybePromise<T>, halted: (reply?: object) => T = () => undefined as T,
  ): MaybePromise<T> {
    if (this.#hooks === undefined || !this.#hooks.has(stage)) return then();
    // A hook may have waited, and meanwhile everything may have ended.
    const mayRun = (): boolean => this.home.mayRun && !this.#ended;
    return this.#hooks.run(stage, mayRun, ...args).then((halt) => {
      if (halt !== undefined) return halted(halt.reply);
      return mayRun() ? then() : halted();
    });
  }
}
