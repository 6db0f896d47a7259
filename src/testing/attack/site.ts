import { LiveTopic } from "../../channel/index.js";
import { hostOf, type Endpoint } from "../../endpoint/index.js";
import type { LiveView, ViewProcess } from "../../live/index.js";
import type { LiveRoute, LiveSession } from "../../router/index.js";
import type { Browser } from "../browser.js";
import type { ChildPage } from "../child-page.js";
import type { LivePage } from "../live-page.js";
import { shownEvents, type ShownEvent } from "./shown-events.js";

/** A live route with its live session. */
export interface SiteRoute {
  readonly session: LiveSession;
  readonly route: LiveRoute;
}

/** The live routes of an endpoint, in the order in which they were given. */
export function routesOf(endpoint: Endpoint): SiteRoute[] {
  return [...hostOf(endpoint).sessions.values()].flatMap((session) => session.routes.map((route) => ({ session, route })));
}

/** Whether a path has parameters: only the application knows samples of them. */
const PARAMETER = /[:*]/;

/**
 * The paths to visit for a route: the samples that match it, or the route's own path if it has no parameters.
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

/** A live view of a page: its own, or a nested one. */
export interface SiteView {
  readonly id: string;
  /** The view's name from its definition. */
  readonly name: string;
  readonly events: LiveView["events"];
  /** The page or part that attacks act on. */
  readonly page: LivePage | ChildPage;
  readonly process: ViewProcess;
  /** The events that the page showed for it right after the join. */
  readonly shown: readonly ShownEvent[];
}

/** A page of the site, as one principal sees it. */
export interface Visit {
  readonly principal: string;
  readonly browser: Browser;
  readonly at: SiteRoute;
  readonly path: string;
  /** Undefined if its user was refused. */
  readonly page: LivePage | undefined;
  /** The page's own view first; empty if its user was refused. */
  readonly views: readonly SiteView[];
  /** The page right after the join. */
  readonly html: string;
  /** `open`, the status that refused it, or where it was redirected to. */
  readonly access: string;
}

/** Opens a page as a browser does, and reports whether its user was admitted by the GET and by the join. */
export async function visit(principal: string, browser: Browser, at: SiteRoute, path: string): Promise<Visit> {
  const page = await browser.visit(path);
  if (page.live) return { principal, browser, at, path, page, access: "open", ...lookAt(page) };
  const { redirected, status, joinError } = page;
  const access =
    redirected !== undefined
      ? `→ ${redirected.to}`
      : status !== 200
        ? String(status)
        : joinError !== undefined
          ? "join refused"
          : "not live";
  page.close();
  return { principal, browser, at, path, page: undefined, access, views: [], html: "" };
}

function lookAt(page: LivePage): Pick<Visit, "views" | "html"> {
  const html = page.html();
  let all: ReturnType<typeof shownEvents> | undefined;
  const nested = (parts: readonly ChildPage[]): ChildPage[] => parts.flatMap((part) => [part, ...nested(part.children())]);
  const views = [page, ...nested(page.children())].flatMap((part): SiteView[] => {
    const topic = part.live ? page.socket.handler(part.topic) : undefined;
    if (!(topic instanceof LiveTopic)) return [];
    const { process } = topic;
    const { id, name, events } = process;
    // Lazy: parsing is the most expensive part, and most visits never need it.
    return [{
      id, name, events, process, page: part,
      get shown() {
        all ??= shownEvents(html, page.topic.slice("lv:".length));
        return all.get(id) ?? [];
      },
    }];
  });
  return { html, views };
}
