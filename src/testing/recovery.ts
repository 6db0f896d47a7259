import type { CheerioAPI } from "cheerio";
import { commandsOf, isCid, phxValues } from "./bindings.js";
import { closest, descendants, elementOf, firstElement, isElement, templateContent, type DomElement } from "./dom.js";
import type { FormMemory } from "./form-memory.js";
import { encodeForm, fieldsOf, formControls } from "./forms.js";
import { over } from "./parser.js";
import { findComponent, fragment } from "./patch.js";
import { viewIdOf } from "./stream-changes.js";

/**
 * Form recovery: when a view rejoins, the client sends each form's change event with what the user had entered
 * (`getFormsForRecovery`, `maybeRecoverForms` and `pushFormRecovery` in its `view.ts`).
 *
 * @module
 */

/** A form as the user left it. */
export interface FormSnapshot {
  /** Its `phx-change`. A form is recovered only if this attribute is unchanged. */
  readonly change: string;
  /** The name that is sent as `_target`. */
  readonly target: string;
  readonly value: string;
  readonly meta: Readonly<Record<string, unknown>>;
}

/** An event that recovers a form. */
interface RecoveryEvent {
  readonly cid: number | undefined;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** The forms of a view and of its nested views, before the rejoin changes the document. */
export function snapshotForms($: CheerioAPI, viewId: string, memoryOf: (viewId: string) => FormMemory): Map<string, FormSnapshot> {
  const snapshots = new Map<string, FormSnapshot>();
  const own = `[id="${viewId}"] form[id][phx-change], [data-phx-teleported="${viewId}"] form[id][phx-change]`;
  for (const node of $(own).get()) {
    const form = $(node);
    const id = form.attr("id")!;
    if (form.attr("phx-auto-recover") === "ignore") continue;
    const named = formControls($, form).filter((_, input) => !!$(input).attr("name") && $(input).attr("phx-change") === undefined);
    if (named.length === 0) continue;
    const visible = named.filter((_, input) => $(input).attr("type") !== "hidden");
    const memory = memoryOf(viewIdOf(elementOf(node)) ?? viewId);
    snapshots.set(id, {
      change: form.attr("phx-change")!, target: (visible.length > 0 ? visible : named).first().attr("name")!,
      value: encodeForm($, form, fieldsOf($, form, memory.entered(id)), memory.used(id)), meta: phxValues(form),
    });
  }
  return snapshots;
}

/** The events that recover the forms in a view's new HTML. They are sent right after the join reply. */
export function recoveryEvents(viewId: string, html: string, snapshots: ReadonlyMap<string, FormSnapshot>): RecoveryEvent[] {
  if (snapshots.size === 0) return [];
  const root = fragment(html, "div");
  return [...withPortals(root)].filter(({ name }) => name === "form").flatMap((form) => {
    const snapshot = snapshots.get(form.attribs["id"] ?? "");
    if (snapshot === undefined || snapshot.change !== form.attribs["phx-change"]) return [];
    return recover(viewId, root, form, snapshot);
  });
}

function recover(viewId: string, root: DomElement, form: DomElement, { target: field, value, meta }: FormSnapshot): RecoveryEvent[] {
  const binding = form.attribs["phx-auto-recover"] || form.attribs["phx-change"] || "";
  const pushes = commandsOf(binding).filter(([name]) => name === "push");
  return targetsIn(viewId, root, form).flatMap((target) => pushes.map(([, args]) => ({
    cid: target.cid ?? commandedCid(args["target"], target.element),
    payload: {
      type: "form", event: String(args["event"]), value,
      meta: { _target: field, ...meta, ...(args["value"] as object | undefined) }, uploads: {},
    },
  })));
}

/** The targets of the new form's `phx-target`, looked up in the new HTML. */
function targetsIn(viewId: string, root: DomElement, form: DomElement): { cid: number | undefined; element: DomElement }[] {
  const target = form.attribs["phx-target"];
  if (!target) return [{ cid: undefined, element: form }];
  if (isCid(target)) return findComponent(root, viewId, target) === undefined ? [] : [{ cid: Number(target), element: form }];
  return over(root)(target).get().map((node) => {
    const element = elementOf(node);
    return { cid: componentAround(element), element };
  });
}

function commandedCid(target: unknown, element: DomElement): number | undefined {
  if (target === undefined || target === null) return undefined;
  return isCid(target) ? Number(target) : componentAround(element);
}

function componentAround(element: DomElement): number | undefined {
  const cid = closest(element, ({ attribs }) => "data-phx-component" in attribs)?.attribs["data-phx-component"];
  return cid === undefined ? undefined : Number(cid);
}

/** All elements, including the content of portals: the client searches it too. */
function* withPortals(root: DomElement): Generator<DomElement> {
  for (const element of descendants(root)) {
    yield element;
    if (element.name !== "template" || !("data-phx-portal" in element.attribs)) continue;
    const moving = firstElement(templateContent(element));
    if (moving === undefined || !isElement(moving)) continue;
    yield moving;
    yield* descendants(moving);
  }
}
