import { checkProps, OBJECT } from "../errors/options.js";
import { html, type Content, type Rendered } from "../html/index.js";
import { CLEAR_FLASH, EventRef, JS, type Commands } from "../js/index.js";
import { element } from "./element.js";
import type { Attributes } from "./attributes.js";

/** An event that every view accepts: it drops one message of the flash. The client hides the message immediately. */
const clearFlash = new EventRef(CLEAR_FLASH);
const close = (kind: string): Commands => JS.push(clearFlash, { value: { key: kind } }).hide();
const CLOSE = { info: close("info"), success: close("success"), warning: close("warning"), error: close("error") };
type Kind = keyof typeof CLOSE;

/** Props of `flashGroup`. */
export interface FlashGroupProps extends Attributes {
  /** The view's `flash`. The group shows `info`, `success`, `warning` and `error`; show kinds of your own beside it. */
  readonly flash: { readonly [K in Kind]?: string | undefined };
  /** The group's id, and the prefix of its messages' ids. Default "flash". */
  readonly id?: string | undefined;
  /** The closing button's label for screen readers. Default "close". */
  readonly closeLabel?: string | undefined;
  /** Shown while the browser cannot reach the server. Default: nothing. */
  readonly disconnected?: Content;
  /** Shown while the view has crashed and is joining again. Default: nothing. */
  readonly crashed?: Content;
}

/**
 * The messages of the flash, as alerts that go away when they are clicked. From the keyboard their button does it: its click
 * rises to the alert.
 *
 * @example
 * render: ({ flash, post }) => html`${flashGroup({ flash, disconnected: "No connection. Trying again …" })} …`
 */
export function flashGroup(props: FlashGroupProps): Rendered {
  checkProps({ of: "flashGroup", fix: "flashGroup({ flash })" }, props, { flash: OBJECT });
  const { flash, id = "flash", closeLabel = "close", disconnected, crashed, ...attrs } = props;
  const message = (kind: Kind): Content => {
    const shown = flash[kind];
    if (shown === undefined || shown === null || shown === "") return undefined;
    return html`
      <div id="${id}-${kind}" role="alert" data-kind=${kind} phx-click=${CLOSE[kind]}>
        <p>${shown}</p>
        <button type="button" aria-label=${closeLabel}>×</button>
      </div>`;
  };
  const offline = disconnected === undefined ? undefined : trouble(`${id}-disconnected`, "phx-client-error", disconnected);
  const broken = crashed === undefined ? undefined : trouble(`${id}-crashed`, "phx-server-error", crashed);
  const inner = html`${message("info")}${message("success")}${message("warning")}${message("error")}${offline}${broken}`;
  return element({ tag: "div", own: { id, "aria-live": "polite" }, attrs, inner });
}

/** The client gives the view a class that names the problem, and then runs `phx-disconnected` everywhere in it. */
function trouble(id: string, state: string, content: Content): Rendered {
  const here = `.${state} [id=${JSON.stringify(id)}]`;
  const show = JS.removeAttribute("hidden", { to: here });
  const hide = JS.setAttribute("hidden", "");
  return html`<div id=${id} role="alert" data-kind="error" phx-disconnected=${show} phx-connected=${hide} hidden>${content}</div>`;
}
