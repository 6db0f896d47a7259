import type { Mistake } from "../../errors/index.js";
import { checkValue, TEXT, OBJECT } from "../../errors/options.js";
import type { LocalDestination } from "../../js/index.js";

/** A redirect, as a value that a hook, a mount or a handler returns. */
export class Redirect {
  /** `redirect`: a full page load. `navigate`: another view of the live session. `patch`: the same view. */
  readonly kind: "redirect" | "navigate" | "patch";
  readonly to: string;
  readonly external: boolean;
  readonly replace: boolean;

  constructor(kind: "redirect" | "navigate" | "patch", to: string, external: boolean, replace: boolean) {
    checkValue("redirect_refused", { of: kind, fix: `return ${kind}("/posts")` }, "the destination", to, TEXT);
    this.kind = kind;
    this.to = to;
    this.external = external;
    this.replace = replace;
  }
}

function checkRedirect(kind: Redirect["kind"], options: object): void {
  checkValue("redirect_refused", { of: kind, fix: `return ${kind}("/posts")` }, "the object of options", options, OBJECT);
}

/** The destination of a redirect. */
export type LocalTarget<To extends string> = LocalDestination<
  To,
  Mistake<"this leads out of the application: redirect(url, { external: true })">
>;

/**
 * Sends the user to a page by a full load: 302 over HTTP, a redirect over the socket.
 *
 * @param to a path of this application; with `external`, a URL whose origin the endpoint allows (`externalOrigins`)
 * @throws HoldfastError `redirect_refused` when it is followed, if it leads anywhere else
 * @example
 * if (!currentUser) return redirect("/login");
 */
export function redirect(to: string, options: { readonly external: true }): Redirect;
export function redirect<To extends string>(to: To & LocalTarget<To>): Redirect;
export function redirect(to: string, options: { readonly external?: boolean } = {}): Redirect {
  checkRedirect("redirect", options);
  return new Redirect("redirect", to, options.external ?? false, false);
}

/**
 * Sends the user to another view of the same live session, without a page load.
 *
 * @param options `replace`: true to replace the history entry instead of adding one; default false
 * @example
 * return navigate(paths.posts());
 */
export function navigate<To extends string>(to: To & LocalTarget<To>, options: { readonly replace?: boolean } = {}): Redirect {
  checkRedirect("navigate", options);
  return new Redirect("navigate", to, false, options.replace ?? false);
}

/**
 * Moves the same view to another URL: `handleParams` runs, and nothing is mounted.
 *
 * @param options `replace`: true to replace the history entry instead of adding one; default false
 * @example
 * return patch(`/posts?page=${page + 1}`);
 */
export function patch<To extends string>(to: To & LocalTarget<To>, options: { readonly replace?: boolean } = {}): Redirect {
  checkRedirect("patch", options);
  return new Redirect("patch", to, false, options.replace ?? false);
}
