import { checkProps, TEXT } from "../errors/options.js";
import { focusWrap, type Attributes } from "../components/index.js";
import { classes, html, spread, type Content, type Rendered } from "../html/index.js";
import { EventRef, JS, type Commands } from "../js/index.js";

/** Props of `modal`; all other attributes go to its outermost element. */
export interface ModalProps extends Omit<Attributes, "id" | "title"> {
  /** Unique on the page: `openModal` and `closeModal` refer to it. */
  readonly id: string;
  /** Its title: shown at the top, and announced when it opens. */
  readonly title: Content;
  /** What stands in it, such as a text or a form. */
  readonly inner: Content;
  /** Buttons below the content. Default: none. */
  readonly footer?: Content;
  /**
   * True: it is open as soon as it is rendered, for a modal that the server renders only while it is open. Default false:
   * `openModal` opens it.
   */
  readonly open?: boolean | undefined;
  /** What closing it does, by its button, by Escape or by a click beside it: an event, or commands. Default: it only closes. */
  readonly onClose?: EventRef | Commands | undefined;
  /** The closing button's label for screen readers. Default "Close". */
  readonly closeLabel?: string | undefined;
}

/**
 * A dialog above the page. It traps the focus while it is open, and returns it when it is closed. Escape and a click beside
 * it close it.
 *
 * @example
 * html`${button({ inner: "Delete …", "phx-click": openModal("really") })}
 *   ${modal({ id: "really", title: "Delete this post?", inner: "It cannot be brought back.",
 *     footer: button({ kind: "danger", inner: "Delete", "phx-click": closeModal("really").push(on.remove) }) })}`
 * @example
 * // Only while the server says so: the button remembers the focus for it.
 * html`${button({ inner: "Edit", "phx-click": JS.pushFocus().push(on.edit) })}
 *   ${editing && modal({ id: "edit", title: "Edit", open: true, onClose: on.cancel, inner: … })}`
 */
export function modal(props: ModalProps): Rendered {
  checkProps({ of: "modal", fix: 'modal({ id: "confirm", title: "Sure?", inner: html`…` })' }, props, { id: TEXT });
  const { id, title, inner, footer, open = false, onClose, closeLabel = "Close", class: given, ...attributes } = props;
  const after = onClose instanceof EventRef ? JS.push(onClose) : (onClose ?? JS);
  // An open one disappears with its element, once the server has handled the event.
  const close = open ? after : closeModal(id).concat(after);
  const run = JS.exec("data-js-close", { to: `#${id}` });
  const main = html`
    <div class="hf-modal-main" id="${id}-main">
      <h2 class="hf-modal-title" id="${id}-title">${title}</h2>
      <div class="hf-modal-content" id="${id}-content">${inner}</div>
      ${footer !== undefined && html`<div class="hf-modal-footer">${footer}</div>`}
      <button class="hf-close" type="button" aria-label=${closeLabel} phx-click=${run}>${CROSS}</button>
    </div>`;
  return html`<div class=${classes("hf-modal", given)} id=${id} phx-mounted=${open && shown(id)}
    phx-remove=${open && hidden(id).popFocus()} data-js-close=${close} ${spread(attributes)}>
    <div class="hf-modal-shade" aria-hidden="true"></div>
    <div class="hf-modal-place">${focusWrap({
      id: `${id}-box`, class: "hf-modal-box", role: "dialog", "aria-modal": "true", "aria-labelledby": `${id}-title`,
      "phx-click-away": run, "phx-window-keydown": run, "phx-key": "escape", inner: main,
    })}</div>
  </div>`;
}

/**
 * Opens a modal, and remembers where the focus was.
 *
 * @example
 * button({ inner: "New", "phx-click": openModal("new-post") })
 */
export function openModal(id: string): Commands {
  return JS.pushFocus().concat(shown(id));
}

/**
 * Closes a modal, and returns the focus.
 *
 * @example
 * button({ inner: "Cancel", "phx-click": closeModal("new-post") })
 */
export function closeModal(id: string): Commands {
  return hidden(id).popFocus();
}

/** A cross that is drawn, and not announced. */
export const CROSS: Rendered = html`<span class="hf-cross" aria-hidden="true"></span>`;

function shown(id: string): Commands {
  return JS.show({ to: `#${id}`, transition: ["hf-fade", "hf-faded", "hf-unfaded"], time: 150, blocking: false })
    .focusFirst({ to: `#${id}-main` });
}

/** Without a transition: a modal that is reopened during one would be hidden at its end. */
function hidden(id: string): Commands {
  return JS.hide({ to: `#${id}` });
}
