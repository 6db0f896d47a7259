/** Attributes whose absence means something else than "false": not a toggle, not a disclosure, the browser's own choice. */
const TELLS_FALSE: ReadonlySet<string> = new Set(["aria-checked", "aria-expanded", "aria-pressed", "aria-selected", "draggable"]);

/**
 * The value of an attribute whose hole is `true` or `false`; undefined if the attribute is left out.
 *
 * Most have no value, like `checked`. But an ARIA state without one is undefined to a screen reader, and `draggable` without one
 * leaves the choice to the browser: these are written as the word that is meant.
 *
 * @see https://www.w3.org/TR/wai-aria-1.2/#state_prop_values
 * @example
 * booleanValue("aria-expanded", false) // "false"
 * booleanValue("hidden", true) // ""
 */
export function booleanValue(name: string, value: boolean): string | undefined {
  if (!value) return TELLS_FALSE.has(name) ? "false" : undefined;
  return name.startsWith("aria-") || TELLS_FALSE.has(name) ? "true" : "";
}

/**
 * The attributes that are true wherever they are there, `disabled="false"` included.
 *
 * @see https://html.spec.whatwg.org/multipage/indices.html#attributes-3
 */
export const BOOLEAN_ATTRIBUTES: ReadonlySet<string> = new Set([
  "allowfullscreen", "async", "autofocus", "autoplay", "checked", "controls", "default", "defer", "disabled", "formnovalidate",
  "inert", "ismap", "itemscope", "loop", "multiple", "muted", "nomodule", "novalidate", "open", "playsinline", "readonly",
  "required", "reversed", "selected",
]);
