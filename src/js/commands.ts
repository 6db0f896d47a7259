import { checkOptions, checkValue, OBJECT, TEXT, type Kind } from "../errors/options.js";
import { ClientCommand, type CommandPlace, type EventSeal, type PushedEvent } from "../html/index.js";
import { attributeValue, bindingName, refused, type BindingName } from "./attributes.js";
import type { Mistake } from "../errors/index.js";
import { localDestination, type LocalHref } from "./destination.js";
import {
  display, OPTIONS, steps, TRANSITION, words, type DispatchOptions, type DisplayOptions, type PushOptions, type TargetOptions,
  type ToggleOptions, type Transition,
} from "./command-options.js";
import { EventRef } from "./event-ref.js";

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

const EVENT: Kind = { called: "an event that `render` is given: on.save", fits: (value) => value instanceof EventRef };
const TEXTS: Kind = {
  called: "a text, or a list of texts",
  fits: (value) => typeof value === "string" || (Array.isArray(value) && value.every(TEXT.fits)),
};
const TOGGLED: Kind = {
  called: "a text, or two of them: [on, off]",
  fits: (value) => typeof value === "string" || (TEXTS.fits(value) && (value as readonly string[]).length === 2),
};
const COMMANDS: Kind = { called: "commands: JS.show(…)", fits: (value) => value instanceof Commands };

/** How each command is called, for the errors. */
const CALLED: Readonly<Record<string, string>> = {
  push: "JS.push(on.save)", show: 'JS.show({ to: "#menu" })', hide: 'JS.hide({ to: "#menu" })', toggle: 'JS.toggle({ to: "#menu" })',
  addClass: 'JS.addClass("open", { to: "#menu" })', removeClass: 'JS.removeClass("open", { to: "#menu" })',
  toggleClass: 'JS.toggleClass("open", { to: "#menu" })', transition: 'JS.transition("shake", { to: "#menu" })',
  setAttribute: 'JS.setAttribute("aria-expanded", "true")', removeAttribute: 'JS.removeAttribute("hidden")',
  toggleAttribute: 'JS.toggleAttribute("aria-expanded", ["true", "false"])', ignoreAttributes: 'JS.ignoreAttributes(["open"])',
  focus: 'JS.focus({ to: "#title" })', focusFirst: 'JS.focusFirst({ to: "#menu" })', pushFocus: 'JS.pushFocus({ to: "#menu" })',
  dispatch: 'JS.dispatch("copied", { to: "#link" })', navigate: 'JS.navigate("/posts")', patch: 'JS.patch("/posts?page=2")',
  exec: 'JS.exec("data-js-close", { to: "#menu" })', concat: "JS.show().concat(JS.focus())",
};

function checkArgument(command: string, name: string, value: unknown, kind: Kind): void {
  if (!kind.fits(value)) checkValue("template_value_refused", { of: `JS.${command}`, fix: CALLED[command]! }, name, value, kind);
}

const KINDS: ReadonlyMap<string, ReadonlyMap<string, Kind>> = new Map(
  Object.entries(OPTIONS).map(([command, kinds]) => [command, new Map(Object.entries<Kind>(kinds))]),
);

/** Refuses an option that the command does not know, or of another kind: in TypeScript it does not compile. */
function checkOptionsOf(command: keyof typeof OPTIONS, options: object): void {
  const kinds = KINDS.get(command);
  // Rows are full of commands, so what is right costs as little as possible.
  let right = OBJECT.fits(options);
  for (const name in options) {
    const value: unknown = options[name as keyof typeof options];
    right &&= value === undefined || kinds?.get(name)?.fits(value) === true;
  }
  if (!right) checkOptions<object>("template_value_refused", { of: `JS.${command}`, fix: CALLED[command]! }, options, OPTIONS[command]);
}

/** A command's arguments as they stand in an attribute. */
function argsIn({ args, event, sets }: Command, attribute: string | undefined, seal: EventSeal | undefined): object {
  if (sets !== undefined) return { ...args, attr: [sets.attribute, sets.commands.encode({ seal })] };
  if (event === undefined) return args;
  // If the target goes into `phx-target`, the text must not name it.
  const target = attribute !== undefined && event.targetIn(attribute) !== undefined ? { target: undefined } : {};
  return { ...args, ...target, ...(seal !== undefined && { event: seal(event.name, event.target) }) };
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
    // Most places change nothing of it, and one chain may stand in every row.
    const same = seal === undefined && (attribute === undefined || this.targetIn(attribute) === undefined);
    return same ? (this.#encoded ??= this.#written(undefined, undefined)) : this.#written(attribute, seal);
  }

  #written(attribute: string | undefined, seal: EventSeal | undefined): string {
    return `[${this.#list.map((command) => `["${command.name}",${JSON.stringify(argsIn(command, attribute, seal))}]`).join(",")}]`;
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
    if (!(event instanceof EventRef)) checkArgument("push", "the event", event, EVENT);
    checkOptionsOf("push", options);
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
    checkOptionsOf("show", options);
    return this.#add("show", { ...display(options), display: options.display });
  }

  /**
   * Hides what is shown. The element gets `phx:hide-start` and `phx:hide-end`.
   *
   * @example
   * JS.hide({ to: { closest: ".card" }, transition: "fade-out" })
   */
  hide(options: DisplayOptions = {}): Commands {
    checkOptionsOf("hide", options);
    return this.#add("hide", display(options));
  }

  /**
   * Shows what is hidden and hides what is shown.
   *
   * @example
   * JS.toggle({ to: "#menu", in: "fade-in", out: "fade-out" })
   */
  toggle(options: ToggleOptions = {}): Commands {
    checkOptionsOf("toggle", options);
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
    checkArgument("addClass", "the names", names, TEXT);
    checkOptionsOf("addClass", options);
    return this.#add("add_class", { names: words(names), ...display(options) });
  }

  /**
   * Removes classes, separated by spaces.
   *
   * @example
   * JS.removeClass("open", { to: "#menu" })
   */
  removeClass<Names extends string>(names: Names & ClassNames<Names>, options: DisplayOptions = {}): Commands {
    checkArgument("removeClass", "the names", names, TEXT);
    checkOptionsOf("removeClass", options);
    return this.#add("remove_class", { names: words(names), ...display(options) });
  }

  /**
   * Adds the classes that are absent and removes those that are present.
   *
   * @example
   * JS.toggleClass("open", { to: { inner: "ul" } })
   */
  toggleClass<Names extends string>(names: Names & ClassNames<Names>, options: DisplayOptions = {}): Commands {
    checkArgument("toggleClass", "the names", names, TEXT);
    checkOptionsOf("toggleClass", options);
    return this.#add("toggle_class", { names: words(names), ...display(options) });
  }

  /**
   * Gives the element classes for a while, to draw attention to it.
   *
   * @example
   * html`<li phx-mounted=${JS.transition("flash", { time: 500 })}>…</li>`
   */
  transition(transition: Transition, options: Omit<DisplayOptions, "transition"> = {}): Commands {
    checkArgument("transition", "the classes", transition, TRANSITION);
    checkOptionsOf("transition", options);
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
    checkArgument("setAttribute", "the attribute", name, TEXT);
    checkOptionsOf("setAttribute", options);
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
    checkArgument("removeAttribute", "the attribute", name, TEXT);
    checkOptionsOf("removeAttribute", options);
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
    checkArgument("toggleAttribute", "the attribute", name, TEXT);
    checkArgument("toggleAttribute", "the pair of values", values, TOGGLED);
    checkOptionsOf("toggleAttribute", options);
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
    checkArgument("ignoreAttributes", "the attributes", names, TEXTS);
    checkOptionsOf("ignoreAttributes", options);
    return this.#add("ignore_attrs", { attrs: typeof names === "string" ? [names] : names, to: options.to });
  }

  /**
   * Focuses an element.
   *
   * @example
   * JS.focus({ to: "#search" })
   */
  focus(options: TargetOptions = {}): Commands {
    checkOptionsOf("focus", options);
    return this.#add("focus", { to: options.to });
  }

  /**
   * Focuses the first focusable element inside.
   *
   * @example
   * JS.show({ to: "#modal" }).focusFirst({ to: "#modal" })
   */
  focusFirst(options: TargetOptions = {}): Commands {
    checkOptionsOf("focusFirst", options);
    return this.#add("focus_first", { to: options.to });
  }

  /**
   * Remembers an element, so that `popFocus` can return the focus to it.
   *
   * @example
   * JS.pushFocus().show({ to: "#modal" }).focusFirst({ to: "#modal" })
   */
  pushFocus(options: TargetOptions = {}): Commands {
    checkOptionsOf("pushFocus", options);
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
    checkArgument("dispatch", "the event", event, TEXT);
    checkOptionsOf("dispatch", options);
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
    checkOptionsOf("navigate", options);
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
    checkOptionsOf("patch", options);
    return this.#add("patch", { href: localDestination("JS.patch", href), replace: options.replace });
  }

  /**
   * Runs the commands in a binding of an element.
   *
   * @param binding only bindings: other attributes may contain a user's text. At an event alone, `phx-click=${on.save}`, the client throws:
   * write `phx-click=${JS.push(on.save)}` there, or name a `data-js-*`, `phx-mounted` or `phx-remove`
   * @throws HoldfastError `template_value_refused` for any other attribute
   * @example
   * html`<div id="modal" phx-remove=${JS.hide()}>…</div> <button phx-click=${JS.exec("phx-remove", { to: "#modal" })}>Close</button>`
   */
  exec(binding: BindingName, options: TargetOptions = {}): Commands {
    checkArgument("exec", "the attribute", binding, TEXT);
    checkOptionsOf("exec", options);
    return this.#add("exec", { attr: bindingName(binding), to: options.to });
  }

  /**
   * This chain, followed by another.
   *
   * @example
   * const close = JS.hide({ to: "#menu" }); JS.push(on.save).concat(close)
   */
  concat(other: Commands): Commands {
    checkArgument("concat", "the other commands", other, COMMANDS);
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
