import { ClientCommand, type CommandPlace, type PushedEvent } from "../html/index.js";
import { attributeValue, bindingName, refused, type BindingName } from "./attributes.js";
import type { Mistake } from "../errors/index.js";
import { localDestination, type LocalHref } from "./destination.js";
import {
  display, steps, words, type DispatchOptions, type DisplayOptions, type PushOptions, type TargetOptions, type ToggleOptions, type Transition,
} from "./command-options.js";
import type { EventRef } from "./event-ref.js";

/** Names of classes, or an error sentence for a selector. */
type ClassNames<Names extends string> = Names extends `.${string}` ? Mistake<"a class is named without its dot"> : string;

interface Command {
  readonly name: string;
  readonly args: object;
  /** The event of a push. */
  readonly event?: EventRef;
  /** An attribute that is set to commands: from then on the element may push their events. */
  readonly sets?: { readonly attribute: string; readonly commands: ClientCommand };
}

/**
 * Commands that the client runs without asking the server. Chains read in the order in which they run. A chain is immutable:
 * each call returns a longer one.
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

  override find(name: string, target: number | undefined): PushedEvent | undefined {
    for (const { event, sets } of this.#list) {
      const found = event?.find(name, target) ?? sets?.commands.find(name, target);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  override same(other: ClientCommand): boolean {
    return other instanceof Commands && this.encode() === other.encode();
  }

  override encode({ attribute, seal }: CommandPlace = {}): string {
    if (seal === undefined && attribute === undefined) return (this.#encoded ??= JSON.stringify(this.#list.map(({ name, args }) => [name, args])));
    return JSON.stringify(this.#list.map(({ name, args, event, sets }) => {
      if (sets !== undefined) return [name, { ...args, attr: [sets.attribute, sets.commands.encode({ seal })] }];
      if (event === undefined) return [name, args];
      // If the target goes into `phx-target`, the text must not name it.
      const target = attribute !== undefined && event.targetIn(attribute) !== undefined ? { target: undefined } : {};
      return [name, { ...args, ...target, ...(seal !== undefined && { event: seal(event.name, event.target) }) }];
    }));
  }

  override targetIn(attribute: string): number | undefined {
    for (const { event } of this.#list) {
      const target = event?.targetIn(attribute);
      if (target !== undefined) return target;
    }
    return undefined;
  }

  // JSON omits undefined values, so that the client's own defaults apply.
  #add(name: string, args: object, pushes: Pick<Command, "event" | "sets"> = {}): Commands {
    return new Commands([...this.#list, { name, args, ...pushes }]);
  }

  /**
   * Sends a declared event to the view, or to the live component that declared it.
   *
   * @example
   * JS.push(on.remove, { value: { id: post.id }, target: "#list" })
   */
  push(event: EventRef, options: PushOptions = {}): Commands {
    const { value, loading, pageLoading, target = event.target } = options;
    return this.#add("push", { event: event.name, target, value, loading, page_loading: pageLoading }, { event });
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
  addClass<Names extends string>(names: Names & ClassNames<Names>, options: DisplayOptions = {}): Commands {
    return this.#add("add_class", { names: words(names), ...display(options) });
  }

  /**
   * Removes classes, separated by spaces.
   *
   * @example
   * JS.removeClass("open", { to: "#menu" })
   */
  removeClass<Names extends string>(names: Names & ClassNames<Names>, options: DisplayOptions = {}): Commands {
    return this.#add("remove_class", { names: words(names), ...display(options) });
  }

  /**
   * Adds the classes that are absent and removes those that are present.
   *
   * @example
   * JS.toggleClass("open", { to: { inner: "ul" } })
   */
  toggleClass<Names extends string>(names: Names & ClassNames<Names>, options: DisplayOptions = {}): Commands {
    return this.#add("toggle_class", { names: words(names), ...display(options) });
  }

  /**
   * Gives the element classes for a while, to draw attention to it.
   *
   * @example
   * html`<li phx-mounted=${JS.transition("flash", { time: 500 })}>…</li>`
   */
  transition(transition: Transition, options: Omit<DisplayOptions, "transition"> = {}): Commands {
    return this.#add("transition", display({ ...options, transition }));
  }

  /**
   * Sets an attribute, which the server's patches then keep. It sets no property: an input's typed `value` stays.
   *
   * @throws HoldfastError `template_value_refused` for `on…` and other attributes for which no value is safe
   * @example
   * JS.setAttribute("aria-expanded", "true", { to: "#menu" })
   */
  setAttribute(name: string, value: string | ClientCommand, options: TargetOptions = {}): Commands {
    return this.#add("set_attr", { attr: [name, attributeValue(name, value)], to: options.to },
      typeof value === "string" ? {} : { sets: { attribute: name, commands: value } });
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
   * From now on patches leave these attributes as the browser has them; `*` matches any characters. A later call replaces the
   * list.
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
   * Focuses the first focusable element inside.
   *
   * @example
   * JS.show({ to: "#modal" }).focusFirst({ to: "#modal" })
   */
  focusFirst(options: TargetOptions = {}): Commands {
    return this.#add("focus_first", { to: options.to });
  }

  /**
   * Remembers an element, so that `popFocus` can return the focus to it.
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
   * Goes to another page of the live session. A push before it may be lost, because leaving ends the view at once: an event that must
   * be handled returns `navigate(…)` from its handler.
   *
   * @param href a path of this application
   * @param options `replace`: replaces the history entry instead of adding one, default false
   * @throws HoldfastError `redirect_refused` if a browser could end up elsewhere
   * @example
   * JS.navigate("/posts")
   */
  navigate<To extends string>(href: To & LocalHref<To>, options: { replace?: boolean } = {}): Commands {
    return this.#add("navigate", { href: localDestination("JS.navigate", href), replace: options.replace });
  }

  /**
   * Changes the URL of the same view.
   *
   * @param href a path of this application that belongs to the same view
   * @param options `replace`: replaces the history entry instead of adding one, default false
   * @throws HoldfastError `redirect_refused` if a browser could end up elsewhere
   * @example
   * JS.patch("/posts?page=2", { replace: true })
   */
  patch<To extends string>(href: To & LocalHref<To>, options: { replace?: boolean } = {}): Commands {
    return this.#add("patch", { href: localDestination("JS.patch", href), replace: options.replace });
  }

  /**
   * Runs the commands in a binding of an element.
   *
   * @param binding only bindings: other attributes may contain a user's text
   * @throws HoldfastError `template_value_refused` for any other attribute
   * @example
   * html`<div id="modal" phx-remove=${JS.hide()}>…</div> <button phx-click=${JS.exec("phx-remove", { to: "#modal" })}>Close</button>`
   */
  exec(binding: BindingName, options: TargetOptions = {}): Commands {
    return this.#add("exec", { attr: bindingName(binding), to: options.to });
  }

  /**
   * This chain, followed by another.
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
