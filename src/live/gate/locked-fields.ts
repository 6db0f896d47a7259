import { createHash } from "node:crypto";
import type { LongText, ShownForm } from "../../html/index.js";
import { pathOf, type Limits } from "../../security/index.js";

/** A form's fields as `parseForm` returns them: objects without prototypes, lists, and texts. */
export type Fields = Record<string, unknown>;

/**
 * Gives the fields that a form's user cannot change the values that the page shows. If several forms push the same event, it
 * is unknown which one was sent: then the fields are kept if they match one of the forms, and dropped otherwise. So is a field
 * of which only a digest is known.
 *
 * @param fields what was sent; modified in place
 * @param forms the forms of the page that push the event
 * @returns the names of the fields that were sent with another value
 */
export function lockFields(fields: Fields, forms: readonly ShownForm[], limits: Pick<Limits, "formDepth">): readonly string[] {
  const [first, ...others] = forms;
  if (first === undefined) return [];
  const wrong = differences(fields, first, limits);
  if (others.length === 0) {
    for (const [name, value] of first.locked) {
      if (typeof value !== "object") put(fields, pathOf(name, limits.formDepth), value);
      else if (wrong.includes(name)) put(fields, pathOf(name, limits.formDepth), undefined);
    }
    return wrong;
  }
  if (wrong.length === 0 || others.some((form) => differences(fields, form, limits).length === 0)) return [];
  for (const name of wrong) put(fields, pathOf(name, limits.formDepth), undefined);
  return wrong;
}

/** The names of the fields that were sent with another value than the form's, or although they are disabled. */
function differences(fields: Fields, { locked }: ShownForm, { formDepth }: Pick<Limits, "formDepth">): string[] {
  return [...locked].filter(([name, value]) => {
    const sent = at(fields, pathOf(name, formDepth));
    return sent !== undefined && !(typeof sent === "string" && value !== undefined && sameText(sent, value));
  }).map(([name]) => name);
}

function sameText(sent: string, shown: string | LongText): boolean {
  if (typeof shown === "object") return digestOf(sent) === shown.sha256;
  return sent === shown || normalized(sent) === normalized(shown);
}

/** The digest of a text as browsers send it. */
export function digestOf(text: string): string {
  return createHash("sha256").update(normalized(text)).digest("base64url");
}

/** What an HTML parser and a form's encoding make of a text, and of its line breaks either way. */
function normalized(text: string): string {
  return text.replace(/\r\n?/g, "\n").replaceAll("\0", "\ufffd").toWellFormed();
}

function at(fields: Fields, path: readonly string[] | undefined): unknown {
  let value: unknown = fields;
  for (const key of path ?? [""]) value = isFields(value) ? value[key] : undefined;
  return value;
}

/** @param value undefined: the field is removed */
function put(fields: Fields, path: readonly string[] | undefined, value: string | undefined): void {
  if (path === undefined || path.includes("__proto__")) return;
  let holder = fields;
  for (const key of path.slice(0, -1)) {
    const inner = holder[key];
    if (isFields(inner)) holder = inner;
    else if (value === undefined) return;
    else holder = (holder[key] = Object.create(null) as Fields);
  }
  const last = path.at(-1)!;
  if (value === undefined) delete holder[last];
  else holder[last] = value;
}

/** Not a list: a path never leads into one. */
function isFields(value: unknown): value is Fields {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
