/** Attacks on an application, for its own tests. @module */
import { checkOptions, checkValue, LIST, OBJECT, YES_OR_NO } from "../../errors/options.js";
import type { Endpoint } from "../../endpoint/index.js";
import { HoldfastError } from "../../errors/index.js";
import type { Browser } from "../browser.js";
import { tryDoors } from "./doors.js";
import { forgeEvents, handleAndReplay, sendValuesOf } from "./events.js";
import { fillForms, isInjected, postForged, postHostile } from "./forms.js";
import { AttackReport } from "./report.js";
import { declaredName } from "./shown-events.js";
import { pathsOf, routesOf, visit, type Visit } from "./site.js";

export { accessMatrix, type AccessMatrixOptions } from "./matrix.js";
export type { AttackKind, AttackReport, Attempt } from "./report.js";

/** Options of `attack`. */
export interface AttackOptions {
  /** The users, by a name for the report: browsers that the test has logged in, and one that it has not. */
  readonly principals: Readonly<Record<string, Browser>>;
  /**
   * Paths of pages, such as `/posts/1`: samples for routes with parameters, and plain pages with forms. Routes without
   * parameters are known. Default none: then a route with parameters is `untried`, and `expectHeld` says so.
   */
  readonly paths?: readonly string[];
  /**
   * Whether rendered events and filled forms are sent, which changes the application's data: the controls, and the proof that
   * stored text stays text. Default true.
   */
  readonly changesData?: boolean;
  /** Rendered events that the controls skip, by `"view.event"`: those that end the process, or send mail. Default none. */
  readonly spares?: readonly string[];
}

/**
 * Attacks an application as its users could: events that no page showed, values of other users' pages, forbidden pages in
 * every spelling, recorded frames, forms without a token, hostile text in every field, fields as lists and objects. It learns
 * routes, views and events from the endpoint and its pages. It runs in process, through the endpoint's real middleware and
 * sockets: it touches no network, and cannot attack anything but this endpoint.
 *
 * Run it alone in its process, against test data: it listens to telemetry, and its controls press every button.
 *
 * @returns what was tried, refused and handled, and what got through
 * @throws HoldfastError `kit_expectation` if a principal belongs to another endpoint
 * @example
 * const report = await attack(endpoint, { principals: { nobody: openBrowser(endpoint), reader, editor }, paths: ["/login", "/posts/1"] });
 * report.expectHeld();
 */
export async function attack(endpoint: Endpoint, options: AttackOptions): Promise<AttackReport> {
  const place = { of: "attack", fix: "attack(endpoint, { principals: { visitor: openBrowser(endpoint) } })" };
  checkOptions<AttackOptions>("kit_expectation", place, options, { principals: OBJECT, paths: LIST, changesData: YES_OR_NO, spares: LIST });
  checkValue("kit_expectation", place, "principals", options.principals, OBJECT);
  const { principals, paths = [], changesData = true, spares = [] } = options;
  assertOwn(endpoint, principals);
  const untried = routesOf(endpoint).filter((at) => pathsOf(at, paths).length === 0);
  const report = new AttackReport([...new Set(untried.map(({ route }) => route.path))]);
  const visits = await visitAll(endpoint, principals, paths);
  // Begin with attacks that change nothing if they are refused.
  for (const found of visits) {
    await forgeEvents(found, report);
    await sendValuesOf(visits.filter(({ principal }) => principal !== found.principal), found, report);
    if (found.page === undefined) await tryDoors(found, visits, report);
  }
  const each = async (postAll: typeof postForged): Promise<void> => {
    for (const [name, browser] of Object.entries(principals)) for (const path of paths) await postAll(name, browser, path, report);
  };
  await each(postForged);
  for (const found of visits) await fillForms(found, report, changesData);
  await lookForStored(visits, report);
  if (changesData) {
    await pressEverything(visits, report, new Set(spares));
    // This may log somebody out, or in as another user.
    await each(postHostile);
    await lookForStored(visits, report);
  }
  for (const { page } of visits) page?.close();
  return report;
}

function assertOwn(endpoint: Endpoint, principals: AttackOptions["principals"]): void {
  for (const [name, browser] of Object.entries(principals)) {
    if (browser.endpoint === endpoint) continue;
    throw new HoldfastError("kit_expectation", {
      what: "A principal belongs to another endpoint.",
      expected: "browsers of the endpoint that is attacked",
      got: name,
      fix: "openBrowser(endpoint)",
    });
  }
}

/** Opens every page as every user. */
async function visitAll(endpoint: Endpoint, principals: AttackOptions["principals"], paths: readonly string[]): Promise<Visit[]> {
  const visits: Visit[] = [];
  for (const at of routesOf(endpoint)) {
    for (const path of pathsOf(at, paths)) {
      for (const [name, browser] of Object.entries(principals)) visits.push(await visit(name, browser, at, path));
    }
  }
  return visits;
}

/** Stored text is shown to everybody. */
async function lookForStored(visits: readonly Visit[], report: AttackReport): Promise<void> {
  for (const { principal, browser, path } of visits) {
    if (isInjected((await browser.get(path)).body)) {
      report.add({ kind: "hostile text", principal, path, what: "what was stored has become markup", outcome: "through" });
    }
  }
}

/**
 * Sends each event of each view once, as the first user who sees it. This comes last, because a deleted page cannot be
 * attacked.
 */
async function pressEverything(visits: readonly Visit[], report: AttackReport, spared: ReadonlySet<string>): Promise<void> {
  const pressed = new Set<string>();
  for (const found of visits) {
    for (const view of found.views) {
      for (const event of view.shown) {
        const name = `${view.name}.${declaredName(event.name)}`;
        const key = `${name} ${event.cid === undefined}`;
        if (event.form || spared.has(name) || pressed.has(key)) continue;
        pressed.add(key);
        await handleAndReplay(found, view, event, report);
      }
    }
  }
}
