import { HoldfastError, StatusError } from "../errors/index.js";
import { follow, patchPayload, type PageContext, type ViewInit, type ViewProcess } from "../live/index.js";
import { isPromise, type MaybePromise } from "../mailbox/index.js";
import { CLOSE, LIVEVIEW_VERSION, restartReason, type Frame } from "../protocol/index.js";
import { emit, spans, type SpanDetails } from "../telemetry/index.js";
import type { Waiting } from "./admission.js";
import { JOIN_CRASHED } from "./fragment-refusal.js";
import { hiddenRefusal, isHidden } from "./hidden-refusal.js";
import type { GuardRefusal, GuardVerdict, PageGuard, PageRoute } from "./page-guard.js";
import type { TopicHandle } from "./topic.js";

/** A view that may begin. */
export interface AdmittedView {
  readonly init: ViewInit;
  /** The page under which its crashes are counted. */
  readonly page: string;
  /** Whether to tell the client the view's element: after a live navigation. */
  readonly navigated: boolean;
  /** Whether the page has just been loaded: no live navigation, and no join after a lost connection. */
  readonly loaded: boolean;
  /** What renders its page; undefined for a view whose parent shows it now, since that one has passed. */
  readonly route: PageRoute | undefined;
  /** Whether the join must wait for admission: every join except the first of a nested view, which was admitted with its page. */
  readonly paced: boolean;
}

/** The guards in front of a view. */
export interface JoinDoors {
  /** Runs a page's middleware. */
  readonly guard: PageGuard;
  /** Requests admission of a join; undefined if it is admitted immediately. */
  admit(): Waiting | undefined;
}

/** The view that joins. */
export interface JoiningView {
  readonly process: ViewProcess;
  countCrash(): void;
  /** The client loads the page again, because its join or that of a nested view was refused. */
  countReload(): void;
  /** What the client is told of its refused join. */
  refusal(payload: unknown, response: object): object;
  /** The join is answered. */
  joinAnswered(): void;
  end(): void;
}

/** The join of a view: its page's middleware, mount, `handleParams`, and the reply with the whole tree. */
export class ViewJoin {
  readonly #view: JoiningView;
  readonly #topic: TopicHandle;
  readonly #admitted: AdmittedView;
  readonly #doors: JoinDoors;
  /** When the join arrived, ms of `performance.now`. */
  readonly #beganAt = performance.now();
  /** The variables set by the page's middleware, until the view has mounted. */
  #variables: ((key: string) => unknown) | undefined;
  /** The join's place in the queue. */
  #waiting: Waiting | undefined;

  constructor(view: JoiningView, topic: TopicHandle, admitted: AdmittedView, doors: JoinDoors) {
    this.#view = view;
    this.#topic = topic;
    this.#admitted = admitted;
    this.#doors = doors;
  }

  /** A variable that the page's middleware has set. */
  variable(key: string): unknown {
    return this.#variables?.(key);
  }

  /** Gives up the place in the queue. */
  leaveQueue(): void {
    this.#waiting?.leave();
  }

  /** Runs the join and answers its frame. */
  async run(frame: Frame): Promise<void> {
    if (!spans.join.heard) return void (await this.#run(frame));
    const join: SpanDetails["join"] = { view: this.#view.process.name, topic: this.#topic.topic };
    await spans.join.run(join, async () => {
      join.refused = await this.#run(frame);
    });
  }

  /** @returns why there is no view now; undefined if there is one */
  async #run(frame: Frame): Promise<string | undefined> {
    const { process } = this.#view;
    try {
      if (this.#admitted.paced && !(await this.#waitsItsTurn())) return "busy";
      if (!process.alive) return this.#answerLeft(frame);
      const asked = this.#askGuard();
      const verdict = isPromise(asked) ? await asked : asked;
      if (verdict === "reconnect") return this.#closeForRetry(0);
      if (verdict !== undefined && !verdict.passed) return await this.#refuseByGuard(frame, verdict);
      this.#variables = verdict?.get;
      const target = await process.mount();
      this.#variables = undefined;
      const { patched, leaves } = target === undefined ? NOWHERE : await follow(process, target);
      if (!process.alive) return this.#answerLeft(frame);
      if (!process.mayRun()) return this.refuseStale(frame);
      if (leaves !== undefined) {
        const { event, payload } = process.redirects.message(leaves);
        return this.#refuse(frame, { events: process.redirects.takeEvents(), [event]: payload }, event);
      }
      const full = process.page.full();
      const rendered = isPromise(full) ? await full : full;
      // A role may have changed while mount and components were waiting.
      const admits = process.stillAdmits();
      const admitted = isPromise(admits) ? await admits : admits;
      if (!process.alive) return this.#answerLeft(frame);
      // The session may have ended meanwhile.
      if (!admitted || !process.mayRun()) return this.refuseStale(frame);
      const { tag = "div", attrs = {} } = process.init.view.container ?? {};
      this.#topic.reply(frame.ref, "ok", {
        // The element is still the previous view's.
        ...(this.#admitted.navigated && { container: [tag, attrs] }),
        rendered,
        liveview_version: LIVEVIEW_VERSION,
        ...(patched && { live_patch: patchPayload(patched) }),
      });
      return undefined;
    } catch (error) {
      return await this.#failed(frame, error);
    } finally {
      this.#view.joinAnswered();
    }
  }

  /**
   * Waits for admission. A refused join would cost the page what its user has typed, so a join that cannot begin in time
   * closes the socket instead.
   *
   * @returns false if the socket was closed
   */
  async #waitsItsTurn(): Promise<boolean> {
    this.#waiting = this.#doors.admit();
    const retryAfterMs = await this.#waiting?.answer;
    this.#waiting = undefined;
    if (retryAfterMs === undefined) return true;
    this.#closeForRetry(retryAfterMs);
    return false;
  }

  /** The client connects again by itself, and its page stays as it is. */
  #closeForRetry(afterMs: number): string {
    this.#topic.socket.close(CLOSE.restart, restartReason(afterMs));
    return "busy";
  }

  /** Runs the middleware of the view's page; undefined for a nested view, whose parent has passed it. */
  #askGuard(): MaybePromise<GuardVerdict> | undefined {
    const { route } = this.#admitted;
    return route === undefined ? undefined : this.#doors.guard(this.#uri, route);
  }

  async #refuseByGuard(frame: Frame, { status, redirect }: GuardRefusal): Promise<string> {
    if (redirect !== undefined) {
      const { to, flash } = redirect;
      return this.#refuse(frame, { events: [], redirect: { status: 302, to, ...(flash !== undefined && { flash }) } }, "unauthorized");
    }
    // If the guard gives no redirect, the page's GET shows the reason: the client loads it.
    const answer = isHidden(this.#context, this.#uri, status) ? await hiddenRefusal(this.#beganAt) : { reason: "unauthorized" };
    return this.#refuseToReload(frame, answer, "unauthorized", { status });
  }

  async #failed(frame: Frame, error: unknown): Promise<string> {
    if (!this.#view.process.alive) return this.#answerLeft(frame);
    if (error instanceof StatusError) {
      const { status, message: why } = error;
      const answer = isHidden(this.#context, this.#uri, status) ? await hiddenRefusal(this.#beganAt) : { reason: "reload", status };
      return this.#refuseToReload(frame, answer, "reload", { status, why });
    }
    if (error instanceof HoldfastError && error.code === "view_ended") return this.refuseStale(frame);
    this.#view.countCrash();
    this.#context.log("join crashed", { view: this.#view.process.name, error });
    return this.#end(frame, { reason: JOIN_CRASHED }, "crashed");
  }

  get #context(): PageContext {
    return this.#view.process.context;
  }

  get #uri(): URL {
    return this.#view.process.location.uri;
  }

  /** The client has left the topic meanwhile. */
  #answerLeft({ ref }: Frame): string {
    this.#topic.reply(ref, "error", { reason: "left" });
    return "left";
  }

  /** The session has ended: the client loads the page again. */
  refuseStale(frame: Frame): string {
    return this.#refuse(frame, { reason: "stale" }, "stale");
  }

  /** The page's GET gives the reason. If it does not, because it admits whom the join refuses, the client would load it for ever. */
  #refuseToReload(frame: Frame, response: object, reason: string, more: object): string {
    if (this.#admitted.loaded) this.#view.countReload();
    return this.#refuse(frame, response, reason, more);
  }

  /** @param more details for the log only, beside the reason */
  #refuse(frame: Frame, response: object, reason: string, more: object = {}): string {
    this.#context.log("join refused", { view: this.#view.process.name, topic: this.#topic.topic, reason, ...more });
    return this.#end(frame, response, reason);
  }

  #end(frame: Frame, response: object, reason: string): string {
    emit("holdfast:join:refused", { topic: this.#topic.topic, reason });
    this.#view.end();
    this.#topic.reply(frame.ref, "error", this.#view.refusal(frame.payload, response));
    this.#topic.drop();
    return reason;
  }
}

/** A mount that redirected nowhere. */
const NOWHERE = { patched: undefined, leaves: undefined };
