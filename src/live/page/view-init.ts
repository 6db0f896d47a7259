import type { Layout, LiveView, OnMount } from "../definition/index.js";
import type { Client, Flash, SessionValues } from "../socket/index.js";

/** A page's location: its route's parameters, its URL, and the action that the route names. */
export interface Location {
  readonly uri: URL;
  /** The path and query of its URL. */
  readonly path: string;
  readonly params: Readonly<Record<string, unknown>>;
  readonly action: string | undefined;
  /** The method and pattern of a plain route that renders the page (`GET /embed/:room`); undefined for a live route. */
  readonly plainRoute: string | undefined;
}

/** A view of any kind, as the engine runs it. */
export type AnyView = LiveView;
/** A hook of any kind, as the engine runs it. */
export type AnyHook = OnMount<object, never>;
/** A layout of any kind, as the engine renders it. */
export type AnyLayout = Layout<never>;

const merged = new WeakMap<readonly AnyHook[], WeakMap<AnyView, AnyView["events"]>>();

/** The events that a view accepts: its own, its hooks' and its live session's. */
export function eventsOf({ view, hooks }: Pick<ViewInit, "view" | "hooks">): AnyView["events"] {
  if (!hooks.some(({ events }) => events.size > 0)) return view.events;
  let views = merged.get(hooks);
  if (views === undefined) merged.set(hooks, (views = new WeakMap()));
  let events = views.get(view);
  if (events === undefined) {
    events = new Map([...hooks.flatMap((hook) => [...hook.events]), ...view.events]);
    views.set(view, events);
  }
  return events;
}

/** The routes of the view's live session. */
export interface Routes {
  /** The view at a URL within the live session; undefined for any other URL. */
  find(uri: URL): { readonly view: AnyView; readonly location: Location } | undefined;
}

/** The session that a view lives in; its nested views' tokens are bound to it. */
interface SessionBond {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What a view needs to begin. */
export interface ViewInit {
  readonly id: string;
  readonly view: AnyView;
  /** The live session's hooks; the view's own run after them. */
  readonly hooks: readonly AnyHook[];
  readonly layout: AnyLayout | undefined;
  readonly location: Location;
  readonly session: Readonly<SessionValues>;
  readonly bond: SessionBond;
  /** The id of the enclosing view, unless this one is sticky. */
  readonly parentId: string | undefined;
  /** A sticky view outlives the pages that show it. */
  readonly sticky: boolean;
  readonly flash: Flash;
  readonly client: Client;
  /** Undefined for a nested view, whose URL is its page's. */
  readonly routes: Routes | undefined;
  /** A value of this name from the HTTP request, or from a nested view's parent. */
  readonly inherited: ((key: string) => unknown) | undefined;
}
