import type { PageContext } from "../live/index.js";
import { stepEnd } from "../security/index.js";
import { asObject } from "./payload.js";

/** Whether a reply with this status must not reveal whether there is anything at the URL: see the option `hideForbidden`. */
export function isHidden(context: PageContext, uri: URL, status: number): boolean {
  return (status === 403 || status === 404) && context.hidesForbidden(uri);
}

/**
 * The refusal of a join that does not reveal whether there is anything at its URL: the same words at the same moment for a
 * forbidden page and for a missing one.
 *
 * @param beganAt when the join arrived, from `performance.now()`
 */
export async function hiddenRefusal(beganAt: number): Promise<{ readonly reason: string; readonly status: number }> {
  await stepEnd(beganAt);
  return { reason: "reload", status: 404 };
}

/**
 * The answer to a refused join. The client loads the page again at these reasons, but at a URL with a fragment, where the browser
 * already is, that only scrolls: the page would stay for ever without its view. So it is led to the URL without the fragment.
 *
 * @param payload the join's
 * @param origin the application's
 */
export function refusalAt(payload: unknown, origin: string, response: { readonly reason?: unknown }): object {
  const { url, redirect, flash } = asObject(payload);
  const page = url ?? redirect;
  if (!LOADS_AGAIN.has(response.reason)) return response;
  if (typeof page !== "string" || !page.startsWith(`${origin}/`) || !page.includes("#")) return response;
  return { redirect: { status: 302, to: page.slice(0, page.indexOf("#")), ...(typeof flash === "string" && { flash }) } };
}

/** The reasons at which the client loads the page again. */
const LOADS_AGAIN: ReadonlySet<unknown> = new Set(["stale", "unauthorized", "reload"]);
