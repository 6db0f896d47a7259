import { checkProps, LIST, TEXT } from "../errors/options.js";
import type { Attributes } from "../components/index.js";
import { classes, html, spread, type Content, type Rendered } from "../html/index.js";
import { JS, type Commands, type EventRef } from "../js/index.js";
import { link } from "../components/index.js";
import { buttonClass, type ButtonKind } from "./button.js";

/** An entry: a link or an action. */
export type DropdownItem = {
  /** Its text. */
  readonly inner: Content;
  /** True: it is in the colour of danger. Default false. */
  readonly danger?: boolean | undefined;
} & (
  | {
    /** Where it leads: another view of the live session. */
    readonly navigate: string;
    readonly patch?: undefined;
    readonly href?: undefined;
    readonly click?: undefined;
  }
  | {
    /** Where it leads: another URL of this view. */
    readonly patch: string;
    readonly navigate?: undefined;
    readonly href?: undefined;
    readonly click?: undefined;
  }
  | {
    /** Where it leads: any other page. */
    readonly href: string;
    readonly navigate?: undefined;
    readonly patch?: undefined;
    readonly click?: undefined;
  }
  | {
    /** What it does: an event, or commands. */
    readonly click: EventRef | Commands;
    readonly navigate?: undefined;
    readonly patch?: undefined;
    readonly href?: undefined;
  }
);

/** Props of `dropdown`; all other attributes go to its outermost element. */
export interface DropdownProps extends Omit<Attributes, "id"> {
  /** Unique on the page. */
  readonly id: string;
  /** The button's text. */
  readonly label: Content;
  /** Its entries, from first to last. */
  readonly items: readonly DropdownItem[];
  /** How the button looks. Default "secondary". */
  readonly kind?: ButtonKind | undefined;
  /** The side of the button that the entries are aligned with. Default "start". */
  readonly align?: "start" | "end" | undefined;
}

/**
 * A button that shows a list of links and actions, and hides it again when one is chosen, on Escape, and on a click
 * elsewhere. It is a disclosure, as in a site's navigation: Tab moves through the entries.
 *
 * @see https://www.w3.org/WAI/ARIA/apg/patterns/disclosure/
 * @example
 * dropdown({ id: "more", label: "More", items: [
 *   { inner: "Edit", navigate: `/posts/${post.id}/edit` }, { inner: "Delete", click: on.remove({ id: post.id }), danger: true } ] })
 */
export function dropdown(props: DropdownProps): Rendered {
  checkProps({ of: "dropdown", fix: 'dropdown({ id: "menu", label: "Menu", items: [] })' }, props, { id: TEXT, items: LIST });
  const { id, label, items, kind = "secondary", align = "start", class: given, ...attributes } = props;
  const [buttonId, list] = [`${id}-button`, `${id}-list`];
  const toggle = JS.toggle({ to: `#${list}`, in: ["hf-fade", "hf-faded", "hf-unfaded"], time: 100, blocking: false })
    .toggleAttribute("aria-expanded", ["true", "false"], { to: `#${buttonId}` });
  const close = JS.hide({ to: `#${list}`, time: 0 }).setAttribute("aria-expanded", "false", { to: `#${buttonId}` });
  const escape = close.focus({ to: `#${buttonId}` });
  return html`<div class=${classes("hf-dropdown", given)} id=${id} phx-click-away=${close} ${spread(attributes)}>
    <button class=${classes(buttonClass(kind), "hf-dropdown-button")} type="button" id=${buttonId}
      aria-expanded="false" aria-controls=${list} phx-click=${toggle} phx-keydown=${escape} phx-key="escape"
    >${label}<span class="hf-chevron" aria-hidden="true"></span></button>
    <ul class=${classes("hf-menu", { "hf-menu-end": align === "end" })} id=${list}>
      ${items.map((item) => html`<li>${entry(item, close, escape)}</li>`)}
    </ul>
  </div>`;
}

function entry({ inner, danger = false, navigate, patch, href, click }: DropdownItem, close: Commands, escape: Commands): Rendered {
  const shared = { class: classes("hf-menu-item", { "hf-danger": danger }), "phx-keydown": escape, "phx-key": "escape", inner } as const;
  if (navigate !== undefined) return link({ navigate, ...shared });
  if (patch !== undefined) return link({ patch, "phx-click": close, ...shared });
  if (href !== undefined) return link({ href, ...shared });
  const command = "push" in click ? close.concat(click) : close.push(click);
  return html`<button class=${shared.class} type="button" phx-click=${command} phx-keydown=${escape} phx-key="escape">${inner}</button>`;
}
