import type { WireNode } from "../diff/index.js";
import { HoldfastError } from "../errors/index.js";
import type { CommandPlace, ViewCall } from "../html/index.js";
import { andThen, Mailbox, type Job, type MailboxHost, type MaybePromise } from "../mailbox/index.js";
import { withinJsonLimits } from "../security/index.js";
import { began, emit, spans, type EventRefusal } from "../telemetry/index.js";
import { eventParts, frameHandlers, frameRefusals, LiveSocket, Reply, type LiveView, type TerminateReason } from "./definition/index.js";
import { Outgoing } from "./features/client/index.js";
import { tasksDone } from "./features/async/index.js";
import { FlashState } from "./features/flash/index.js";
import { hooked } from "./features/hooks/index.js";
import { PendingRedirect } from "./features/redirects/index.js";
import { DeclaredTopics, timer, type ChildMessage } from "./features/messages/index.js";
import { Freshness } from "./freshness.js";
import { Admitted, pass, provenName, Refused, type EventPayload, type GatedView } from "./gate/index.js";
import { isAuthorized, mountView, patchView } from "./mounting.js";
import { observedEvent } from "./observed-events.js";
import { checkedRedirect, follow, leaveMessage, navigationType, patchPayload } from "./navigation/index.js";
import { ComponentInstance, eventsOf, Page, standsInPage, type Location, type NestedPage, type PageContext, type PageView, type ViewInit } from "./page/index.js";
import {
  currentOwner, OwnerRef, OwnerState, Redirect,
  type Assigns, type BaseAssigns, type BoundCallback, type CallbackSection, type Client, type Flash, type NavigationType, type Owner, type ViewHandle,
} from "./socket/index.js";
import type { ViewHost } from "./view-host.js";

/** How long a render waits for a slow reader before it looks again, in milliseconds. */
const RETRY_MS = 100;

/** Answers an event: called exactly once, whatever happens, unless the view crashes. */
export type Answer = (response: object) => void;

/**
 * A view's life: one mailbox, one job at a time. It wires the rooms: the mailbox asks whether a job may start, the gate lets
 * events through, the page renders, the navigation follows redirects.
 *
 * The same object serves the HTTP request (mount, render, gone) and the socket (mount, then events, messages, timers until
 * it leaves), so that both doors run the same guards in the same order.
 */
export class ViewProcess extends OwnerState implements ViewHandle, PageView, GatedView, MailboxHost, NestedPage {
  readonly init: ViewInit;
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
  #numbers: Map<string, number> | undefined;

  /** @param host the channel that it lives on; undefined while the HTTP response is made */
  constructor(init: ViewInit, context: PageContext, host?: ViewHost) {
    super();
    this.init = init;
    this.context = context;
    this.#host = host;
    this.#location = init.location;
    this.assigns = { flash: init.flash, liveAction: init.location.action };
    this.socket = new LiveSocket(this);
    this.page = new Page(this);
    this.#mailbox = new Mailbox(this, context.limits.waitingMessages);
  }

  // ---- what features, page and gate see of it ----

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
    return this.init.view.name;
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
  override callback(section: CallbackSection, name: string): BoundCallback | undefined {
    return this.init.view.callbacks.bind(this.socket, section, name);
  }
  get isPublic(): boolean {
    return this.init.view.authorize === "public";
  }
  get title(): string | undefined {
    return this.peek(Outgoing)?.title;
  }
  /** The messages of the flash that nobody has seen yet: they travel with a redirect. */
  get saidLast(): Flash {
    return this.peek(FlashState)?.changed ?? {};
  }
  override get holds(): number {
    return super.holds + this.page.holds;
  }
  mayRun(): boolean {
    return this.#alive && (this.#host === undefined || this.#host.alive());
  }
  inherited(key: string): unknown {
    return this.init.inherited?.(key);
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
  nestedCall(id: string): ViewCall | undefined {
    return this.page.nestedCall(id);
  }
  tellParent(message: object, payload: unknown): void {
    this.#host?.tellParent(message, payload);
  }
  /** A nested view has sent a message. */
  hear(message: object, payload: unknown): void {
    this.post(() => this.peek(DeclaredTopics)?.hear(message as ChildMessage<unknown>, payload));
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
  readonly seal: CommandPlace["seal"] = (event, target) => provenName(event, this.#proof(event, target));
  isProven(rendered: string, target: number | undefined, proof: string): boolean {
    return this.context.keyring.isProof(this.#provenText(rendered, target), proof);
  }
  #proof(rendered: string, target: number | undefined): string {
    return this.context.keyring.proof(this.#provenText(rendered, target));
  }
  /** What a proof is about: this view on this session's page, and nobody else's. A live navigation keeps the id, not the view. */
  #provenText(rendered: string, target: number | undefined): string {
    return `event\n${this.init.bond.id}\n${this.id}\n${this.init.view.identity}\n${target ?? ""}\n${rendered}`;
  }

  // ---- the mailbox ----

  mayStart(): boolean {
    return this.mayRun();
  }
  ready(): Promise<void> | undefined {
    const { lease } = this.context;
    return lease === undefined || lease.held() ? undefined : lease.whenHeld();
  }
  own<T>(job: () => T): T {
    return currentOwner.run(this.#ref, job);
  }
  queued(bytes: number): void {
    this.#host?.queued(bytes);
  }

  /** A frame of the client. */
  deliver(run: Job, refuse: () => void, bytes: number): void {
    this.#mailbox.deliver({ run, refuse, bytes });
  }

  /** A message of the server: a broadcast, a timer, the end of a task. */
  post(job: Job): void {
    this.#mailbox.post(() => {
      began(this.name, "(message)");
      return this.#fresh(() => andThen(job(), () => {
        const target = this.#alive ? this.peek(PendingRedirect)?.take() : undefined;
        return target === undefined ? undefined : this.goTo(target);
      }));
    });
  }

  /**
   * Resolves when what waits in the mailbox now has been done, with `tasks` also when no task is at work and what their ends have
   * put there has been done; or when the view has ended.
   */
  async settled(tasks = false): Promise<void> {
    await this.#mailbox.settled();
    for (let working = tasksDone(this); tasks && this.#alive && working !== undefined; working = tasksDone(this)) {
      await working;
      await this.#mailbox.settled();
    }
  }

  /** Messages were handled: what they changed is rendered once and pushed. */
  settle(): MaybePromise<void> {
    if (!this.#alive) return;
    const host = this.#host!;
    // A slow reader: renders coalesce until it has read what there is. What cannot coalesce goes out and is counted.
    if (host.congested() && !this.page.mustSend) {
      if (this.#waitsForReader) return;
      this.#waitsForReader = true;
      timer(this, RETRY_MS, () => void (this.#waitsForReader = false), false);
      return;
    }
    return andThen(this.page.diff(), (diff) => {
      if (diff !== undefined && this.#alive) host.push("diff", diff);
    });
  }

  /**
   * The application's code was replaced, in development: the view renders anew with the assigns that it has.
   *
   * @param remount true: they would not be right any more, so it ends, and its client joins again
   */
  reload(remount: boolean): void {
    if (!this.#alive) return;
    if (!remount) return this.post(() => this.page.renew());
    this.finish("closed");
    this.#host?.revoked();
  }

  /** The view is too far behind: it begins anew with what is true now. That is nobody's fault, and no crash. */
  overflow(waiting: number): void {
    this.context.log("view fell behind", {
      view: this.name, waiting, limit: this.context.limits.waitingMessages,
      fix: "handle messages faster, or publish less: what one render shows need not be published one by one",
    });
    this.finish("crashed");
    this.#host?.overflowed();
  }

  // ---- mount, patch, render ----

  /** Mounts the view. Returns a redirect, if a hook, mount or `handleParams` asked for it. */
  mount(): Promise<Redirect | undefined> {
    began(this.name, "(mount)");
    return spans.mount.heard ? spans.mount.run({ view: this.name, connected: this.connected }, () => this.#mount()) : this.#mount();
  }

  async #mount(): Promise<Redirect | undefined> {
    const target = await mountView(this);
    if (this.connected && this.#alive && target === undefined) this.#age();
    return target === undefined ? undefined : checkedRedirect(target, this.context);
  }

  mayPatch(uri: URL): Promise<boolean> {
    return this.#host === undefined ? Promise.resolve(true) : this.#host.mayPatch(uri);
  }

  /** Moves the view to another URL of its own. */
  patch(location: Location): Promise<Redirect | undefined> {
    return patchView(this, location, () => {
      this.#location = location;
      // What the page has shown at its last URL was for that one.
      if (this.page.renders > 0 && Object.keys(this.assigns.flash).length > 0) this.feature(FlashState).patched();
    });
  }

  /** The first response's HTML; a redirect if a nested view wants one. */
  renderHtml(): MaybePromise<string | Redirect> {
    return this.page.html();
  }

  /** The join's whole tree. */
  renderFull(): MaybePromise<WireNode> {
    return this.page.full();
  }

  // ---- nested views ----

  beginNested(init: ViewInit): NestedPage {
    return new ViewProcess(init, this.context);
  }
  dropNested(ids: readonly string[]): void {
    this.#host?.dropped(ids);
  }
  /** The nested view's HTML for the first response. */
  async pageHtml(): Promise<string | Redirect> {
    const target = await this.own(() => this.mount());
    if (target !== undefined) return target;
    if (!this.#alive) throw new Error(`the nested view ${this.name} crashed while its page was made`);
    return this.own(() => this.renderHtml());
  }

  /** The client says that components will leave its page, and then that they have left. */
  componentsLeaving(cids: readonly unknown[], answer: Answer, bytes: number): void {
    this.deliver(() => {
      this.page.willDestroy(cids);
      answer({});
    }, () => answer({}), bytes);
  }
  componentsLeft(cids: readonly unknown[], answer: Answer, bytes: number): void {
    this.deliver(() => answer({ cids: this.page.destroyed(cids) }), () => answer({ cids: [] }), bytes);
  }

  // ---- events ----

  /** An event of the client: through the gate, to its handler, and back with what changed. */
  event(frame: EventPayload, answer: Answer, bytes: number): void {
    const turn = (): MaybePromise<void> => {
      if (frame.event === "lv:clear-flash") return this.#clearFlash(frame.value, answer);
      began(this.name, "(gate)");
      return this.#fresh(() => andThen(pass(this, frame), (verdict) => {
        if (verdict instanceof Refused) return this.#refuse(verdict, answer);
        this.#readParts(frame);
        if (verdict instanceof Admitted) return this.#handle(verdict, answer);
        return this.#answerDiff(undefined, answer);
      }), () => this.#refuse(new Refused(describe(frame.event), "view_policy"), answer));
    };
    this.deliver(
      () => (spans.turn.heard ? spans.turn.run({ view: this.name, event: describe(frame.event) }, turn) : turn()),
      () => this.#refuse(new Refused(describe(frame.event), "session_ended"), answer), bytes,
    );
  }

  /** What the event brings for features, beside its own value. */
  #readParts(frame: EventPayload): void {
    for (const [key, read] of eventParts) {
      const value = frame[key];
      if (value === undefined) continue;
      if (this.#fits(value)) read(this, value);
      else refused(this, key, "bad_payload", undefined);
    }
  }

  /** A list, such as one of files, has more keys than a form, and as many as it may have items. */
  #fits(value: unknown): boolean {
    const { limits } = this.context;
    return withinJsonLimits(value, { ...limits, jsonKeys: limits.jsonItems });
  }

  /** A feature's frame: let through as an event is, and answered with what changed. False if no feature reads it. */
  frame(event: string, payload: Readonly<Record<string, unknown>>, answer: Answer, bytes: number): boolean {
    const handle = frameHandlers.get(event);
    if (handle === undefined) return false;
    const refuse = (reason: EventRefusal): void => {
      refused(this, event, reason, undefined);
      answer(frameRefusals.get(event)?.(payload) ?? {});
    };
    this.deliver(() => this.#fresh(async () => {
      if (!this.#fits(payload)) return refuse("bad_payload");
      if (!(await this.authorized())) return refuse("view_policy");
      if (!this.mayRun()) return refuse("session_ended");
      const { response, refused: reason, result } = await handle(this, payload);
      if (!this.#alive) return;
      if (reason !== undefined) refused(this, event, reason, undefined);
      const redirect = result instanceof Redirect ? result : this.peek(PendingRedirect)?.take();
      return redirect === undefined ? this.#answerDiff(undefined, answer, response) : this.#answerRedirect(redirect, answer);
    }, () => refuse("view_policy")), () => refuse("session_ended"), bytes);
    return true;
  }

  #handle({ target, event, params }: Admitted, answer: Answer): MaybePromise<void> {
    const name = event.declared;
    // Parsing and policies may have waited, and meanwhile the view or the component may have ended.
    if (!this.mayRun()) return this.#refuse(new Refused(name, "session_ended"), answer);
    if (target instanceof ComponentInstance && !standsInPage(target)) return this.#refuse(new Refused(name, "unknown_component"), answer);
    began(this.name, name);
    observedEvent(this, name, params);
    const handle = (): MaybePromise<unknown> => hooked<"handleEvent", unknown>(
      target, "handleEvent", [name, params], () => event.handle(target.socket, params), (reply) => reply && new Reply(reply as never),
    );
    const result = spans.event.heard ? spans.event.run({ view: this.name, event: name }, handle) : handle();
    return andThen(result, (value) => {
      if (!this.#alive) return;
      emit("holdfast:event:handled", { view: this.name, event: name });
      const redirect = value instanceof Redirect ? value : this.peek(PendingRedirect)?.take();
      if (redirect !== undefined) return this.#answerRedirect(redirect, answer);
      return this.#answerDiff(value instanceof Reply ? value : undefined, answer);
    });
  }

  #answerDiff(value: Reply | undefined, answer: Answer, response?: object): MaybePromise<void> {
    return andThen(this.page.diff(), (diff) => {
      if (!this.#alive) return;
      // At the top of an event's diff `r` is the reply.
      if (value !== undefined) diff = { ...diff, r: value.payload };
      answer({ ...response, ...(diff !== undefined && { diff }) });
    });
  }

  /** The client patched its URL itself: a link that patches, or the back button. */
  patchEvent(location: Location, mayPatch: () => Promise<boolean>, answer: Answer, bytes: number): void {
    this.deliver(() => this.#fresh(async () => {
      // The client is told to navigate there: the join is refused, and the page's GET says why.
      if (!(await mayPatch())) return answer({ link_redirect: true });
      const target = await this.patch(location);
      if (!this.#alive) return;
      if (target !== undefined) return this.#answerRedirect(target, answer);
      return this.#answerDiff(undefined, answer);
    }, () => this.#refuse(new Refused("live_patch", "view_policy"), answer)),
    () => this.#refuse(new Refused("live_patch", "session_ended"), answer), bytes);
  }

  #clearFlash(value: unknown, answer: Answer): MaybePromise<void> {
    const key = typeof value === "object" && value !== null && Object.hasOwn(value, "key")
      ? (value as { key: unknown }).key : undefined;
    this.feature(FlashState).clear(typeof key === "string" ? key : undefined);
    return this.#answerDiff(undefined, answer);
  }

  /** An event answered with an error would leave its element locked: it is answered, and nothing more. */
  #refuse({ event, reason, issues }: Refused, answer: Answer): void {
    refused(this, event, reason, issues);
    answer({});
  }

  // ---- going elsewhere ----

  async #answerRedirect(target: Redirect, answer: Answer): Promise<void> {
    if (this.#passedToPage(target)) return this.#answerDiff(undefined, answer);
    const { patched, leaves } = await follow(this, target);
    if (!this.#alive) return;
    if (leaves === undefined) {
      if (patched !== undefined) this.#host!.push("live_patch", patchPayload(patched));
      return this.#answerDiff(undefined, answer);
    }
    this.#pushWaiting();
    const { event, payload } = this.leaveMessage(leaves);
    answer({ [event]: payload });
    this.#leave();
  }

  /** Follows a redirect that no event asked for: a message's, or a nested view's patch of its page. */
  async goTo(target: Redirect): Promise<void> {
    if (this.#passedToPage(target)) return;
    const { patched, leaves } = await follow(this, target);
    if (!this.#alive) return;
    if (leaves === undefined) {
      if (patched !== undefined) this.#host!.push("live_patch", patchPayload(patched));
      return;
    }
    this.#pushWaiting();
    const { event, payload } = this.leaveMessage(leaves);
    this.#host!.push(event, payload);
    this.#leave();
  }

  /** A nested view has no URL of its own: its page is patched. */
  #passedToPage(target: Redirect): boolean {
    return target.kind === "patch" && this.init.routes === undefined && this.#host!.patchPage(checkedRedirect(target, this.context));
  }

  /** A redirect as the client reads it, with what was said since the last render. */
  leaveMessage(target: Redirect): { event: "redirect" | "live_redirect"; payload: object } {
    return leaveMessage(target, this.context, this.saidLast, this.init.bond.id);
  }

  /** Events for client hooks go before the redirect that was asked for behind them. */
  #pushWaiting(): void {
    this.#host!.push("diff", { e: this.peek(Outgoing)?.take() ?? [] });
  }

  /** The client goes to another page. A sticky view stays there. */
  #leave(): void {
    if (this.init.sticky) return;
    this.finish("navigated");
    this.#host!.left();
  }

  // ---- who its user is ----

  #age(): void {
    for (const hook of [...this.init.hooks, ...this.init.view.hooks]) {
      if (hook.freshness === undefined) continue;
      // A job of its own asks again, and renders: what the user may no longer see.
      this.feature(Freshness).mounted(() => this.post(() => this.touch()));
      return;
    }
  }

  /** Does something with answers that are not too old. If hooks or the policy refuse now, the view ends and mounts again. */
  #fresh(job: () => MaybePromise<void>, refuse: () => void = () => {}): MaybePromise<void> {
    const freshness = this.peek(Freshness);
    if (freshness === undefined || !freshness.stale) return job();
    return freshness.reload((on) => (this.refreshing = on)).then((allowed) => {
      if (!this.#alive) return;
      if (allowed) return job();
      refuse();
      this.context.log("view may no longer be seen", { view: this.name });
      this.finish("closed");
      this.#host?.revoked();
    });
  }

  // ---- the end ----

  /** Its code threw: this view ends, its client is told and joins again. Nobody else notices. */
  crash(error: unknown): void {
    if (error instanceof HoldfastError && error.code === "view_ended") return;
    if (!this.#alive) return this.context.log("view threw after its end", { view: this.name, error });
    const incident = globalThis.crypto.randomUUID();
    emit("holdfast:view:crashed", { view: this.name, id: this.id, incident, error });
    this.context.log("view crashed", { view: this.name, incident, error });
    this.finish("crashed");
    this.#host?.crashed(error);
  }

  /** Ends it, with the reason that `terminate` is told. Called once or more, in any state. */
  finish(reason: TerminateReason): void {
    if (!this.#alive) return;
    this.ending = true;
    const { terminate } = this.init.view;
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

function describe(name: unknown): string {
  return typeof name === "string" ? name.slice(0, 64) : typeof name;
}

/** Tells of an event that did not reach its handler. */
function refused({ name, context }: ViewProcess, event: string, reason: EventRefusal, issues: Refused["issues"]): void {
  emit("holdfast:event:refused", { view: name, event, reason });
  context.log("event refused", {
    view: name, event, reason, ...(issues !== undefined && { issues: issues.map(({ message, path }) => ({ message, path })) }),
  });
}
