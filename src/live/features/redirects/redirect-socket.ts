import { ownerOf, makeRedirect, socketPart, type LocalTarget, type Owner, type Redirect } from "../../socket/index.js";
import { PendingRedirect } from "./pending-redirect.js";

/** Sends the user elsewhere: `redirect`, `navigate` and `patch` as calls instead of return values. */
export interface RedirectSocket {
  /** By a full page load. */
  redirect(to: string, options: { readonly external: true }): void;
  redirect<To extends string>(to: To & LocalTarget<To>): void;
  /** To another view of the live session. */
  pushNavigate<To extends string>(to: To & LocalTarget<To>, options?: { readonly replace?: boolean }): void;
  /** To another URL of the same view: `handleParams` runs. A nested view patches its page. */
  pushPatch<To extends string>(to: To & LocalTarget<To>, options?: { readonly replace?: boolean }): void;
}

export const redirectSocket = socketPart({
  redirect(to: string, options: { readonly external?: boolean } = {}): void {
    request(ownerOf(this), makeRedirect("redirect", to, options));
  },
  pushNavigate(to: string, options: { readonly replace?: boolean } = {}): void {
    request(ownerOf(this), makeRedirect("navigate", to, options));
  },
  pushPatch(to: string, options: { readonly replace?: boolean } = {}): void {
    request(ownerOf(this), makeRedirect("patch", to, options));
  },
});

function request({ view }: Owner, target: Redirect): void {
  view.root.feature(PendingRedirect).set(target);
  view.changed();
}
