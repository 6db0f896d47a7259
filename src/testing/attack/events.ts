import { listening, type AttackReport } from "./report.js";
import { declaredName, eventAmong, shownEvents, type ShownEvent } from "./shown-events.js";
import { visit, type SiteView, type Visit } from "./site.js";

/** Names that no application uses for its events. */
const NOBODYS = ["constructor", "__proto__", "toString", "mount", "render", "handleParams", "terminate", ""];

/** An event that no page has shown to this user. */
interface Forged {
  readonly name: string;
  readonly cid?: number | undefined;
}

/** Whether an event counts although no page shows it. */
function isFree(event: ReturnType<SiteView["events"]["get"]>): boolean {
  return event?.anywhere === true && event.bind === undefined;
}

/** Events that a view declares but its page does not show, and shown ones with other values. */
function forgeries({ html }: Visit, { events, shown }: SiteView): Forged[] {
  const names = new Set(shown.map(({ name, cid }) => `${cid ?? ""} ${name}`));
  const forged: Forged[] = [
    ...[...events].filter(([, event]) => !isFree(event)).map(([name]) => ({ name })),
    ...NOBODYS.map((name) => ({ name })),
    ...shown.flatMap(({ name, cid }) => otherValues(name).map((other) => ({ name: other, cid }))),
    ...shown.map(({ name, cid }) => ({ name, cid: (cid ?? 0) + 1_000_003 })),
    ...shown.filter(({ name }) => name.includes("~")).map(({ name, cid }) => ({ name: declaredName(name), cid })),
  ];
  // A hook may read a name from any attribute.
  return forged.filter(({ name, cid }) => !names.has(`${cid ?? ""} ${name}`) && !(cid === undefined && html.includes(`="${name}"`)));
}

/** The same event with bound values similar to those of the page. */
function otherValues(name: string): string[] {
  const at = name.indexOf("~");
  if (at === -1) return [`${name}~`, `${name}~id=1`, `${name}~~AAAAAAAAAAAAAAAA`];
  const values = name.slice(at + 1);
  return [
    `${name.slice(0, at)}~${values.replaceAll(/\d+/g, (digits) => String(Number(digits) + 1_000_003))}`,
    `${name.slice(0, at)}~${values.replaceAll("=", "=.")}`, `${name},id=1`, `${name}~`,
  ];
}

/** Sends events that the page does not show to each of its views, and expects that no handler runs. */
export async function forgeEvents(found: Visit, report: AttackReport): Promise<void> {
  for (const view of found.views) await expectRefused(found, view, forgeries(found, view), "forged event", report);
}

/** Sends events that another user's page of the same view shows and this one does not: their rows, their ids. */
export async function sendValuesOf(others: readonly Visit[], found: Visit, report: AttackReport): Promise<void> {
  for (const view of found.views) {
    const own = new Set(view.shown.map(({ name, cid }) => `${cid ?? ""} ${name}`));
    const foreign = others.flatMap(({ views }) => views)
      .filter(({ process }) => process.init.view === view.process.init.view).flatMap(({ shown }) => shown)
      .filter(({ name, cid }) => !own.has(`${cid ?? ""} ${name}`) && !isFree(view.events.get(declaredName(name))));
    await expectRefused(found, view, foreign, "another's values", report);
  }
}

async function expectRefused(
  { principal, path, views: [main] }: Visit,
  { id, name: viewName, page }: SiteView,
  forged: readonly Forged[],
  kind: "forged event" | "another's values",
  report: AttackReport,
): Promise<void> {
  const to = id === main?.id ? "" : ` for the view ${viewName}`;
  /** Whether the page has come to show an event: a task has ended, or another user has done something. */
  const shows = (html: string, { name, cid }: Forged): boolean =>
    shownEvents(html, main?.id ?? id).get(id)?.some((shown) => shown.name === name && shown.cid === cid) === true;
  for (const event of forged) {
    if (!page.live) return;
    const { name, cid } = event;
    for (const type of ["click", "form"]) {
      const before = main?.page.html() ?? "";
      const { handled } = await listening(async () => {
        await page.pushRaw("event", {
          type,
          event: name,
          value: type === "form" ? "" : {},
          ...(type === "form" && { meta: {} }),
          ...(cid !== undefined && { cid }),
        });
        await page.settle();
      });
      if (handled.length > 0 && shows(before, event)) continue;
      const what = (cid === undefined ? name : `${name} for component ${cid}`) + to;
      report.add({ kind, principal, path, what, outcome: handled.length > 0 ? "through" : "refused" });
    }
  }
}

/** Sends one event that the page shows, which must reach its handler, and then the same frame again, which must not. */
export async function handleAndReplay(found: Visit, { id }: SiteView, event: ShownEvent, report: AttackReport): Promise<void> {
  const { principal, browser, at, path } = found;
  const fresh = await visit(principal, browser, at, path);
  // The page's own view has a new id each time; nested ones keep theirs.
  const view = fresh.views.find((each) => each.id === id) ?? fresh.views[0];
  if (view === undefined) return fresh.page?.close();
  const { page } = view;
  const { name, cid } = eventAmong(view.shown, event);
  const ref = page.socket.nextRef();
  const payload = { type: "click", event: name, value: {}, ...(cid !== undefined && { cid }) };
  const first = await listening(async () => {
    await page.pushRaw("event", payload, { ref });
    await page.settle();
  });
  // An event refused by its schema or its policy has passed all the checks that are tried here.
  report.add({ kind: "control", principal, path, what: name, outcome: first.handled.length > 0 ? "handled" : "refused" });
  if (first.handled.length > 0 && page.live) {
    const again = await listening(async () => {
      await page.pushRaw("event", payload, { ref });
      await page.settle();
    });
    report.add({ kind: "replay", principal, path, what: name, outcome: again.handled.length > 0 ? "through" : "refused" });
  }
  fresh.page?.close();
}
