import { HoldfastError, NotFound, StatusError } from "../errors/index.js";
import { Tree, type WireNode } from "../diff/index.js";
import type { Rendered } from "../html/index.js";
import { type Broadcast, MESSAGE, type Topic } from "../pubsub/index.js";
import { externalUrl, localPath, parseForm, withinJsonLimits } from "../security/index.js";
import { emit, type EventRefusal } from "../telemetry/index.js";
import { type LiveContext, running } from "./context.js";
import { Redirect, Reply } from "./control.js";
import type { Assigns, BaseAssigns, Flash, Layout, MaybePromise, MountContext, SessionValues, Socket } from "./types.js";
import type { LiveView, OnMount } from "./view.js";

/** Where a page is: its route's parameters, its URL and the action that the route names. */
export interface Location {
  readonly uri: URL;
  readonly params: Readonly<Record<string, unknown>>;
  readonly action: string | undefined;
}

/** What a view needs to begin its life. */
export interface Birth {
  readonly id: string;
  readonly view: LiveView;
  /** The live session's hooks; the view's own run after them. */
  readonly hooks: readonly OnMount<object>[];
  readonly layout: Layout | undefined;
  readonly location: Location;
  readonly session: Readonly<SessionValues>;
  readonly flash: Flash;
  /** What the HTTP request has under a name; undefined when connected. */
  readonly inherited: ((key: string) => unknown) | undefined;
  /** The socket that it lives on; undefined while the HTTP response is made. */
  readonly host: ViewHost | undefined;
}

/** The channel that a connected view lives on. */
export interface ViewHost {
  /** A message without a ref. */
  push(event: string, payload: unknown): void;
  /** The view has crashed: the client is told and joins again. */
  crashed(error: unknown): void;
  /** The view has left for another page. */
  left(): void;
  /** False once the session has ended: no handler starts any more. */
  alive(): boolean;
  /** True while more waits to be sent than the soft limit: a render now would only add to it. */
  congested(): boolean;
  /** More waits in the mailbox than the limit allows. */
  overrun(): void;
}

/** A client's event: whatever it sent, nothing of it looked at yet. */
export interface EventPayload {
  readonly event?: unknown;
  readonly type?: unknown;
  readonly value?: unknown;
  readonly meta?: unknown;
}

/** How long a render waits for a slow reader before it looks again, in milliseconds. */
const RETRY_MS = 100;

type Job = () => MaybePromise<void>;

/** Everything that a view opened and that ends with it. Made when the first is opened: most idle views have none. */
class Belongings {
  readonly subscriptions = new Map<string, () => void>();
  readonly listeners = new Map<string, (message: Broadcast) => void>();
  readonly timers = new Set<NodeJS.Timeout>();
  readonly terminators: (() => void)[] = [];
}

/**
 * A view's life: one mailbox, one message at a time, first in, first out.
 *
 * The same object serves the HTTP request (mount, render, gone) and the socket (mount, then events, messages, timers until
 * it leaves), so that both doors run the same guards in the same order.
 */
export class LiveProcess {
  readonly #birth: Birth;
  readonly #context: LiveContext;
  readonly #assigns: Assigns & BaseAssigns;
  #location: Location;
  #tree: Tree | undefined;
  #queue: Job[] | undefined;
  #busy = false;
  #alive = true;
  #dirty = true;
  #belongings: Belongings | undefined;
  #title: string | undefined;
  #titleSent: string | undefined;
  #pushed: [string, unknown][] | undefined;
  #redirect: Redirect | undefined;
  #patches = 0;
  #waitsForReader = false;
  readonly #socket: ViewSocket;

  constructor(birth: Birth, context: LiveContext) {
    this.#birth = birth;
    this.#context = context;
    this.#location = birth.location;
    this.#assigns = { flash: birth.flash, liveAction: birth.location.action };
    this.#socket = new ViewSocket(this);
  }

  get id(): string {
    return this.#birth.id;
  }
  get view(): LiveView {
    return this.#birth.view;
  }
  get assigns(): Assigns & BaseAssigns {
    return this.#assigns;
  }
  get connected(): boolean {
    return this.#birth.host !== undefined;
  }
  get alive(): boolean {
    return this.#alive;
  }
  get title(): string | undefined {
    return this.#title;
  }
  get flash(): Flash {
    return this.#assigns.flash;
  }
  /** How many subscriptions and timers the view holds. */
  get holds(): number {
    const own = this.#belongings;
    return own === undefined ? 0 : own.subscriptions.size + own.timers.size;
  }

  // ---- mount, patch ----

  /**
   * Hooks, parameters, policy, mount, handleParams: in this order, at both doors.
   *
   * @throws NotFound for parameters that the view's schema refuses; a `StatusError` of 403 if the policy does; what hooks,
   * mount and handleParams throw
   */
  async mount(): Promise<Redirect | undefined> {
    const { view, hooks } = this.#birth;
    const raw = this.#mountContext(this.#location.params);
    // A Set: the hook that both the live session and the view name runs once.
    for (const hook of new Set([...hooks, ...view.hooks])) {
      const result = await hook.run(this.#socket as never, raw);
      if (!this.#alive) return undefined;
      if (result instanceof Redirect) return this.#halt(result);
      if (result) this.assign(result as Assigns);
      if (this.#redirect) return this.#halt(this.#redirect);
    }
    const context = this.#mountContext(await this.#parseParams(this.#location.params));
    await this.#authorizeOrThrow(context);
    if (!this.#alive) return undefined;
    if (view.mount !== undefined) {
      const result = await view.mount(this.#socket as never, context);
      if (result instanceof Redirect) return this.#halt(result);
      if (result) this.assign(result as Assigns);
      if (this.#redirect) return this.#halt(this.#redirect);
    }
    return this.#runHandleParams(context);
  }

  async #runHandleParams(context: MountContext<unknown>): Promise<Redirect | undefined> {
    const { view } = this.#birth;
    if (!this.#alive) return undefined;
    if (view.handleParams !== undefined) {
      const result = await view.handleParams(this.#socket as never, context);
      if (result instanceof Redirect) this.#redirect = result;
    }
    return this.#redirect && this.#halt(this.#redirect);
  }

  /** Moves the view to another URL of its own: the policy again, then handleParams. */
  async patch(location: Location): Promise<Redirect | undefined> {
    const context = this.#mountContextAt(location, await this.#parseParams(location.params));
    await this.#authorizeOrThrow(context);
    if (!this.#alive) return undefined;
    this.#location = location;
    this.assign({ liveAction: location.action });
    return this.#runHandleParams(context);
  }

  #halt(target: Redirect): Redirect {
    this.#redirect = undefined;
    return this.#checked(target);
  }

  /** A redirect whose target a browser reads as we do: a path of this application, or an allowed origin. */
  #checked(target: Redirect): Redirect {
    const to = target.external ? externalUrl(target.to, this.#context.externalOrigins) : localPath(target.to);
    if (to === undefined) {
      throw new HoldfastError("redirect_refused", {
        what: "A redirect leads out of the application.",
        expected: target.external ? "a URL whose origin is in `externalOrigins`" : "a path like /posts/1",
        got: JSON.stringify(target.to.slice(0, 80)),
        fix: target.external
          ? "add the origin to createEndpoint({ externalOrigins })" : 'redirect(url, { external: true }) for another site',
      });
    }
    return new Redirect(target.kind, to, target.external, target.replace);
  }

  async #parseParams(raw: Readonly<Record<string, unknown>>): Promise<unknown> {
    const schema = this.#birth.view.params;
    if (schema === undefined) return raw;
    const result = await schema["~standard"].validate(raw);
    if (result.issues) throw new NotFound(`the parameters of ${this.#birth.view.name} are not valid`);
    return result.value;
  }

  async #authorizeOrThrow(context: MountContext<unknown>): Promise<void> {
    if (!(await this.#authorized(context))) throw new StatusError(403, `the policy of ${this.#birth.view.name} refused`);
  }

  #authorized(context: MountContext<unknown>): MaybePromise<boolean> {
    const { authorize } = this.#birth.view;
    return authorize === "public" ? true : authorize(this.#assigns, context);
  }

  #mountContext<P>(params: P): MountContext<P> {
    return this.#mountContextAt(this.#location, params);
  }

  #mountContextAt<P>(location: Location, params: P): MountContext<P> {
    return { params, session: this.#birth.session, uri: location.uri };
  }

  // ---- rendering ----

  /** The page's template, the live layout around it. */
  render(): Rendered {
    const { view, layout } = this.#birth;
    const rendered = view.render(this.#assigns, view.refs);
    return layout === undefined ? rendered : layout({ ...this.#assigns, inner: rendered });
  }

  /** The join's whole tree. */
  renderFull(): WireNode {
    this.#tree = new Tree();
    const full = this.#tree.full(this.render());
    this.#dirty = false;
    return this.#decorate(full) ?? full;
  }

  /** What changed since the last render, with title and pushed events; undefined if nothing did. */
  renderDiff(): WireNode | undefined {
    let diff: WireNode | undefined;
    if (this.#dirty) {
      diff = this.#tree!.diff(this.render());
      this.#dirty = false;
    }
    return this.#decorate(diff);
  }

  #decorate(diff: WireNode | undefined): WireNode | undefined {
    if (this.#title !== undefined && this.#title !== this.#titleSent) {
      diff ??= {};
      diff["t"] = this.#titleSent = this.#title;
    }
    if (this.#pushed !== undefined) {
      diff ??= {};
      diff["e"] = this.#pushed;
      this.#pushed = undefined;
    }
    return diff;
  }

  // ---- the mailbox ----

  /** Puts a job behind those that wait; runs it at once if none does. */
  enqueue(job: Job, overrun: () => void = () => this.#birth.host?.overrun()): void {
    if (!this.#alive) return;
    if (this.#busy) {
      const queue = (this.#queue ??= []);
      if (queue.length >= this.#context.limits.mailbox) return overrun();
      queue.push(job);
      return;
    }
    this.#busy = true;
    running.run(this, () => this.#work(job));
  }

  #work(first: Job | undefined): void {
    let job = first;
    while (job !== undefined && this.#alive) {
      try {
        const result = job();
        if (result !== undefined && typeof result.then === "function") {
          result.then(() => this.#work(this.#queue?.shift()), (error: unknown) => this.crash(error));
          return;
        }
      } catch (error) {
        return this.crash(error);
      }
      job = this.#queue?.shift();
    }
    this.#queue = undefined;
    this.#busy = false;
  }

  /** Resolves when what waits in the mailbox now has been done, or at once. Should the view end first, it never does. */
  settled(): Promise<void> {
    return new Promise((resolve) => {
      if (!this.#alive || !this.#busy) return resolve();
      (this.#queue ??= []).push(resolve);
    });
  }

  /** A job of the server's own (message, timer): it runs, the view renders, what changed is pushed. */
  enqueueInternal(job: Job): void {
    this.enqueue(() => {
      this.#patches = 0;
      const result = job();
      if (result !== undefined && typeof result.then === "function") return result.then(() => this.#afterInternal());
      return this.#afterInternal();
      // The client did nothing wrong: too many messages end this view, and not its socket.
    }, () => this.crash(new Error(`more than ${this.#context.limits.mailbox} messages wait in the mailbox`)));
  }

  #afterInternal(): MaybePromise<void> {
    if (!this.#alive) return;
    const host = this.#birth.host!;
    const target = this.#redirect;
    if (target !== undefined) return this.#leaveOrPatch(target, (event, payload) => host.push(event, payload));
    // A slow reader: renders coalesce until it has read what there is. One timer, however many messages come.
    if (host.congested()) {
      if (this.#waitsForReader) return;
      this.#waitsForReader = true;
      this.timer(RETRY_MS, () => void (this.#waitsForReader = false), false);
      return;
    }
    const diff = this.renderDiff();
    if (diff !== undefined) host.push("diff", diff);
  }

  /** The way out of a job that redirects without an event to answer. */
  async #leaveOrPatch(target: Redirect, push: (event: string, payload: unknown) => void): Promise<void> {
    const outcome = await this.follow(target);
    if (!this.#alive) return;
    if (outcome !== undefined) {
      push(outcome.event, outcome.payload);
      this.#birth.host!.left();
      return;
    }
    const diff = this.renderDiff();
    if (diff !== undefined) push("diff", diff);
  }

  /**
   * Carries out a redirect: a patch runs handleParams here and gives undefined, anything else gives what to tell the client.
   */
  async follow(target: Redirect): Promise<{ event: "redirect" | "live_redirect"; payload: object } | undefined> {
    this.#redirect = undefined;
    const checked = this.#checked(target);
    if (checked.kind === "patch") {
      if (++this.#patches > this.#context.limits.patchesInARow) {
        throw new HoldfastError("patch_loop", {
          what: `The view "${this.view.name}" patched itself ${this.#patches} times in a row.`,
          expected: `at most ${this.#context.limits.patchesInARow} patches per event`,
          fix: "make handleParams patch only when the parameters differ from what they should be",
        });
      }
      const uri = new URL(checked.to, this.#location.uri);
      const location = this.locate(uri);
      if (location === undefined) {
        throw new HoldfastError("socket_misuse", {
          what: `The view "${this.view.name}" patched to a URL of another view.`, got: JSON.stringify(checked.to),
          fix: "use pushNavigate for another view",
        });
      }
      this.#birth.host?.push("live_patch", { kind: checked.replace ? "replace" : "push", to: checked.to });
      const next = await this.patch(location);
      return next === undefined ? undefined : this.follow(next);
    }
    return { event: checked.kind === "navigate" ? "live_redirect" : "redirect", payload: this.redirectPayload(checked) };
  }

  /** Finds a URL's location if it belongs to this view; set by whoever knows the routes. */
  locate: (uri: URL) => Location | undefined = () => undefined;

  /** A redirect as the client reads it, with the flash sealed for the page that comes. */
  redirectPayload(target: Redirect): object {
    const sealed = sealFlash(this.#context, this.#assigns.flash);
    const flash = sealed === undefined ? {} : { flash: sealed };
    return target.kind === "navigate"
      ? { kind: target.replace ? "replace" : "push", to: target.to, ...flash }
      : { to: target.to, ...flash };
  }

  // ---- events ----

  /**
   * The one gate: session alive, event declared, payload parsed, the view's policy, the event's policy; then the handler.
   *
   * @param answer called exactly once, whatever happens, unless the view crashes
   */
  event({ event: name, type, value, meta }: EventPayload, answer: (response: object) => void): void {
    this.enqueue(() => {
      this.#patches = 0;
      const { host, view } = this.#birth;
      if (!host!.alive()) return this.#refuse(String(name), "session_ended", answer);
      if (name === "lv:clear-flash") return this.#clearFlashEvent(value, answer);
      const event = typeof name === "string" ? view.events.get(name) : undefined;
      if (event === undefined) return this.#refuse(describeEvent(name), "unknown_event", answer);
      const payload = this.#payload(type, value, meta);
      if (payload === undefined) return this.#refuse(name as string, "bad_payload", answer);
      const parsed = event.params === undefined ? payload : event.params["~standard"].validate(payload);
      if (event.params === undefined && view.authorize === "public" && event.authorize === undefined) {
        // Nothing to wait for: most events of public views end in the same tick.
        return this.#handled(name as string, event.handle(this.#socket as never, parsed), answer);
      }
      return this.#gate(name as string, parsed, answer);
    });
  }

  async #gate(name: string, parsed: unknown, answer: (response: object) => void): Promise<void> {
    const { host, view } = this.#birth;
    const event = view.events.get(name)!;
    let params = parsed;
    if (event.params !== undefined) {
      const result = (await parsed) as { issues?: unknown; value?: unknown };
      if (result.issues) return this.#refuse(name, "bad_payload", answer);
      params = result.value;
    }
    const context = this.#mountContext(view.params === undefined ? this.#location.params : await this.#parseParams(this.#location.params));
    if (!(await this.#authorized(context))) return this.#refuse(name, "view_policy", answer);
    if (event.authorize !== undefined && !(await event.authorize(this.#assigns, params))) {
      return this.#refuse(name, "event_policy", answer);
    }
    // Parsing and policies may have waited, and the session may have ended meanwhile.
    if (!host!.alive()) return this.#refuse(name, "session_ended", answer);
    return this.#handled(name, event.handle(this.#socket as never, params), answer);
  }

  #handled(name: string, result: MaybePromise<unknown>, answer: (response: object) => void): MaybePromise<void> {
    if (typeof result === "object" && result !== null && typeof (result as Promise<unknown>).then === "function") {
      return (result as Promise<unknown>).then((value) => this.#afterEvent(name, value, answer));
    }
    return this.#afterEvent(name, result, answer);
  }

  #afterEvent(name: string, result: unknown, answer: (response: object) => void): MaybePromise<void> {
    if (!this.#alive) return;
    emit("holdfast:event:handled", { view: this.view.name, event: name });
    if (result instanceof Redirect) this.#redirect = result;
    if (this.#redirect !== undefined) return this.#answerRedirect(this.#redirect, answer);
    this.#answerDiff(result instanceof Reply ? result : undefined, answer);
  }

  #answerDiff(value: Reply | undefined, answer: (response: object) => void): void {
    let diff = this.renderDiff();
    if (value !== undefined) {
      diff ??= {};
      // At the top of an event's diff `r` is the reply.
      diff["r"] = value.payload;
    }
    answer(diff === undefined ? {} : { diff });
  }

  async #answerRedirect(target: Redirect, answer: (response: object) => void): Promise<void> {
    const outcome = await this.follow(target);
    if (!this.#alive) return;
    if (outcome === undefined) return this.#answerDiff(undefined, answer);
    answer({ [outcome.event]: outcome.payload });
    this.#birth.host!.left();
  }

  /** The client patched its URL itself: a link that patches, or the back button. */
  patchEvent(location: Location, answer: (response: object) => void): void {
    this.enqueue(async () => {
      this.#patches = 0;
      if (!this.#birth.host!.alive()) return this.#refuse("live_patch", "session_ended", answer);
      const target = await this.patch(location);
      if (!this.#alive) return;
      if (target !== undefined) return this.#answerRedirect(target, answer);
      this.#answerDiff(undefined, answer);
    });
  }

  #clearFlashEvent(value: unknown, answer: (response: object) => void): void {
    const key = typeof value === "object" && value !== null && Object.hasOwn(value, "key")
      ? (value as { key: unknown }).key : undefined;
    this.clearFlash(key === "info" || key === "error" ? key : undefined);
    this.#answerDiff(undefined, answer);
  }

  /**
   * A form's fields arrive as one encoded string, what else belongs to the event beside them as `meta`: the field that
   * changed and the form's `phx-value-*`. Every other event is JSON.
   */
  #payload(type: unknown, value: unknown, meta: unknown): unknown {
    const { limits } = this.#context;
    if (type !== "form") return isObject(value) && withinJsonLimits(value, limits) ? value : undefined;
    const fields = typeof value === "string" ? parseForm(value, limits) : undefined;
    if (fields === undefined || !isObject(meta)) return fields;
    if (!withinJsonLimits(meta, limits)) return undefined;
    const { _target: target, ...rest } = meta;
    Object.assign(fields, rest);
    // Its path, as if it were a field of the form: "post[title]" is ["post", "title"].
    if (typeof target === "string") Object.assign(fields, parseForm(`_target=${encodeURIComponent(target.toWellFormed())}`, limits));
    return fields;
  }

  /** An event answered with an error would leave its element locked: it is answered, and nothing more. */
  #refuse(event: string, reason: EventRefusal, answer: (response: object) => void): void {
    const view = this.view.name;
    emit("holdfast:event:refused", { view, event, reason });
    this.#context.log("event refused", { view, event, reason });
    answer({});
  }

  // ---- the end ----

  /** Something threw: this view ends, its client is told and joins again. Nobody else notices. */
  crash(error: unknown): void {
    if (!this.#alive) return this.#context.log("view threw after its end", { view: this.view.name, error });
    const incident = globalThis.crypto.randomUUID();
    emit("holdfast:view:crashed", { view: this.view.name, incident, error });
    this.#context.log("view crashed", { view: this.view.name, incident, error });
    this.end();
    this.#birth.host?.crashed(error);
  }

  /** Frees everything that the view opened. Called once or more, in any state. */
  end(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#queue = undefined;
    const own = this.#belongings;
    this.#belongings = undefined;
    if (own === undefined) return;
    for (const stop of own.subscriptions.values()) stop();
    for (const timer of own.timers) clearTimeout(timer);
    for (const job of own.terminators) this.#terminate(job);
  }

  /** Whoever ends the view, it is the view that its job's stray errors are blamed on. */
  #terminate(job: () => void): void {
    try {
      running.run(this, job);
    } catch (error) {
      this.#context.log("onTerminate threw", { view: this.view.name, error });
    }
  }

  // ---- what the socket does ----

  assign(values: Readonly<Record<string, unknown>>): void {
    Object.assign(this.#assigns, values);
    this.#dirty = true;
  }

  async assignNew<T>(key: string, make: () => MaybePromise<T>): Promise<T> {
    if (Object.hasOwn(this.#assigns, key)) return this.#assigns[key] as T;
    const inherited = this.#birth.inherited?.(key) as T | undefined;
    const value = inherited !== undefined ? inherited : await make();
    this.assign({ [key]: value });
    return value;
  }

  putFlash(kind: keyof Flash, message: string): void {
    this.assign({ flash: { ...this.#assigns.flash, [kind]: message } });
  }

  clearFlash(kind?: keyof Flash): void {
    const { [kind ?? "info"]: _dropped, ...rest } = this.#assigns.flash;
    this.assign({ flash: kind === undefined ? {} : rest });
  }

  setTitle(title: string): void {
    this.#title = title;
  }

  subscribe(topic: string, handler: (message: Broadcast) => MaybePromise<void>): void {
    if (!this.connected || !this.#alive) return;
    const own = (this.#belongings ??= new Belongings());
    own.subscriptions.get(topic)?.();
    const listener = (message: Broadcast): void => this.enqueueInternal(() => handler(message));
    own.listeners.set(topic, listener);
    own.subscriptions.set(topic, this.#context.pubsub.subscribe(topic, listener));
  }

  unsubscribe(topic: string): void {
    this.#belongings?.subscriptions.get(topic)?.();
    this.#belongings?.subscriptions.delete(topic);
    this.#belongings?.listeners.delete(topic);
  }

  broadcastFrom(message: Broadcast): void {
    this.#context.pubsub.publish(message, this.#belongings?.listeners.get(message.topic));
  }

  /** A timer whose job runs in the mailbox. Over HTTP there is no later, so nothing is started. */
  timer(ms: number, job: Job, repeat: boolean): () => void {
    if (!this.connected || !this.#alive) return () => {};
    const own = (this.#belongings ??= new Belongings());
    const fire = (): void => {
      if (!repeat) own.timers.delete(timer);
      this.enqueueInternal(job);
    };
    const timer: NodeJS.Timeout = repeat ? setInterval(fire, ms) : setTimeout(fire, ms);
    own.timers.add(timer);
    return () => {
      clearTimeout(timer);
      own.timers.delete(timer);
    };
  }

  pushEvent(event: string, payload: unknown): void {
    (this.#pushed ??= []).push([event, payload]);
  }

  goTo(target: Redirect): void {
    this.#redirect = target;
  }

  onTerminate(job: () => void): void {
    // The view ended while it opened what the job frees.
    if (!this.#alive) return this.#terminate(job);
    (this.#belongings ??= new Belongings()).terminators.push(job);
  }
}

/** Seals what the flash holds, for 60 seconds; undefined if it holds nothing. */
export function sealFlash(context: LiveContext, flash: Flash): string | undefined {
  return flash.info === undefined && flash.error === undefined
    ? undefined
    : context.keyring.seal("flash", flash, { ttlMs: context.limits.flashMs });
}

/** Opens a sealed flash; empty for anything else. */
export function openFlash(context: LiveContext, token: unknown): Flash {
  const value = context.keyring.open("flash", token)?.value;
  return typeof value === "object" && value !== null ? (value as Flash) : {};
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function describeEvent(name: unknown): string {
  return typeof name === "string" ? name.slice(0, 64) : typeof name;
}

/** The socket as the application sees it: a narrow door to the process. */
class ViewSocket implements Socket<Assigns> {
  readonly #process: LiveProcess;

  constructor(process: LiveProcess) {
    this.#process = process;
  }

  get assigns(): Assigns & BaseAssigns {
    return this.#process.assigns;
  }
  get connected(): boolean {
    return this.#process.connected;
  }
  get id(): string {
    return this.#process.id;
  }
  assign(values: Assigns): void {
    this.#process.assign(values);
  }
  update(key: string, change: (value: never) => unknown): void {
    this.#process.assign({ [key]: change(this.#process.assigns[key] as never) });
  }
  assignNew<T>(key: string, make: () => MaybePromise<T>): Promise<T> {
    return this.#process.assignNew(key, make);
  }
  putFlash(kind: keyof Flash, message: string): void {
    this.#process.putFlash(kind, message);
  }
  clearFlash(kind?: keyof Flash): void {
    this.#process.clearFlash(kind);
  }
  pageTitle(title: string): void {
    this.#process.setTitle(title);
  }
  subscribe(topic: Topic<unknown> | string, handler: (message: never) => MaybePromise<void>): void {
    if (typeof topic === "string") return this.#process.subscribe(topic, handler as (message: Broadcast) => void);
    this.#process.subscribe(topic.name, ({ payload }) => handler(payload as never));
  }
  unsubscribe(topic: Topic<unknown> | string): void {
    this.#process.unsubscribe(typeof topic === "string" ? topic : topic.name);
  }
  broadcastFrom(topic: Topic<unknown> | string, event: unknown, payload?: unknown): void {
    this.#process.broadcastFrom(
      typeof topic === "string" ? { topic, event: String(event), payload } : { topic: topic.name, event: MESSAGE, payload: event },
    );
  }
  send(job: Job): void {
    if (this.connected) this.#process.enqueueInternal(job);
  }
  sendAfter(ms: number, job: Job): () => void {
    return this.#process.timer(ms, job, false);
  }
  sendEvery(ms: number, job: Job): () => void {
    return this.#process.timer(ms, job, true);
  }
  pushEvent(event: string, payload: Readonly<Record<string, unknown>>): void {
    this.#process.pushEvent(event, payload);
  }
  redirect(to: string, options: { external?: boolean } = {}): void {
    this.#process.goTo(new Redirect("redirect", to, options.external ?? false, false));
  }
  pushNavigate(to: string, options: { replace?: boolean } = {}): void {
    this.#process.goTo(new Redirect("navigate", to, false, options.replace ?? false));
  }
  pushPatch(to: string, options: { replace?: boolean } = {}): void {
    this.#process.goTo(new Redirect("patch", to, false, options.replace ?? false));
  }
  onTerminate(job: () => void): void {
    this.#process.onTerminate(job);
  }
}
