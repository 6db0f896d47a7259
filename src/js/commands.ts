import { ClientCommand, type CommandPlace } from "../html/index.js";
import { attributeValue, bindingName, refused, type BindingName } from "./attributes.js";
import { localDestination } from "./destination.js";
import type { EventRef } from "./event-ref.js";

/** Values that travel as JSON. */
export type JsonValue = string | number | boolean | null | readonly JsonValue[] | { readonly [key: string]: JsonValue | undefined };

/**
 * Which elements a command acts on: a selector in the whole document, the closest ancestor that matches, or what matches
 * inside the element. Without it the command acts on the element itself.
 */
export type Selector = string | { readonly closest: string } | { readonly inner: string };

/** CSS classes of a transition: those during it, or [during, at its start, at its end]. Separated by spaces. */
export type Transition = string | readonly [during: string, from: string, to: string];

/** Where a command acts. */
export interface TargetOptions {
  /** Default: the element itself. */
  to?: Selector;
}

/** What `JS.push` may add to an event. */
export interface PushOptions {
  /** Sent with the event, over what the element's own `phx-value-*` give. */
  value?: Readonly<Record<string, JsonValue | undefined>>;
  /** A selector: the elements that show `phx-click-loading` until the answer. */
  loading?: string;
  /** True: the page shows that it is loading until the answer. Default false. */
  pageLoading?: boolean;
  /** Who gets it: a selector, or a live component's number. Default: who declared the event. */
  target?: string | number;
}

/** Where a command acts, and with what transition. */
export interface DisplayOptions extends TargetOptions {
  /** CSS classes while it happens. Default: none, at once. */
  transition?: Transition;
  /** How long the transition takes, ms. Default 200. */
  time?: number;
  /** False: the page goes on being patched during the transition. Default true: patches wait for its end. */
  blocking?: boolean;
}

/** How `JS.toggle` shows and hides. */
export interface ToggleOptions extends TargetOptions {
  /** The transition while it is shown. */
  in?: Transition;
  /** The transition while it is hidden. */
  out?: Transition;
  /** CSS `display` when shown. Default `block`, or what fits for table rows and cells. */
  display?: string;
  /** How long a transition takes, ms. Default 200. */
  time?: number;
  /** False: the page goes on being patched during the transition. Default true. */
  blocking?: boolean;
}

/** What a dispatched DOM event carries. */
export interface DispatchOptions extends TargetOptions {
  /** The event's `detail`. Not for `click`, whose detail is a number of the browser's. */
  detail?: Readonly<Record<string, JsonValue | undefined>>;
  /** Default true. */
  bubbles?: boolean;
  /** True: patches wait until the listener calls `event.detail.done()`. Default false. */
  blocking?: boolean;
}

type Command = readonly [name: string, args: object, event?: EventRef];

/**
 * Commands that the client runs without asking the server. Chains read in the order in which they run; a chain is never
 * changed, each call gives a longer one.
 *
 * @example
 * html`<button phx-click=${JS.hide({ to: "#menu" }).push(on.close)}>Close</button>`
 */
export class Commands extends ClientCommand {
  readonly #list: readonly Command[];
  #encoded: string | undefined;

  constructor(list: readonly Command[] = []) {
    super();
    this.#list = list;
  }

  override find(name: string, target: number | undefined): EventRef | undefined {
    for (const [, , event] of this.#list) {
      const found = event?.find(name, target);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  override same(other: ClientCommand): boolean {
    return other instanceof Commands && this.encode() === other.encode();
  }

  override encode({ attribute, seal }: CommandPlace = {}): string {
    if (seal === undefined && attribute === undefined) return (this.#encoded ??= JSON.stringify(this.#list.map(([name, args]) => [name, args])));
    return JSON.stringify(this.#list.map(([name, args, event]) => {
      if (event === undefined) return [name, args];
      // Where the target goes into `phx-target`, the text must not name it.
      const target = attribute !== undefined && event.targetIn(attribute) !== undefined ? { target: undefined } : {};
      return [name, { ...args, ...target, ...(seal !== undefined && { event: seal(event.name, event.target) }) }];
    }));
  }

  override targetIn(attribute: string): number | undefined {
    for (const [, , event] of this.#list) {
      const target = event?.targetIn(attribute);
      if (target !== undefined) return target;
    }
    return undefined;
  }

  // JSON leaves out what is undefined, so that the client's own defaults hold.
  #add(name: string, args: object, event?: EventRef): Commands {
    return new Commands([...this.#list, event === undefined ? [name, args] : [name, args, event]]);
  }

  /**
   * Sends a declared event to the view, or to the live component that declared it.
   *
   * @example
   * JS.push(on.remove, { value: { id: post.id }, target: "#list" })
   */
  push(event: EventRef, options: PushOptions = {}): Commands {
    const { value, loading, pageLoading, target = event.target } = options;
    return this.#add("push", { event: event.name, target, value, loading, page_loading: pageLoading }, event);
  }

  /**
   * Shows what is hidden. The element gets `phx:show-start` and `phx:show-end`.
   *
   * @example
   * JS.show({ to: "#menu", transition: ["ease-out", "opacity-0", "opacity-100"], time: 300 })
   */
  show(options: DisplayOptions & { display?: string } = {}): Commands {
    return this.#add("show", { ...display(options), display: options.display });
  }

  /**
   * Hides what is shown. The element gets `phx:hide-start` and `phx:hide-end`.
   *
   * @example
   * JS.hide({ to: { closest: ".card" }, transition: "fade-out" })
   */
  hide(options: DisplayOptions = {}): Commands {
    return this.#add("hide", display(options));
  }

  /**
   * Shows what is hidden and hides what is shown.
   *
   * @example
   * JS.toggle({ to: "#menu", in: "fade-in", out: "fade-out" })
   */
  toggle(options: ToggleOptions = {}): Commands {
    const { to, time, blocking } = options;
    return this.#add("toggle", {
      to, display: options.display, ins: steps(options.in), outs: steps(options.out), time, blocking,
    });
  }

  /**
   * Adds classes, separated by spaces.
   *
   * @example
   * JS.addClass("open wide", { to: "#menu" })
   */
  addClass(names: string, options: DisplayOptions = {}): Commands {
    return this.#add("add_class", { names: words(names), ...display(options) });
  }

  /**
   * Removes classes, separated by spaces.
   *
   * @example
   * JS.removeClass("open", { to: "#menu" })
   */
  removeClass(names: string, options: DisplayOptions = {}): Commands {
    return this.#add("remove_class", { names: words(names), ...display(options) });
  }

  /**
   * Adds the classes that are absent and removes those that are present.
   *
   * @example
   * JS.toggleClass("open", { to: { inner: "ul" } })
   */
  toggleClass(names: string, options: DisplayOptions = {}): Commands {
    return this.#add("toggle_class", { names: words(names), ...display(options) });
  }

  /**
   * Gives the element classes for a while, to draw the eye to it.
   *
   * @example
   * html`<li phx-mounted=${JS.transition("flash", { time: 500 })}>…</li>`
   */
  transition(transition: Transition, options: Omit<DisplayOptions, "transition"> = {}): Commands {
    return this.#add("transition", display({ ...options, transition }));
  }

  /**
   * Sets an attribute, which the server's patches then keep. It is no property: an input's typed `value` stays.
   *
   * @throws HoldfastError `template_value_refused` for `on…` and other attributes that no value can be safe in
   * @example
   * JS.setAttribute("aria-expanded", "true", { to: "#menu" })
   */
  setAttribute(name: string, value: string | ClientCommand, options: TargetOptions = {}): Commands {
    return this.#add("set_attr", { attr: [name, attributeValue(name, value)], to: options.to });
  }

  /**
   * Removes an attribute.
   *
   * @example
   * JS.removeAttribute("hidden", { to: "#menu" })
   */
  removeAttribute(name: string, options: TargetOptions = {}): Commands {
    return this.#add("remove_attr", { attr: name, to: options.to });
  }

  /**
   * Sets an attribute that is absent and removes one that is present; or, with two values, goes from one to the other.
   *
   * @throws HoldfastError `template_value_refused` as `setAttribute`
   * @example
   * JS.toggleAttribute("open", "open", { to: "#dialog" })
   * @example
   * JS.toggleAttribute("aria-expanded", ["true", "false"])
   */
  toggleAttribute(name: string, values: string | readonly [on: string, off: string], options: TargetOptions = {}): Commands {
    const list = typeof values === "string" ? [values] : values;
    return this.#add("toggle_attr", { attr: [name, ...list.map((value) => attributeValue(name, value))], to: options.to });
  }

  /**
   * From now on patches leave these attributes as the browser has them; `*` stands for any characters. A later call
   * replaces the list.
   *
   * @example
   * html`<dialog phx-mounted=${JS.ignoreAttributes(["open", "data-*"])}>…</dialog>`
   */
  ignoreAttributes(names: string | readonly string[], options: TargetOptions = {}): Commands {
    return this.#add("ignore_attrs", { attrs: typeof names === "string" ? [names] : names, to: options.to });
  }

  /**
   * Focuses an element.
   *
   * @example
   * JS.focus({ to: "#search" })
   */
  focus(options: TargetOptions = {}): Commands {
    return this.#add("focus", { to: options.to });
  }

  /**
   * Focuses the first element inside that can be used.
   *
   * @example
   * JS.show({ to: "#modal" }).focusFirst({ to: "#modal" })
   */
  focusFirst(options: TargetOptions = {}): Commands {
    return this.#add("focus_first", { to: options.to });
  }

  /**
   * Remembers an element, to give it the focus back with `popFocus`.
   *
   * @example
   * JS.pushFocus().show({ to: "#modal" }).focusFirst({ to: "#modal" })
   */
  pushFocus(options: TargetOptions = {}): Commands {
    return this.#add("push_focus", { to: options.to });
  }

  /**
   * Focuses the element that `pushFocus` remembered last.
   *
   * @example
   * JS.hide({ to: "#modal" }).popFocus()
   */
  popFocus(): Commands {
    return this.#add("pop_focus", {});
  }

  /**
   * Dispatches a DOM event: a `CustomEvent` whose detail names the `dispatcher`, or a real `click`.
   *
   * @throws HoldfastError `template_value_refused` for a click with a detail, and for a blocking event whose detail has
   * the key `done`, which the client fills
   * @example
   * JS.dispatch("app:copy", { to: "#address", detail: { toast: true } })
   */
  dispatch(event: string, options: DispatchOptions = {}): Commands {
    const { to, detail, bubbles, blocking } = options;
    if (event === "click" && detail !== undefined) {
      throw refused("JS.dispatch gives a click a detail.", "no detail", "a detail",
        "dispatch an event of your own, and click from its listener");
    }
    if (blocking && detail !== undefined && Object.hasOwn(detail, "done")) {
      throw refused("JS.dispatch waits for done(), and its detail has another done.", "another key", "done", "rename the key");
    }
    return this.#add("dispatch", { event, to, detail, bubbles, blocking: blocking || undefined });
  }

  /**
   * Goes to another page of the live session.
   *
   * @param href a path of this application
   * @param options `replace`: the history gets no new entry, default false
   * @throws HoldfastError `redirect_refused` if a browser could end up elsewhere
   * @example
   * JS.navigate("/posts")
   */
  navigate(href: string, options: { replace?: boolean } = {}): Commands {
    return this.#add("navigate", { href: localDestination("JS.navigate", href), replace: options.replace });
  }

  /**
   * Changes the URL of the same view.
   *
   * @param href a path of this application, at which the same view stands
   * @param options `replace`: the history gets no new entry, default false
   * @throws HoldfastError `redirect_refused` if a browser could end up elsewhere
   * @example
   * JS.patch("/posts?page=2", { replace: true })
   */
  patch(href: string, options: { replace?: boolean } = {}): Commands {
    return this.#add("patch", { href: localDestination("JS.patch", href), replace: options.replace });
  }

  /**
   * Runs the commands that stand in a binding of an element.
   *
   * @param binding only bindings: other attributes may hold a user's text
   * @throws HoldfastError `template_value_refused` for any other attribute
   * @example
   * html`<div id="modal" phx-remove=${JS.hide()}>…</div> <button phx-click=${JS.exec("phx-remove", { to: "#modal" })}>Close</button>`
   */
  exec(binding: BindingName, options: TargetOptions = {}): Commands {
    return this.#add("exec", { attr: bindingName(binding), to: options.to });
  }

  /**
   * This chain, and then another.
   *
   * @example
   * const close = JS.hide({ to: "#menu" }); JS.push(on.save).concat(close)
   */
  concat(other: Commands): Commands {
    return new Commands([...this.#list, ...other.#list]);
  }
}

/**
 * The empty chain that every chain begins with.
 *
 * @example
 * html`<button phx-click=${JS.hide({ to: "#menu" }).push(on.choose)}>Small</button>`
 */
export const JS = new Commands();

function display({ to, transition, time, blocking }: DisplayOptions): object {
  return { to, transition: steps(transition), time, blocking };
}

/** The client's form of a transition: three lists of classes. */
function steps(transition: Transition | undefined): readonly string[][] | undefined {
  if (transition === undefined) return undefined;
  return typeof transition === "string" ? [words(transition), [], []] : transition.map(words);
}

/** `classList` takes no empty name. */
function words(names: string): string[] {
  return names.split(/\s+/).filter(Boolean);
}
