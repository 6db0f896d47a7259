import type { WireNode } from "../diff/index.js";
import { HoldfastError, isRefusal } from "../errors/index.js";
import type { EventSeal } from "../html/index.js";
import { andThen, Mailbox, type Delivery, type Job, type MailboxHost, type MaybePromise } from "../mailbox/index.js";
import { began, currentOwner, emit, OwnerRef, spans, type EventRefusal } from "../telemetry/index.js";
import { LiveSocket, type LiveView, type TerminateReason } from "./definition/index.js";
import { Outgoing } from "./features/client/index.js";
import { tasksDone } from "./features/async/index.js";
import { FlashState } from "./features/flash/index.js";
import { PendingRedirect } from "./features/redirects/index.js";
import { after } from "./features/messages/index.js";
import type { FramedView } from "./answers.js";
import { RedirectFollower, type RedirectedView } from "./redirect-follower.js";
import { Freshness } from "./freshness.js";
import { RenderProofs } from "./gate/index.js";
import { isAuthorized, mountView, patchView } from "./mounting.js";
import { checkedRedirect, navigationType } from "./navigation/index.js";
import {
  eventsOf, Page, type AnyHook, type Location, type NestedPage, type PageContext, type PageView, type ViewInit,
} from "./page/index.js";
import {
  OwnerState, Redirect, type Assigns, type BaseAssigns, type BoundCallback, type CallbackSection, type Client, type Flash,
  type NavigationType, type Owner, type ViewHandle,
} from "./socket/index.js";
import { ViewFrames } from "./view-frames.js";
import type { ViewHost } from "./view-host.js";

/** How long a render waits for a slow reader before it checks again, ms. */
const RETRY_MS = 100;

/**
 * A view's life: one mailbox, one job at a time. It wires the rooms together: the mailbox asks whether a job may start, the
 * gate admits events, the page renders, the navigation follows redirects.
 *
 * The same class serves the GET (mount, render, done) and the socket (mount, then events, messages and timers until it
 * leaves), so that both run the same guards in the same order.
 */
export class ViewProcess extends OwnerState implements ViewHandle, PageView, FramedView, RedirectedView, MailboxHost, NestedPage {
  readonly init: ViewInit;
  /** `init.view`: a message needs no more of `init`, and on a node with thousands of views that is seldom in the cache. */
  readonly definition: LiveView;
  readonly context: PageContext;
  readonly assigns: Assigns & BaseAssigns;
  readonly socket: LiveSocket;
  readonly page: Page;
  refreshing = false;
  ending = false;
  readonly #host: ViewHost | undefined;
  readonly #mailbox: Mailbox;
  readonly #ref = new OwnerRef(this);
  #location: Location;
  #alive = true;
  #waitsForReader = false;
  #showsStray = false;
  #numbers: Map<string, number> | undefined;
  #frames: ViewFrames | undefined;
  #redirects: RedirectFollower | undefined;
  #proofs: RenderProofs | undefined;

  /** @param host the channel it lives on; undefined during the GET */
  constructor(init: ViewInit, context: PageContext, host?: ViewHost) {
    super();
    this.init = init;
    this.definition = init.view;
    this.context = context;
    this.#host = host;
    this.#location = init.location;
    this.assigns = { flash: init.flash, liveAction: init.location.action };
    this.socket = new LiveSocket(this);
    this.page = new Page(this);
    this.#mailbox = new Mailbox(this, context.limits.waitingMessages);
  }

  // ---- for features, page and gate ----

  // Many pages are only looked at: what serves their events is made for the first one.

  /** The client's frames. */
  get frames(): ViewFrames {
    return (this.#frames ??= new ViewFrames(this));
  }
  /** How it follows redirects. */
  get redirects(): RedirectFollower {
    return (this.#redirects ??= new RedirectFollower(this, this.#host));
  }
  /** Proofs that an event was rendered. */
  get proofs(): RenderProofs {
    return (this.#proofs ??= new RenderProofs(this));
  }

  get view(): ViewHandle {
    return this;
  }
  get root(): Owner {
    return this;
  }
  get id(): string {
    return this.init.id;
  }
  get name(): string {
    return this.definition.name;
  }
  get client(): Client {
    return this.init.client;
  }
  get sessionId(): string {
    return this.init.bond.id;
  }
  get location(): Location {
    return this.#location;
  }
  get connected(): boolean {
    return this.#host !== undefined;
  }
  get alive(): boolean {
    return this.#alive;
  }
  get rendering(): boolean {
    return this.page.rendering;
  }
  get events(): LiveView["events"] {
    return eventsOf(this.init);
  }
  override message(name: string, payload: unknown): MaybePromise<unknown> {
    return andThen(this.definition.messages.get(name)?.(this.socket, payload), (result) => {
      if (!(result instanceof Redirect)) return result;
      this.feature(PendingRedirect).set(result);
      return undefined;
    });
  }
  override callback(section: CallbackSection, name: string): BoundCallback | undefined {
    return this.definition.callbacks.bind(this.socket, section, name);
  }
  get isPublic(): boolean {
    return this.definition.authorize === "public";
  }
  get title(): string | undefined {
    return this.peek(Outgoing)?.title;
  }
  /** Flash messages that nobody has seen yet: they travel with a redirect. */
  get unseenFlash(): Flash {
    return this.peek(FlashState)?.changed ?? {};
  }
  takeFlash(flash: Flash): void {
    if (Object.keys(flash).length > 0) this.feature(FlashState).take(flash);
  }
  override get holds(): number {
    return super.holds + this.page.holds;
  }
  mayRun(): boolean {
    return this.#alive && (this.#host === undefined || this.#host.alive());
  }
  inherited(key: string): unknown {
    return this.#host?.variable(key) ?? this.init.inherited?.(key);
  }
  navigationType(to: string): NavigationType {
    return navigationType(this, to);
  }
  putLayout(layout: object | undefined): void {
    this.page.layout = layout as ViewInit["layout"];
  }
  sendUpdate(component: object, props: Readonly<Record<string, unknown>>): void {
    if (this.connected) this.post(() => this.page.sendUpdate(component, props));
  }
  get parent(): ViewHandle | undefined {
    return this.#host?.parent;
  }
  number(series: string): number {
    const numbers = (this.#numbers ??= new Map<string, number>());
    const next = numbers.get(series) ?? 0;
    numbers.set(series, next + 1);
    return next;
  }
  authorized(): MaybePromise<boolean> {
    return isAuthorized(this);
  }
  async admits(): Promise<boolean> {
    // Expired results are loaded again in a turn of their own, but not behind a job, which may take longer than an upload's client waits:
    // before that job began, they were loaded.
    if (this.stale && !this.busy) return new Promise((resolve) => this.post(async () => resolve(await this.authorized())));
    try {
      return await this.own(() => this.authorized());
    } catch (error) {
      this.crash(error);
      return false;
    }
  }
  get seal(): EventSeal {
    return this.proofs.seal;
  }

  // ---- the mailbox ----

  mayStart(): boolean {
    return this.mayRun();
  }
  ready(): Promise<void> | undefined {
    const { lease } = this.context;
    return !this.connected || lease === undefined || lease.held() ? undefined : lease.whenHeld();
  }
  own<T>(job: () => T): T {
    return currentOwner.run(this.#ref, job);
  }
  inOwnContext(job: () => void): void {
    this.#ref.inOwnContext(job);
  }
  queued(bytes: number): void {
    this.#host?.queued(bytes);
  }

  /** A client frame. */
  deliver(frame: Delivery): void {
    this.#mailbox.deliver(frame);
  }

  /** A server message: a broadcast, a timer, the end of a task. */
  post(job: Job): void {
    this.#mailbox.post(() => {
      began(this.name, "(message)");
      return this.whenFresh(() => andThen(job(), () => {
        const target = this.mayRun() ? this.peek(PendingRedirect)?.take() : undefined;
        return target === undefined ? undefined : this.redirects.goTo(target);
      }));
    });
  }

  changed(): void {
    // Before its first render, and during the GET, what comes next shows it.
    if (this.#mailbox.busy || this.#showsStray || this.#host === undefined || this.page.renders === 0) return;
    this.#showsStray = true;
    // Everything that the same code changes is shown at once.
    queueMicrotask(() => {
      this.#showsStray = false;
      if (!this.#mailbox.busy) this.post(() => {});
    });
  }

  /** True while a job runs or is queued. */
  get busy(): boolean {
    return this.#mailbox.busy;
  }

  /**
   * Resolves when the jobs now in the mailbox are done, or when the view has ended. With `tasks` it also waits until no task
   * is running and their results have been handled.
   */
  async settled(tasks = false): Promise<void> {
    await this.#mailbox.settled();
    for (let working = tasksDone(this); tasks && this.#alive && working !== undefined; working = tasksDone(this)) {
      await working;
      await this.#mailbox.settled();
    }
  }

  /** Messages were handled: renders their changes once and pushes them. */
  settle(): MaybePromise<void> {
    if (!this.mayRun()) return;
    const host = this.#host!;
    // A slow reader: renders coalesce until it has caught up. What cannot coalesce is sent, and counted.
    if (host.congested() && !this.page.mustSend) {
      if (this.#waitsForReader) return;
      this.#waitsForReader = true;
      after(this, RETRY_MS, () => void (this.#waitsForReader = false));
      return;
    }
    return andThen(this.page.diff(), (diff) => {
      if (diff !== undefined && this.mayRun()) host.push("diff", this.page.pushed(diff));
    });
  }

  pushDiff(diff: WireNode): void {
    this.#host!.push("diff", diff);
  }

  /**
   * The application's code was replaced, in development: renders the view again with its present assigns.
   *
   * @param remount true if the assigns may be wrong now: the view ends, and its client joins again
   */
  reload(remount: boolean): void {
    if (!this.#alive) return;
    if (!remount) return this.post(() => this.page.renew());
    this.finish("closed");
    this.#host?.revoked();
  }

  /** The view is too far behind: it mounts again with the current state. That does not count as a crash. */
  overflow(waiting: number): void {
    this.context.log("view fell behind", {
      view: this.name, waiting, limit: this.context.limits.waitingMessages,
      fix: "handle messages faster, or publish less: what one render shows need not be published one by one",
    });
    this.finish("crashed");
    this.#host?.overflowed();
  }

  // ---- mount and patch ----

  /** Mounts the view. Returns a redirect if a hook, mount or `handleParams` requested one. */
  mount(): Promise<Redirect | undefined> {
    began(this.name, "(mount)");
    return spans.mount.heard ? spans.mount.run({ view: this.name, connected: this.connected }, () => this.#mount()) : this.#mount();
  }

  async #mount(): Promise<Redirect | undefined> {
    const target = await mountView(this);
    return target === undefined ? undefined : checkedRedirect(target, this.context);
  }

  mayPatch(uri: URL): Promise<boolean> {
    return this.#host === undefined ? Promise.resolve(true) : this.#host.mayPatch(uri);
  }

  /** Moves the view to another of its URLs. */
  patch(location: Location): Promise<Redirect | undefined> {
    return patchView(this, location, () => {
      this.#location = location;
      // The flash shown at the previous URL was for that URL only.
      if (this.page.renders > 0 && Object.keys(this.assigns.flash).length > 0) this.feature(FlashState).patched();
    });
  }

  // ---- nested views ----

  beginNested(init: ViewInit): NestedPage {
    return new ViewProcess(init, this.context);
  }
  dropNested(ids: readonly string[]): void {
    this.#host?.dropNested(ids);
  }
  /** The nested view's HTML for the GET. */
  async pageHtml(): Promise<string | Redirect> {
    const target = await this.own(() => this.mount());
    if (target !== undefined) return target;
    if (!this.#alive) throw new Error(`the nested view ${this.name} crashed while its page was made`);
    return this.own(() => this.page.html());
  }

  // ---- who its user is ----

  get stale(): boolean {
    return this.peek(Freshness)?.stale === true;
  }
  watch(hook: AnyHook, since: number): void {
    if (hook.freshness === undefined || !this.mayOpen) return;
    this.feature(Freshness).watch(hook, hook.freshness, since);
  }
  stillAdmits(): MaybePromise<boolean> {
    return this.peek(Freshness)?.invalidated === true ? this.#reload() : true;
  }
  #reload(): Promise<boolean> {
    return this.feature(Freshness).reload((on) => (this.refreshing = on));
  }
  whenFresh(job: () => MaybePromise<void>, refuse: (reason: EventRefusal) => void = () => {}): MaybePromise<void> {
    if (!this.stale) return job();
    return this.#reload().then((allowed) => {
      if (!this.#alive) return;
      // While hooks and policy waited, the session may have ended.
      if (allowed) return andThen(this.ready(), () => (this.mayRun() ? job() : refuse("session_ended")));
      refuse("view_policy");
      this.context.log("view may no longer be seen", { view: this.name });
      this.finish("closed");
      this.#host?.revoked();
    });
  }

  // ---- the end ----

  /**
   * Its code threw: this view ends; its client is told, and joins again. No other view is affected. A refusal is no fault: the state that
   * the view begins with again is what its user may see.
   */
  crash(error: unknown): void {
    if (error instanceof HoldfastError && error.code === "view_ended") return;
    if (!this.#alive) return this.context.log("view threw after its end", { view: this.name, error });
    if (isRefusal(error)) {
      emit("holdfast:view:refused", { view: this.name, id: this.id, status: error.status, error });
      this.context.log("view refused", { view: this.name, status: error.status, why: error.message });
    } else {
      const incident = globalThis.crypto.randomUUID();
      emit("holdfast:view:crashed", { view: this.name, id: this.id, incident, error });
      this.context.log("view crashed", { view: this.name, incident, error });
    }
    this.finish("crashed");
    this.#host?.crashed(error);
  }

  /** Ends it, with the reason that `terminate` receives. May be called repeatedly, in any state. */
  finish(reason: TerminateReason): void {
    if (!this.#alive) return;
    this.ending = true;
    const { terminate } = this.definition;
    if (terminate !== undefined && this.connected) this.guarded("terminate threw", () => terminate(this.socket, reason));
    this.#alive = false;
    this.#mailbox.end();
    this.page.end();
    super.end();
    this.ending = false;
    this.#ref.release();
  }

  override end(): void {
    this.finish("closed");
  }
}
