/**
 * The browser's side: the two npm clients, put together.
 *
 * @module
 */
import { Socket } from "phoenix";
import { LiveSocket } from "phoenix_live_view";

/** Options of `connect`. */
export interface ConnectOptions {
  /** The path of the live socket. Default `/live`. */
  path?: string;
  /** Client hooks by the name that `phx-hook` says. */
  hooks?: Record<string, object>;
  /** Sent with each join: what `connect params` are in LiveView. */
  params?: Record<string, unknown>;
}

/**
 * Connects the page's live views.
 *
 * @returns the client's own LiveSocket
 * @example
 * import { connect } from "holdfast/client";
 * connect({ hooks: { Chart: { mounted() { draw(this.el); } } } });
 */
export function connect({ path = "/live", hooks = {}, params = {} }: ConnectOptions = {}): LiveSocket {
  const csrf = document.querySelector("meta[name='csrf-token']")?.getAttribute("content") ?? "";
  const liveSocket = new LiveSocket(path, Socket, { hooks, params: { ...params, _csrf_token: csrf } } as never);
  // A class instead of a progress bar of our own: the page decides what loading looks like.
  const root = document.documentElement.classList;
  window.addEventListener("phx:page-loading-start", () => root.add("loading"));
  window.addEventListener("phx:page-loading-stop", () => root.remove("loading"));
  liveSocket.connect();
  (window as unknown as { liveSocket: LiveSocket }).liveSocket = liveSocket;
  return liveSocket;
}
