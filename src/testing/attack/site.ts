import { hostOf, type Endpoint } from "../../endpoint/index.js";
import type { LiveRoute, LiveSession } from "../../router/index.js";
import type { Browser } from "../browser.js";
import type { LivePage } from "../live-page.js";
import { shownEvents, type ShownEvent } from "./shown-events.js";

/** A live route, with the live session that it stands in. */
export interface SiteRoute {
  readonly session: LiveSession;
  readonly route: LiveRoute;
}

/** The live routes of an endpoint, in the order in which they were given. */
export function routesOf(endpoint: Endpoint): SiteRoute[] {
  return [...hostOf(endpoint).sessions.values()].flatMap((session) => session.routes.map((route) => ({ session, route })));
}

/** Whether a path names parameters, which only the application knows samples of. */
const PARAMETER = /[:*]/;

/**
 * The paths to visit at a route: the samples that fit it, or the route's own path, if it names no parameter.
 *
 * @param samples paths of the application, such as `/posts/1`
 */
export function pathsOf({ route }: SiteRoute, samples: readonly string[]): string[] {
  if (!PARAMETER.test(route.path)) return [route.path, ...samples.filter((sample) => sample.startsWith(`${route.path}?`))];
  const pattern = new RegExp(`^${route.path.split("/").map(segment).join("/")}(?:[?#].*)?$`);
  return samples.filter((sample) => pattern.test(sample));
}

function segment(text: string): string {
  const parameter = /^:[^{?]+(?:\{(.+)\})?\??$/.exec(text);
  if (parameter !== null) return parameter[1] ?? "[^/?#]+";
  return text === "*" ? ".*" : text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

/** A page of the site, as one principal sees it. */
export interface Visit {
  readonly principal: string;
  readonly browser: Browser;
  readonly at: SiteRoute;
  readonly path: string;
  /** Undefined if its user was not let in. */
  readonly page: LivePage | undefined;
  /** The page as it was when it had joined, and the events that it showed then. */
  readonly first: { readonly html: string; readonly shown: readonly ShownEvent[] };
  /** `open`, the status that refused it, or where it was redirected to. */
  readonly access: string;
}

/** Opens a page as a browser does, and says whether its user was let in by both doors. */
export async function visit(principal: string, browser: Browser, at: SiteRoute, path: string): Promise<Visit> {
  const page = await browser.visit(path);
  if (page.live) return { principal, browser, at, path, page, access: "open", first: lookAt(page.html()) };
  const { redirected, status, joinError } = page;
  const access = redirected !== undefined ? `→ ${redirected.to}` : status !== 200 ? String(status) : joinError !== undefined ? "join refused" : "not live";
  page.close();
  return { principal, browser, at, path, page: undefined, access, first: NOTHING };
}

const NOTHING = { html: "", shown: [] };

function lookAt(html: string): Visit["first"] {
  let shown: readonly ShownEvent[] | undefined;
  // Parsing costs more than all the rest, and most visits are not asked.
  return { html, get shown() { return (shown ??= shownEvents(html)); } };
}
