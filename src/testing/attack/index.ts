/** Attacks on an application, for its own tests. @module */
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
  /** Who there is, by a name for the report: browsers that the test has logged in, and one that it has not. */
  readonly principals: Readonly<Record<string, Browser>>;
  /**
   * Paths of pages, such as `/posts/1`: samples of routes that name parameters, and plain pages with forms. Routes without
   * parameters are known. Default none.
   */
  readonly paths?: readonly string[];
  /**
   * Whether rendered events and filled forms are sent, which changes the application's data: the controls, and what shows that
   * stored text stays text. Default true.
   */
  readonly changesData?: boolean;
  /** Rendered events that the controls leave out, by `"view.event"`: what ends the process, or sends mail. Default none. */
  readonly spares?: readonly string[];
}

/**
 * Attacks an application as its users could: events that no page showed, values of other users' pages, pages behind closed
 * doors in every spelling, recorded frames, forms without a token, hostile text in every field. Routes, views and events are
 * learnt from the endpoint and its pages. It runs in process, through the endpoint's real middleware and sockets: no network
 * is touched, and nothing but this endpoint can be attacked.
 *
 * Run it alone in its process, against data of a test: it listens to telemetry, and its controls press every button.
 *
 * @returns what was tried, refused and handled, and what got through
 * @throws HoldfastError `kit_expectation` if a principal is of another endpoint
 * @example
 * const report = await attack(endpoint, { principals: { nobody: openBrowser(endpoint), reader, editor }, paths: ["/login", "/posts/1"] });
 * report.expectHeld();
 */
export async function attack(endpoint: Endpoint, { principals, paths = [], changesData = true, spares = [] }: AttackOptions): Promise<AttackReport> {
  for (const [name, browser] of Object.entries(principals)) {
    if (browser.endpoint === endpoint) continue;
    throw new HoldfastError("kit_expectation", {
      what: "A principal belongs to another endpoint.", expected: "browsers of the endpoint that is attacked", got: name, fix: "openBrowser(endpoint)",
    });
  }
  const report = new AttackReport();
  const visits: Visit[] = [];
  for (const at of routesOf(endpoint)) {
    for (const path of pathsOf(at, paths)) {
      for (const [name, browser] of Object.entries(principals)) visits.push(await visit(name, browser, at, path));
    }
  }
  // First what changes nothing, if it is refused.
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
    // Somebody may be logged out by it, or logged in as another.
    await each(postHostile);
    await lookForStored(visits, report);
  }
  for (const { page } of visits) page?.close();
  return report;
}

/** Text that was stored is shown to everybody. */
async function lookForStored(visits: readonly Visit[], report: AttackReport): Promise<void> {
  for (const { principal, browser, path } of visits) {
    if (isInjected((await browser.get(path)).body)) {
      report.add({ kind: "hostile text", principal, path, what: "what was stored has become markup", outcome: "through" });
    }
  }
}

/** Each event of each view once, by the first who is shown it. The last of all, because who deletes a page cannot attack it. */
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
