import { parseForm, sanitizeJson, targetPath, withinJsonLimits, type Limits } from "../../security/index.js";

/** A client's event as sent, unchecked. */
export interface EventPayload {
  readonly event?: unknown;
  readonly type?: unknown;
  readonly value?: unknown;
  readonly meta?: unknown;
  /** The component it is for; without it, the view itself. */
  readonly cid?: unknown;
  /** Data for features. */
  readonly [part: string]: unknown;
}

/**
 * Parses an event's payload; `undefined` if there is none, or if it exceeds the limits. A form's fields arrive as one encoded
 * string, and beside them, as `meta`, the changed field and the form's `phx-value-*`. Every other event is JSON of any shape:
 * a hook may push a number.
 *
 * Texts are well-formed Unicode, and no key is `__proto__`: see `sanitizeJson` and `parseForm`.
 */
export function readPayload(type: unknown, value: unknown, meta: unknown, limits: Limits): unknown {
  if (type !== "form") return withinJsonLimits(value, limits) ? sanitizeJson(value) : undefined;
  const fields = typeof value === "string" ? parseForm(value, limits) : undefined;
  if (fields === undefined || !isObject(meta)) return fields;
  if (!withinJsonLimits(meta, limits)) return undefined;
  sanitizeJson(meta);
  const { _target: target, ...rest } = meta;
  Object.assign(fields, rest);
  const path = typeof target === "string" ? targetPath(target, limits.formDepth) : undefined;
  if (path !== undefined) fields["_target"] = path;
  return fields;
}

/** Whether a value is an object or an array. */
export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}
