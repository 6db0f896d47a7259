import { LongPoll, Socket } from "phoenix";
import { LiveSocket, type HooksOptions, type LiveSocketOptions } from "phoenix_live_view";
import { reconnectDelay, rejoinDelay } from "./backoff.js";
import { connectionElement, watchConnection, type ConnectionState } from "./connection-state.js";
import { Drafts } from "./drafts/drafts.js";
import { Vault } from "./drafts/vault.js";
import { LongPollDecision, longPollAnswers, type LongPollOptions } from "./long-poll.js";
import { Notices } from "./notices.js";
import { Oversize } from "./oversize.js";
import { csrfToken, pageSettings } from "./page.js";
import { defaultTexts, type Texts } from "./texts.js";
import { createTransport } from "./transport.js";
import { viewTransitions, type Navigation } from "./view-transitions.js";

/** The options that a type names, without those that it lets through unnamed. */
type Named<T> = { [K in keyof T as string extends K ? never : number extends K ? never : K]: T[K] };

/** Options of the npm client `phoenix` that go through. */
export interface SocketOptions {
  /** How long a push waits for its reply, ms. Default 10,000. */
  timeout?: number;
  /** How often the client shows that it is there, ms. Default 30,000. The server gives up after `limits.idleMs`. */
  heartbeatIntervalMs?: number;
  /** When to connect again, ms by attempt. Default: at random up to the npm client's own delays. A delay that the server names comes first. */
  reconnectAfterMs?: (attempt: number) => number;
  /** When to join again behind a crash, ms by attempt. Default: at random in the second half of the npm client's own delays. */
  rejoinAfterMs?: (attempt: number) => number;
  logger?: (kind: string, message: string, data: unknown) => void;
  /** Another transport than ours: the client then neither measures frames nor reads the server's delays. */
  transport?: new (url: string) => object;
  authToken?: string | (() => string);
}

/** Options of drafts. */
export interface DraftOptions {
  /** All drafts of a tab together, characters as stored. The oldest go first. Default 2,097,152 (2 Mi). */
  maxBytes?: number;
  /** How long a draft is kept, ms. Default 86,400,000 (a day). */
  maxAgeMs?: number;
}

/** Options of `connect`: all of the npm client's LiveSocket, and ours. */
export interface ConnectOptions extends Omit<Named<LiveSocketOptions>, "params" | "hooks">, SocketOptions {
  /** The path of the live socket. Default `/live`. */
  path?: string;
  /** Client hooks by the name that `phx-hook` says: `clientHook(…)`, `class extends ViewHook`, or objects. Default none. */
  hooks?: HooksOptions;
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
  /** Makes view transitions of navigations: of all, or of those for which the function says so. Default false. */
  viewTransitions?: boolean | ((navigation: Navigation) => boolean);
  /** Uses long poll where websockets have never worked. Needs a server that has it. Default false. */
  longPoll?: boolean | LongPollOptions;
  /** The longest text frame that the server takes, UTF-8 bytes. Default: what the page says (`data-holdfast-frame-bytes`). */
  frameBytes?: number;
  /** What the client says on the page, in other words or another language. */
  texts?: Partial<Texts>;
}

/**
 * Connects the page's live views: the npm clients `phoenix` and `phoenix_live_view`, put together, with what they lack.
 *
 * @returns the npm client's own LiveSocket
 * @example
 * import { connect } from "holdfast/client";
 * connect({ hooks: { Chart: { mounted() { draw(this.el); } } }, viewTransitions: true });
 */
export function connect(options: ConnectOptions = {}): LiveSocket {
  const {
    path = "/live", hooks = {}, params = {}, expose = false, connectionState = true, drafts: keep = true,
    viewTransitions: transitions = false, longPoll = false, texts: ownTexts, dom = {}, ...npm
  } = options;
  const page = pageSettings();
  const texts = { ...defaultTexts, ...ownTexts };
  const notices = new Notices();
  const warn = (message: string): void => {
    if (liveSocket.isDebugEnabled()) console.warn(`[holdfast] ${message}`);
  };

  const drafts = keep === false ? undefined : new Drafts({
    prefix: npm.bindingPrefix ?? "phx-", warn,
    vault: new Vault(npm.sessionStorage ?? sessionStorage, page.draftKeys, { maxBytes: 2 ** 21, maxAgeMs: 86_400_000, ...(keep !== true && keep) }),
    offer(form, answer) {
      if (answer === undefined) return notices.hide(form, "draft");
      notices.show(form, "draft", {
        text: texts.offer, role: "status",
        buttons: [{ text: texts.restore, press: () => answer(true) }, { text: texts.discard, press: () => answer(false) }],
      });
    },
  });

  const oversize = new Oversize(notices, texts, warn, (form) => drafts?.notSent(form));
  const transport = createTransport({
    frameBytes: options.frameBytes ?? page.frameBytes, oversize: (frame) => oversize.refuse(frame), sent: () => oversize.sent(),
  });

  /** Tells us of joins, whatever the transport is. */
  class ObservedSocket extends Socket {
    override push(frame: { event: string; topic: string }, ...rest: []): void {
      if (frame.event === "phx_join") drafts?.joining(frame.topic);
      super.push(frame, ...rest);
    }
  }

  const liveSocket = new LiveSocket(path, ObservedSocket, {
    transport: transport.WebSocket,
    rejoinAfterMs: rejoinDelay,
    ...npm,
    reconnectAfterMs: (attempt: number) => transport.takeDelay() ?? (npm.reconnectAfterMs ?? reconnectDelay)(attempt),
    hooks,
    // A fresh object at each call: the npm client writes its counters into it, and an object that is given once would carry
    // them into the socket's URL.
    params: (view?: HTMLElement) => ({ ...(typeof params === "function" ? params(view) : params), _csrf_token: csrfToken() }),
    dom: {
      ...(transitions !== false && { onDocumentPatch: viewTransitions(transitions === true ? () => true : transitions) }),
      ...dom,
      onPatchStart(container: HTMLElement) {
        dom.onPatchStart?.(container);
        drafts?.patchStarts(container);
      },
      onPatchEnd(container: HTMLElement) {
        drafts?.patchEnded(container);
        notices.patchEnded();
        dom.onPatchEnd?.(container);
      },
    },
  });

  // A class instead of a progress bar of our own: the page decides what loading looks like.
  const root = document.documentElement.classList;
  addEventListener("phx:page-loading-start", () => root.add("loading"));
  addEventListener("phx:page-loading-stop", () => root.remove("loading"));
  const socket = liveSocket.getSocket();
  if (connectionState !== false) {
    watchConnection(socket, connectionState === true ? connectionElement(texts) : connectionState);
  }
  if (longPoll !== false) {
    const decision = new LongPollDecision(
      longPoll === true ? {} : longPoll, npm.sessionStorage ?? sessionStorage, () => longPollAnswers(path),
      () => liveSocket.replaceTransport(LongPoll),
    );
    socket.onOpen(() => decision.opened());
    socket.onClose(() => void decision.failed());
  }
  oversize.start();
  drafts?.start();
  liveSocket.connect();
  if (expose) Object.assign(window, { liveSocket });
  return liveSocket;
}
