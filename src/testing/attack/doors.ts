import type { Browser } from "../browser.js";
import type { LivePage } from "../live-page.js";
import { parse } from "../parser.js";
import { KitSocket, type KitReply } from "../wire.js";
import type { AttackReport } from "./report.js";
import { spellings } from "./spellings.js";
import { visit, type Visit } from "./site.js";

/**
 * Tries the socket of a page whose GET was refused: with the tokens of somebody who is admitted, by live navigation and by
 * patch from a page of the same live session, and in every spelling of its path.
 *
 * @param refused a page that its user may not see
 * @param visits every page of every user
 */
export async function tryDoors(refused: Visit, visits: readonly Visit[], report: AttackReport): Promise<void> {
  const opened = visits.filter(({ page }) => page !== undefined);
  for (const other of opened) {
    if (other.path === refused.path && other.principal !== refused.principal) await withTokensOf(other, refused, report);
  }
  const inside = opened.find(({ principal, at }) => principal === refused.principal && at.session === refused.at.session);
  if (inside === undefined) return;
  await navigate(spellings(refused.path), inside, refused, report);
}

/** Joins with a page that was rendered for another session. */
async function withTokensOf(other: Visit, { principal, browser, path }: Visit, report: AttackReport): Promise<void> {
  const socket = await browser.handshake();
  if (!(socket instanceof KitSocket)) return;
  const ref = socket.nextRef();
  const { status } = await socket.push(ref, ref, other.page!.topic, "phx_join", {
    url: new URL(path, browser.origin).href, params: { _csrf_token: browser.csrfToken }, ...tokensIn(other.page!.dead.body), sticky: false,
  });
  const outcome = status === "ok" ? "through" : "refused";
  report.add({ kind: "wrong door", principal, path, what: `a join with the tokens of ${other.principal}`, outcome });
  socket.close();
}

/** The sealed tokens of a page's main view, as a join names them. */
function tokensIn(html: string): { readonly session: string | null; readonly static: string | null } {
  const main = parse(html)("[data-phx-main]").first();
  return { session: main.attr("data-phx-session") ?? null, static: main.attr("data-phx-static") ?? null };
}

/** Goes from an open page to another one without its GET. */
async function navigate(spellingsOf: readonly string[], inside: Visit, { path }: Visit, report: AttackReport): Promise<void> {
  const { principal, browser, at, path: from } = inside;
  for (const way of ["patch", "live navigation"] as const) {
    let { page } = await visit(principal, browser, at, from);
    for (const spelling of spellingsOf) {
      // A refused patch may end the view; so may a join, but its tokens stay valid.
      if (way === "patch" && page !== undefined && !page.live) {
        page.close();
        ({ page } = await visit(principal, browser, at, from));
      }
      if (page === undefined) return;
      const to = browser.origin.origin + spelling;
      const reply = way === "patch" ? await page.pushRaw("live_patch", { url: to }) : await join(page, browser, { redirect: to });
      const { link_redirect: leaves, redirect, live_redirect: navigates } = reply.response;
      const through = reply.status === "ok" && leaves !== true && redirect === undefined && navigates === undefined;
      const outcome = through ? "through" : "refused";
      report.add({ kind: "wrong door", principal, path, what: `${way} from ${from} to ${spelling}`, outcome });
    }
    page?.close();
  }
}

/** Joins a page's view again on its own socket. */
function join({ socket, topic, dead }: LivePage, browser: Browser, where: object): Promise<KitReply> {
  const ref = socket.nextRef();
  const params = { _csrf_token: browser.csrfToken };
  return socket.push(ref, ref, topic, "phx_join", { ...where, params, ...tokensIn(dead.body), sticky: false });
}
