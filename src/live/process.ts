import { HoldfastError, NotFound, StatusError } from "../errors/index.js";
import { Tree, type Residents, type WireNode } from "../diff/index.js";
import { renderToString, type ComponentCall, type Embedder, type Rendered, type ViewCall } from "../html/index.js";
import { externalUrl, localPath } from "../security/index.js";
import { emit, type EventRefusal } from "../telemetry/index.js";
import type { Birth, Location, ViewHost } from "./birth.js";
import { Children } from "./children.js";
import type { ComponentKind } from "./component.js";
import { ComponentInstance, ComponentTable, endless, MAX_ROUNDS, present, type Caller } from "./component-table.js";
import type { LiveContext } from "./context.js";
import { Redirect, Reply } from "./control.js";
import { sealFlash } from "./flash.js";
import { andThen, isPromise } from "./maybe-promise.js";
import { readPayload, type EventPayload } from "./payload.js";
import { running } from "./running.js";
import { Scope, type Home, type Job } from "./scope.js";
import { ScopeSocket } from "./socket.js";
import { templateOf } from "./template-of.js";
import type {
  Assigns, BaseAssigns, EventDefinition, Flash, Layout, MaybePromise, MountContext, NavigationType, Socket,
} from "./types.js";
import type { LiveView } from "./view.js";

/** How long a render waits for a slow reader before it looks again, in milliseconds. */
const RETRY_MS = 100;

/** A view or a component, as the gate sees it. */
interface EventTarget extends Scope {
  readonly events: ReadonlyMap<string, EventDefinition<object, unknown>>;
  readonly socket: Socket<Assigns>;
}

/**
 * A view's life: one mailbox, one message at a time, first in, first out.
 *
 * The same object serves the HTTP request (mount, render, gone) and the socket (mount, then events, messages, timers until
 * it leaves), so that both doors run the same guards in the same order.
 */
export class LiveProcess extends Scope implements Home, Residents, Embedder, Caller {
  readonly context: LiveContext;
  readonly assigns: Assigns & BaseAssigns;
  readonly socket: Socket<Assigns>;
  renders = 0;
  readonly #birth: Birth;
  readonly #host: ViewHost | undefined;
  #location: Location;
  #layout: Layout | undefined;
  #tree: Tree | undefined;
  #components: ComponentTable | undefined;
  #children: Children | undefined;
  #queue: Job[] | undefined;
  #busy = false;
  #alive = true;
  #rendering = false;
  #title: string | undefined;
  #titleSent: string | undefined;
  #pushed: [string, unknown][] | undefined;
  #redirect: Redirect | undefined;
  #patches = 0;
  #streams = 0;
  #waitsForReader = false;
  /** Renders in a row that left something to render. */
  #again = 0;

  /** @param host the socket that it lives on; undefined while the HTTP response is made */
  constructor(birth: Birth, context: LiveContext, host?: ViewHost) {
    super();
    this.#birth = birth;
    this.#host = host;
    this.context = context;
    this.#location = birth.location;
    this.#layout = birth.layout;
    this.assigns = { flash: birth.flash, liveAction: birth.location.action };
    this.socket = new ScopeSocket(this, this);
  }

  get home(): Home {
    return this;
  }
  get name(): string {
    return this.view.name;
  }
  get events(): LiveView["events"] {
    return this.view.events;
  }
  get birth(): Birth {
    return this.#birth;
  }
  get host(): ViewHost | undefined {
    return this.#host;
  }
  get location(): Location {
    return this.#location;
  }
  get id(): string {
    return this.#birth.id;
  }
  get view(): LiveView {
    return this.#birth.view;
  }
  get connected(): boolean {
    return this.#host !== undefined;
  }
  get alive(): boolean {
    return this.#alive;
  }
  get mayRun(): boolean {
    return this.#alive && (this.#host?.alive() ?? true);
  }
  get title(): string | undefined {
    return this.#title;
  }
  get flash(): Flash {
    return this.assigns.flash;
  }
  override get holds(): number {
    return super.holds + (this.#components?.holds ?? 0);
  }

  // ---- mount, patch ----

  /**
   * Hooks, parameters, policy, mount, handleParams: in this order, at both doors. Each mount comes this way twice, so what
   * is there is not awaited.
   *
   * @throws NotFound for parameters that the view's schema refuses; a `StatusError` of 403 if the policy does; what hooks,
   * mount and handleParams throw
   */
  async mount(): Promise<Redirect | undefined> {
    const { view, hooks } = this.#birth;
    const raw = this.#mountContext(this.#location.params);
    // A Set: the hook that both the live session and the view name runs once.
    for (const hook of new Set([...hooks, ...view.hooks])) {
      const ran = hook.run(this.socket as never, raw);
      const result = isPromise(ran) ? await ran : ran;
      if (!this.mayRun) return undefined;
      if (result instanceof Redirect) return this.#halt(result);
      if (result) this.assign(result as Assigns);
      if (this.#redirect) return this.#halt(this.#redirect);
    }
    const context = view.params === undefined ? raw : { ...raw, params: await this.#parseParams(raw.params) };
    if (view.authorize !== "public") await this.#authorizeOrThrow(context);
    if (!this.mayRun) return undefined;
    if (view.mount !== undefined) {
      const mounted = view.mount(this.socket as never, context);
      const result = isPromise(mounted) ? await mounted : mounted;
      if (result instanceof Redirect) return this.#halt(result);
      if (result) this.assign(result as Assigns);
      if (this.#redirect) return this.#halt(this.#redirect);
    }
    return this.#runHandleParams(context);
  }

  #runHandleParams(context: MountContext<unknown>): MaybePromise<Redirect | undefined> {
    const { view, routes } = this.#birth;
    if (!this.mayRun) return undefined;
    if (view.handleParams !== undefined && routes === undefined) {
      throw new HoldfastError("view_definition_invalid", {
        what: `The nested view "${view.name}" has handleParams.`, expected: "a view without: a nested view has no URL of its own",
        fix: "take what the parent gives it in mount, from params",
      });
    }
    const handled = this.hooked("handleParams", [context as MountContext], () => view.handleParams?.(this.socket as never, context));
    return andThen(handled, (result) => {
      if (result instanceof Redirect) this.#redirect = result;
      return this.#redirect && this.#halt(this.#redirect);
    });
  }

  /** Moves the view to another URL of its own: the policy again, then handleParams. */
  async patch(location: Location): Promise<Redirect | undefined> {
    const context = this.#mountContextAt(location, await this.#parseParams(location.params));
    await this.#authorizeOrThrow(context);
    if (!this.mayRun) return undefined;
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
    const to = target.external ? externalUrl(target.to, this.context.externalOrigins) : localPath(target.to);
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
    return authorize === "public" ? true : authorize(this.assigns, context);
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
    const { view } = this.#birth;
    const rendered = templateOf(view.render(this.assigns, view.refs), `view "${view.name}"`);
    if (this.#layout === undefined) return rendered;
    return templateOf(this.#layout({ ...this.assigns, inner: rendered }), `live layout around the view "${view.name}"`);
  }

  /** The first response's HTML, with components and nested views; a redirect if a nested view wants one. */
  renderHtml(): MaybePromise<string | Redirect> {
    this.#rendering = true;
    return this.#writtenHtml(this.render(), 1);
  }

  #writtenHtml(rendered: Rendered, pass: number): MaybePromise<string | Redirect> {
    const html = renderToString(rendered, this);
    if (this.#components?.waiting || this.#children?.waiting) return this.#writtenAgain(rendered, pass);
    this.flushed();
    this.afterRender();
    return html;
  }

  /** What is called for the first time has nothing to show yet: it is mounted, and the page written once more. */
  async #writtenAgain(rendered: Rendered, pass: number): Promise<string | Redirect> {
    if (pass >= MAX_ROUNDS) throw endless(this.name);
    await this.#components?.settlePages();
    return (await this.#children?.settlePages()) ?? this.#writtenHtml(rendered, pass + 1);
  }

  /** The join's whole tree. */
  renderFull(): MaybePromise<WireNode> {
    const tree = (this.#tree = new Tree(this));
    return andThen(this.#rendered(() => tree.full(this.render())), (whole) => whole!);
  }

  /** What changed since the last render, with title and pushed events; undefined if nothing did. */
  renderDiff(): MaybePromise<WireNode | undefined> {
    return this.#rendered((dirty) => (dirty ? this.#tree!.diff(this.render()) : undefined));
  }

  /** The view's own part and then its components', which may have to wait for what they load. */
  #rendered(own: (dirty: boolean) => WireNode | undefined): MaybePromise<WireNode | undefined> {
    const { dirty } = this;
    this.dirty = false;
    this.#rendering = true;
    if (dirty) this.renders++;
    const diff = own(dirty);
    if (dirty) this.flushed();
    if (!this.#components?.waiting) return this.#renderedAll(diff, dirty);
    return this.#components.settle().then((components) => {
      if (!this.#alive) return undefined;
      return this.#renderedAll(components === undefined ? diff : { ...diff, c: components }, dirty);
    });
  }

  #renderedAll(diff: WireNode | undefined, viewToo: boolean): WireNode | undefined {
    this.#rendering = false;
    this.#children?.rendered();
    if (viewToo) this.afterRender();
    // What its components changed in the view itself is seen in a render of its own.
    if (!this.dirty) this.#again = 0;
    else if (++this.#again > MAX_ROUNDS) throw endless(this.name);
    else this.send(() => undefined);
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

  // ---- components and nested views ----

  componentNumber(call: ComponentCall, streamed: boolean): number {
    return this.#table().call(call, streamed).cid;
  }
  componentHtml(call: ComponentCall): string {
    return this.#table().html(call, this);
  }
  #table(): ComponentTable {
    return (this.#components ??= new ComponentTable(this, (scope) => new ScopeSocket(this, scope)));
  }

  repeat(): void {
    this.#components?.repeat();
    this.#children?.repeat();
  }
  renewed(): void {
    this.#components?.renewed();
  }

  viewElement(call: ViewCall, streamed: boolean): string {
    return this.#nested().container(call, streamed, this.#components?.caller ?? this);
  }
  viewHtml(call: ViewCall): string {
    return this.#nested().html(call);
  }
  #nested(): Children {
    return (this.#children ??= new Children(this, (birth) => new LiveProcess(birth, this.context)));
  }

  /** What this view says of a nested view: undefined unless its page holds it. */
  child(id: string): ViewCall | undefined {
    return this.#children?.call(id);
  }

  sendUpdate(kind: ComponentKind, props: Readonly<Record<string, unknown>>): void {
    if (this.connected) this.enqueueInternal(() => this.#components?.send(kind, props));
  }

  /** The client says that components will leave its page, and then that they have left. */
  componentsLeaving(cids: readonly unknown[], answer: (response: object) => void): void {
    this.enqueue(() => {
      this.#components?.willDestroy(cids);
      answer({});
    });
  }
  componentsLeft(cids: readonly unknown[], answer: (response: object) => void): void {
    this.enqueue(() => answer({ cids: this.#components?.destroyed(cids) ?? [] }));
  }

  nextStreamRef(): string {
    return String(this.#streams++);
  }

  // ---- the mailbox ----

  /** Puts a job behind those that wait; runs it at once if none does. */
  enqueue(job: Job, overrun: () => void = () => this.#host?.overrun()): void {
    if (!this.#alive) return;
    if (this.#busy) {
      const queue = (this.#queue ??= []);
      if (queue.length >= this.context.limits.mailbox) return overrun();
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
      return andThen(job(), () => this.#afterInternal());
      // The client did nothing wrong: too many messages end this view, and not its socket.
    }, () => this.crash(new Error(`more than ${this.context.limits.mailbox} messages wait in the mailbox`)));
  }

  #afterInternal(): MaybePromise<void> {
    if (!this.#alive) return;
    const host = this.#host!;
    const target = this.#redirect;
    if (target !== undefined) return this.#leaveOrPatch(target, (event, payload) => host.push(event, payload));
    // A slow reader: renders coalesce until it has read what there is. One timer, however many messages come.
    if (host.congested()) {
      // What cannot coalesce is counted: a stream's items, and events for the client.
      if (this.#backlog() > this.context.limits.outgoingItems) return host.overrun();
      if (this.#waitsForReader) return;
      this.#waitsForReader = true;
      this.timer(RETRY_MS, () => void (this.#waitsForReader = false), false);
      return;
    }
    return andThen(this.renderDiff(), (diff) => {
      if (diff !== undefined && this.#alive) host.push("diff", diff);
    });
  }

  #backlog(): number {
    return this.pending + (this.#components?.pending ?? 0) + (this.#pushed?.length ?? 0);
  }

  /** The way out of a job that redirects without an event to answer. */
  async #leaveOrPatch(target: Redirect, push: (event: string, payload: unknown) => void): Promise<void> {
    const outcome = await this.follow(target);
    if (!this.#alive) return;
    if (outcome !== undefined) {
      this.#pushEvents();
      push(outcome.event, outcome.payload);
      this.#host!.left();
      return;
    }
    const diff = await this.renderDiff();
    if (diff !== undefined && this.#alive) push("diff", diff);
  }

  /** What was pushed before a redirect goes before it. */
  #pushEvents(): void {
    this.#host!.push("diff", { e: this.#pushed ?? [] });
    this.#pushed = undefined;
  }

  /**
   * Carries out a redirect: a patch runs handleParams here and gives undefined, anything else gives what to tell the client.
   */
  async follow(target: Redirect): Promise<{ event: "redirect" | "live_redirect"; payload: object } | undefined> {
    this.#redirect = undefined;
    const checked = this.#checked(target);
    if (checked.kind === "patch") {
      if (++this.#patches > this.context.limits.patchesInARow) {
        throw new HoldfastError("patch_loop", {
          what: `The view "${this.view.name}" patched itself ${this.#patches} times in a row.`,
          expected: `at most ${this.context.limits.patchesInARow} patches per event`,
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
      this.#host?.push("live_patch", { kind: checked.replace ? "replace" : "push", to: checked.to });
      const next = await this.patch(location);
      return next === undefined ? undefined : this.follow(next);
    }
    return { event: checked.kind === "navigate" ? "live_redirect" : "redirect", payload: this.redirectPayload(checked) };
  }

  /** A URL's location if it belongs to this view. */
  locate(uri: URL): Location | undefined {
    const found = this.#birth.routes?.find(uri);
    return found?.view === this.view ? found.location : undefined;
  }

  navigationType(to: string): NavigationType {
    const path = localPath(to);
    const found = path === undefined ? undefined : this.#birth.routes?.find(new URL(path, this.#location.uri));
    if (found === undefined) return "href";
    return found.view === this.view ? "patch" : "navigate";
  }

  /** A redirect as the client reads it, with the flash sealed for the page that comes. */
  redirectPayload(target: Redirect): object {
    const sealed = sealFlash(this.context, this.assigns.flash, this.#birth.bond.id);
    const flash = sealed === undefined ? {} : { flash: sealed };
    return target.kind === "navigate"
      ? { kind: target.replace ? "replace" : "push", to: target.to, ...flash }
      : { status: 302, to: target.to, ...flash };
  }

  // ---- events ----

  /**
   * The one gate: session alive, component there, event declared, payload parsed, the view's policy, the event's policy; then
   * the handler.
   *
   * @param answer called exactly once, whatever happens, unless the view crashes
   */
  event({ event: name, type, value, meta, cid }: EventPayload, answer: (response: object) => void): void {
    this.enqueue(() => {
      this.#patches = 0;
      const { view } = this.#birth;
      const host = this.#host;
      if (!host!.alive()) return this.#refuse(describeEvent(name), "session_ended", answer);
      if (name === "lv:clear-flash") return this.#clearFlashEvent(value, answer);
      const target: EventTarget | undefined = cid === undefined || cid === null ? this : this.#component(cid);
      if (target === undefined) return this.#refuse(describeEvent(name), "unknown_component", answer);
      const event = typeof name === "string" ? target.events.get(name) : undefined;
      if (event === undefined) return this.#refuse(describeEvent(name), "unknown_event", answer);
      const payload = readPayload(type, value, meta, this.context.limits);
      if (payload === undefined) return this.#refuse(name as string, "bad_payload", answer);
      if (event.params === undefined && view.authorize === "public" && event.authorize === undefined) {
        // Nothing to wait for: most events of public views end in the same tick.
        return this.#handle(target, name as string, event, payload, answer);
      }
      return this.#gate(target, name as string, event, payload, answer);
    });
  }

  /** A component that the page holds: the client's own page may be older, or made up. */
  #component(cid: unknown): EventTarget | undefined {
    const instance = this.#components?.get(cid);
    return instance !== undefined && present(instance) ? instance : undefined;
  }

  async #gate(
    target: EventTarget, name: string, event: EventDefinition<object, unknown>, payload: unknown, answer: (response: object) => void,
  ): Promise<void> {
    const { view } = this.#birth;
    let params = payload;
    if (event.params !== undefined) {
      const result = await event.params["~standard"].validate(payload);
      if (result.issues) return this.#refuse(name, "bad_payload", answer);
      params = result.value;
    }
    const context = this.#mountContext(view.params === undefined ? this.#location.params : await this.#parseParams(this.#location.params));
    if (!(await this.#authorized(context))) return this.#refuse(name, "view_policy", answer);
    if (event.authorize !== undefined && !(await event.authorize(target.assigns as never, params))) {
      return this.#refuse(name, "event_policy", answer);
    }
    return this.#handle(target, name, event, params, answer);
  }

  #handle(
    target: EventTarget, name: string, event: EventDefinition<object, unknown>, params: unknown, answer: (response: object) => void,
  ): MaybePromise<void> {
    // Parsing and policies may have waited, and meanwhile the view or the component may have ended.
    if (!this.mayRun) return this.#refuse(name, "session_ended", answer);
    if (target instanceof ComponentInstance && !present(target)) return this.#refuse(name, "unknown_component", answer);
    const result = target.hooked<"handleEvent", unknown>(
      "handleEvent", [name, params], () => event.handle(target.socket as never, params), (reply) => reply && new Reply(reply as never),
    );
    return andThen(result, (value) => this.#afterEvent(name, value, answer));
  }

  #afterEvent(name: string, result: unknown, answer: (response: object) => void): MaybePromise<void> {
    if (!this.#alive) return;
    emit("holdfast:event:handled", { view: this.view.name, event: name });
    if (result instanceof Redirect) this.#redirect = result;
    if (this.#redirect !== undefined) return this.#answerRedirect(this.#redirect, answer);
    return this.#answerDiff(result instanceof Reply ? result : undefined, answer);
  }

  #answerDiff(value: Reply | undefined, answer: (response: object) => void): MaybePromise<void> {
    return andThen(this.renderDiff(), (diff) => {
      if (!this.#alive) return;
      // At the top of an event's diff `r` is the reply.
      if (value !== undefined) diff = { ...diff, r: value.payload };
      answer(diff === undefined ? {} : { diff });
    });
  }

  async #answerRedirect(target: Redirect, answer: (response: object) => void): Promise<void> {
    const outcome = await this.follow(target);
    if (!this.#alive) return;
    if (outcome === undefined) return this.#answerDiff(undefined, answer);
    this.#pushEvents();
    answer({ [outcome.event]: outcome.payload });
    this.#host!.left();
  }

  /** The client patched its URL itself: a link that patches, or the back button. */
  patchEvent(location: Location, answer: (response: object) => void): void {
    this.enqueue(async () => {
      this.#patches = 0;
      if (!this.#host!.alive()) return this.#refuse("live_patch", "session_ended", answer);
      const target = await this.patch(location);
      if (!this.#alive) return;
      if (target !== undefined) return this.#answerRedirect(target, answer);
      return this.#answerDiff(undefined, answer);
    });
  }

  #clearFlashEvent(value: unknown, answer: (response: object) => void): MaybePromise<void> {
    const key = typeof value === "object" && value !== null && Object.hasOwn(value, "key")
      ? (value as { key: unknown }).key : undefined;
    this.clearFlash(key === "info" || key === "error" ? key : undefined);
    return this.#answerDiff(undefined, answer);
  }

  /** An event answered with an error would leave its element locked: it is answered, and nothing more. */
  #refuse(event: string, reason: EventRefusal, answer: (response: object) => void): void {
    const view = this.view.name;
    emit("holdfast:event:refused", { view, event, reason });
    this.context.log("event refused", { view, event, reason });
    answer({});
  }

  // ---- the end ----

  /** Something threw: this view ends, its client is told and joins again. Nobody else notices. */
  crash(error: unknown): void {
    if (!this.#alive) return this.context.log("view threw after its end", { view: this.view.name, error });
    const incident = globalThis.crypto.randomUUID();
    emit("holdfast:view:crashed", { view: this.view.name, incident, error });
    this.context.log("view crashed", { view: this.view.name, incident, error });
    this.end();
    this.#host?.crashed(error);
  }

  /** Frees everything that the view, its components and its nested pages opened. Called once or more, in any state. */
  override end(): void {
    if (!this.#alive) return;
    this.#alive = false;
    this.#queue = undefined;
    this.#children?.end();
    this.#components?.end();
    super.end();
  }

  // ---- what the socket does ----

  /** What `assignNew` takes instead of making it. */
  inherited(key: string): unknown {
    return this.#birth.inherited?.(key);
  }

  putFlash(kind: keyof Flash, message: string): void {
    this.assign({ flash: { ...this.assigns.flash, [kind]: message } });
  }

  clearFlash(kind?: keyof Flash): void {
    const { [kind ?? "info"]: _dropped, ...rest } = this.assigns.flash;
    this.assign({ flash: kind === undefined ? {} : rest });
  }

  setTitle(title: string): void {
    this.#title = title;
  }

  putLayout(layout: Layout | false): void {
    this.#layout = layout === false ? undefined : layout;
    this.touch();
  }

  pushEvent(event: string, payload: unknown): void {
    (this.#pushed ??= []).push([event, payload]);
  }

  goTo(target: Redirect): void {
    if (this.#rendering) {
      throw new HoldfastError("socket_misuse", {
        what: `A component of the view "${this.view.name}" redirects while the page is rendered.`,
        expected: "a redirect from mount of a view, an event, a message or a task",
        fix: "socket.send(() => socket.pushNavigate(…))",
      });
    }
    this.#redirect = target;
  }
}

function describeEvent(name: unknown): string {
  return typeof name === "string" ? name.slice(0, 64) : typeof name;
}
