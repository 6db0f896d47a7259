import { HoldfastError } from "../errors/index.js";
import { either, NUMBER, TEXT, type Shape } from "../errors/options.js";
import type { HookPush } from "../hooks/index.js";
import { ActingView, type EventValues } from "./acting-view.js";
import { dispatchesChange, phxValues } from "./bindings.js";
import { checkFiles, ChosenFiles, type FileToChoose } from "./chosen-files.js";
import { sendEvent } from "./commands.js";
import { isDisabled } from "./document.js";
import { nameOf } from "./event-name.js";
import { sendFormUploads } from "./form-uploads.js";
import {
  checkValues, defaultButton, encodeForm, fieldsOf, formControls, formFields, formOf, submitButtons, type FormValues,
} from "./forms.js";
import { checkKey } from "./keys.js";
import { describe, selectorOf, type Locator } from "./locator.js";
import { LOCATOR, optionsOf, SCROLL } from "./options.js";
import type { Found } from "./parser.js";
import { hookTargets, ownerOf, targetsOf } from "./targets.js";

/** Where a hook's event comes from and goes to. */
export interface HookOptions {
  /** The hook's element. The event goes to the view around it. Default: this view. */
  from?: Locator;
  /** The target of `pushEventTo`: a selector, or a component's cid. Default: the view, as with `pushEvent`. */
  to?: string | number;
}

const HOOK: Shape<HookOptions> = { from: LOCATOR, to: either(TEXT, NUMBER) };

type KeyEvent = "keydown" | "keyup";

/** What a user does with a live view, whether the page's own or a nested one. */
export abstract class ViewPage extends ActingView {
  // ---- pointer ----

  /**
   * Clicks an element with `phx-click`. As in the client, the event goes to the view or component that `phx-target` names,
   * or else to the view around the element. A button with `JS.dispatch("change")` sends its form's `phx-change`, with its own
   * name and value: that is how the items of a form's list are added, moved and removed.
   *
   * @param value overrides the values of the element's `phx-value-*`
   * @returns the handler's reply; undefined if there was none
   * @throws HoldfastError `kit_not_found` if there is not exactly one such element, it is disabled, or nothing is bound;
   * `kit_refused` if the server refuses the event, outside of `expectRefused`
   * @example
   * await page.click("#post-1 .delete");
   * await page.click({ selector: "li button", text: "Delete" });
   */
  async click(locator: Locator, value: EventValues = {}): Promise<unknown> {
    const element = this.acted(locator);
    const binding = this.binding(element, locator, "phx-click");
    const reply = await this.send("click", element, binding, {}, value);
    const form = formOf(this.$, element);
    if (form === undefined || !dispatchesChange(binding)) return reply;
    return this.#changed(form, form.attr("id") === undefined ? locator : `#${form.attr("id")}`, form, element.attr("name"), {}, element);
  }

  /**
   * Clicks somewhere outside of an element with `phx-click-away`.
   *
   * @example
   * await page.clickAway("#menu");
   */
  async clickAway(locator: Locator): Promise<unknown> {
    const element = this.acted(locator);
    return this.send("click", element, this.binding(element, locator, "phx-click-away"));
  }

  /**
   * Scrolls until the first (`top`) or the last child (`bottom`) of an element with `phx-viewport-top` or
   * `phx-viewport-bottom` comes into view.
   *
   * @param options overran: the user has scrolled beyond the element's top
   * @example
   * await page.scroll("#posts", "bottom");
   */
  async scroll(locator: Locator, edge: "top" | "bottom", options: { overran?: boolean } = {}): Promise<unknown> {
    const { overran = false } = optionsOf('page.scroll("#posts", "top", { overran: true })', options, SCROLL);
    const element = this.acted(locator);
    const binding = this.binding(element, locator, `phx-viewport-${edge}`);
    const child = edge === "top" ? element.children().first() : element.children().last();
    if (child.length === 0) throw this.notFound(`${selectorOf(locator)} > *`, "an element without children");
    return this.send("js", element, binding, { id: child.attr("id") ?? "", ...(overran && { _overran: true }) });
  }

  // ---- keyboard and focus ----

  /**
   * Presses and releases a key where `phx-keydown`, `phx-keyup` or their `phx-window-` forms listen, and their `phx-key` matches.
   *
   * @param key as `KeyboardEvent.key` has it: `"a"`, `" "`, `"Enter"`, `"ArrowUp"`
   * @returns the last handler's reply
   * @throws HoldfastError `kit_not_found` if neither listens to this key; `kit_expectation` if no key has this name
   * @example
   * await page.press("#search", "Enter");
   */
  async press(locator: Locator, key: string): Promise<unknown> {
    checkKey(key);
    const element = this.acted(locator);
    const bound = (["keydown", "keyup"] as const).filter((type) => keyBinding(element, type) !== undefined);
    if (bound.length === 0) this.binding(element, locator, "phx-keydown");
    let reply: unknown;
    for (const type of bound) reply = await this.#key(locator, type, key);
    return reply;
  }

  /**
   * Presses a key and holds it.
   *
   * @example
   * await page.keydown("#canvas", "ArrowLeft");
   */
  keydown(locator: Locator, key: string): Promise<unknown> {
    return this.#key(locator, "keydown", key);
  }

  /**
   * Releases a key.
   *
   * @example
   * await page.keyup("#canvas", "ArrowLeft");
   */
  keyup(locator: Locator, key: string): Promise<unknown> {
    return this.#key(locator, "keyup", key);
  }

  /**
   * Focuses an element with `phx-focus`.
   *
   * @example
   * await page.focus("#email");
   */
  async focus(locator: Locator): Promise<unknown> {
    const element = this.acted(locator);
    return this.send("focus", element, this.binding(element, locator, "phx-focus"));
  }

  /**
   * Blurs an element with `phx-blur`.
   *
   * @example
   * await page.blur("#email");
   */
  async blur(locator: Locator): Promise<unknown> {
    const element = this.acted(locator);
    return this.send("blur", element, this.binding(element, locator, "phx-blur"));
  }

  /**
   * Presses or releases a key outside of any element that listens to it: each element with `phx-window-keydown` or
   * `phx-window-keyup` sends its event, unless its `phx-key` is another key.
   *
   * There is no such method for `phx-window-focus` and `phx-window-blur`. The client (phoenix_live_view 1.2.12) ignores events
   * whose target is not an element, and these have the window as target: it sends nothing. Use a hook.
   *
   * @returns the last handler's reply
   * @throws HoldfastError `kit_not_found` if none listens
   * @example
   * await page.windowKey("keydown", "Escape");
   */
  async windowKey(event: KeyEvent, key: string): Promise<unknown> {
    this.expectLive();
    checkKey(key);
    const binding = `phx-window-${event}`;
    const listening = this.select(`[${binding}]`).get().map((node) => this.$(node)).filter((element) => takesKey(element, key));
    if (listening.length === 0) throw this.notFound(`[${binding}]`, `nothing that listens to ${key}`);
    let reply: unknown;
    for (const element of listening) reply = await this.send(event, element, element.attr(binding) ?? "", { key });
    return reply;
  }

  async #key(locator: Locator, type: KeyEvent, key: string): Promise<unknown> {
    checkKey(key);
    const element = this.acted(locator);
    const binding = keyBinding(element, type) ?? this.binding(element, locator, `phx-${type}`);
    if (!takesKey(element, key)) {
      throw this.notFound(`${selectorOf(locator)}[phx-key=${key}]`, `an element that listens to ${element.attr("phx-key")}`);
    }
    return this.send(type, element, binding, { key });
  }

  // ---- forms ----

  /**
   * Enters values into a form, which sends its `phx-change`; a field that has a `phx-change` of its own sends that one instead,
   * and only itself.
   *
   * @param locator the form, or such a field
   * @param values by field name; the last one is the `_target`
   * @throws HoldfastError `kit_not_found` also for what a user could not enter; `kit_refused` as with `click`
   * @example
   * await page.change("#post-form", { title: "Hello" });
   */
  async change(locator: Locator, values: FormValues): Promise<unknown> {
    checkValues(selectorOf(locator), values);
    const acted = this.acted(locator);
    const form = (acted.is("form") ? undefined : formOf(this.$, acted.filter("[phx-change]"))) ?? this.form(locator);
    const field = Object.keys(values).at(-1);
    const input = acted.is("form")
      ? formControls(this.$, form).filter((_, element) => this.$(element).is("[phx-change]") && this.$(element).attr("name") === field)
      : acted;
    return this.#changed(form, locator, input.length === 1 ? input : form, field, values);
  }

  /** Sends a `phx-change`: after entries, or for a button that dispatches the event itself and goes with the form's fields. */
  async #changed(
    form: Found,
    locator: Locator,
    bound: Found,
    field: string | undefined,
    values: FormValues,
    button?: Found,
  ): Promise<unknown> {
    const binding = this.binding(bound, locator, "phx-change");
    // An input with its own phx-change sends only itself.
    const fields = formFields(this.$, form, selectorOf(locator), values, button).filter(([name]) => bound === form || name === field);
    const memory = this.liveClient.forms(ownerOf(this.liveClient, form).id);
    const key = form.attr("id") ?? selectorOf(locator);
    memory.enter(key, values);
    return this.run(binding, bound, (event, extra, target) => sendEvent(target, {
      type: "form", event, value: encodeForm(this.$, form, fields, memory.used(key)),
      meta: { _target: field ?? "undefined", ...phxValues(form), ...extra }, uploads: {},
    }), form);
  }

  /**
   * Fills in a form and submits it, which sends its `phx-submit`. As in the client, the files that were chosen with the form's
   * inputs are uploaded first, as far as `ChosenFiles.send` has not done that; those of an external upload count as sent. If an
   * upload has an error, or the view refuses a file, the submit is not pushed.
   *
   * @param options submitter: the button to submit with; default: the form's first
   * @throws HoldfastError `kit_not_found` as `change` does, and for a submitter that does not submit this form; `kit_refused` as with
   * `click`; `kit_expectation` if a file keeps the submit from being pushed
   * @example
   * await page.submit("#post-form", { title: "Hello" });
   * @example
   * await page.chooseFiles("#post-form input[type=file]", [{ name: "a.png", content: png, type: "image/png" }]);
   * await page.submit("#post-form", { title: "With a picture" });
   */
  async submit(locator: Locator, values: FormValues = {}, options: { submitter?: Locator } = {}): Promise<unknown> {
    const { submitter } = optionsOf('page.submit("#post", { title }, { submitter: "#publish" })', options, { submitter: LOCATOR });
    const find = (): { form: Found; button: Found | undefined } => {
      const form = this.form(locator);
      return { form, button: submitter === undefined ? defaultButton(this.$, form) : this.#submitter(form, submitter) };
    };
    let { form, button } = find();
    const binding = this.binding(form, locator, "phx-submit");
    if (button !== undefined && isDisabled(button)) {
      throw new HoldfastError("kit_not_found", {
        what: `${describe(locator)} cannot be submitted: its button is disabled.`, expected: "a button that a user can press",
        got: this.$.html(button).slice(0, 200), fix: "make the form valid first; to send it all the same, use pushRaw",
      });
    }
    let fields = formFields(this.$, form, selectorOf(locator), values, button);
    const [memory, key] = [this.liveClient.forms(ownerOf(this.liveClient, form).id), form.attr("id") ?? selectorOf(locator)];
    memory.attempted(key, values);
    if (await sendFormUploads(this.liveClient, form, locator)) {
      // The client reads the form when its files are there, with what their progress has changed in it.
      ({ form, button } = find());
      fields = fieldsOf(this.$, form, values, button);
    }
    memory.pushed(key);
    return this.run(binding, form, (event, extra, target) => sendEvent(target, {
      type: "form", event, value: encodeForm(this.$, form, fields, "all"), meta: { ...phxValues(form), ...extra },
    }));
  }

  /** The button that a test submits a form with. */
  #submitter(form: Found, locator: Locator): Found {
    const button = this.usable(locator);
    if (submitButtons(this.$, form).is(button)) return button;
    throw new HoldfastError("kit_not_found", {
      what: `${describe(locator)} does not submit this form.`, expected: "a button of the form, of the type submit",
      got: this.$.html(button).slice(0, 200), fix: "name the button that a user presses; one with phx-click is clicked: page.click(…)",
    });
  }

  /**
   * Chooses files with a file input, which sends its form's `phx-change`. The files themselves are sent by `submit`, or by
   * `ChosenFiles.send` and `sendAll`, even with `autoUpload`: so a test sees each step.
   *
   * @throws HoldfastError `kit_not_found` if it is not an upload's input, or takes one file only; `kit_expectation` for two of one
   * name
   * @example
   * const files = await page.chooseFiles("#pictures input[type=file]", [{ name: "a.png", content: png, type: "image/png" }]);
   * await files.send("a.png", 50);
   * page.expectText("progress", "50 %");
   */
  async chooseFiles(locator: Locator, files: readonly FileToChoose[]): Promise<ChosenFiles> {
    checkFiles(files);
    const input = this.acted(locator);
    const form = input.closest("form");
    if (input.attr("data-phx-upload-ref") === undefined || form.length === 0) {
      throw this.notFound(locator, "an element that is not an upload's input in a form");
    }
    if (files.length > 1 && input.attr("multiple") === undefined) {
      throw this.notFound(`${selectorOf(locator)}[multiple]`, "an input that takes one file only");
    }
    const bound = input.attr("phx-change") === undefined ? form : input;
    const binding = this.binding(bound, locator, "phx-change");
    const [target = { view: ownerOf(this.liveClient, form) }] = targetsOf(this.liveClient, bound, undefined, form);
    const chosen = new ChosenFiles(this.liveClient, target.view, () => this.one(locator), target.cid, files);
    const name = input.attr("name") ?? "";
    const fields = formFields(this.$, form, selectorOf(locator), {}).filter(([field]) => bound === form || field === name);
    await this.run(binding, bound, (event, extra, to) => sendEvent(to, {
      type: "form", event, value: encodeForm(this.$, form, fields, "all"), uploads: chosen.uploads,
      meta: { _target: name, ...phxValues(form), ...extra },
    }), form);
    return chosen;
  }

  // ---- hooks ----

  /**
   * Pushes an event as a client hook does: with `pushEvent`, or with `pushEventTo` if there is a target. Also the way to send
   * an event to a component without acting on an element.
   *
   * @returns the handler's reply; undefined if there was none
   * @throws HoldfastError `kit_not_found` if the hook's element or the target is not on the page; `kit_refused` as with `click`
   * @example
   * const { label } = await page.renderHook(Chart.pushes.picked, { index: 3 });
   * await page.renderHook("moved", { id: 7 }, { from: "#board", to: "#column-2" });
   */
  renderHook(event: string, payload?: unknown, options?: HookOptions): Promise<unknown>;
  // The usual overload comes last, because the compiler reports the errors of the last one.
  renderHook<P, R>(event: HookPush<P, R>, payload: NoInfer<P>, options?: HookOptions): Promise<R>;
  async renderHook(event: string | HookPush, payload: unknown = {}, options: HookOptions = {}): Promise<unknown> {
    const { from, to } = optionsOf('page.renderHook("moved", { id: 7 }, { from: "#board" })', options, HOOK);
    this.expectLive();
    const view = from === undefined ? this.view ?? this.notLive() : ownerOf(this.liveClient, this.one(from));
    let reply: unknown;
    for (const target of hookTargets(this.liveClient, view, to)) {
      reply = await sendEvent(target, { type: "hook", event: nameOf(event), value: payload });
    }
    await this.liveClient.quiet();
    return reply;
  }
}

/** The binding of an element for a key event. Its own comes before its window binding. */
function keyBinding(element: Found, type: KeyEvent): string | undefined {
  return element.attr(`phx-${type}`) || element.attr(`phx-window-${type}`) || undefined;
}

function takesKey(element: Found, key: string): boolean {
  const only = element.attr("phx-key");
  return only === undefined || only.toLowerCase() === key.toLowerCase();
}
