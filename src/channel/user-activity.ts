import type { Frame } from "../protocol/index.js";

/** What a client sends on a topic without its user: it leaves, or it answers a diff that removed components. */
const BY_ITSELF: ReadonlySet<string> = new Set(["phx_leave", "cids_will_destroy", "cids_destroyed"]);

/**
 * Whether a frame shows that somebody uses the page. A join does if it navigates, but the client repeats a page's navigation when
 * it connects again: that is a socket's first join.
 *
 * @param joined whether something was joined on this socket before
 */
export function isUse({ event, payload }: Frame, joined: boolean): boolean {
  return event === "phx_join" ? joined && navigates(payload) : !BY_ITSELF.has(event);
}

function navigates(payload: unknown): boolean {
  return typeof payload === "object" && payload !== null && "redirect" in payload;
}
