import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Content, Rendered, SafeHtml } from "../html/index.js";
import type { EventRef } from "../js/index.js";
import type { Broadcast, Topic } from "../pubsub/index.js";
import type { AsyncOutcome, AsyncResult, AsyncTask } from "./async.js";
import type { ComponentProps, LiveComponent } from "./component.js";
import type { Redirect, Reply } from "./control.js";
import type { HookStage, HookStages } from "./hooks.js";
import type { AsyncStream, Stream, StreamInsertOptions, StreamOptions } from "./stream.js";

/** What a view keeps and renders. */
export type Assigns = Record<string, unknown>;
export type MaybePromise<T> = T | Promise<T>;

/**
 * The session's own values. Declare yours once, and every hook, mount and middleware knows them.
 *
 * @example
 * declare module "holdfast" { interface SessionValues { userId?: number } }
 */
// Empty here: the application fills it through declaration merging.
export interface SessionValues {}

/** The messages of the flash, by kind. */
export interface Flash {
  readonly info?: string;
  readonly error?: string;
}

/** What is known of the client's connection. */
export interface ConnectInfo {
  /** The address of the client; behind a proxy only if the endpoint trusts it (`trustProxy`), and else the proxy's. */
  readonly peer: string;
  readonly userAgent: string | undefined;
  /** The headers that the endpoint's option `connectHeaders` names, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How one gets to a URL from here: within the view, within the live session, or by a page load. */
export type NavigationType = "patch" | "navigate" | "href";

/** Assigns that every view has. */
export interface BaseAssigns {
  /** One-time messages: set by `socket.putFlash`, shown once, carried over a redirect. */
  flash: Flash;
  /** The action that the live route names. */
  liveAction: string | undefined;
}

/** What a hook and a mount are told beside their socket. */
export interface MountContext<Params = Readonly<Record<string, unknown>>> {
  /** The path's and the query's parameters, parsed. */
  readonly params: Params;
  /** The session's values; a nested view's with what its parent gave it. */
  readonly session: Readonly<SessionValues>;
  /** The page's whole URL. */
  readonly uri: URL;
}

/** Never an instance of anything that a view could confuse with assigns. */
export type AssignsOf<R> = [Exclude<R, Redirect | void | undefined>] extends [never]
  ? // no further assigns
    {}
  : Extract<Exclude<R, Redirect | void | undefined>, object>;

/** The names of the assigns that are streams. */
export type StreamNames<A> = { [K in keyof A]: A[K] extends Stream<infer _> ? K : never }[keyof A] & string;
/** The names of the assigns that are loaded by tasks. */
export type AsyncNames<A> = { [K in keyof A]: A[K] extends AsyncResult<infer _> ? K : never }[keyof A] & string;
/** What a task gives for such an assign. */
export type AsyncValue<S> = S extends AsyncResult<infer T> ? T : never;
/** A stream's items. */
export type StreamItem<S> = S extends Stream<infer T> ? T : never;

/** What views, hooks and handlers do with their socket. */
export interface Socket<A extends object> {
  /** What the view keeps. Read it anew after each `await`: messages may have changed it. */
  readonly assigns: Readonly<A & BaseAssigns>;
  /** False while the HTTP response is made, true once the socket has joined. */
  readonly connected: boolean;
  /** The view's id, which is its element's id. */
  readonly id: string;
  /** Sets assigns; the view renders after the handler. */
  assign(values: Partial<A>): void;
  /** Sets one assign from its value. */
  update<K extends keyof A>(key: K, change: (value: A[K]) => A[K]): void;
  /**
   * The assign, or what the HTTP request already has under this name (`c.var`), or what `make` gives. A connected mount
   * has no request behind it and makes the value anew.
   */
  assignNew<T>(key: string, make: () => MaybePromise<T>): Promise<T>;
  /** Sets a message of the flash. */
  putFlash(kind: keyof Flash, message: string): void;
  /** Removes one message of the flash, or all. */
  clearFlash(kind?: keyof Flash): void;
  /** Sets the page's title. */
  pageTitle(title: string): void;
  /**
   * Listens to a topic as long as the view lives. The handler runs in the view's mailbox. While the HTTP response is made,
   * nothing is subscribed. Several handlers of a topic run one after the other: a hook's and the view's own.
   */
  subscribe<P>(topic: Topic<P>, handler: (payload: P) => MaybePromise<void>): void;
  subscribe(topic: string, handler: (message: Broadcast) => MaybePromise<void>): void;
  /** Stops listening to a topic, with all handlers. */
  unsubscribe(topic: Topic<unknown> | string): void;
  /** Broadcasts to all other subscribers of a topic, not to this view. */
  broadcastFrom<P>(topic: Topic<P>, payload: P): void;
  broadcastFrom(topic: string, event: string, payload: unknown): void;
  /** Runs `job` in the view's mailbox, behind what already waits there. */
  send(job: () => MaybePromise<void>): void;
  /** Runs `job` in the view's mailbox in `ms` milliseconds, unless the view has ended. Returns a function that cancels it. */
  sendAfter(ms: number, job: () => MaybePromise<void>): () => void;
  /**
   * Runs `job` in the view's mailbox every `ms` milliseconds; as long as one waits there, no second. Returns a function that
   * ends it.
   */
  sendEvery(ms: number, job: () => MaybePromise<void>): () => void;
  /** Sends an event to the page's client hooks and to `window` as `phx:<event>`. */
  pushEvent(event: string, payload: Readonly<Record<string, unknown>>): void;
  /** Full page load. */
  redirect(to: string, options?: { external?: boolean }): void;
  /** Another view of the live session. */
  pushNavigate(to: string, options?: { replace?: boolean }): void;
  /** The same view at another URL: `handleParams` runs. */
  pushPatch(to: string, options?: { replace?: boolean }): void;
  /** How the client gets to a path of this application from here: for links that fit. */
  navigationType(to: string): NavigationType;
  /** Puts a live layout around the view instead of the live session's; `false` for none. */
  putLayout(layout: Layout | false): void;
  /** What the client sends with each join (`connect({ params })`); empty over HTTP. */
  readonly connectParams: Readonly<Record<string, unknown>>;
  /** The client's address, user agent and allow-listed headers. */
  readonly connectInfo: ConnectInfo;
  /** True if a file that the page tracks (`phx-track-static`) has changed since the page was loaded: offer a reload. */
  readonly staticChanged: boolean;

  /**
   * Loads a value beside the view: the assign is `loading` at once, and a result or a failure later. Over HTTP it stays
   * loading. A value that was there stays until the new one comes, unless `reset`.
   *
   * @param name the assign's: in `mount` the key under which the result is returned
   * @param task gets a signal that aborts when the view leaves or another task takes the name
   * @example
   * mount: (socket) => ({ user: socket.assignAsync("user", (signal) => api.user(id, { signal })) })
   */
  assignAsync<K extends AsyncNames<A>>(name: K, task: AsyncTask<AsyncValue<A[K]>>, options?: { reset?: boolean }): AsyncResult<AsyncValue<A[K]>>;
  /**
   * Fills a stream beside the view; its `status` says how far it is. `reset` drops what the stream has first.
   *
   * @example
   * mount: (socket) => ({ posts: socket.streamAsync("posts", (signal) => api.posts({ signal })) })
   */
  streamAsync<T>(name: string, task: AsyncTask<Iterable<T>>, options?: StreamOptions<T> & { reset?: boolean }): AsyncStream<T>;
  /**
   * Runs a task beside the view. Its end, a value or what it threw, is handled in the mailbox.
   *
   * @example
   * socket.startAsync("report", (signal) => build(signal), (outcome) => socket.assign({ report: outcome }));
   */
  startAsync<T>(name: string, task: AsyncTask<T>, handleAsync: (outcome: AsyncOutcome<T>) => MaybePromise<void>): void;
  /** Aborts the task of this name; its outcome is the failure `reason`, by default an `AbortError`. */
  cancelAsync(name: string, reason?: unknown): void;

  /** Puts several items into a stream; `reset` drops what the browser has first. */
  stream<K extends StreamNames<A>>(
    name: K, items: Iterable<StreamItem<A[K]>>, options?: StreamInsertOptions & { reset?: boolean },
  ): void;
  /**
   * Puts an item into a stream, or replaces it where it is. `updateOnly`: does nothing unless it is there. Several in one
   * handler arrive in their order.
   */
  streamInsert<K extends StreamNames<A>>(
    name: K, item: StreamItem<A[K]>, options?: StreamInsertOptions & { updateOnly?: boolean },
  ): void;
  /** Takes an item out of a stream. */
  streamDelete<K extends StreamNames<A>>(name: K, item: StreamItem<A[K]>): void;
  /** Takes an item out of a stream by its DOM id. */
  streamDeleteByDomId(name: StreamNames<A>, domId: string): void;

  /**
   * Gives a live component of this page other props, from anywhere in it. Nothing happens if it is not there.
   *
   * @example
   * socket.sendUpdate(Cart, { id: "cart", count: 3 });
   */
  sendUpdate<C extends LiveComponent<never>>(component: C, props: { id: string } & Partial<ComponentProps<C>>): void;
  /** The same in `ms` milliseconds. Returns a function that cancels it. */
  sendUpdateAfter<C extends LiveComponent<never>>(
    ms: number, component: C, props: { id: string } & Partial<ComponentProps<C>>,
  ): () => void;

  /**
   * Attaches a hook to a stage. It runs before the handler and may `halt()` it; `afterRender` runs behind each render.
   *
   * @throws HoldfastError `socket_misuse` if the stage has a hook of this name
   */
  attachHook<S extends HookStage>(name: string, stage: S, hook: HookStages[S]): void;
  /** Detaches a hook; nothing happens if there is none. */
  detachHook(name: string, stage: HookStage): void;

  /** Registers what runs when the view ends: at once, if it has ended already. */
  onTerminate(job: () => void): void;
}

/** The socket in hooks and in `mount`, where the assigns of the mount itself are not known yet. */
export interface MountSocket<A extends object> extends Omit<Socket<A>, LateAssign> {
  assign(values: Partial<A> & Readonly<Record<string, unknown>>): void;
  update<K extends keyof A & string>(key: K, change: (value: A[K]) => A[K]): void;
  /** An assign that mount gives: say its type, it is not known here yet. */
  update<T>(key: string, change: (value: T) => T): void;
  /** As in handlers; what is loaded is known from the task. Return the result under the same name. */
  assignAsync<T>(name: string, task: AsyncTask<T>, options?: { reset?: boolean }): AsyncResult<T>;
  /** As in handlers; the stream's name and items are known there and not yet here. */
  stream(name: string, items: Iterable<unknown>, options?: StreamInsertOptions & { reset?: boolean }): void;
  streamInsert(name: string, item: unknown, options?: StreamInsertOptions & { updateOnly?: boolean }): void;
  streamDelete(name: string, item: unknown): void;
  streamDeleteByDomId(name: string, domId: string): void;
}
/** What of the socket knows the assigns that mount gives. */
type LateAssign = "assign" | "update" | "assignAsync" | "stream" | "streamInsert" | "streamDelete" | "streamDeleteByDomId";

/** A view's own element. */
export interface Container {
  /** A plain element's name, such as `section`. Default `div`. */
  readonly tag?: string;
  readonly attrs?: Readonly<Record<string, string>>;
}

/** A policy: true lets through. It is given the assigns of the hooks: who the user is. */
export type Policy<A extends object, Context> = (assigns: Readonly<A & BaseAssigns>, context: Context) => MaybePromise<boolean>;

/** One event of a view. */
export interface EventDefinition<A extends object, P> {
  /** The payload's schema: any Standard Schema (zod, valibot, arktype). Without it the payload is `unknown`. */
  params?: StandardSchemaV1<unknown, P>;
  // Properties, not methods: of methods TypeScript accepts parameters of any narrower type.
  /** Who may send it, beside the view's own policy. */
  authorize?: (assigns: Readonly<A & BaseAssigns>, params: P) => MaybePromise<boolean>;
  /** Called when session, payload and policies have been checked. */
  handle: (socket: Socket<A>, params: P) => MaybePromise<void | Reply | Redirect>;
}

/** References to a view's events, for its template. */
export type EventRefs<Names extends string> = { readonly [Name in Names]: EventRef };

/** The output of a schema, or what is there without one. */
export type ParamsOf<P> = P extends StandardSchemaV1 ? StandardSchemaV1.InferOutput<P> : Readonly<Record<string, unknown>>;

/** A view's definition. `A` comes from the hooks, `R` from mount, `E` and `Names` from the events: nothing is annotated. */
export interface ViewDefinition<A extends object, P extends StandardSchemaV1 | undefined, R, E, Names extends string> {
  /** For logs and telemetry. */
  name?: string;
  /** The schema of the path's and the query's parameters; what it refuses is a 404. */
  params?: P;
  /**
   * Who may see the view: checked at mount, at every patch and before every event. `"public"` says that everybody may.
   */
  authorize: "public" | Policy<A, MountContext<ParamsOf<P>>>;
  /** The element that the view lives in. Default: a `div` without further attributes. */
  container?: Container;
  /** Called on the HTTP request, and again when the socket has joined. What it returns becomes assigns. */
  mount?(socket: MountSocket<A>, context: MountContext<ParamsOf<P>>): MaybePromise<R>;
  /** Called after mount and whenever the URL changes within the view. */
  handleParams?(
    socket: Socket<A & AssignsOf<R>>, context: MountContext<ParamsOf<P>>,
  ): MaybePromise<void | Redirect>;
  /** The events that the client may send. */
  // Names apart from payloads: a handler that takes its payload without a schema leaves nothing to infer `E` from.
  events?: { [Name in Names]: unknown } & { [Name in keyof E]: EventDefinition<A & AssignsOf<R>, E[Name]> };
  /** The page. Pure: the same assigns give the same template. */
  render(assigns: Readonly<A & AssignsOf<R> & BaseAssigns>, on: EventRefs<Names>): Rendered;
}

/** What a live layout is given: the view's assigns and, as `inner`, what it rendered. */
export type Layout = (assigns: Readonly<BaseAssigns & Assigns> & { readonly inner: Content }) => Rendered;

/** What a root layout is given: it is rendered once, over HTTP, and never again. */
export interface RootLayoutProps {
  /** The page. */
  readonly inner: Content;
  /** What the view or the page says of itself; undefined if nothing. */
  readonly title: string | undefined;
  /** For `<meta name="csrf-token">`, where the client looks for it. */
  readonly csrfToken: string;
  /** The tags that load the client: put them into `<head>`. */
  readonly scripts: SafeHtml;
  readonly flash: Flash;
  /**
   * The path of a file in `publicDir`, with its fingerprint: `<link phx-track-static rel="stylesheet" href=${asset("/app.css")}>`.
   * When the file changes, `socket.staticChanged` says so to the pages that are open.
   */
  readonly asset: (path: string) => string;
  /** The variables that the middleware has set: `get("currentUser")`. */
  readonly get: (key: string) => unknown;
}

/** The document around a page. */
export type RootLayout = (props: RootLayoutProps) => Rendered;
