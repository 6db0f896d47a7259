import type { Socket } from "phoenix";
import { addStyles } from "./styles.js";
import type { Texts } from "./texts.js";

/** `reconnecting`: the server is unreachable. `offline`: the browser reports that there is no network. */
export type ConnectionState = "connected" | "reconnecting" | "offline";

/** How long a connection may be lost before the page says so, ms: most are back before anybody notices. */
const QUIET_MS = 1000;

/**
 * Shows when the connection is lost.
 *
 * @param show `true`: with an element of ours
 */
export function showConnection(socket: Socket, show: true | ((state: ConnectionState) => void), texts: Texts): void {
  watchConnection(socket, show === true ? connectionElement(texts) : show);
}

/** Calls `changed` when the socket's state changes, but not for interruptions of less than a second. */
function watchConnection(socket: Socket, changed: (state: ConnectionState) => void): void {
  let shown: ConnectionState = "connected";
  let timer: ReturnType<typeof setTimeout> | undefined;
  const show = (state: ConnectionState): void => {
    clearTimeout(timer);
    timer = undefined;
    if (state === shown) return;
    shown = state;
    changed(state);
  };
  const lost = (): ConnectionState => (navigator.onLine ? "reconnecting" : "offline");
  const check = (): void => {
    if (socket.isConnected()) show("connected");
    else if (shown !== "connected") show(lost());
    else timer ??= setTimeout(() => show(lost()), QUIET_MS);
  };
  socket.onOpen(check);
  socket.onClose(check);
  addEventListener("online", check);
  addEventListener("offline", check);
  // The page unloads: report nothing any more.
  addEventListener("pagehide", () => clearTimeout(timer));
}

/**
 * The default element: `<div class="holdfast-connection" role="status">` at the end of the body, empty while connected, with
 * the state in `data-state`. It exists from the start, because screen readers announce a live region only when it changes.
 */
function connectionElement(texts: Texts): (state: ConnectionState) => void {
  addStyles();
  const element = document.createElement("div");
  element.className = "holdfast-connection";
  element.setAttribute("role", "status");
  document.body.append(element);
  return (state) => {
    if (!element.isConnected) document.body.append(element);
    element.dataset["state"] = state;
    element.textContent = state === "connected" ? "" : texts[state];
  };
}
