import { checkValue, FUNCTION, LIST, type Kind, type OptionsPlace } from "../../../errors/options.js";
import { LiveValue, type Owner } from "../../socket/index.js";
import { Stream, type DomIds, type Identified, type StreamOptions, type WithId } from "../streams/index.js";
import { AsyncResult, resultIn, type AsyncOutcome, type AsyncTask } from "./async-result.js";
import { Tasks } from "./tasks.js";

/** Options of `assignAsync`. */
export interface AssignAsyncOptions {
  /** True: drops the old value instead of showing it until the new one arrives. Default false. */
  readonly reset?: boolean;
}

/** A value that a task will load: `mount` returns it, and the task takes its name. */
class AsyncAssign<T> extends LiveValue {
  readonly #task: AsyncTask<T>;
  readonly #reset: boolean;
  #loading: AsyncResult<unknown> = AsyncResult.loading();

  constructor(task: AsyncTask<T>, { reset = false }: AssignAsyncOptions) {
    super();
    this.#task = task;
    this.#reset = reset;
  }

  override attach(owner: Owner, name: string): void {
    this.#loading = AsyncResult.loading(this.#reset ? undefined : resultIn(owner.assigns[name]));
    startTask(owner, name, this.#task, (outcome) => owner.assign({ [name]: settled(owner.assigns[name], outcome) }));
  }

  override assigned(): unknown {
    return this.#loading;
  }
}

/** Several assigns loaded by one task. */
class SharedTask<T extends object> {
  readonly names: readonly string[];
  readonly #task: AsyncTask<T>;
  #started = false;

  constructor(names: readonly string[], task: AsyncTask<T>) {
    this.names = names;
    this.#task = task;
  }

  start(owner: Owner): void {
    if (this.#started) return;
    this.#started = true;
    startTask(owner, this.names.join(" "), this.#task, (outcome) => {
      const values: Record<string, unknown> = {};
      for (const name of this.names) {
        const own: AsyncOutcome<unknown> = outcome.ok ? { ok: true, value: outcome.value[name as keyof T] } : outcome;
        values[name] = settled(owner.assigns[name], own);
      }
      owner.assign(values);
    });
  }
}

class SharedAssign extends LiveValue {
  readonly #shared: SharedTask<object>;
  readonly #reset: boolean;
  #loading: AsyncResult<unknown> = AsyncResult.loading();

  constructor(shared: SharedTask<object>, { reset = false }: AssignAsyncOptions) {
    super();
    this.#shared = shared;
    this.#reset = reset;
  }

  override attach(owner: Owner, name: string): void {
    this.#loading = AsyncResult.loading(this.#reset ? undefined : resultIn(owner.assigns[name]));
    this.#shared.start(owner);
  }

  override assigned(): unknown {
    return this.#loading;
  }
}

const ASSIGN_ASYNC: OptionsPlace = { of: "assignAsync", fix: "assignAsync((signal) => api.user(id, { signal }))" };
const TASK_OR_NAMES: Kind = { called: "a function, or a list of names with a function behind it", fits: LIST.fits };

/**
 * A value loaded beside the view: return it from `mount`, or assign it. It is `loading` first, and a result or a failure
 * later. During the GET it stays loading. With several names, one task loads several values.
 *
 * @param task gets a signal that aborts when the view leaves, or when another task takes its name
 * @example
 * mount: (socket, { params }) => ({ user: assignAsync((signal) => api.user(params.id, { signal })) })
 * @example
 * mount: () => ({ ...assignAsync(["posts", "tags"], async (signal) => ({ posts: await api.posts({ signal }), tags: [] })) })
 */
export function assignAsync<T>(task: AsyncTask<T>, options?: AssignAsyncOptions): AsyncResult<T>;
export function assignAsync<const Name extends string, T extends { readonly [K in Name]: unknown }>(
  names: readonly Name[], task: AsyncTask<T>, options?: AssignAsyncOptions,
): { [K in Name]: AsyncResult<T[K]> };
export function assignAsync(
  first: AsyncTask<unknown> | readonly string[], second?: AsyncTask<object> | AssignAsyncOptions, third?: AssignAsyncOptions,
): unknown {
  if (typeof first === "function") return new AsyncAssign(first, (second as AssignAsyncOptions | undefined) ?? {});
  checkValue("socket_misuse", ASSIGN_ASYNC, "the first argument", first, TASK_OR_NAMES);
  checkValue("socket_misuse", ASSIGN_ASYNC, "the task", second, FUNCTION);
  const shared = new SharedTask(first, second as AsyncTask<object>);
  return Object.fromEntries(first.map((name) => [name, new SharedAssign(shared, third ?? {})]));
}

/** A stream that a task fills: empty and loading until then. */
export class AsyncStream<T> extends Stream<T> {
  /** The task's state; its result is the number of items loaded. */
  status: AsyncResult<number> = AsyncResult.loading();
  #task: AsyncTask<Iterable<T>> | undefined;
  readonly #fill: StreamOptions<T>;

  constructor(task: AsyncTask<Iterable<T>>, options: StreamOptions<T>) {
    super([], options);
    this.#task = task;
    this.#fill = options;
  }

  override attach(owner: Owner, name: string): void {
    super.attach(owner, name);
    const task = this.#task;
    this.#task = undefined;
    if (task !== undefined) this.load(owner, name, task, this.#fill, false);
  }

  /** Fills the stream with another task. */
  load(owner: Owner, name: string, task: AsyncTask<Iterable<T>>, options: StreamOptions<T>, reset: boolean): void {
    this.status = AsyncResult.loading(reset ? undefined : this.status);
    owner.touch();
    startTask(owner, name, task, (outcome) => {
      if (outcome.ok) {
        const items = [...outcome.value];
        if (reset) this.reset();
        for (const item of items) this.insert(item, options);
        this.status = AsyncResult.ok(items.length);
      } else {
        this.status = AsyncResult.failed(outcome.error, this.status);
      }
      owner.touch();
    });
  }
}

/**
 * A stream that a task fills beside the view: return it from `mount`. Its `status` is the task's.
 *
 * @example
 * mount: () => ({ posts: streamAsync((signal) => api.posts({ signal }), { limit: 50 }) })
 */
export function streamAsync<T>(task: AsyncTask<Iterable<T>>, options: StreamOptions<T> & DomIds<T>): AsyncStream<T>;
export function streamAsync<T extends WithId>(task: AsyncTask<Iterable<T>>, options?: StreamOptions<T>): AsyncStream<T>;
// The strict overload comes last, because the compiler reports the errors of the last one.
export function streamAsync<T>(task: AsyncTask<Iterable<T>> & Identified<T>, options?: StreamOptions<T>): AsyncStream<T>;
export function streamAsync<T>(task: AsyncTask<Iterable<T>>, options: StreamOptions<T> = {}): AsyncStream<T> {
  return new AsyncStream(task, options);
}

/** During the GET, and after the end, nothing is started. */
export function startTask<T>(
  owner: Owner,
  name: string,
  task: AsyncTask<T>,
  handle: (outcome: AsyncOutcome<T>) => void | Promise<void>,
): void {
  if (owner.mayOpen && !owner.view.refreshing) owner.feature(Tasks).start(name, task, handle);
}

function settled(before: unknown, outcome: AsyncOutcome<unknown>): AsyncResult<unknown> {
  return outcome.ok ? AsyncResult.ok(outcome.value) : AsyncResult.failed(outcome.error, resultIn(before));
}
