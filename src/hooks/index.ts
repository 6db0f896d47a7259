/**
 * What a client hook and the server exchange, declared once for both: no DOM, no Node.
 *
 * @module
 */

declare const TYPES: unique symbol;

/** An event that a hook pushes to the server: its name, and the types of its payload and of the reply. */
export interface HookPush<Payload = unknown, Reply = unknown, Name extends string = string> {
  readonly name: Name;
  /** Types only: never present. */
  readonly [TYPES]?: { payload: Payload; reply: Reply } | undefined;
}

/** An event that the server pushes to the page: its name, and the type of its payload. */
export interface HookMessage<Payload = unknown> {
  readonly name: string;
  /** Types only: never present. */
  readonly [TYPES]?: { message: Payload } | undefined;
}

/** The payload of a push. */
export type PushPayload<P> = P extends HookPush<infer Payload, unknown> ? Payload : never;
/** The reply to a push. */
export type PushReply<P> = P extends HookPush<unknown, infer Reply> ? Reply : never;
/** The payload of a message. */
export type MessagePayload<M> = M extends HookMessage<infer Payload> ? Payload : never;

/** A hook's declaration. */
export interface HookDeclaration<
  Name extends string = string,
  Pushes extends Readonly<Record<string, HookPush>> = Readonly<Record<string, HookPush>>,
  Messages extends Readonly<Record<string, HookMessage>> = Readonly<Record<string, HookMessage>>,
> {
  /** The name in `phx-hook`. */
  readonly name: Name;
  /** The events that the hook pushes. */
  readonly pushes: Pushes;
  /** The messages that it receives. */
  readonly messages: Messages;
}

/** A push without its name, which the declaration gives it. */
export interface UnnamedPush<Payload, Reply> {
  readonly [TYPES]?: { payload: Payload; reply: Reply } | undefined;
}
/** A message without its name. */
export interface UnnamedMessage<Payload> {
  readonly [TYPES]?: { message: Payload } | undefined;
}

/** The declared pushes and messages, with their names. */
export type NamedPushes<D> = { readonly [N in keyof D]: D[N] extends UnnamedPush<infer P, infer R> ? HookPush<P, R, N & string> : never };
export type NamedMessages<D> = { readonly [N in keyof D]: D[N] extends UnnamedMessage<infer P> ? HookMessage<P> : never };

/** The payload of an event without one. */
export type NoPayload = Readonly<Record<string, never>>;

/**
 * Declares an event that a hook pushes. The types bind both sides; the server still parses what arrives, like everything from
 * a browser.
 *
 * @example
 * pushes: { picked: push<{ index: number }, { label: string }>() }
 * // in the view: events: { picked: { from: Chart.pushes.picked, params: z.object({ index: z.number() }), handle: … } }
 */
export function push(): UnnamedPush<NoPayload, void>;
export function push<Payload extends object, Reply extends object | void = void>(): UnnamedPush<Payload, Reply>;
export function push(): UnnamedPush<unknown, unknown> {
  return {};
}

/**
 * Declares an event that the server pushes to the hook.
 *
 * @example
 * messages: { points: message<{ values: readonly number[] }>() }
 */
export function message(): UnnamedMessage<NoPayload>;
export function message<Payload extends object>(): UnnamedMessage<Payload>;
export function message(): UnnamedMessage<unknown> {
  return {};
}

/**
 * Declares an event that the server pushes to a page and that belongs to no hook: the page's own scripts receive it on
 * `window`, as `phx:<name>`.
 *
 * @example
 * export const confetti = pageEvent<{ pieces: number }>("confetti");
 * // server: socket.pushEvent(confetti, { pieces: 3 })
 * // browser: onPageEvent(confetti, ({ pieces }) => throwConfetti(pieces))
 */
export function pageEvent(name: string): HookMessage<NoPayload>;
export function pageEvent<Payload extends object>(name: string): HookMessage<Payload>;
export function pageEvent(name: string): HookMessage {
  return { name };
}

/**
 * Declares a client hook, in a module that server and browser code import.
 *
 * @param name the name in `phx-hook`
 * @param events `pushes`: from the browser to the server; `messages`: from the server to the browser. Names belong to the
 * page: two hooks that declare a message of the same name both receive it
 * @example
 * export const Chart = defineHook("Chart", {
 *   pushes: { picked: push<{ index: number }, { label: string }>() },
 *   messages: { points: message<{ values: readonly number[] }>() },
 * });
 * // server: socket.pushEvent(Chart.messages.points, { values: [1, 2] })
 * // browser: clientHook(Chart, { mounted() { this.handleEvent("points", ({ values }) => draw(this.el, values)); } })
 */
export function defineHook<
  const Name extends string,
  P extends Readonly<Record<string, UnnamedPush<unknown, unknown>>> = {},
  M extends Readonly<Record<string, UnnamedMessage<unknown>>> = {},
>(name: Name, events: { readonly pushes?: P; readonly messages?: M } = {}): HookDeclaration<Name, NamedPushes<P>, NamedMessages<M>> {
  return {
    name, pushes: named(events.pushes ?? {}) as NamedPushes<P>, messages: named(events.messages ?? {}) as NamedMessages<M>,
  };
}

/** Each event with its name: what remains of a declaration without its types. */
function named(declared: object): Readonly<Record<string, { readonly name: string }>> {
  return Object.fromEntries(Object.keys(declared).map((key) => [key, { name: key }]));
}
