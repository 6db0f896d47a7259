import { HoldfastError, StatusError } from "../errors/index.js";
import { isPromise } from "../mailbox/index.js";
import {
  follow, locate, patchPayload, ViewProcess, type Answer, type PageContext, type Redirect, type ViewHost, type ViewInit,
} from "../live/index.js";
import { CLOSE, LIVEVIEW_VERSION, restartReason, type Frame } from "../protocol/index.js";
import type { LiveRoute } from "../router/index.js";
import { parsePageUrl } from "../security/index.js";
import { emit, spans } from "../telemetry/index.js";
import type { AdmitJoin, Waiting } from "./admission.js";
import { hiddenRefusal, isHidden } from "./hidden-refusal.js";
import type { GuardRefusal, PageGuard } from "./page-guard.js";
import { asObject } from "./payload.js";
import type { TopicHandle, TopicHandler } from "./topic.js";

/** A view that may begin. */
export interface AdmittedView {
  readonly init: ViewInit;
  /** The page under which its crashes are counted. */
  readonly page: string;
  /** Whether to tell the client the view's element: after a live navigation. */
  readonly navigated: boolean;
  /** The route of a page; undefined for a nested view. */
  readonly route: LiveRoute | undefined;
  /** Whether the join must wait for admission: every join except the first of a nested view, which was admitted with its page. */
  readonly paced: boolean;
}

/** The session and origin of a view's socket. */
export interface ViewSocket {
  readonly sessionId: string;
  readonly origin: string;
  readonly guard: PageGuard | undefined;
  /** How fast views may be joined. */
  readonly admit: AdmitJoin;
  /** The route of a URL of the page's live session. */
  readonly routeOf: (uri: URL) => LiveRoute | undefined;
}

/** A live view on its topic: reads the client's frames, and represents the socket to the view. */
export class LiveTopic implements TopicHandler, ViewHost {
  readonly process: ViewProcess;
  readonly #topic: TopicHandle;
  readonly #socket: ViewSocket;
  readonly #context: PageContext;
  readonly #page: string;
  readonly #navigated: boolean;
  readonly #route: LiveRoute | undefined;
  readonly #paced: boolean;
  /** The variables set by the page's middleware, until the view has mounted. */
  #variables: ((key: string) => unknown) | undefined;
  readonly #parent: LiveTopic | undefined;
  /** The join's place in the queue. */
  #waiting: Waiting | undefined;
  /** The nested views that end with this one. */
  #children: Set<LiveTopic> | undefined;
  /** When the join arrived, ms. */
  #beganAt = 0;
  /** The nested views that have been joined before. */
  #joinedOnce: Set<string> | undefined;

  constructor(topic: TopicHandle, socket: ViewSocket, { init, page, navigated, route, paced }: AdmittedView, context: PageContext, parent: LiveTopic | undefined) {
    this.#topic = topic;
    this.#socket = socket;
    this.#context = context;
    this.#page = page;
    this.#navigated = navigated;
    this.#route = route;
    this.#paced = paced;
    this.#parent = parent;
    if (parent !== undefined) (parent.#children ??= new Set()).add(this);
    const own = init.inherited;
    this.process = new ViewProcess({ ...init, inherited: (key) => this.#variables?.(key) ?? own?.(key) }, context, this);
  }

  // ---- the view's socket ----

  push(event: string, payload: unknown): void {
    this.#topic.push(event, payload);
  }
  crashed(error: unknown): void {
    // A thrown refusal is an answer, and does not count as a crash.
    if (!(error instanceof StatusError)) this.#countCrash();
    this.#leave("phx_error");
  }
  overflowed(): void {
    this.#leave("phx_error");
  }
  revoked(): void {
    this.#leave("phx_error");
  }
  left(): void {
    this.#leave("phx_close");
  }
  alive(): boolean {
    return this.#topic.socket.alive;
  }
  congested(): boolean {
    return this.#topic.socket.congested;
  }
  queued(bytes: number): void {
    this.#topic.socket.queued(bytes);
  }
  dropped(ids: readonly string[]): void {
    for (const id of ids) this.#joinedOnce?.delete(id);
    for (const child of [...(this.#children ?? [])]) if (ids.includes(child.process.id)) child.#leave("phx_close");
  }
  get parent(): ViewProcess | undefined {
    return this.#parent?.process;
  }
  /** Whether a nested view is joined for the first time since this page shows it. */
  joinsFirst(id: string): boolean {
    const joined = (this.#joinedOnce ??= new Set());
    return joined.size < joined.add(id).size;
  }
  patchPage(target: Redirect): boolean {
    const parent = this.#parent;
    if (parent === undefined) return false;
    if (parent.#parent !== undefined) return parent.patchPage(target);
    parent.process.post(() => parent.process.goTo(target));
    return true;
  }

  async mayPatch(uri: URL): Promise<boolean> {
    const { guard, routeOf } = this.#socket;
    if (guard === undefined) return true;
    const route = routeOf(uri);
    return route !== undefined && (await guard(uri, route)).passed;
  }

  #countCrash(): void {
    this.#context.crashes.record(this.#socket.sessionId, this.#page);
  }

  // ---- the join ----

  /** The join is the mailbox's first job: events that arrive before it ends wait behind it. */
  begin(frame: Frame, bytes: number): void {
    this.#beganAt = performance.now();
    const { name } = this.process;
    const { topic } = this.#topic;
    const join = (): Promise<void> => this.#join(frame);
    const traced = (): Promise<void> => (spans.join.heard ? spans.join.run({ view: name, topic }, join) : join());
    this.process.deliver(traced, () => this.#refuse(frame, { reason: "stale" }, "stale"), bytes);
  }

  async #join(frame: Frame): Promise<void> {
    const { process } = this;
    try {
      if (this.#paced && !(await this.#admitted())) return;
      if (!process.alive) return this.#topic.reply(frame.ref, "error", { reason: "left" });
      const refusal = await this.#guardRefusal();
      if (refusal !== undefined) return await this.#refusedByGuard(frame, refusal);
      const target = await process.mount();
      this.#variables = undefined;
      const { patched, leaves } = target === undefined ? NOWHERE : await follow(process, target);
      if (!process.alive) return this.#topic.reply(frame.ref, "error", { reason: "left" });
      if (!process.mayRun()) return this.#refuse(frame, { reason: "stale" }, "stale");
      if (leaves !== undefined) {
        const { event, payload } = process.leaveMessage(leaves);
        return this.#refuse(frame, { events: [], [event]: payload }, event);
      }
      const full = process.renderFull();
      const rendered = isPromise(full) ? await full : full;
      if (!process.alive) return this.#topic.reply(frame.ref, "error", { reason: "left" });
      // The session may have ended while hooks and mount were waiting.
      if (!process.mayRun()) return this.#refuse(frame, { reason: "stale" }, "stale");
      const { tag = "div", attrs = {} } = process.init.view.container ?? {};
      this.#topic.reply(frame.ref, "ok", {
        // The element is still the previous view's.
        ...(this.#navigated && { container: [tag, attrs] }),
        rendered,
        liveview_version: LIVEVIEW_VERSION,
        ...(patched && { live_patch: patchPayload(patched) }),
      });
    } catch (error) {
      await this.#joinFailed(frame, error);
    }
  }

  /**
   * Waits for admission. A refused join would cost the page what its user has typed, so a join that cannot begin in time
   * closes the socket instead: the client retries by itself, and its page stays as it is.
   */
  async #admitted(): Promise<boolean> {
    this.#waiting = this.#socket.admit();
    const retryAfterMs = await this.#waiting?.answer;
    this.#waiting = undefined;
    if (retryAfterMs === undefined) return true;
    this.#topic.socket.close(CLOSE.restart, restartReason(retryAfterMs));
    return false;
  }

  /** How the page's own middleware refuses the join; undefined if it does not. */
  async #guardRefusal(): Promise<GuardRefusal | undefined> {
    const { guard } = this.#socket;
    if (guard === undefined || this.#route === undefined) return undefined;
    const verdict = await guard(this.process.location.uri, this.#route);
    if (!verdict.passed) return verdict;
    this.#variables = verdict.get;
    return undefined;
  }

  async #refusedByGuard(frame: Frame, { status, redirect }: GuardRefusal): Promise<void> {
    if (redirect !== undefined) {
      const { to, flash } = redirect;
      return this.#refuse(frame, { events: [], redirect: { status: 302, to, ...(flash !== undefined && { flash }) } }, "unauthorized");
    }
    // If the guard gives no redirect, the page's GET shows the reason: the client loads it.
    const answer = isHidden(this.#context, this.process.location.uri, status) ? await hiddenRefusal(this.#beganAt) : { reason: "unauthorized" };
    this.#refuse(frame, answer, "unauthorized", { status });
  }

  async #joinFailed(frame: Frame, error: unknown): Promise<void> {
    if (!this.process.alive) return this.#topic.reply(frame.ref, "error", { reason: "left" });
    if (error instanceof StatusError) {
      const { status, message: why } = error;
      const answer = isHidden(this.#context, this.process.location.uri, status) ? await hiddenRefusal(this.#beganAt) : { reason: "reload", status };
      return this.#refuse(frame, answer, "reload", { status, why });
    }
    if (error instanceof HoldfastError && error.code === "view_ended") return this.#refuse(frame, { reason: "stale" }, "stale");
    this.#countCrash();
    this.#context.log("join crashed", { view: this.process.name, error });
    this.#refuse(frame, { reason: "join crashed" }, "crashed");
  }

  /** @param more details for the log only, beside the reason */
  #refuse(frame: Frame, response: object, reason: string, more: object = {}): void {
    const { topic } = this.#topic;
    emit("holdfast:join:refused", { topic, reason });
    this.#context.log("join refused", { view: this.process.name, topic, reason, ...more });
    this.end();
    this.#topic.reply(frame.ref, "error", response);
    this.#topic.drop();
  }

  // ---- the client's frames ----

  receive({ ref, event, payload }: Frame, bytes: number): void {
    const { process } = this;
    const answer: Answer = (response) => this.#topic.reply(ref, "ok", response);
    const values = asObject(payload);
    switch (event) {
      case "event":
        return process.frames.event(values, answer, bytes);
      case "live_patch": {
        const uri = parsePageUrl(values["url"], this.#socket.origin, this.#context.limits);
        if (uri === undefined) return answer({ link_redirect: true });
        const location = locate(process.init, uri);
        return location === undefined ? process.frames.patchElsewhere(uri, answer, bytes) : process.frames.patch(location, answer, bytes);
      }
      case "cids_will_destroy":
        return process.frames.componentsLeaving(this.#cids(values), answer, bytes);
      case "cids_destroyed":
        return process.frames.componentsLeft(this.#cids(values), answer, bytes);
      default:
        if (!process.frames.feature(event, values, answer, bytes)) this.#topic.reply(ref, "error", { reason: "unknown message" });
    }
  }

  #cids({ cids }: Readonly<Record<string, unknown>>): readonly unknown[] {
    return Array.isArray(cids) && cids.length <= this.#context.limits.jsonItems ? cids : [];
  }

  get busy(): boolean {
    return this.process.busy;
  }

  settled(tasks: boolean): Promise<void> {
    return this.process.settled(tasks);
  }

  // ---- the end ----

  /** The view has ended by itself. */
  #leave(event: "phx_close" | "phx_error"): void {
    this.#endNested();
    this.process.end();
    this.#topic.leave(event);
  }

  /** Its nested views end with it: the client has dropped them, or will when it learns about this one. */
  end(reason: "left" | "closed" = "closed"): void {
    this.#waiting?.leave();
    this.process.finish(reason);
    this.#endNested();
  }

  #endNested(): void {
    const parent = this.#parent;
    if (parent !== undefined) parent.#children?.delete(this);
    for (const child of [...(this.#children ?? [])]) child.#leave("phx_close");
  }
}

/** A mount that redirected nowhere. */
const NOWHERE = { patched: undefined, leaves: undefined };
