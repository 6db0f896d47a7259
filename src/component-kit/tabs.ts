import { checkProps, LIST, TEXT, type OptionsPlace } from "../errors/options.js";
import type { Attributes } from "../components/index.js";
import { classes, html, spread, type Content, type Rendered } from "../html/index.js";
import { JS, type Commands, type EventRef } from "../js/index.js";

/** One tab and its panel. */
export interface Tab {
  /** Unique among the tabs: letters, digits and hyphens. */
  readonly key: string;
  /** Its text. */
  readonly label: Content;
  /** Its panel. */
  readonly inner: Content;
  /** What choosing it does: an event, or commands such as a patch of the URL. Default: nothing on the server. */
  readonly onSelect?: EventRef | Commands | undefined;
}

/** Props of `tabs`; all other attributes go to its outermost element. */
export interface TabsProps extends Omit<Attributes, "id"> {
  /** Unique on the page. */
  readonly id: string;
  /** The label of the tabs for screen readers. */
  readonly label: string;
  /** At least one. */
  readonly tabs: readonly Tab[];
  /** The key of the tab that is open initially. Default: the first. */
  readonly selected?: string | undefined;
}

const PLACE: OptionsPlace = {
  of: "tabs", fix: 'tabs({ id: "parts", label: "Parts", tabs: [{ key: "text", label: "Text", inner: html`…` }] })',
};

/**
 * Tabs that switch panels in the browser, without asking the server. Tab moves through them, and with `holdfast/client`,
 * which has their hook, so do the arrow keys, Home and End; Enter or Space chooses.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/tabs/ with manual activation
 * @example
 * tabs({ id: "account", label: "Account", tabs: [
 *   { key: "profile", label: "Profile", inner: profile(user) }, { key: "keys", label: "Keys", inner: keys(user) } ] })
 */
export function tabs(props: TabsProps): Rendered {
  checkProps(PLACE, props, { id: TEXT, tabs: LIST });
  const { id, label, tabs: list, selected = list[0]?.key, class: given, ...attributes } = props;
  const buttons = list.map(({ key, label: text, onSelect }) => html`
    <button class="hf-tab" type="button" role="tab" id="${id}-${key}-tab" aria-controls="${id}-${key}"
      aria-selected=${key === selected ? "true" : "false"} phx-click=${select(id, key, onSelect)}>${text}</button>`);
  const panels = list.map(({ key, inner }) => html`
    <div class="hf-tabpanel" role="tabpanel" id="${id}-${key}" aria-labelledby="${id}-${key}-tab" tabindex="0"
      hidden=${key !== selected}>${inner}</div>`);
  return html`<div class=${classes("hf-tabs", given)} id=${id} phx-hook="Holdfast.Tabs" ${spread(attributes)}>
    <div class="hf-tablist" role="tablist" aria-label=${label}>${buttons}</div>
    ${panels}
  </div>`;
}

function select(id: string, key: string, onSelect: EventRef | Commands | undefined): Commands {
  const chosen = JS.setAttribute("aria-selected", "false", { to: `#${id} > .hf-tablist > [role=tab]` })
    .setAttribute("aria-selected", "true", { to: `#${id}-${key}-tab` })
    .setAttribute("hidden", "", { to: `#${id} > [role=tabpanel]` })
    .removeAttribute("hidden", { to: `#${id}-${key}` });
  if (onSelect === undefined) return chosen;
  return "push" in onSelect ? chosen.concat(onSelect) : chosen.push(onSelect);
}
