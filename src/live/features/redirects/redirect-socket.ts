import { ownerOf, Redirect, socketPart, type LocalTarget } from "../../socket/index.js";
import { PendingRedirect } from "./pending-redirect.js";

/** What the socket does to send its user elsewhere: `redirect`, `navigate` and `patch` as calls instead of values. */
export interface RedirectSocket {
  /** Full page load. */
  redirect(to: string, options: { readonly external: true }): void;
  redirect<To extends string>(to: To & LocalTarget<To>): void;
  /** Another view of the live session. */
  pushNavigate<To extends string>(to: To & LocalTarget<To>, options?: { readonly replace?: boolean }): void;
  /** The same view at another URL: `handleParams` runs. From a nested view: the page's own. */
  pushPatch<To extends string>(to: To & LocalTarget<To>, options?: { readonly replace?: boolean }): void;
}

export const redirectSocket = socketPart({
  redirect(to: string, options: { readonly external?: boolean } = {}): void {
    ownerOf(this).view.root.feature(PendingRedirect).set(new Redirect("redirect", to, options.external ?? false, false));
  },
  pushNavigate(to: string, options: { readonly replace?: boolean } = {}): void {
    ownerOf(this).view.root.feature(PendingRedirect).set(new Redirect("navigate", to, false, options.replace ?? false));
  },
  pushPatch(to: string, options: { readonly replace?: boolean } = {}): void {
    ownerOf(this).view.root.feature(PendingRedirect).set(new Redirect("patch", to, false, options.replace ?? false));
  },
});
