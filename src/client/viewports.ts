import { ViewHook } from "phoenix_live_view";

/**
 * Lets long lists rest while their view is away. The npm client's hook for `phx-viewport-top` and `-bottom` scrolls back to where
 * it asked for more, until the answer has come (`hooks.ts`, `InfiniteScroll`). If the connection is lost before, no answer comes:
 * the list could be scrolled no more.
 */
export function restViewports(): void {
  for (const [callback, instead] of [["disconnected", "destroyed"], ["reconnected", "mounted"]] as const) {
    ViewHook.prototype[callback] = function () {
      if (this.el.dataset["phxHook"] === "Phoenix.InfiniteScroll") this[instead]();
    };
  }
}
