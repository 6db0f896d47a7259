import { HoldfastError, type Mistake } from "../../../errors/index.js";
import { checkOptions, checkValue, FUNCTION, TEXT, YES_OR_NO } from "../../../errors/options.js";
import type { MaybePromise } from "../../../mailbox/index.js";
import { ownerOf, returnsNothing, socketPart, type NamesOf, type ReturnedRedirect } from "../../socket/index.js";
import { STREAM_OPTIONS, type StreamOptions } from "../streams/index.js";
import { assignAsync, AsyncStream, startTask, type AssignAsyncOptions } from "./async-assign.js";
import type { AsyncOutcome, AsyncResult, AsyncTask } from "./async-result.js";
import { Tasks } from "./tasks.js";

/** The names of the assigns that tasks load. */
type AsyncNames<A> = NamesOf<A, AsyncResult<unknown>>;
/** The type of the result that such an assign holds. */
type AsyncValue<S> = Extract<S, { readonly ok: true }> extends { readonly result: infer T } ? T : never;
/** What a task returns: the value of one assign, or of each of several. */
type Loaded<A, K> = K extends readonly (infer N extends keyof A)[] ? { readonly [Name in N]: AsyncValue<A[Name]> }
  : K extends keyof A ? AsyncValue<A[K]> : never;
/** The names of the streams that tasks fill. */
type AsyncStreamNames<A> = { [K in keyof A]: A[K] extends AsyncStream<infer _> ? K : never }[keyof A] & string;
type AsyncStreamItem<S> = S extends AsyncStream<infer T> ? T : never;

/** The socket's methods for tasks that run beside the view. */
export interface AsyncSocket<A extends object> {
  /**
   * Loads assigns again: `loading` first, a result or a failure later. The old value stays until the new one arrives, unless
   * `reset`: true, or the names whose values go. In `mount`, return the function `assignAsync` instead.
   *
   * @example
   * socket.assignAsync("user", (signal) => api.user(id, { signal }));
   */
  // One signature: the compiler says what is wrong with the last of several, whichever was meant.
  assignAsync<const K extends AsyncNames<A> | readonly AsyncNames<A>[]>(
    names: K, task: AsyncTask<Loaded<A, K>>, options?: AssignAsyncOptions<K extends readonly (infer N extends string)[] ? N : never>,
  ): void;
  /**
   * Fills a stream again; with `reset` the loaded items replace its own once they are there. In `mount`, return the function
   * `streamAsync` instead.
   */
  streamAsync<K extends AsyncStreamNames<A>>(
    name: K, task: AsyncTask<Iterable<AsyncStreamItem<A[K]>>>, options?: StreamOptions<AsyncStreamItem<A[K]>> & { reset?: boolean },
  ): void;
  /**
   * Runs a task beside the view. Its outcome, a value or an error, is handled in the mailbox. To leave the page then, call
   * `socket.pushNavigate(url)`.
   *
   * @example
   * socket.startAsync("report", (signal) => build(signal), (outcome) => socket.assign({ report: outcome }));
   */
  startAsync<T>(
    name: string, task: AsyncTask<T>, handleAsync: (outcome: AsyncOutcome<T>) => MaybePromise<void | Mistake<ReturnedRedirect>>,
  ): void;
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
    name: string, task: AsyncTask<Iterable<unknown>>, given: StreamOptions<unknown> & { reset?: boolean } = {},
  ): void {
    const place = { of: "socket.streamAsync", fix: 'socket.streamAsync("posts", (signal) => api.posts({ signal }), { reset: true })' };
    checkValue("stream_misuse", place, "the task", task, FUNCTION);
    checkOptions("stream_misuse", place, given, { ...STREAM_OPTIONS, reset: YES_OR_NO });
    const { reset = false, ...options } = given;
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
    const place = { of: "socket.startAsync", fix: 'socket.startAsync("report", (signal) => build(signal), (outcome) => …)' };
    checkValue("socket_misuse", place, "the name", name, TEXT);
    checkValue("socket_misuse", place, "the task", task, FUNCTION);
    checkValue("socket_misuse", place, "the handler of its outcome", handleAsync, FUNCTION);
    const owner = ownerOf(this);
    startTask(owner, name, task, returnsNothing(owner, "startAsync", handleAsync));
  },
  cancelAsync(name: string, reason?: unknown): void {
    checkValue("socket_misuse", { of: "socket.cancelAsync", fix: 'socket.cancelAsync("report")' }, "the name", name, TEXT);
    ownerOf(this).peek(Tasks)?.cancel(name, reason);
  },
});
