import type { Mistake } from "../../errors/index.js";
import { checkOptions, checkValue, TEXT, YES_OR_NO, type Kind } from "../../errors/options.js";
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

interface RedirectOptions {
  readonly external?: boolean;
  readonly replace?: boolean;
}

const SHAPES: Readonly<Record<Redirect["kind"], Readonly<Record<string, Kind>>>> = {
  redirect: { external: YES_OR_NO }, navigate: { replace: YES_OR_NO }, patch: { replace: YES_OR_NO },
};

/** A redirect with checked options. */
export function makeRedirect(kind: Redirect["kind"], to: string, options: RedirectOptions): Redirect {
  checkOptions<object>("redirect_refused", { of: kind, fix: `return ${kind}("/posts")` }, options, SHAPES[kind]);
  return new Redirect(kind, to, options.external ?? false, options.replace ?? false);
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
  return makeRedirect("redirect", to, options);
}

/**
 * Sends the user to another view of the same live session, without a page load.
 *
 * @param options `replace`: true to replace the history entry instead of adding one; default false
 * @example
 * return navigate(paths.posts());
 */
export function navigate<To extends string>(to: To & LocalTarget<To>, options: { readonly replace?: boolean } = {}): Redirect {
  return makeRedirect("navigate", to, options);
}

/**
 * Moves the same view to another URL: `handleParams` runs, and nothing is mounted.
 *
 * @param options `replace`: true to replace the history entry instead of adding one; default false
 * @example
 * return patch(`/posts?page=${page + 1}`);
 */
export function patch<To extends string>(to: To & LocalTarget<To>, options: { readonly replace?: boolean } = {}): Redirect {
  return makeRedirect("patch", to, options);
}
