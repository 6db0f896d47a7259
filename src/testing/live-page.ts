import { isDeepStrictEqual } from "node:util";
import type { CheerioAPI } from "cheerio";
import { HoldfastError } from "../errors/index.js";
import type { Browser, DeadPage } from "./browser.js";
import { expectation, isDisabled, PageDocument, parse, type Found } from "./document.js";
import { defaultButton, encodeForm, formFields, type FormValues } from "./forms.js";
import { ClientTree, type FrameExtras } from "./rendered.js";
import { DEADLINE_MS, KitSocket, type KitReply, type ServerFrame } from "./wire.js";

/** Where a page was sent. */
export interface PageRedirect {
  /** `redirect` is a full page load, `navigate` stays on the socket. */
  readonly kind: "redirect" | "navigate";
  readonly to: string;
  /** The sealed flash that the next page shall show. */
  readonly flash: string | undefined;
  /** True if it takes the current entry's place in the browser's history. */
  readonly replace: boolean;
}

/** What a raw message may pretend. */
export interface RawOptions {
  /** Default: the page's topic. */
  topic?: string;
  /** Default: the page's join. */
  joinRef?: string | null;
  /** Default: the next one. */
  ref?: string;
}

/** One command of a JS binding. */
type Command = readonly [name: string, args: Readonly<Record<string, unknown>>];

/** How many rounds of messages that cause messages `settle` follows. */
const SETTLE_ROUNDS = 100;

/**
 * A page with its live view, as a user has it before them. Not live if the request was redirected or refused, or has no
 * live view; then `redirected`, `status` and `joinError` say why.
 */
export class LivePage extends PageDocument {
  readonly browser: Browser;
  /** The page as HTTP answered it. */
  readonly dead: DeadPage;
  readonly #tree = new ClientTree();
  readonly #used = new Map<string, Set<string>>();
  #socket: KitSocket | undefined;
  #stopListening: (() => void) | undefined;
  #topic = "";
  #sessionToken = "";
  #staticToken: string | undefined;
  #joinRef = "";
  #joined = false;
  #document: CheerioAPI | undefined;
  #url: URL;
  #title: string | undefined;
  #arrived = 0;
  readonly #watchers = new Set<() => void>();
  /** The last redirect, of either door. */
  redirected: PageRedirect | undefined;
  /** Where the view last patched its URL to by itself. */
  patchedTo: string | undefined;
  /** The events that the server pushed, oldest first. */
  readonly pushed: (readonly [event: string, payload: unknown])[] = [];
  /** Whether the view has crashed since it last joined. */
  crashed = false;
  /** The answer that refused the join. */
  joinError: Readonly<Record<string, unknown>> | undefined;

  constructor(dead: DeadPage) {
    super();
    this.dead = dead;
    this.browser = dead.browser;
    this.#url = new URL(dead.url, dead.browser.origin);
    if (dead.redirectedTo !== undefined) {
      this.redirected = { kind: "redirect", to: dead.redirectedTo, flash: undefined, replace: false };
    }
  }

  // ---- what the page is ----

  /** The HTTP status of its request. */
  get status(): number {
    return this.dead.status;
  }

  /** Whether its view is joined. */
  get live(): boolean {
    return this.#joined;
  }

  /** Set once its socket has closed. */
  get closed(): { readonly code: number; readonly reason: string } | undefined {
    return this.#socket?.closed;
  }

  /** The topic of its view. */
  get topic(): string {
    return this.#topic;
  }

  /** Its socket, for tests of the protocol. */
  get socket(): KitSocket {
    return this.#socket ?? this.#notLive();
  }

  get url(): string {
    return this.#url.pathname + this.#url.search + this.#url.hash;
  }

  override get title(): string {
    return this.#title ?? super.title;
  }

  protected get $(): CheerioAPI {
    if (this.#document === undefined) {
      const document = parse(this.dead.body);
      const inner = this.#tree.toString();
      if (inner !== "") document("[data-phx-main]").first().html(inner);
      this.#document = document;
    }
    return this.#document;
  }

  /** The HTML of what the selector finds; without a selector, of the live view. */
  html(selector?: string): string {
    if (selector === undefined) return this.$("[data-phx-main]").first().html() ?? this.$("body").html() ?? "";
    if (!this.has(selector)) throw this.notFound(selector, "nothing");
    return this.$.html(this.$(selector));
  }

  // ---- what a user does ----

  /**
   * Clicks an element with `phx-click`.
   *
   * @param value sent over what the element's `phx-value-*` give
   * @returns what the handler replied with, undefined if nothing
   * @throws HoldfastError `kit_not_found` if there is not exactly one such element, it is disabled, or nothing is bound
   * @example
   * await page.click("#post-1 .delete");
   */
  async click(selector: string, value: Readonly<Record<string, unknown>> = {}): Promise<unknown> {
    const element = this.#inView(selector);
    return this.#run(this.#binding(element, selector, "phx-click"), (event, extra) => this.#event({
      type: "click", event, value: { ...elementValues(element), ...extra, ...value },
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
    return this.#run(binding, (event, extra) => this.#event({
      type: name?.endsWith("keyup") ? "keyup" : "keydown", event, value: { key, ...elementValues(element), ...extra },
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
    const target = names.at(-1);
    const input = form.find("[phx-change]").filter((_, element) => this.$(element).attr("name") === target);
    const bound = input.length === 1 ? input : form;
    const binding = this.#binding(bound, selector, "phx-change");
    const fields = formFields(this.$, form, selector, values);
    const used = this.#usedFields(selector);
    for (const name of names) used.add(name);
    return this.#run(binding, (event, extra) => this.#event({
      type: "form", event, value: encodeForm(this.$, form, fields, used),
      meta: { _target: target ?? "undefined", ...phxValues(bound), ...extra }, uploads: {},
    }));
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
    return this.#run(binding, (event, extra) => this.#event({
      type: "form", event, value: encodeForm(this.$, form, fields, "all"), meta: { ...phxValues(form), ...extra },
    }));
  }

  /**
   * Fills in a form of the page and submits it over HTTP, as a browser does with a form that has no `phx-submit`, or that
   * the view has told to with `phx-trigger-action`.
   */
  async submitOverHttp(selector: string, values: FormValues = {}): Promise<DeadPage> {
    const form = this.one(selector);
    if (!form.is("form")) throw this.notFound(selector, "an element that is no form");
    return this.browser.submitForm(form, formFields(this.$, form, selector, values, defaultButton(this.$, form)), this.#url);
  }

  /**
   * Follows a link: a patch stays in the view, a navigation joins the next view over the same socket, any other link is a
   * page load. What the next view's guards refuse is loaded over HTTP, as the client does.
   *
   * @returns the page where one arrives; this one for a patch
   * @example
   * const post = await page.follow("a.title");
   */
  async follow(selector: string): Promise<LivePage> {
    const link = this.usable(selector);
    const href = link.attr("href");
    if (href === undefined) throw this.notFound(`${selector}[href]`, "an element without href");
    const kind = link.attr("data-phx-link");
    const url = new URL(href, this.#url);
    if (!this.#joined || kind === undefined || link.closest("[data-phx-main]").length === 0) return this.browser.visit(pathOf(url));
    // A URL of another view cannot be patched to: the client goes there.
    return kind === "patch" && (await this.#patch(url)) ? this : this.navigate(pathOf(url));
  }

  /** Goes to another page of the live session over the same socket, as a link with `data-phx-link="redirect"` does. */
  async navigate(to: string, flash?: string): Promise<LivePage> {
    const socket = this.socket;
    const next = new LivePage(this.dead);
    next.redirected = undefined;
    next.#url = new URL(to, this.#url);
    next.#topic = this.#topic;
    next.#sessionToken = this.#sessionToken;
    next.#staticToken = this.#staticToken;
    this.#joined = false;
    this.#stopListening?.();
    const leave = socket.nextRef();
    void socket.push(this.#joinRef, leave, this.#topic, "phx_leave", {});
    await next.#join(socket, { redirect: next.#url.href, ...(flash !== undefined && { flash }) });
    const reason = next.joinError?.["reason"];
    if (reason === "unauthorized" || reason === "stale" || reason === "reload") {
      this.browser.carryFlash(flash);
      socket.close();
      return this.browser.visit(pathOf(next.#url));
    }
    return next;
  }

  /**
   * Goes where the page was redirected to, with the flash, as the client does by itself.
   *
   * @throws HoldfastError `kit_expectation` if it was not redirected
   * @example
   * await page.submit("#post-form", { title: "Hello" });
   * page.expectRedirect("/posts/1");
   * const post = await page.followRedirect();
   */
  async followRedirect(): Promise<LivePage> {
    const target = this.redirected;
    if (target === undefined) throw expectation("The page was not redirected.", "a redirect", `it is at ${this.url}`);
    if (target.kind === "navigate" && this.#socket !== undefined && this.#socket.closed === undefined) {
      return this.navigate(target.to, target.flash);
    }
    this.browser.carryFlash(target.flash);
    this.close();
    return this.browser.visit(target.to);
  }

  // ---- what only a test does ----

  /**
   * Sends any message on the page's socket and gives its answer, to test what the server makes of messages that its pages
   * never send.
   *
   * @example
   * const { response } = await page.pushRaw("event", { type: "click", event: "deleteAll", value: {} });
   * expect(response).toEqual({});
   */
  async pushRaw(event: string, payload: unknown, options: RawOptions = {}): Promise<KitReply> {
    const socket = this.socket;
    const { topic = this.#topic, joinRef = this.#joinRef, ref = socket.nextRef() } = options;
    return socket.push(joinRef, ref, topic, event, payload);
  }

  /** Sends any text as a frame. */
  sendText(text: string): void {
    this.socket.sendText(text);
  }

  /** The browser leaves the page. */
  close(): void {
    this.#joined = false;
    this.#socket?.close();
  }

  /** Joins again after a crash or a lost socket, at the URL where the page is. */
  async rejoin(): Promise<void> {
    if (this.#topic === "") this.#notLive();
    this.#stopListening?.();
    this.crashed = false;
    this.joinError = undefined;
    if (this.#socket !== undefined && this.#socket.closed === undefined) {
      return this.#join(this.#socket, { url: this.#url.href });
    }
    return this.#openSocket();
  }

  /**
   * Waits until the server has nothing more to send: messages that wait in the view's mailbox are handled, and those that
   * they cause too. It waits for handlers, not for timers.
   */
  async settle(): Promise<void> {
    for (let round = 0; round < SETTLE_ROUNDS; round++) {
      const before = this.#arrived;
      await turn();
      await this.#barrier();
      await turn();
      if (this.#arrived === before && (this.#socket?.pending ?? 0) === 0) return;
    }
    throw expectation("The page does not settle.", `at most ${SETTLE_ROUNDS} rounds of messages`, "a view that never stops sending");
  }

  /**
   * Waits until the page has what the selector finds, or the condition is true. It is tried again with every message.
   *
   * @param options timeoutMs: when to give up, in milliseconds; default 2000
   * @throws HoldfastError `kit_expectation`
   * @example
   * await page.waitFor("#result");
   * await page.waitFor(() => page.count("li") === 3);
   */
  async waitFor(condition: string | (() => boolean), { timeoutMs = DEADLINE_MS }: { timeoutMs?: number } = {}): Promise<void> {
    const holds = typeof condition === "string" ? () => this.has(condition) : condition;
    if (holds()) return;
    await new Promise<void>((resolve, reject) => {
      const end = (error?: unknown): void => {
        clearTimeout(timer);
        this.#watchers.delete(check);
        if (error === undefined) resolve();
        else reject(error);
      };
      const check = (): void => {
        try {
          if (holds()) end();
        } catch (error) {
          end(error);
        }
      };
      const timer = setTimeout(() => end(expectation(
        `The page did not come to what was waited for within ${timeoutMs} ms.`,
        typeof condition === "string" ? condition : condition.toString(), this.html().slice(0, 1500),
      )), timeoutMs);
      this.#watchers.add(check);
    });
  }

  // ---- expectations ----

  /** Expects that the page was redirected there, over HTTP or by its view. */
  expectRedirect(to: string): void {
    if (this.redirected?.to !== to) {
      throw expectation("The page was not redirected there.", to, this.redirected?.to ?? `it is at ${this.url}, status ${this.status}`);
    }
  }

  /** Expects that the view patched its URL to this one. */
  expectPatch(to: string): void {
    if (this.patchedTo !== to) throw expectation("The view did not patch its URL to this one.", to, this.patchedTo ?? "no patch");
  }

  /** Expects that the server pushed an event; with a payload, that it was deeply equal. */
  expectPush(event: string, payload?: unknown): void {
    const found = this.pushed.some(([name, value]) => name === event && (payload === undefined || isDeepStrictEqual(value, payload)));
    if (!found) throw expectation("The server did not push this event.", JSON.stringify([event, payload]), JSON.stringify(this.pushed));
  }

  /** Expects that its view is joined. */
  expectLive(): void {
    if (!this.#joined) this.#notLive();
  }

  // ---- connecting ----

  /** Connects, if there is a live view. */
  async start(): Promise<void> {
    const main = this.$("[data-phx-main]").first();
    const id = main.attr("id");
    const session = main.attr("data-phx-session");
    if (id === undefined || session === undefined) return;
    this.#topic = `lv:${id}`;
    this.#sessionToken = session;
    this.#staticToken = main.attr("data-phx-static");
    await this.#openSocket();
  }

  async #openSocket(): Promise<void> {
    const socket = await this.browser.handshake({ csrfToken: this.#csrfToken() });
    if (socket instanceof KitSocket) return this.#join(socket, { url: this.#url.href });
    this.joinError = { reason: "handshake refused", status: socket.status };
  }

  #csrfToken(): string {
    return this.dead.csrfToken ?? "";
  }

  async #join(socket: KitSocket, how: Readonly<Record<string, unknown>>): Promise<void> {
    this.#socket = socket;
    const ref = socket.nextRef();
    this.#joinRef = ref;
    this.#stopListening = socket.listen((frame) => this.#take(frame));
    const answer = await socket.push(ref, ref, this.#topic, "phx_join", {
      ...how, params: { _csrf_token: this.#csrfToken(), _mounts: 0, _mount_attempts: 0 },
      session: this.#sessionToken, static: this.#staticToken ?? null,
    });
    if (answer.status === "ok") return;
    this.joinError = answer.status === "error" ? answer.response : { reason: answer.status };
    this.crashed = answer.response["reason"] === "join crashed" || answer.status === "crashed";
  }

  // ---- what the server sends ----

  #take(frame: ServerFrame | undefined): void {
    this.#arrived++;
    if (frame === undefined) this.#joined = false;
    else if (frame.topic === this.#topic && (frame.joinRef === this.#joinRef || frame.joinRef === null)) this.#takeOwn(frame);
    for (const check of [...this.#watchers]) check();
  }

  #takeOwn({ ref, event, payload }: ServerFrame): void {
    switch (event) {
      case "phx_reply":
        return this.#takeReply(ref, payload["status"] === "ok", payload["response"] as Readonly<Record<string, unknown>>);
      case "diff":
        return this.#changed(this.#tree.merge(payload));
      case "live_patch":
        return this.#takePatch(payload);
      case "redirect":
      case "live_redirect":
        return this.#takeRedirects({ [event]: payload });
      case "phx_error":
        this.crashed = true;
        this.#joined = false;
        return;
      case "phx_close":
        this.#joined = false;
    }
  }

  #takeReply(ref: string | null, ok: boolean, response: Readonly<Record<string, unknown>>): void {
    // Taken when it arrives and not when its sender looks: the diffs behind it build on it.
    if (ok && ref === this.#joinRef) {
      this.#joined = true;
      this.#changed(this.#tree.join(response["rendered"]));
      if (response["live_patch"] !== undefined) this.#takePatch(response["live_patch"] as Record<string, unknown>);
    } else if (ok && response["diff"] !== undefined) {
      this.#changed(this.#tree.merge(response["diff"]));
    }
    this.#takeRedirects(response);
  }

  #changed({ title, events }: FrameExtras): void {
    if (title !== undefined) this.#title = title;
    this.pushed.push(...events);
    this.#document = undefined;
  }

  #takePatch({ to }: Readonly<Record<string, unknown>>): void {
    if (typeof to !== "string") return;
    this.patchedTo = to;
    this.#url = new URL(to, this.#url);
  }

  #takeRedirects(response: Readonly<Record<string, unknown>>): void {
    for (const [key, kind] of [["redirect", "redirect"], ["live_redirect", "navigate"]] as const) {
      const target = response[key] as Readonly<Record<string, unknown>> | undefined;
      if (typeof target?.["to"] !== "string") continue;
      const { to, flash } = target;
      this.redirected = {
        kind, to, flash: typeof flash === "string" ? flash : undefined, replace: target["kind"] === "replace",
      };
    }
  }

  // ---- acting ----

  async #event(payload: Readonly<Record<string, unknown>>): Promise<unknown> {
    const { response } = await this.pushRaw("event", payload);
    const diff = response["diff"] as Readonly<Record<string, unknown>> | undefined;
    return diff?.["r"];
  }

  /** Patches the URL from this side; false if it belongs to another view. */
  async #patch(url: URL): Promise<boolean> {
    const before = this.#url;
    // Before the answer: if handleParams goes on to another URL, that one counts.
    this.#url = url;
    const { response } = await this.pushRaw("live_patch", { url: url.href });
    if (response["link_redirect"] !== true) return true;
    this.#url = before;
    return false;
  }

  /** Runs a binding: an event's name, or a list of commands of which the kit does those that reach the server. */
  async #run(binding: string, push: (event: string, extra: object) => Promise<unknown>): Promise<unknown> {
    if (!binding.startsWith("[")) return push(binding, {});
    let reply: unknown;
    for (const [name, args] of JSON.parse(binding) as Command[]) {
      if (name === "push") reply = await push(String(args["event"]), (args["value"] as object | undefined) ?? {});
      const href = String(args["href"]);
      if (name === "navigate" || (name === "patch" && !(await this.#patch(new URL(href, this.#url))))) {
        this.redirected = { kind: "navigate", to: href, flash: undefined, replace: args["replace"] === true };
      }
    }
    return reply;
  }

  #inView(selector: string): Found {
    this.expectLive();
    const element = this.usable(selector);
    if (element.closest("[data-phx-main]").length > 0) return element;
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

  /** Resolves when the view has done what waited in its mailbox, or has ended. */
  async #barrier(): Promise<void> {
    const socket = this.#socket;
    if (socket === undefined || !this.#joined) return;
    let ended: (() => void) | undefined;
    const gone = new Promise<void>((resolve) => {
      ended = () => {
        if (!this.#joined) resolve();
      };
      this.#watchers.add(ended);
    });
    await Promise.race([socket.settled(this.#topic), gone]);
    this.#watchers.delete(ended!);
  }

  #notLive(): never {
    const { redirected, joinError, crashed, closed } = this;
    throw expectation(
      `The page ${this.url} is not live.`, "a page whose view is joined",
      JSON.stringify({ status: this.status, redirected: redirected?.to, joinError, crashed, closed }),
    );
  }
}

/** What an element sends with its event, as the client gathers it. */
function elementValues(element: Found): Record<string, unknown> {
  const values = phxValues(element);
  if (element.is("button, input, select, textarea, option")) {
    const checkable = element.is("[type=checkbox], [type=radio]");
    if (!checkable) values["value"] = element.attr("value") ?? "";
    else if (element.attr("checked") !== undefined) values["value"] = element.attr("value") ?? "on";
  }
  // In the DOM a list item has a value too: its number.
  if (element.is("li")) values["value"] = Number(element.attr("value") ?? 0);
  return values;
}

function phxValues(element: Found): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(element.attr() ?? {})) {
    if (name.startsWith("phx-value-")) values[name.slice("phx-value-".length)] = value;
  }
  return values;
}

function pathOf(url: URL): string {
  return url.pathname + url.search + url.hash;
}

/** Lets everything run that is ready to. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
