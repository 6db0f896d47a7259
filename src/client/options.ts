import type { LiveSocketOptions } from "phoenix_live_view";
import type { ConnectionState } from "./connection-state.js";
import type { ClientHooks } from "./hooks.js";
import type { LongPollOptions } from "./long-poll.js";
import type { Texts } from "./texts.js";
import type { Navigation } from "./view-transitions.js";

// Written out instead of taken from the npm client: its declarations resolve for bundlers only.

/** Options of the npm client `phoenix` that go through. */
export interface SocketOptions {
  /** How long a push waits for its reply, ms. Default 10,000. */
  timeout?: number;
  /** How often the client shows that it is there, ms. Default 30,000. The server gives up after `limits.idleMs`. */
  heartbeatIntervalMs?: number;
  /** When to connect again, ms by attempt. Default: at random up to the npm client's own delays. A delay that the server names comes first. */
  reconnectAfterMs?: (attempt: number) => number;
  /** When to join again after a crash, ms by attempt. Default: at random in the second half of the npm client's own delays. */
  rejoinAfterMs?: (attempt: number) => number;
  logger?: (kind: string, message: string, data: unknown) => void;
  /** Another transport than ours: the client then neither measures frames nor reads the server's delays. */
  transport?: new (url: string) => object;
  authToken?: string | (() => string);
}

/** Options of the npm client `phoenix_live_view` that go through. */
export interface LiveOptions {
  /** What `phx-debounce` and `phx-throttle` without a number mean, ms. Default 300 both. */
  defaults?: { debounce?: number; throttle?: number };
  /** The prefix of bindings. Default `phx-`. */
  bindingPrefix?: string;
  /** Uploaders by name, for external uploads, beside ours: `presigned` and `resumable`. */
  uploaders?: Record<string, (...args: never) => unknown>;
  /** How long a join or a patch may take before the page shows that it waits, ms. Default 1. */
  loaderTimeout?: number;
  /** How long a connection is gone before `phx-disconnected` runs, ms. Default 500. */
  disconnectedTimeout?: number;
  /** How many reloads in a row, after failed joins, before `failsafeJitter`. Default 10. */
  maxReloads?: number;
  /** The time before such a reload, ms: at random between the two. Default 5,000 and 10,000. */
  reloadJitterMin?: number;
  reloadJitterMax?: number;
  /** The time before a reload when there were too many, ms. Default 30,000. */
  failsafeJitter?: number;
  viewLogger?: (view: { readonly id: string }, kind: string, message: string, data: unknown) => void;
  /** What an event carries beside its value, by the browser's event. */
  metadata?: { [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name], element: HTMLElement) => object };
  sessionStorage?: Storage;
  localStorage?: Storage;
  /** Waits with `phx-change` until an input method is done. Default false. */
  blockPhxChangeWhileComposing?: boolean;
  /** Runs `phx-remove` of elements within a view that is navigated away. Default true. */
  cascadePhxRemoveOnNavigation?: boolean;
  /** What runs around patches of the page; ours run as well. */
  dom?: {
    jsQuerySelectorAll?: (source: HTMLElement, query: string, standard: () => Element[]) => Element[];
    /** Must call `start`. Takes the place of `viewTransitions`. */
    onDocumentPatch?: (start: () => void) => void;
    onPatchStart?: (container: HTMLElement) => void;
    onPatchEnd?: (container: HTMLElement) => void;
    onNodeAdded?: (node: Node) => void;
    onBeforeElUpdated?: (from: Element, to: Element) => void;
  };
}

/** Options of drafts. */
export interface DraftOptions {
  /** All drafts of a tab together, characters as stored. The oldest go first. Default 2,097,152 (2 Mi). */
  maxBytes?: number;
  /** How long a draft is kept, ms. Default 86,400,000 (a day). */
  maxAgeMs?: number;
}

/** Options of `connect`: those of the npm client's LiveSocket, and ours. */
export interface ConnectOptions extends LiveOptions, SocketOptions {
  /** The path of the live socket. Default `/live`. */
  path?: string;
  /** Client hooks by the name that `phx-hook` says: `clientHook(…)`, a class that extends `viewHook(…)`, or objects. Default none. */
  hooks?: ClientHooks;
  /**
   * Sent with each join, as `socket.connectParams`. A function is asked at each connect, then without an element, and at each
   * join. The CSRF token is added. Default none.
   */
  params?: Readonly<Record<string, unknown>> | ((view?: HTMLElement) => Readonly<Record<string, unknown>>);
  /** Puts the LiveSocket on `window.liveSocket`, for the browser's console. Default false. */
  expose?: boolean;
  /**
   * Shows when the connection is gone for more than a second: `true` by an element of ours (`.holdfast-connection`), a function
   * in your own way, `false` not at all. Default true.
   */
  connectionState?: boolean | ((state: ConnectionState) => void);
  /**
   * Keeps what is entered into forms until it has been sent, over reconnects, crashes, reloads and the end of the session.
   * Never passwords, cards, one-time codes, and what says `data-draft="off"`. Default true.
   */
  drafts?: boolean | DraftOptions;
  /**
   * Keeps the files that were chosen until the server has them: after a lost connection or a crash they are chosen again, and a
   * form that was being sent when the connection was lost is sent again. Default true.
   */
  keepFiles?: boolean;
  /** Makes view transitions of navigations: of all, or of those for which the function says so. Default false. */
  viewTransitions?: boolean | ((navigation: Navigation) => boolean);
  /**
   * Uses long poll where no websocket has ever worked: in a tab that had none open, after three attempts and `afterMs` (5,000).
   * Needs `createEndpoint({ longPoll: true })`. Default false.
   */
  longPoll?: boolean | LongPollOptions;
  /** The longest text frame that the server takes, UTF-8 bytes. Default: what the page says (`data-holdfast-frame-bytes`). */
  frameBytes?: number;
  /** What the client says on the page, in other words or another language. */
  texts?: Partial<Texts>;
}

type Named<T> = keyof { [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K] };

/** Does not compile when the npm client has an option that is missing above. */
export type OptionsAreComplete<Missing extends never = Exclude<Named<LiveSocketOptions>, keyof ConnectOptions>> = Missing;
