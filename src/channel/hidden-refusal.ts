import type { PageContext } from "../live/index.js";
import { stepEnd } from "../security/index.js";

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
