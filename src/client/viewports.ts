import { ViewHook } from "phoenix_live_view";

/**
 * Lets long lists rest while their view is away. The npm client's hook for `phx-viewport-top` and `-bottom` scrolls back to where
 * it asked for more, until the answer has come (`hooks.ts`, `InfiniteScroll`). If the connection is lost before, no answer comes:
 * the list could be scrolled no more.
 */
export function restViewports(): void {
  const { prototype } = ViewHook;
  prototype.disconnected = function () {
    if (isViewport(this)) this.destroyed();
  };
  prototype.reconnected = function () {
    if (isViewport(this)) this.mounted();
  };
}

function isViewport({ el }: ViewHook): boolean {
  return el.dataset["phxHook"] === "Phoenix.InfiniteScroll";
}
