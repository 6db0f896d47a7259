import { asObject } from "./payload.js";

/**
 * The answer to a refused join. The client loads the page again at these reasons, but at a URL with a fragment, where the browser
 * already is, that only scrolls: the page would stay for ever without its view. So it is led to the URL without the fragment.
 *
 * @param payload the join's
 * @param origin the application's
 * @param around the URL of the page around a view that has none of its own; undefined if it is not known
 */
export function refusalAt(payload: unknown, origin: string, response: { readonly reason?: unknown }, around: string | undefined): object {
  const { url, redirect, flash } = asObject(payload);
  const page = url ?? redirect ?? around;
  // A page that crashes where it was loaded is loaded again as it is; one that crashes behind a live navigation, by its URL.
  if (!LOADS_AGAIN.has(response.reason) && (response.reason !== JOIN_CRASHED || redirect === undefined)) return response;
  if (typeof page !== "string" || !page.startsWith(`${origin}/`) || !page.includes("#")) return response;
  return { redirect: { status: 302, to: withoutFragment(page), ...(typeof flash === "string" && { flash }) } };
}

/** A URL as the browser must be led to it, where it is there already with a fragment: it would only scroll. */
export function withoutFragment(url: string): string {
  return url.slice(0, url.indexOf("#"));
}

/** The reason of a join whose view threw. */
export const JOIN_CRASHED = "join crashed";

/** The reasons at which the client loads the page again. */
const LOADS_AGAIN: ReadonlySet<unknown> = new Set(["stale", "unauthorized", "reload"]);
