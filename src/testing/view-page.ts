import { isDeepStrictEqual } from "node:util";
import { HoldfastError } from "../errors/index.js";
import { elementValues, phxValues } from "./bindings.js";
import { runBinding, sendEvent, type Push } from "./commands.js";
import { expectation, isDisabled, PageDocument, shows, squash } from "./document.js";
import { defaultButton, encodeForm, formFields, type FormValues } from "./forms.js";
import type { LiveClient } from "./live-client.js";
import type { Found } from "./parser.js";
import { hookTargets, ownerOf, type Target } from "./targets.js";
import type { KitView, PageRedirect } from "./view.js";
import { DEADLINE_MS, type KitReply, type KitSocket } from "./wire.js";

/** What a raw message may pretend. */
export interface RawOptions {
  /** Default: the view's topic. */
  topic?: string;
  /** Default: the view's join. */
  joinRef?: string | null;
  /** Default: the next one. */
  ref?: string;
}

/** Where a hook's event comes from and goes to. */
export interface HookOptions {
  /** The hook's element: the event goes to the view that it is in. Default: this view. */
  from?: string;
  /** What the hook gives `pushEventTo`: a selector, or the number of a component. Default: the view, as `pushEvent`. */
  to?: string | number;
}

/** How long to wait. */
export interface WaitOptions {
  /** When to give up, in milliseconds. Default 2000. */
  timeoutMs?: number;
}

type Values = Readonly<Record<string, unknown>>;

/** What a user and a test do with a live view: with the page's own, or with one that is nested in it. */
export abstract class ViewPage extends PageDocument {
  readonly #used = new Map<string, Set<string>>();

  protected abstract get client(): LiveClient | undefined;
  protected abstract get view(): KitView | undefined;
  /** Says why there is no live view. */
  protected abstract notLive(): never;

  // ---- what the view is ----

  /** Whether it is joined. */
  get live(): boolean {
    return this.view?.joined ?? false;
  }

  /** Set once its socket has closed. */
  get closed(): { readonly code: number; readonly reason: string } | undefined {
    return this.client?.socket?.closed;
  }

  get topic(): string {
    return this.view?.topic ?? "";
  }

  /** Its socket, for tests of the protocol. */
  get socket(): KitSocket {
    return this.client?.socket ?? this.notLive();
  }

  /** Whether it has crashed since it last joined. */
  get crashed(): boolean {
    return this.view?.crashed ?? false;
  }

  /** The answer that refused the join. */
  get joinError(): Values | undefined {
    return this.view?.joinError;
  }

  /** The last redirect. */
  get redirected(): PageRedirect | undefined {
    return this.view?.redirected;
  }

  /** The events that the server pushed, oldest first. */
  get pushed(): readonly (readonly [event: string, payload: unknown])[] {
    return this.view?.pushed ?? [];
  }

  // ---- what a user does ----

  /**
   * Clicks an element with `phx-click`. The event goes where the client sends it: to the view or the component that
   * `phx-target` names, or else to the view that the element is in.
   *
   * @param value sent over what the element's `phx-value-*` give
   * @returns what the handler replied with, undefined if nothing
   * @throws HoldfastError `kit_not_found` if there is not exactly one such element, it is disabled, or nothing is bound
   * @example
   * await page.click("#post-1 .delete");
   */
  async click(selector: string, value: Values = {}): Promise<unknown> {
    const element = this.#inView(selector);
    return this.#run(this.#binding(element, selector, "phx-click"), element, (event, extra, target, source) => this.#event(target, {
      type: "click", event, value: { ...elementValues(source), ...extra, ...value },
    }));
  }

  /**
   * Presses a key where `phx-keydown` or `phx-window-keydown` listens, `phx-key` respected.
   *
   * @example
   * await page.press("[phx-window-keydown]", "Escape");
   */
  async press(selector: string, key: string): Promise<unknown> {
    const element = this.#inView(selector);
    const name = ["phx-keydown", "phx-window-keydown", "phx-keyup", "phx-window-keyup"].find((one) => element.attr(one) !== undefined);
    const binding = this.#binding(element, selector, name ?? "phx-keydown");
    const only = element.attr("phx-key");
    if (only !== undefined && only.toLowerCase() !== key.toLowerCase()) {
      throw this.notFound(`${selector}[phx-key=${key}]`, `an element that listens to ${only}`);
    }
    return this.#run(binding, element, (event, extra, target, source) => this.#event(target, {
      type: name?.endsWith("keyup") ? "keyup" : "keydown", event,
      value: { ...(source === element && { key }), ...elementValues(source), ...extra },
    }));
  }

  /**
   * Enters values into a form, which sends its `phx-change`.
   *
   * @param values by field name; the last one is the `_target`
   * @throws HoldfastError `kit_not_found` also for what a user could not enter
   * @example
   * await page.change("#post-form", { title: "Hello" });
   */
  async change(selector: string, values: FormValues): Promise<unknown> {
    const form = this.#form(selector);
    const names = Object.keys(values);
    const field = names.at(-1);
    const input = form.find("[phx-change]").filter((_, element) => this.$(element).attr("name") === field);
    const bound = input.length === 1 ? input : form;
    const binding = this.#binding(bound, selector, "phx-change");
    // An input that has a binding of its own sends itself alone.
    const fields = formFields(this.$, form, selector, values).filter(([name]) => bound === form || name === field);
    const used = this.#usedFields(selector);
    for (const name of names) used.add(name);
    return this.#run(binding, bound, (event, extra, target) => this.#event(target, {
      type: "form", event, value: encodeForm(this.$, form, fields, used),
      meta: { _target: field ?? "undefined", ...phxValues(form), ...extra }, uploads: {},
    }), form);
  }

  /**
   * Fills in a form and submits it, which sends its `phx-submit`.
   *
   * @param options submitter: the button to submit with; default: the form's first
   * @example
   * await page.submit("#post-form", { title: "Hello" });
   */
  async submit(selector: string, values: FormValues = {}, options: { submitter?: string } = {}): Promise<unknown> {
    const form = this.#form(selector);
    const binding = this.#binding(form, selector, "phx-submit");
    const button = options.submitter === undefined ? defaultButton(this.$, form) : this.usable(options.submitter);
    if (button !== undefined && isDisabled(button)) {
      throw new HoldfastError("kit_not_found", {
        what: `"${selector}" cannot be submitted: its button is disabled.`, expected: "a button that a user can press",
        got: this.$.html(button).slice(0, 200), fix: "make the form valid first; to send it all the same, use pushRaw",
      });
    }
    const fields = formFields(this.$, form, selector, values, button);
    return this.#run(binding, form, (event, extra, target) => this.#event(target, {
      type: "form", event, value: encodeForm(this.$, form, fields, "all"), meta: { ...phxValues(form), ...extra },
    }));
  }

  /**
   * Pushes an event as a client hook does with `pushEvent`, or with `pushEventTo` if there is a target.
   *
   * @returns what the handler replied with, undefined if nothing
   * @throws HoldfastError `kit_not_found` if the hook's element or the target is not on the page
   * @example
   * await page.renderHook("chartClicked", { x: 3 });
   * await page.renderHook("moved", { id: 7 }, { from: "#board", to: "#column-2" });
   */
  async renderHook(event: string, payload: unknown = {}, { from, to }: HookOptions = {}): Promise<unknown> {
    this.expectLive();
    const view = from === undefined ? this.view! : ownerOf(this.client!, this.one(from));
    let reply: unknown;
    for (const target of hookTargets(this.client!, view, to)) {
      reply = await this.#event(target, { type: "hook", event, value: payload });
    }
    return reply;
  }

  // ---- what only a test does ----

  /**
   * Sends any message on the view's topic and gives its answer, to test what the server makes of messages that its pages
   * never send.
   *
   * @example
   * const { response } = await page.pushRaw("event", { type: "click", event: "deleteAll", value: {} });
   * expect(response).toEqual({});
   */
  async pushRaw(event: string, payload: unknown, options: RawOptions = {}): Promise<KitReply> {
    const { socket } = this;
    const { topic = this.topic, joinRef = this.view?.joinRef ?? null, ref = socket.nextRef() } = options;
    const answer = await socket.push(joinRef, ref, topic, event, payload);
    await this.client?.quiet();
    return answer;
  }

  /** Joins again after a crash or a lost socket, at the URL where the page is. */
  async rejoin(): Promise<void> {
    if (this.view === undefined) this.notLive();
    await this.client!.rejoin(this.view);
  }

  /**
   * Waits until the server has nothing more to send to any view of the page: messages that wait in their mailboxes are
   * handled, and those that they cause too. It waits for handlers, not for timers.
   */
  async settle(): Promise<void> {
    await this.client?.settle();
  }

  /**
   * Waits until the page has what the selector finds, or the condition is true. It is tried again with every message.
   *
   * @throws HoldfastError `kit_expectation`
   * @example
   * await page.waitFor("#result");
   * await page.waitFor(() => page.count("li") === 3);
   */
  async waitFor(condition: string | (() => boolean), { timeoutMs = DEADLINE_MS }: WaitOptions = {}): Promise<void> {
    const holds = typeof condition === "string" ? () => this.has(condition) : condition;
    await this.#until(holds, typeof condition === "string" ? condition : condition.toString(), timeoutMs);
  }

  /**
   * Waits until what the selector finds shows a text.
   *
   * @throws HoldfastError `kit_expectation`
   * @example
   * await page.waitForText("#report", "42 visitors");
   */
  async waitForText(selector: string, text: string | RegExp, { timeoutMs = DEADLINE_MS }: WaitOptions = {}): Promise<void> {
    const holds = (): boolean => this.has(selector) && shows(squash(this.text(selector)), text);
    await this.#until(holds, `${String(text)} in ${selector}`, timeoutMs);
  }

  async #until(holds: () => boolean, expected: string, timeoutMs: number): Promise<void> {
    const failed = (): Error => expectation(
      `The page did not come to what was waited for within ${timeoutMs} ms.`, expected, this.html().slice(0, 1500),
    );
    if (this.client !== undefined) return this.client.until(holds, timeoutMs, failed);
    if (!holds()) throw failed();
  }

  // ---- expectations ----

  /** Expects that the server pushed an event; with a payload, that it was deeply equal. */
  expectPush(event: string, payload?: unknown): void {
    const found = this.pushed.some(([name, value]) => name === event && (payload === undefined || isDeepStrictEqual(value, payload)));
    if (!found) throw expectation("The server did not push this event.", JSON.stringify([event, payload]), JSON.stringify(this.pushed));
  }

  /** Expects that the view is joined. */
  expectLive(): void {
    if (!this.live) this.notLive();
  }

  // ---- acting ----

  /** Patches the page's URL from this side; false if it belongs to another view. */
  protected patch(href: string): Promise<boolean> {
    return this.client!.patch(href);
  }

  async #event(target: Target, payload: Values): Promise<unknown> {
    const reply = await sendEvent(target, payload);
    await this.client!.quiet();
    return reply;
  }

  #run(binding: string, bound: Found, push: Push, form?: Found): Promise<unknown> {
    return runBinding(this.client!, binding, bound, push, form);
  }

  #inView(selector: string): Found {
    this.expectLive();
    const element = this.usable(selector);
    if (element.closest("[data-phx-session], [data-phx-teleported]").length > 0) return element;
    throw new HoldfastError("kit_not_found", {
      what: `"${selector}" is outside of the live view.`, expected: "an element that the view renders",
      got: "an element of the root layout, which the client does not listen to", fix: "put it into the live layout",
    });
  }

  #form(selector: string): Found {
    const form = this.#inView(selector);
    if (!form.is("form")) throw this.notFound(selector, "an element that is no form");
    return form;
  }

  #binding(element: Found, selector: string, name: string): string {
    const binding = element.attr(name);
    if (binding !== undefined && binding !== "") return binding;
    throw new HoldfastError("kit_not_found", {
      what: `"${selector}" has no ${name}.`, expected: `<… ${name}=\${on.event}>`, got: this.$.html(element).slice(0, 300),
      fix: "act on the element that has the binding; a selector must name it and not what is inside it",
    });
  }

  #usedFields(selector: string): Set<string> {
    const used = this.#used.get(selector) ?? new Set<string>();
    this.#used.set(selector, used);
    return used;
  }
}
