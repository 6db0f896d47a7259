import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { Content, Rendered } from "../html/index.js";
import type { EventRef } from "../js/index.js";
import type { Broadcast, Topic } from "../pubsub/index.js";
import type { Redirect, Reply } from "./control.js";

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
  /** The session's values. */
  readonly session: Readonly<SessionValues>;
  /** The page's whole URL. */
  readonly uri: URL;
}

/** Never an instance of anything that a view could confuse with assigns. */
export type AssignsOf<R> = [Exclude<R, Redirect | void | undefined>] extends [never]
  ? // no further assigns
    {}
  : Extract<Exclude<R, Redirect | void | undefined>, object>;

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
   * nothing is subscribed.
   */
  subscribe<P>(topic: Topic<P>, handler: (payload: P) => MaybePromise<void>): void;
  subscribe(topic: string, handler: (message: Broadcast) => MaybePromise<void>): void;
  /** Stops listening to a topic. */
  unsubscribe(topic: Topic<unknown> | string): void;
  /** Broadcasts to all other subscribers of a topic, not to this view. */
  broadcastFrom<P>(topic: Topic<P>, payload: P): void;
  broadcastFrom(topic: string, event: string, payload: unknown): void;
  /** Runs `job` in the view's mailbox, behind what already waits there. */
  send(job: () => MaybePromise<void>): void;
  /** Runs `job` in the view's mailbox in `ms` milliseconds, unless the view has ended. Returns a function that cancels it. */
  sendAfter(ms: number, job: () => MaybePromise<void>): () => void;
  /** Runs `job` in the view's mailbox every `ms` milliseconds. Returns a function that ends it. */
  sendEvery(ms: number, job: () => MaybePromise<void>): () => void;
  /** Sends an event to the page's client hooks and to `window` as `phx:<event>`. */
  pushEvent(event: string, payload: Readonly<Record<string, unknown>>): void;
  /** Full page load. */
  redirect(to: string, options?: { external?: boolean }): void;
  /** Another view of the live session. */
  pushNavigate(to: string, options?: { replace?: boolean }): void;
  /** The same view at another URL: `handleParams` runs. */
  pushPatch(to: string, options?: { replace?: boolean }): void;
  /** Registers what runs when the view ends: at once, if it has ended already. */
  onTerminate(job: () => void): void;
}

/** The socket in hooks and in `mount`, where the assigns of the mount itself are not known yet. */
export interface MountSocket<A extends object> extends Omit<Socket<A>, "assign"> {
  assign(values: Partial<A> & Readonly<Record<string, unknown>>): void;
}

/** A policy: true lets through. It is given the assigns of the hooks: who the user is. */
export type Policy<A extends object, Context> = (assigns: Readonly<A & BaseAssigns>, context: Context) => MaybePromise<boolean>;

/** One event of a view. */
export interface EventDefinition<A extends object, P> {
  /** The payload's schema: any Standard Schema (zod, valibot, arktype). Without it the payload is `unknown`. */
  params?: StandardSchemaV1<unknown, P>;
  /** Who may send it, beside the view's own policy. */
  authorize?(assigns: Readonly<A & BaseAssigns>, params: P): MaybePromise<boolean>;
  /** Called when session, payload and policies have been checked. */
  handle(socket: Socket<A>, params: P): MaybePromise<void | Reply | Redirect>;
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
