import type { LiveProcess } from "./process.js";
import type { ConnectInfo, Flash, Layout, SessionValues } from "./types.js";
import type { LiveView, OnMount } from "./view.js";

/** Where a page is: its route's parameters, its URL and the action that the route names. */
export interface Location {
  readonly uri: URL;
  readonly params: Readonly<Record<string, unknown>>;
  readonly action: string | undefined;
}

/** Who knows the routes of the view's live session. */
export interface Routes {
  /** Where a URL leads within the live session; undefined for any other. */
  find(uri: URL): { readonly view: LiveView; readonly location: Location } | undefined;
}

/** What is known of the client, beside its session. */
export interface Client {
  readonly info: ConnectInfo;
  /** What it sent with its join; nothing over HTTP. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Whether a file that its page tracks is another one by now. */
  staticChanged(): boolean;
}

/** The session that a view lives in: what its nested views' tokens are bound to. */
export interface SessionBond {
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly expiresAt: number;
}

/** What a view needs to begin its life. */
export interface Birth {
  readonly id: string;
  readonly view: LiveView;
  /** The live session's hooks; the view's own run after them. */
  readonly hooks: readonly OnMount<object>[];
  readonly layout: Layout | undefined;
  readonly location: Location;
  readonly session: Readonly<SessionValues>;
  readonly bond: SessionBond;
  /** The view in which this one is nested, unless it is sticky. */
  readonly parent: LiveProcess | undefined;
  readonly flash: Flash;
  readonly client: Client;
  /** Undefined for a nested view: its URL is its parent's. */
  readonly routes: Routes | undefined;
  /** What the HTTP request, or the parent of a nested view, has under a name. */
  readonly inherited: ((key: string) => unknown) | undefined;
}

/** The channel that a connected view lives on. */
export interface ViewHost {
  /** A message without a ref. */
  push(event: string, payload: unknown): void;
  /** The view has crashed: the client is told and joins again. */
  crashed(error: unknown): void;
  /** The view has left for another page. */
  left(): void;
  /** False once the session has ended: no handler starts any more. */
  alive(): boolean;
  /** True while more waits to be sent than the soft limit: a render now would only add to it. */
  congested(): boolean;
  /** More waits in the mailbox than the limit allows. */
  overrun(): void;
  /** The page does not show these nested views any more. */
  dropped(ids: readonly string[]): void;
}
