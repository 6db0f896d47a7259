import { LiveTopic } from "../../channel/index.js";
import type { Endpoint } from "../../endpoint/index.js";
import type { Browser } from "../browser.js";
import { declaredName } from "./shown-events.js";
import { pathsOf, routesOf, visit, type SiteRoute, type Visit } from "./site.js";

/** Options of `accessMatrix`. */
export interface AccessMatrixOptions {
  /** A browser for each role, in the order of the columns. */
  readonly principals: Readonly<Record<string, Browser>>;
  /** One path for each route that names parameters, such as `/posts/1`. Default none: such routes have a row that says so. */
  readonly paths?: readonly string[];
  /** What policies of events are asked with, by `"view.event"`: parameters and bound values. Default `{}`. */
  readonly samples?: Readonly<Record<string, unknown>>;
}

/**
 * Who may what: a table of routes and their events by role, as markdown to keep in a file and to look at in reviews. Policies
 * are asked, handlers are not called: it changes nothing.
 *
 * A route's row says what guards it, and for each role `open`, the status that refuses it, or where it is sent. An event's row
 * says whether it has a policy of its own, and for each role `allowed` or `refused`; `not shown` if the policies allow it and
 * the page, as it is at first, does not offer it; `–` where the page is closed.
 *
 * @returns a line for each route and each of its events
 * @example
 * const matrix = await accessMatrix(endpoint, { principals: { nobody, reader, editor }, paths: ["/posts/1"] });
 * await expect(matrix).toMatchFileSnapshot("access-matrix.md");
 */
export async function accessMatrix(endpoint: Endpoint, { principals, paths = [], samples = {} }: AccessMatrixOptions): Promise<string> {
  const roles = Object.keys(principals);
  const lines = [line("route", "event", "guards", ...roles), line(...Array.from({ length: roles.length + 3 }, () => "---"))];
  for (const at of routesOf(endpoint)) {
    const [path] = pathsOf(at, paths).slice(-1);
    const { view, path: pattern } = at.route;
    if (path === undefined) {
      lines.push(line(pattern, "", guardsOf(at), ...roles.map(() => "no sample path")));
      continue;
    }
    const found = [];
    for (const role of roles) found.push(await visit(role, principals[role]!, at, path));
    lines.push(line(pattern, "", guardsOf(at), ...found.map(({ access }) => access)));
    for (const [name, { authorize }] of view.events) {
      const cells = [];
      for (const visited of found) cells.push(await verdict(visited, name, samples[`${view.name}.${name}`] ?? {}));
      lines.push(line(pattern, name, authorize === undefined ? "the view's" : "own policy", ...cells));
    }
    for (const { page } of found) page?.close();
  }
  return `${lines.join("\n")}\n`;
}

/** What stands before a route: its policy, the hooks and the middleware of its live session. */
function guardsOf({ session, route: { view } }: SiteRoute): string {
  const counted = (count: number, what: string): string[] => (count === 0 ? [] : [`${what} × ${count}`]);
  return [
    view.authorize === "public" ? "public" : "policy", ...counted(new Set([...session.hooks, ...view.hooks]).size, "hook"),
    ...counted(session.middleware.length, "middleware"),
  ].join(", ");
}

/** What the policies say of an event now. */
async function verdict({ page, first }: Visit, name: string, params: unknown): Promise<string> {
  const topic = page?.socket.handler(page.topic);
  if (!(topic instanceof LiveTopic)) return "–";
  const { process } = topic;
  const event = process.events.get(name)!;
  if (!(await process.authorized())) return "refused";
  if (event.authorize !== undefined && !(await event.authorize(process.assigns, params))) return "refused";
  const shown = event.anywhere || first.shown.some((one) => one.cid === undefined && declaredName(one.name) === name);
  return shown ? "allowed" : "not shown";
}

function line(...cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}
