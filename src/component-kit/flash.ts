import { checkProps, OBJECT } from "../errors/options.js";
import type { Attributes } from "../components/index.js";
import { classes, html, spread, type Content, type Rendered } from "../html/index.js";
import { CLEAR_FLASH, EventRef, JS } from "../js/index.js";
import { CROSS } from "./modal.js";

/** An event that every view accepts: it drops one message of the flash. */
const clearFlash = new EventRef(CLEAR_FLASH);

/** Props of `flash` and `toasts`; all other attributes go to the outermost element. */
export interface FlashProps extends Omit<Attributes, "id"> {
  /** The view's `flash`. The kinds `info`, `success`, `warning` and `error` have colours of their own; your own kinds have the accent's. */
  readonly flash: Readonly<Record<string, string | undefined>>;
  /** Unique on the page. Default "flash". */
  readonly id?: string | undefined;
  /** The title of each kind, shown above its message. Default: none. */
  readonly titles?: Readonly<Record<string, string>> | undefined;
  /** The closing button's label for screen readers. Default "Close the message". */
  readonly closeLabel?: string | undefined;
}

/**
 * The messages of the flash, in the flow of the page. Screen readers announce errors immediately, other kinds in a pause.
 *
 * @example
 * html`${flash({ flash: assigns.flash, titles: { error: "That did not work" } })} ${inner}`
 */
export function flash(props: FlashProps): Rendered {
  checkProps({ of: "flash", fix: "flash({ flash })" }, props, { flash: OBJECT });
  return group(props, "hf-flash");
}

/**
 * The messages of the flash as toasts, in a corner above the page.
 *
 * @example
 * toasts({ flash: assigns.flash })
 */
export function toasts(props: FlashProps): Rendered {
  checkProps({ of: "toasts", fix: "toasts({ flash })" }, props, { flash: OBJECT });
  return group(props, "hf-flash hf-toasts");
}

/** The group is a live region itself: screen readers announce a new message only within a region that was there before it. */
function group(props: FlashProps, own: string): Rendered {
  const { flash: messages, id = "flash", titles = {}, closeLabel = "Close the message", class: given, ...attributes } = props;
  const shown = Object.entries(messages).filter((entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== "");
  const all = shown.map(([kind, text]): Content => html`
    <div class="hf-message" id="${id}-${kind}" role=${kind === "error" ? "alert" : "status"} data-kind=${kind}>
      <div>${titles[kind] !== undefined && html`<p class="hf-message-title">${titles[kind]}</p>`}<p>${text}</p></div>
      <button class="hf-close" type="button" aria-label=${closeLabel}
        phx-click=${JS.push(clearFlash, { value: { key: kind } }).hide({ to: `#${id}-${kind}` })}>${CROSS}</button>
    </div>`);
  return html`<div class=${classes(own, given)} id=${id} ${spread({ "aria-live": "polite", ...attributes })}>${all}</div>`;
}
