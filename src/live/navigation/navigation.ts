import { HoldfastError, StatusError } from "../../errors/index.js";
import { externalUrl, localPath, stepEnd } from "../../security/index.js";
import { sealFlash } from "../features/flash/index.js";
import type { Location, PageContext, ViewInit } from "../page/index.js";
import { Redirect, type Flash, type LiveContext, type MaybePromise, type NavigationType } from "../socket/index.js";

/** The view that navigates. */
export interface NavigatingView {
  readonly name: string;
  readonly init: ViewInit;
  readonly location: Location;
  readonly context: PageContext;
  readonly alive: boolean;
  /** Whether the middleware of the page at this URL admits its user. */
  mayPatch(uri: URL): Promise<boolean>;
  /** Moves the view to another of its URLs: runs the policy and `handleParams`. */
  patch(location: Location): MaybePromise<Redirect | undefined>;
}

/** The result of following a redirect. */
interface Destination {
  /** The URL that the view has moved to, if any. */
  readonly patched: Redirect | undefined;
  /** The redirect by which it leaves, if any. */
  readonly leaves: Redirect | undefined;
}

/**
 * Checks that a browser reads a redirect's target as we do: a path of this application, or an allowed origin.
 *
 * @throws HoldfastError `redirect_refused`
 */
export function checkedRedirect(target: Redirect, context: LiveContext): Redirect {
  const to = target.external ? externalUrl(target.to, context.externalOrigins) : localPath(target.to);
  if (to !== undefined) return new Redirect(target.kind, to, target.external, target.replace);
  throw new HoldfastError("redirect_refused", {
    what: isRelative(target) ? "A redirect does not begin at the root of the application." : "A redirect leads out of the application.",
    expected: target.external ? "a URL whose origin is in `externalOrigins`" : "a path like /posts/1",
    got: JSON.stringify(target.to.slice(0, 80)),
    fix: howToLead(target),
  });
}

function howToLead({ to, external }: Redirect): string {
  if (external) return "add the origin to createEndpoint({ externalOrigins })";
  if (/^[?#]/.test(to)) return `begin with the path of the page: \`/posts${to.slice(0, 1)}…\``;
  if (isRelative({ to, external })) return `begin with a slash: ${JSON.stringify(`/${to.slice(0, 80)}`)}`;
  return "redirect(url, { external: true }) for another site";
}

/** Whether it is a path as a browser would resolve it against the page: `posts/1`. */
function isRelative({ to, external }: Pick<Redirect, "to" | "external">): boolean {
  return !external && !/^[?#]/.test(to) && !/^[a-z][a-z\d+.-]*:/i.test(to) && localPath(`/${to}`) !== undefined;
}

/**
 * Follows a redirect as far as it stays in the view: each patch runs the policy and `handleParams`, which may redirect again.
 * The client is told the URL only once the view is there.
 *
 * @throws HoldfastError `patch_loop`, `redirect_refused`; `socket_misuse` for a patch to another view
 */
export async function follow(view: NavigatingView, target: Redirect): Promise<Destination> {
  const { patchesInARow } = view.context.limits;
  let next: Redirect | undefined = checkedRedirect(target, view.context);
  let patched: Redirect | undefined;
  for (let patches = 1; next?.kind === "patch"; patches++) {
    if (patches > patchesInARow) throw patchLoop(view, patches);
    const location = locate(view.init, new URL(next.to, view.location.uri));
    if (location === undefined) throw foreignPatch(view, next);
    const startedAt = performance.now();
    let again: Redirect | undefined;
    let refused = !(await view.mayPatch(location.uri));
    try {
      if (!refused) again = await view.patch(location);
    } catch (error) {
      if (!(error instanceof StatusError)) throw error;
      logRefusedPatch(view, location, error);
      refused = true;
    }
    patched = next;
    if (refused) {
      if (view.context.hidesForbidden(location.uri)) await stepEnd(startedAt);
      again = loadsInstead(location);
    }
    if (!view.alive) return { patched: undefined, leaves: undefined };
    next = again === undefined ? undefined : checkedRedirect(again, view.context);
  }
  return { patched: next === undefined ? patched : undefined, leaves: next };
}

/**
 * The redirect that answers a refused patch. The page does not exist, or not for this user: the client loads that URL and gets the page
 * that says so. Without its fragment: behind the back button the browser is at this URL already, and would only scroll.
 */
export function loadsInstead({ path }: Location): Redirect {
  return new Redirect("redirect", path, false, false);
}

/** Says that a view's policy, parameters or `handleParams` refused a patch. */
export function logRefusedPatch({ name, context }: Pick<NavigatingView, "name" | "context">, { path }: Location, error: StatusError): void {
  context.log("patch refused", { view: name, path, status: error.status, why: error.message });
}

/** The location of a URL, if it belongs to the view. */
export function locate(init: ViewInit, uri: URL): Location | undefined {
  const found = init.routes?.find(uri);
  return found?.view === init.view ? found.location : undefined;
}

/** How the client gets from a view to a path of the application. */
export function navigationType(view: Pick<NavigatingView, "init" | "location">, to: string): NavigationType {
  const path = localPath(to);
  const found = path === undefined ? undefined : view.init.routes?.find(new URL(path, view.location.uri));
  if (found === undefined) return "href";
  return found.view === view.init.view ? "patch" : "navigate";
}

/** A patch within the view, as the client reads it. */
export function patchPayload({ to, replace }: Redirect): object {
  return { kind: replace ? "replace" : "push", to };
}

/** The message that makes the client leave, with the flash sealed for the next page. */
export function leaveMessage(
  target: Redirect,
  context: LiveContext,
  flash: Flash,
  sessionId: string,
): { event: "redirect" | "live_redirect"; payload: object } {
  const sealed = sealFlash(context, flash, sessionId);
  const carried = sealed === undefined ? {} : { flash: sealed };
  return target.kind === "navigate"
    ? { event: "live_redirect", payload: { kind: target.replace ? "replace" : "push", to: target.to, ...carried } }
    : { event: "redirect", payload: { status: 302, to: target.to, ...carried } };
}

function patchLoop(view: NavigatingView, patches: number): HoldfastError {
  return new HoldfastError("patch_loop", {
    what: `The view "${view.name}" patched itself ${patches} times in a row.`,
    expected: `at most ${view.context.limits.patchesInARow} patches per event`,
    fix: "make handleParams patch only when the parameters differ from what they should be",
  });
}

function foreignPatch(view: NavigatingView, { to }: Redirect): HoldfastError {
  const { routes, sticky } = view.init;
  if (routes === undefined) {
    return new HoldfastError("socket_misuse", {
      what: `The ${sticky ? "sticky" : "nested"} view "${view.name}" patched, and has no URL.`,
      expected: sticky ? "a navigation: a sticky view stays" : "a patch of its page, once it has joined", got: JSON.stringify(to),
      fix: sticky ? `return navigate(${JSON.stringify(to)})` : `socket.send(() => socket.pushPatch(${JSON.stringify(to)}))`,
    });
  }
  return new HoldfastError("socket_misuse", {
    what: `The view "${view.name}" patched to a URL of another view.`, got: JSON.stringify(to),
    fix: "use pushNavigate for another view",
  });
}
