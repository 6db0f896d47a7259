import { HoldfastError } from "../../errors/index.js";
import { ANYTHING, checkOptions, checkValue, FUNCTION, OBJECT } from "../../errors/options.js";
import type { Topic } from "../../pubsub/index.js";
import type { AssignsOf, BaseAssigns, Frozen, MaybePromise, MountContext, MountResult, Overwrite, Redirect } from "../socket/index.js";
import { declaredEvents, type DeclaredEvent, type EventDefinitions, type EventRefs } from "./events.js";
import { eventRefs } from "./event-refs.js";
import type { MountSocket } from "./socket.js";

/** How long a hook's result is valid by default, ms. */
const REFRESH_MS = 30_000;

/** How long a hook's result is valid: its user's rights may change while a page is open. */
export interface HookFreshness {
  /** Milliseconds. */
  readonly refresh: number;
  /** A topic whose messages invalidate the result. */
  readonly topic: ((assigns: never) => Topic<unknown>) | undefined;
}

/** Options of `onMount`. */
export interface OnMountOptions<A extends object, E = {}, B = {}, Names extends string = never> {
  /**
   * Events that every view with the hook accepts in addition to its own: views that use the hook, and all views of a live
   * session that runs it. Their references are in the hook's `on`, for views and for the live layout.
   *
   * @example
   * const theme = onMount(() => ({ dark: false }), {
   *   refresh: false, events: { toggleTheme: { handle: (socket) => socket.update("dark", (dark) => !dark) } },
   * });
   * // in the layout: html`<button phx-click=${theme.on.toggleTheme}>…</button>`
   */
  readonly events?: EventDefinitions<A, E, B, {}, {}, {}, Names>;
  /**
   * How long the hook's result is valid while a page is open, ms. After that the next event or message first runs the hook
   * again, and then the view's policy; if either refuses, the view ends and mounts again through its guards. `assignNew` then
   * computes its value again; subscriptions, timers and attached hooks stay. `false`: the result is valid for the life of the
   * page. Default 30,000.
   */
  readonly refresh?: number | false;
  /**
   * A topic whose messages invalidate the result immediately: publish on it where the application changes a role.
   *
   * @example
   * onMount(loadUser, { topic: ({ currentUser }) => userChanged(currentUser.id) })
   */
  readonly topic?: (assigns: Frozen<A & BaseAssigns>) => Topic<unknown>;
}

/** A hook that runs before mount, on the HTTP request and again when the socket mounts. */
export interface OnMount<Adds extends object = {}, Needs extends object = {}> {
  readonly run: (socket: MountSocket<object>, context: MountContext) => MaybePromise<Redirect | object | void>;
  /** Undefined: its result is valid for the life of the page. */
  readonly freshness: HookFreshness | undefined;
  /** The events that it adds. */
  readonly events: ReadonlyMap<string, DeclaredEvent>;
  /** Type only: what the hook adds to the assigns. */
  readonly adds?: Adds;
  /** Type only: what earlier hooks must have added. */
  readonly needs?: (needs: Needs) => void;
}

/** References to the events that a hook brings. */
export interface HookRefs<Names extends string, B> {
  readonly on: EventRefs<Names, B>;
}

/** A hook that brings events. */
export interface OnMountWithEvents<Adds extends object, Needs extends object, Names extends string, B>
  extends OnMount<Adds, Needs>, HookRefs<Names, B> {}

/** What `onMount` returns. Not a type with and without references at once: an editor shows one name. */
type Hook<Adds extends object, Needs extends object, Names extends string, B> =
  [Names] extends [never] ? OnMount<Adds, Needs> : OnMountWithEvents<Adds, Needs, Names, B>;

/**
 * Defines an on-mount hook. If it returns assigns, the mount continues; if it returns a redirect, the mount ends there.
 *
 * @param after a hook that must run first: its assigns are typed in this one. A base, a view or a live session that uses the
 * hook without it does not compile
 * @param options how long its result is valid while a page is open; default 30 s
 * @throws HoldfastError `view_definition_invalid` for what is no function, and for an invalid `refresh`
 * @example
 * export const signedIn = onMount(async (socket, { session }) => {
 *   const currentUser = await socket.assignNew("currentUser", () => accounts.getUser(session.userId));
 *   if (!currentUser) return redirect("/login");
 *   return { currentUser };
 * });
 * export const inTeam = onMount(signedIn, async (socket) => ({ team: await teams.of(socket.assigns.currentUser) }));
 */
export function onMount<Adds extends object, Needs extends object, R extends MountResult<R>, E = {}, B = {}, Names extends string = never>(
  after: OnMount<Adds, Needs>, run: (socket: MountSocket<Overwrite<Needs, Adds>>, context: MountContext) => MaybePromise<R>,
  options?: OnMountOptions<Overwrite<Overwrite<Needs, Adds>, AssignsOf<R>>, E, B, Names>,
): Hook<AssignsOf<R>, Overwrite<Needs, Adds>, Names, B>;
export function onMount<R extends MountResult<R>, E = {}, B = {}, Names extends string = never>(
  run: (socket: MountSocket<{}>, context: MountContext) => MaybePromise<R>, options?: OnMountOptions<AssignsOf<R>, E, B, Names>,
): Hook<AssignsOf<R>, {}, Names, B>;
export function onMount(...args: readonly unknown[]): OnMount<object, object> & HookRefs<string, {}> {
  const [run, options = {}] = (typeof args[0] === "function" ? args : args.slice(1)) as [OnMount["run"], OnMountOptions<object>?];
  const place = { of: "onMount", fix: "onMount(async (socket, { session }) => ({ … }))" };
  checkValue("view_definition_invalid", place, "the hook", run, FUNCTION);
  checkOptions("view_definition_invalid", { of: "onMount", fix: "onMount(hook, { refresh: 30_000 })" }, options, {
    refresh: ANYTHING, topic: FUNCTION, events: OBJECT,
  });
  const { refresh = REFRESH_MS, topic, events } = options;
  if (refresh !== false && !(refresh > 0)) {
    throw new HoldfastError("view_definition_invalid", {
      what: "An on-mount hook's refresh is invalid.",
      expected: "milliseconds above 0, or false",
      got: String(refresh),
      fix: "onMount(hook, { refresh: 30_000 })",
    });
  }
  const declared = declaredEvents(events, "on-mount hook");
  return {
    run, events: declared, on: eventRefs(declared, "on-mount hook"),
    freshness: refresh === false && topic === undefined ? undefined : { refresh: refresh === false ? Infinity : refresh, topic },
  };
}
