import { checkOptions, checkValue, LIST, OBJECT } from "../../errors/options.js";
import type { Endpoint } from "../../endpoint/index.js";
import type { LiveView, ViewProcess } from "../../live/index.js";
import type { LiveSession } from "../../router/index.js";
import type { Browser } from "../browser.js";
import { declaredName } from "./shown-events.js";
import { channelsOf, joinChannel, type SiteChannel } from "./channels.js";
import { componentsOf, type SiteComponent } from "./components.js";
import { pathsOf, routesOf, visit, type SiteRoute, type SiteView, type Visit } from "./site.js";

/** Options of `accessMatrix`. */
export interface AccessMatrixOptions {
  /** A browser for each role, in the order of the columns. */
  readonly principals: Readonly<Record<string, Browser>>;
  /** One path for each route with parameters, such as `/posts/1`. Default none: such routes have a row that says so. */
  readonly paths?: readonly string[];
  /** One topic for each channel whose pattern has a wildcard, such as `room:7`. Default none: such channels have a row that says so. */
  readonly topics?: readonly string[];
  /** The input for policies of events, by `"view.event"`: parameters and bound values. Default `{}`. */
  readonly samples?: Readonly<Record<string, unknown>>;
  /** The `params` with which each user socket is opened, by its path. Default none. */
  readonly socketParams?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** The `authToken` with which each user socket is opened, by its path. Default none. */
  readonly authTokens?: Readonly<Record<string, string>>;
  /** The `params` with which channels are joined, by their row, such as `"/chat room:*"`. Default `{}`. */
  readonly joinParams?: Readonly<Record<string, unknown>>;
}

/**
 * Who may do what: a table of routes and their events by role, as markdown to keep in a file and to check in reviews. It
 * evaluates policies but calls no handlers, so it changes nothing.
 *
 * A route's row names its guards, and for each role `open`, the status that refuses it, or where it is redirected. An event's
 * row says whether it has its own policy, and for each role `allowed` or `refused`; `not shown` if the policies allow it but
 * the page, as first rendered, does not offer it; `–` if the page is closed. Views nested in a page have their own rows, by
 * the id of their element: `/rooms #chat`. So have the live components whose events a page shows, by their name: `/rooms Chat`;
 * of several instances the first counts. Events of hooks are among those of their views.
 *
 * A channel of a user socket has a row, `/chat room:*`, and one for each event of its `handleIn`: `open` or `allowed` if
 * `connect` and `join`, which run, admit the role.
 *
 * @returns a line for each route, each channel, and each of their events
 * @throws HoldfastError `kit_expectation` for an option of another name or kind
 * @example
 * const matrix = await accessMatrix(endpoint, { principals: { nobody, reader, editor }, paths: ["/posts/1"] });
 * await expect(matrix).toMatchFileSnapshot("access-matrix.md");
 */
export async function accessMatrix(endpoint: Endpoint, options: AccessMatrixOptions): Promise<string> {
  const place = { of: "accessMatrix", fix: "accessMatrix(endpoint, { principals: { visitor: openBrowser(endpoint) } })" };
  checkOptions<AccessMatrixOptions>("kit_expectation", place, options, {
    principals: OBJECT, paths: LIST, topics: LIST, samples: OBJECT, socketParams: OBJECT, authTokens: OBJECT, joinParams: OBJECT,
  });
  checkValue("kit_expectation", place, "principals", options.principals, OBJECT);
  const roles = Object.keys(options.principals);
  const lines = [line("route", "event", "guards", ...roles), line(...Array.from({ length: roles.length + 3 }, () => "---"))];
  for (const at of routesOf(endpoint)) lines.push(...await routeRows(at, options));
  for (const site of channelsOf(endpoint, options.topics ?? [])) lines.push(...await channelRows(site, options));
  return `${lines.join("\n")}\n`;
}

/** The rows of a route: its own, those of its view's events, and those of the views nested in its page. */
async function routeRows(at: SiteRoute, { principals, paths = [], samples = {} }: AccessMatrixOptions): Promise<string[]> {
  const [path] = pathsOf(at, paths).slice(-1);
  const { view, path: pattern } = at.route;
  if (path === undefined) return [line(pattern, "", guardsOf(at), ...Object.keys(principals).map(() => "no sample path"))];
  const found: Visit[] = [];
  for (const [role, browser] of Object.entries(principals)) found.push(await visit(role, browser, at, path));
  const rows = [
    line(pattern, "", guardsOf(at), ...found.map(({ access }) => access)),
    ...await viewRows(pattern, view, found.map(({ views }) => views[0]), samples),
  ];
  for (const [id, definition] of nestedIn(found)) {
    const row = `${pattern} #${id}`;
    const shown = found.map(({ views }) => views.find((one, index) => index > 0 && one.id === id));
    rows.push(
      line(row, "", policyOf(definition), ...shown.map((one) => (one === undefined ? "–" : "open"))),
      ...await viewRows(row, definition, shown, samples),
    );
  }
  for (const { page } of found) page?.close();
  return rows;
}

/** The rows of a channel: whether each role may join, and so send its events. */
async function channelRows(
  { name, path, channel, topic }: SiteChannel, { principals, socketParams = {}, authTokens = {}, joinParams = {} }: AccessMatrixOptions,
): Promise<string[]> {
  const browsers = Object.values(principals);
  if (topic === undefined) return [line(name, "", "connect, join", ...browsers.map(() => "no sample topic"))];
  const cells: string[] = [];
  for (const browser of browsers) {
    const to = { path, params: socketParams[path] ?? {}, ...(authTokens[path] !== undefined && { authToken: authTokens[path] }) };
    cells.push(await joinChannel(browser, to, topic, joinParams[name] ?? {}));
  }
  const events = [...channel.handleIn.keys()];
  return [
    line(name, "", "connect, join", ...cells),
    ...events.map((event) => line(name, event, "the channel's", ...cells.map((cell) => (cell === "open" ? "allowed" : "–")))),
  ];
}

/** The views nested in the pages of any role, by id, in the order in which they were found. */
function nestedIn(found: readonly Visit[]): ReadonlyMap<string, LiveView> {
  return new Map(found.flatMap(({ views }) => views.slice(1).map(({ id, process }) => [id, process.init.view] as const)));
}

/** The rows of a view's events, and then those of its components' events. */
async function viewRows(
  where: string,
  definition: LiveView,
  views: readonly (SiteView | undefined)[],
  samples: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const events = new Map([definition, ...views.flatMap((view) => view?.process ?? [])].flatMap((one) => [...one.events]));
  const rows = await eventRows(where, { name: definition.name, events }, views, views.map((view) => view?.process), samples);
  const components = views.map((view) => (view === undefined ? undefined : componentsOf(view)));
  for (const name of new Set(components.flatMap((found) => [...(found?.keys() ?? [])]))) {
    const instances = components.map((found) => found?.get(name));
    const events = instances.find((one) => one !== undefined)!.events;
    rows.push(...await eventRows(`${where} ${name}`, { name, events }, views, instances, samples));
  }
  return rows;
}

/** A row for each event of a view or a component, with each role's verdict. */
async function eventRows(
  where: string, { name: owner, events }: Pick<LiveView, "name" | "events">, views: readonly (SiteView | undefined)[],
  targets: readonly (ViewProcess | SiteComponent | undefined)[], samples: Readonly<Record<string, unknown>>,
): Promise<string[]> {
  const rows = [];
  for (const [name, { authorize }] of events) {
    const cells = [];
    for (const [role, view] of views.entries()) cells.push(await verdict(view, targets[role], name, samples[`${owner}.${name}`] ?? {}));
    rows.push(line(where, name, authorize === undefined ? "the view's" : "own policy", ...cells));
  }
  return rows;
}

/** The guards of a route: its policy, the hooks and the middleware of its live session. */
function guardsOf({ session, route: { view } }: SiteRoute): string {
  const middleware = session.middleware.length === 0 ? [] : [`middleware × ${session.middleware.length}`];
  return [policyOf(view, session.hooks), ...middleware].join(", ");
}

function policyOf(view: LiveView, hooks: LiveSession["hooks"] = []): string {
  const all = new Set([...hooks, ...view.hooks]).size;
  return [view.authorize === "public" ? "public" : "policy", ...(all === 0 ? [] : [`hook × ${all}`])].join(", ");
}

/** The present verdict of the policies on an event. */
async function verdict(
  view: SiteView | undefined,
  target: ViewProcess | SiteComponent | undefined,
  name: string,
  params: unknown,
): Promise<string> {
  if (view === undefined || target === undefined) return "–";
  const { process, shown } = view;
  const event = target.events.get(name)!;
  const cid = "cid" in target ? target.cid : undefined;
  if (!(await process.authorized())) return "refused";
  if (event.authorize !== undefined && !(await event.authorize(target.assigns, params))) return "refused";
  return event.anywhere || shown.some((one) => one.cid === cid && declaredName(one.name) === name) ? "allowed" : "not shown";
}

function line(...cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
