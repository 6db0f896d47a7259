import type { LiveSocketOptions } from "phoenix_live_view";
import type { ConnectionState } from "./connection-state.js";
import type { ClientHooks } from "./hooks.js";
import type { LongPollOptions } from "./long-poll.js";
import type { Texts } from "./texts.js";
import type { Navigation } from "./view-transitions.js";

// Written out instead of imported: the npm client's declarations resolve for bundlers only.

/** Options passed on to the npm client `phoenix`. */
export interface SocketOptions {
  /** How long a push waits for its reply, ms. Default 10,000. */
  timeout?: number;
  /** How often the client sends a heartbeat, ms. Default 30,000. The server gives up after `limits.idleMs`. */
  heartbeatIntervalMs?: number;
  /**
   * When to reconnect, ms by attempt. Default: at random up to the npm client's own delays. A delay set by the server takes
   * precedence.
   */
  reconnectAfterMs?: (attempt: number) => number;
  /** When to join again after a crash, ms by attempt. Default: at random in the second half of the npm client's own delays. */
  rejoinAfterMs?: (attempt: number) => number;
  logger?: (kind: string, message: string, data: unknown) => void;
  /** A transport other than ours: the client then neither measures frames nor reads the server's delays. */
  transport?: new (url: string) => object;
  authToken?: string | (() => string);
}

/** Options passed on to the npm client `phoenix_live_view`. */
export interface LiveOptions {
  /** The delays of `phx-debounce` and `phx-throttle` without a number, ms. Default 300 for both. */
  defaults?: { debounce?: number; throttle?: number };
  /** The prefix of bindings. Default `phx-`. */
  bindingPrefix?: string;
  /** Uploaders by name, for external uploads, in addition to ours: `presigned` and `resumable`. */
  uploaders?: Record<string, (...args: never) => unknown>;
  /** How long a join or a patch may take before the page shows that it is loading, ms. Default 1. */
  loaderTimeout?: number;
  /** How long a connection is lost before `phx-disconnected` runs, ms. Default 500. */
  disconnectedTimeout?: number;
  /** How many reloads in a row, after failed joins, before the client waits `failsafeJitter`. Default 10. */
  maxReloads?: number;
  /** The delay before such a reload, ms: at random between the two. Default 5,000 and 10,000. */
  reloadJitterMin?: number;
  reloadJitterMax?: number;
  /** The delay before a reload after too many of them, ms. Default 30,000. */
  failsafeJitter?: number;
  viewLogger?: (view: { readonly id: string }, kind: string, message: string, data: unknown) => void;
  /** Extra data for an event beside its value, by the type of the browser's event. */
  metadata?: { [Name in keyof HTMLElementEventMap]?: (event: HTMLElementEventMap[Name], element: HTMLElement) => object };
  sessionStorage?: Storage;
  localStorage?: Storage;
  /** Delays `phx-change` until an input method has finished composing. Default false. */
  blockPhxChangeWhileComposing?: boolean;
  /** Runs `phx-remove` of elements within a view that is navigated away from. Default true. */
  cascadePhxRemoveOnNavigation?: boolean;
  /** Callbacks around patches of the page; ours run as well. */
  dom?: {
    jsQuerySelectorAll?: (source: HTMLElement, query: string, standard: () => Element[]) => Element[];
    /** Must call `start`. Replaces `viewTransitions`. */
    onDocumentPatch?: (start: () => void) => void;
    onPatchStart?: (container: HTMLElement) => void;
    onPatchEnd?: (container: HTMLElement) => void;
    onNodeAdded?: (node: Node) => void;
    onBeforeElUpdated?: (from: Element, to: Element) => void;
  };
}

/** Options of drafts. */
export interface DraftOptions {
  /** Limit of all drafts of a tab together, characters as stored. The oldest go first. Default 2,097,152 (2 Mi). */
  maxBytes?: number;
  /** How long a draft is kept, ms. Default 86,400,000 (a day). */
  maxAgeMs?: number;
}

/** Options of `connect`: those of the npm client's LiveSocket, plus ours. */
export interface ConnectOptions extends LiveOptions, SocketOptions {
  /** The path of the live socket. Default `/live`. */
  path?: string;
  /** Client hooks by the name in `phx-hook`: `clientHook(…)`, a class that extends `viewHook(…)`, or objects. Default none. */
  hooks?: ClientHooks;
  /**
   * Sent with each join, as `socket.connectParams`. A function is called at each connect, without an element, and at each
   * join. The CSRF token is added. Default none.
   */
  params?: Readonly<Record<string, unknown>> | ((view?: HTMLElement) => Readonly<Record<string, unknown>>);
  /** Puts the LiveSocket on `window.liveSocket`, for the browser's console. Default false. */
  expose?: boolean;
  /**
   * Shows when the connection is lost for more than a second: `true` with an element of ours (`.holdfast-connection`), a
   * function in your own way, `false` not at all. Default true.
   */
  connectionState?: boolean | ((state: ConnectionState) => void);
  /**
   * Keeps what is entered into forms until it has been sent, across reconnects, crashes, reloads and the end of the session.
   * Never keeps passwords, card data, one-time codes, or anything with `data-draft="off"`. Default true.
   */
  drafts?: boolean | DraftOptions;
  /**
   * Keeps chosen files until the server has them: after a lost connection or a crash they are chosen again, and a form that
   * was being sent when the connection was lost is sent again. Default true.
   */
  keepFiles?: boolean;
  /** Animates navigations with view transitions: all, or those that the function accepts. Default false. */
  viewTransitions?: boolean | ((navigation: Navigation) => boolean);
  /**
   * Uses long poll where no websocket has ever worked: in a tab that had none open, after three failed attempts and `afterMs`
   * (5,000), or when the first one has neither opened nor failed for `silentMs` (20,000). Needs `createEndpoint({ longPoll: true
   * })`. Default false.
   */
  longPoll?: boolean | LongPollOptions;
  /** The longest text frame that the server accepts, UTF-8 bytes. Default: as the page says (`data-holdfast-frame-bytes`). */
  frameBytes?: number;
  /** The client's own texts, reworded or translated. */
  texts?: Partial<Texts>;
}

type Named<T> = keyof { [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K] };

/** Does not compile if the npm client has an option that is missing above. */
type _OptionsAreComplete<Missing extends never = Exclude<Named<LiveSocketOptions>, keyof ConnectOptions>> = Missing;
