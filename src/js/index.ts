/** What a `phx-*` binding may hold: event references and JS commands. @module */
import { ClientCommand } from "../html/index.js";

/**
 * A reference to an event that a view or a live component declares. `render` receives one per event; nobody else makes them.
 *
 * A view's reference is its name. A component's has the component's number as its target, and is written as a push
 * command: so it reaches the component wherever it stands, also inside what another component rendered.
 */
export class EventRef extends ClientCommand {
  readonly name: string;
  /** The live component's number (its cid) on the page; undefined: the view. */
  readonly target: number | undefined;

  /**
   * @param name the declared event
   * @param target the live component's number, from 1 (the client takes 0 for none); default: the event is the view's
   */
  constructor(name: string, target?: number) {
    super();
    this.name = name;
    this.target = target;
  }

  encode(): string {
    return this.target === undefined ? this.name : JSON.stringify([["push", { event: this.name, target: this.target }]]);
  }
}

/** What `JS.push` may add to an event. */
export interface PushOptions {
  /** Sent with the event, over what the element's own `phx-value-*` give. */
  value?: Readonly<Record<string, string | number | boolean | null>>;
  /** A selector: the elements that show `phx-click-loading` until the answer. */
  loading?: string;
  /** True: the page shows that it is loading until the answer. Default false. */
  pageLoading?: boolean;
  /** Who gets it: a selector, or a live component's number. Default: who declared the event. */
  target?: string | number;
}

/** Where a command acts, and with what transition. */
export interface DisplayOptions {
  /** A selector; default: the element itself. */
  to?: string;
  /** CSS classes: one string, or [during, from, to]. */
  transition?: string | readonly [string, string, string];
  /** Milliseconds; default 200. */
  time?: number;
}

/**
 * Commands that the client runs without asking the server. Chains read in the order in which they run.
 *
 * @example
 * html`<button phx-click=${JS.hide({ to: "#menu" }).push(on.close)}>Close</button>`
 */
export class Commands extends ClientCommand {
  readonly #list: readonly (readonly [string, object])[];

  constructor(list: readonly (readonly [string, object])[] = []) {
    super();
    this.#list = list;
  }

  encode(): string {
    return JSON.stringify(this.#list);
  }

  #add(name: string, args: object): Commands {
    return new Commands([...this.#list, [name, args]]);
  }

  /** Sends a declared event to the view. */
  push(event: EventRef, options: PushOptions = {}): Commands {
    const { value, loading, pageLoading, target = event.target } = options;
    return this.#add("push", { event: event.name, target, value, loading, page_loading: pageLoading });
  }
  /** Shows an element. */
  show(options: DisplayOptions & { display?: string } = {}): Commands {
    return this.#add("show", { ...display(options), display: options.display });
  }
  /** Hides an element. */
  hide(options: DisplayOptions = {}): Commands {
    return this.#add("hide", display(options));
  }
  /** Shows a hidden element and hides a shown one. */
  toggle(options: { to?: string; display?: string; time?: number } = {}): Commands {
    return this.#add("toggle", { to: options.to, display: options.display, time: options.time });
  }
  /** Adds classes, separated by spaces. */
  addClass(names: string, options: DisplayOptions = {}): Commands {
    return this.#add("add_class", { names: names.split(" "), ...display(options) });
  }
  /** Removes classes, separated by spaces. */
  removeClass(names: string, options: DisplayOptions = {}): Commands {
    return this.#add("remove_class", { names: names.split(" "), ...display(options) });
  }
  /** Adds the classes that are absent and removes those that are present. */
  toggleClass(names: string, options: DisplayOptions = {}): Commands {
    return this.#add("toggle_class", { names: names.split(" "), ...display(options) });
  }
  /** Sets an attribute. */
  setAttribute(name: string, value: string, options: { to?: string } = {}): Commands {
    return this.#add("set_attr", { attr: [name, value], to: options.to });
  }
  /** Removes an attribute. */
  removeAttribute(name: string, options: { to?: string } = {}): Commands {
    return this.#add("remove_attr", { attr: name, to: options.to });
  }
  /** Focuses an element. */
  focus(options: { to?: string } = {}): Commands {
    return this.#add("focus", { to: options.to });
  }
  /** Focuses the first element inside that can be used. */
  focusFirst(options: { to?: string } = {}): Commands {
    return this.#add("focus_first", { to: options.to });
  }
  /** Dispatches a DOM event. */
  dispatch(event: string, options: { to?: string; detail?: object; bubbles?: boolean } = {}): Commands {
    return this.#add("dispatch", { event, ...options });
  }
  /** Goes to another page of the live session. */
  navigate(href: string, options: { replace?: boolean } = {}): Commands {
    return this.#add("navigate", { href, replace: options.replace });
  }
  /** Changes the URL of the same view. */
  patch(href: string, options: { replace?: boolean } = {}): Commands {
    return this.#add("patch", { href, replace: options.replace });
  }
}

/** The empty chain that every chain begins with. */
export const JS = new Commands();

function display({ to, transition, time }: DisplayOptions): object {
  if (transition === undefined) return { to, time };
  const steps = typeof transition === "string" ? [transition, "", ""] : transition;
  return { to, time, transition: steps.map((classes) => classes.split(" ").filter(Boolean)) };
}
