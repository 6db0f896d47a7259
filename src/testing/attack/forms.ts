import type { CheerioAPI } from "cheerio";
import type { Browser } from "../browser.js";
import { commandsOf } from "../bindings.js";
import { fieldsOf, formControls, type Field } from "../forms.js";
import { parse, type Found } from "../parser.js";
import { listening, type AttackReport } from "./report.js";
import { shownTargets, type ShownTarget } from "./shown-events.js";
import { visit, type Visit } from "./site.js";

/** Text that a page must never turn into markup, script or a link. */
const MARK = "holdfast-attack";
const HOSTILE: readonly string[] = [
  `"><${MARK} on${MARK}=1>`, `'><${MARK}>`, `</textarea></title></style></script><${MARK}>`, `" on${MARK}="1`,
  `javascript:/*${MARK}*/alert(1)`, `url(javascript:${MARK})`, `<svg><${MARK}></svg>`, `&lt;${MARK}&gt;<!--<${MARK}>`,
  `{{${MARK}}}\u0000\u202e<${MARK}>`, `%3c${MARK}%3e`,
];

/**
 * What a form is sent with: in each place where it may be stored and shown it becomes more than text, if nothing escapes it. As
 * text, in an attribute of either quote, in an element of raw text, and as a link.
 */
const POLYGLOT = `javascript:/*"'></textarea></title></style></script><${MARK}>`;

/** Whether hostile text has become more than text. */
export function isInjected(html: string): boolean {
  const $ = parse(html);
  if ($(MARK).length > 0) return true;
  return $("*").get().some((node) => Object.entries($(node).attr() ?? {}).some(([name, value]) =>
    name.includes(MARK) || (/^(?:href|src|action|formaction|xlink:href|data)$/.test(name) && /^\s*javascript:/i.test(value))));
}

/** Where hostile text can be entered: a form's text fields. */
const TEXT =
  "textarea, input:not([type]), input[type=text], input[type=search], input[type=email], input[type=url], input[type=tel], input[type=password]";

/** A form's fields as a browser sends them, with hostile text in each that takes text. */
function hostileFields($: CheerioAPI, form: Found, textOf: (at: number) => string): Field[] | undefined {
  const names = formControls($, form)
    .filter(TEXT)
    .not("[readonly], [disabled]")
    .get()
    .map((node) => $(node).attr("name"))
    .filter((name) => name !== undefined);
  if (names.length === 0) return undefined;
  const values = Object.fromEntries(names.map((name, at) => [name, textOf(at)]));
  return fieldsOf($, form, values);
}

/** What a form is sent with, once. */
interface Round {
  readonly kind: "hostile text" | "odd shape";
  readonly bindings: readonly string[];
  /** The fields; undefined if the form has none that take text. */
  readonly fields: ($: CheerioAPI, form: Found) => Field[] | undefined;
}

/**
 * Fields under names that the page never sends: none of them, each as a list, each as an object. A schema refuses what its
 * handler does not expect.
 */
const SHAPES: readonly ((name: string) => string | undefined)[] = [() => undefined, (name) => `${name}[]`, (name) => `${name}[x]`];

/** All rounds: text first, then shapes, and at last a text that is also submitted. */
function rounds(submits: boolean): Round[] {
  const text = HOSTILE.map((_, round): Round => ({
    kind: "hostile text",
    bindings: ["phx-change"],
    fields: ($, form) => hostileFields($, form, (at) => HOSTILE[(round + at) % HOSTILE.length]!),
  }));
  const shapes = SHAPES.map((rename): Round => ({
    kind: "odd shape", bindings: ["phx-change"],
    fields: ($, form) => hostileFields($, form, () => "text")?.flatMap(([name, value]): Field[] => {
      const renamed = rename(name);
      return renamed === undefined ? [] : [[renamed, value]];
    }),
  }));
  const last: Round = {
    kind: "hostile text",
    bindings: submits ? ["phx-change", "phx-submit"] : ["phx-change"],
    fields: ($, form) => hostileFields($, form, () => POLYGLOT),
  };
  return [...text, ...shapes, last];
}

/** Fills each form of a live page with hostile text and in odd shapes, changes it, and sends it. */
export async function fillForms(found: Visit, report: AttackReport, submits: boolean): Promise<void> {
  const { principal, browser, at, path, page } = found;
  if (page === undefined) return;
  const forms = parse(page.html())("form[phx-change], form[phx-submit]").length;
  for (let index = 0; index < forms; index++) {
    const { page: fresh, views } = await visit(principal, browser, at, path);
    if (fresh === undefined) return;
    for (const round of rounds(submits)) {
      if (!fresh.live) break;
      const $ = parse(fresh.html());
      const form = $("form[phx-change], form[phx-submit]").eq(index);
      const fields = round.fields($, form);
      if (fields === undefined) break;
      for (const binding of round.bindings) {
        const [sent] = pushesOf($, form, binding, views[0]!.id);
        const page = views.find(({ id }) => id === sent?.view)?.page;
        if (sent === undefined || page === undefined || !fresh.live) continue;
        const value = encoded(fields);
        const payload = { type: "form", event: sent.name, value, meta: {}, ...(sent.cid !== undefined && { cid: sent.cid }) };
        const { result, handled } = await listening(() => page.pushRaw("event", payload));
        const through = result.status === "crashed" || fresh.crashed || page.crashed || isInjected(fresh.html());
        report.add({ kind: round.kind, principal, path, what: `${sent.name} ${value}`, outcome: through ? "through" : "refused" });
        // Text that stayed text has proven something: its handler has run.
        if (binding === "phx-submit" && handled.length > 0) {
          report.add({ kind: "control", principal, path, what: sent.name, outcome: "handled" });
        }
      }
    }
    fresh.close();
  }
}

function encoded(fields: readonly Field[]): string {
  const params = new URLSearchParams();
  for (const [name, text] of fields) params.append(name, text);
  return params.toString();
}

/** The event that a form's binding pushes, and its target. */
function pushesOf($: CheerioAPI, form: Found, binding: string, main: string): (ShownTarget & { readonly name: string })[] {
  const attribute = form.attr(binding);
  const pushes = attribute === undefined ? [] : commandsOf(attribute).filter(([command]) => command === "push");
  return pushes.flatMap(([, args]) =>
    shownTargets($, form, args["target"], main).map((target) => ({ ...target, name: String(args["event"]) })),
  );
}

/** The forms of a page that are posted to this application, with their targets. */
async function plainForms(browser: Browser, path: string): Promise<{ $: CheerioAPI; form: Found; target: string }[]> {
  const $ = parse((await browser.get(path)).body);
  return $("form[method=post i]").get().flatMap((node) => {
    const form = $(node);
    const action = new URL(form.attr("action") ?? path, new URL(path, browser.origin));
    return action.origin === browser.origin.origin ? [{ $, form, target: action.pathname + action.search }] : [];
  });
}

/** Posts each plain form of a page without its token, and with a wrong one: both must be refused before the body is read. */
export async function postForged(principal: string, browser: Browser, path: string, report: AttackReport): Promise<void> {
  for (const { $, form, target } of await plainForms(browser, path)) {
    for (const token of ["", "forged"]) {
      const { status } = await browser.post(target, { ...Object.fromEntries(fieldsOf($, form, {})), _csrf_token: token });
      report.add({
        kind: "forged form",
        principal,
        path,
        what: `POST ${target} with the token ${JSON.stringify(token)}`,
        outcome: status === 403 ? "refused" : "through",
      });
    }
  }
}

/** Posts each plain form of a page with hostile text. */
export async function postHostile(principal: string, browser: Browser, path: string, report: AttackReport): Promise<void> {
  for (const { $, form, target } of await plainForms(browser, path)) {
    const fields = hostileFields($, form, () => POLYGLOT);
    if (fields === undefined) continue;
    const { status, body } = await browser.post(target, Object.fromEntries(fields));
    report.add({
      kind: "hostile text",
      principal,
      path,
      what: `POST ${target}`,
      outcome: status >= 500 || isInjected(body) ? "through" : "refused",
    });
  }
}
