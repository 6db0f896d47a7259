import { Socket } from "phoenix";
import type { HooksOptions, LiveSocket } from "phoenix_live_view";
import { KEEP_SESSION } from "../protocol/keep-session.js";
import { reconnectDelay, rejoinDelay } from "./backoff.js";
import { showConnection } from "./connection-state.js";
import { hookClasses } from "./hook-classes.js";
import { kitHooks } from "./kit-hooks.js";
import { fallBackToLongPoll } from "./long-poll.js";
import type { ConnectOptions } from "./options.js";
import { csrfToken, pageSettings } from "./page.js";
import { createParts, partsJoining, startParts } from "./page-parts.js";
import { patchCallbacks } from "./patch-callbacks.js";
import { PatientLiveSocket } from "./patient-live-socket.js";
import { defaultTexts } from "./texts.js";
import { createTransports } from "./transport.js";
import { presigned, resumable } from "./uploads/uploaders.js";
import { viewTransitions } from "./view-transitions.js";
import { restViewports } from "./viewports.js";

/**
 * Connects the page's live views: sets up the npm clients `phoenix` and `phoenix_live_view`, and adds what they lack.
 *
 * @returns the npm client's own LiveSocket
 * @example
 * import { connect } from "holdfast/client";
 * connect({ hooks: { Chart: { mounted() { draw(this.el); } } }, viewTransitions: true });
 */
export function connect(options: ConnectOptions = {}): LiveSocket {
  const {
    path = "/live", hooks = {}, params = {}, expose = false, connectionState = true, drafts = true, keepFiles = true,
    viewTransitions: transitions = false, longPoll = false, texts: ownTexts, dom = {}, ...npm
  } = options;
  const page = pageSettings();
  const texts = { ...defaultTexts, ...ownTexts };
  const storage = npm.sessionStorage ?? sessionStorage;
  const parts = createParts({
    prefix: npm.bindingPrefix ?? "phx-", drafts, keepFiles, texts, storage, draftKeys: page.draftKeys,
    isConnected: () => liveSocket.isConnected(),
    warn: (message) => void (liveSocket.isDebugEnabled() && console.warn(`[holdfast] ${message}`)),
  });
  const { oversize, submits, files } = parts;
  const transports = createTransports({
    frameBytes: options.frameBytes ?? page.frameBytes, oversize: (frame) => oversize.refuse(frame), sent: () => oversize.sent(),
  });

  const liveSocket = new PatientLiveSocket(path, observedSocket((topic) => partsJoining(parts, topic)), {
    transport: transports.WebSocket,
    rejoinAfterMs: rejoinDelay,
    ...npm,
    reconnectAfterMs: (attempt: number) => transports.takeDelay() ?? (npm.reconnectAfterMs ?? reconnectDelay)(attempt),
    hooks: hookClasses({ ...kitHooks, ...hooks }) as HooksOptions,
    uploaders: { presigned, resumable, ...npm.uploaders },
    // A fresh object at each call: the npm client writes its counters into it, and a shared object would carry them into the
    // socket's URL.
    params: (view?: HTMLElement) => ({ ...(typeof params === "function" ? params(view) : params), _csrf_token: csrfToken() }),
    dom: {
      ...(transitions !== false && { onDocumentPatch: viewTransitions(transitions === true ? () => true : transitions) }),
      ...patchCallbacks(dom, parts),
    },
  });

  showLoading();
  restViewports();
  const socket = liveSocket.getSocket();
  if (connectionState !== false) showConnection(socket, connectionState, texts);
  if (longPoll !== false) fallBackToLongPoll(socket, longPoll, storage, path, () => liveSocket.replaceTransport(transports.LongPoll));
  socket.onClose(() => files?.lost());
  socket.onMessage(() => submits.received());
  keepSession(socket, path);
  startParts(parts);
  liveSocket.connect();
  if (expose) Object.assign(window, { liveSocket });
  return liveSocket;
}

/** A socket that reports joins, whatever the transport. */
function observedSocket(joining: (topic: string) => void): typeof Socket {
  return class extends Socket {
    override push(frame: { event: string; topic: string }, ...rest: []): void {
      if (frame.event === "phx_join") joining(frame.topic);
      super.push(frame, ...rest);
    }
  };
}

/** Has the session's cookie renewed when the server asks for it: see `KEEP_SESSION`. If that fails, it asks again. */
function keepSession(socket: Socket, path: string): void {
  socket.onMessage((message: { event?: string }) => {
    if (message.event === KEEP_SESSION) fetch(`${path}/session`).catch(() => {});
  });
}

/** Marks the document with the class `loading` while a page loads. The page's own style decides how that looks. */
function showLoading(): void {
  const { classList } = document.documentElement;
  addEventListener("phx:page-loading-start", () => classList.add("loading"));
  addEventListener("phx:page-loading-stop", () => classList.remove("loading"));
}
