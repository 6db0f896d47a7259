import { HoldfastError } from "../../../errors/index.js";
import type { MaybePromise } from "../../../mailbox/index.js";
import { ownerOf, socketPart, type NamesOf } from "../../socket/index.js";
import type { StreamOptions } from "../streams/index.js";
import { assignAsync, AsyncStream, startTask, type AssignAsyncOptions } from "./async-assign.js";
import type { AsyncOutcome, AsyncResult, AsyncTask } from "./async-result.js";
import { Tasks } from "./tasks.js";

/** The names of the assigns that tasks load. */
type AsyncNames<A> = NamesOf<A, AsyncResult<unknown>>;
/** The type of the result that such an assign holds. */
type AsyncValue<S> = Extract<S, { readonly ok: true }> extends { readonly result: infer T } ? T : never;
/** The names of the streams that tasks fill. */
type AsyncStreamNames<A> = { [K in keyof A]: A[K] extends AsyncStream<infer _> ? K : never }[keyof A] & string;
type AsyncStreamItem<S> = S extends AsyncStream<infer T> ? T : never;

/** The socket's methods for tasks that run beside the view. */
export interface AsyncSocket<A extends object> {
  /**
   * Loads assigns again: `loading` first, a result or a failure later. The old value stays until the new one arrives, unless
   * `reset`. In `mount`, return the function `assignAsync` instead.
   *
   * @example
   * socket.assignAsync("user", (signal) => api.user(id, { signal }));
   */
  assignAsync<K extends AsyncNames<A>>(
    names: readonly K[], task: AsyncTask<{ readonly [N in K]: AsyncValue<A[N]> }>, options?: AssignAsyncOptions,
  ): void;
  // The usual overload comes last, because the compiler reports the errors of the last one.
  assignAsync<K extends AsyncNames<A>>(name: K, task: AsyncTask<AsyncValue<A[K]>>, options?: AssignAsyncOptions): void;
  /** Fills a stream again; `reset` first drops its items. In `mount`, return the function `streamAsync` instead. */
  streamAsync<K extends AsyncStreamNames<A>>(
    name: K, task: AsyncTask<Iterable<AsyncStreamItem<A[K]>>>, options?: StreamOptions<AsyncStreamItem<A[K]>> & { reset?: boolean },
  ): void;
  /**
   * Runs a task beside the view. Its outcome, a value or an error, is handled in the mailbox.
   *
   * @example
   * socket.startAsync("report", (signal) => build(signal), (outcome) => socket.assign({ report: outcome }));
   */
  startAsync<T>(name: string, task: AsyncTask<T>, handleAsync: (outcome: AsyncOutcome<T>) => MaybePromise<void>): void;
  /** Aborts the task of this name; its outcome is the failure `reason`, by default an `AbortError`. */
  cancelAsync(name: string, reason?: unknown): void;
}

export const asyncSocket = socketPart({
  assignAsync(names: string | readonly string[], task: AsyncTask<object>, options?: AssignAsyncOptions): void {
    ownerOf(this).assign(
      typeof names === "string" ? { [names]: assignAsync(task, options) } : assignAsync(names, task as AsyncTask<never>, options),
    );
  },
  streamAsync(
    name: string, task: AsyncTask<Iterable<unknown>>, { reset = false, ...options }: StreamOptions<unknown> & { reset?: boolean } = {},
  ): void {
    const owner = ownerOf(this);
    const stream = owner.assigns[name];
    if (stream instanceof AsyncStream) return (stream as AsyncStream<unknown>).load(owner, name, task, options, reset);
    throw new HoldfastError("stream_misuse", {
      what: `There is no async stream "${name}" in the view "${owner.view.name}".`, expected: "an assign that streamAsync made",
      got: stream === undefined ? "no such assign" : `an assign of type ${typeof stream}`,
      fix: `mount: () => ({ ${name}: streamAsync(load) })`,
    });
  },
  startAsync<T>(name: string, task: AsyncTask<T>, handleAsync: (outcome: AsyncOutcome<T>) => MaybePromise<void>): void {
    startTask(ownerOf(this), name, task, handleAsync);
  },
  cancelAsync(name: string, reason?: unknown): void {
    ownerOf(this).peek(Tasks)?.cancel(name, reason);
  },
});
