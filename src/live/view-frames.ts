import { StatusError } from "../errors/index.js";
import { BOUND, CLEAR_FLASH } from "../js/index.js";
import { andThen, type Job, type MaybePromise } from "../mailbox/index.js";
import { REFUSED_PUSH } from "../protocol/index.js";
import { sanitizeJson, stepEnd, withinJsonLimits } from "../security/index.js";
import { began, emit, spans, type EventRefusal } from "../telemetry/index.js";
import type { RedirectFollower } from "./redirect-follower.js";
import { eventParts, frameHandlers, frameRefusals, Reply } from "./definition/index.js";
import { FlashState } from "./features/flash/index.js";
import { hooked } from "./features/hooks/index.js";
import { PendingRedirect } from "./features/redirects/index.js";
import { Admitted, pass, Refused, type EventPayload, type GatedView } from "./gate/index.js";
import { observedEvent } from "./observed-events.js";
import type { Location, PageContext } from "./page/index.js";
import { Redirect } from "./socket/index.js";

/** Answers an event. Called exactly once, unless the view crashes. */
export type Answer = (response: object) => void;

/** The view that receives frames. */
export interface FramedView extends GatedView {
  readonly name: string;
  readonly context: PageContext;
  readonly alive: boolean;
  mayRun(): boolean;
  /** Puts a client frame into the mailbox. */
  deliver(run: Job, refuse: () => void, bytes: number): void;
  /** Runs a job once hooks and policy admit the user with fresh results; calls `refuse` if they do not. */
  whenFresh(job: () => MaybePromise<void>, refuse: () => void): MaybePromise<void>;
  /** Whether the middleware of the page at this URL admits its user. */
  mayPatch(uri: URL): Promise<boolean>;
  /** How it follows redirects. */
  readonly redirects: RedirectFollower;
  /** Moves the view to another of its URLs. */
  patch(location: Location): Promise<Redirect | undefined>;
}

/** The frames that the client sends to a view: each waits for its turn, passes the gate, and is answered with what changed. */
export class ViewFrames {
  readonly #view: FramedView;

  constructor(view: FramedView) {
    this.#view = view;
  }

  /** An event: through the gate, to its handler, and back with what changed. */
  event(frame: EventPayload, answer: Answer, bytes: number): void {
    const view = this.#view;
    // A hook awaits the reply: no reply must not look like a handler's own.
    const refusal: Answer = frame.type === "hook" ? () => answer({ diff: { r: REFUSED_PUSH } }) : answer;
    const turn = (): MaybePromise<void> => {
      if (frame.event === CLEAR_FLASH) return this.#clearFlash(frame.value, answer);
      began(view.name, "(gate)");
      return view.whenFresh(() => andThen(pass(view, frame), (verdict) => {
        if (verdict instanceof Refused) return this.#refuse(verdict, refusal);
        this.#readParts(frame);
        if (verdict instanceof Admitted) return this.#handle(verdict, answer);
        return this.#answerDiff(undefined, answer);
      }), () => this.#refuse(new Refused(describe(frame.event), "view_policy"), refusal));
    };
    view.deliver(
      () => (spans.turn.heard ? spans.turn.run({ view: view.name, event: describe(frame.event) }, turn) : turn()),
      () => this.#refuse(new Refused(describe(frame.event), "session_ended"), refusal), bytes,
    );
  }

  /** A feature's frame: passes the same checks as an event, and is answered with what changed. False if no feature reads it. */
  feature(event: string, payload: Readonly<Record<string, unknown>>, answer: Answer, bytes: number): boolean {
    const view = this.#view;
    const frame = frameHandlers.get(event);
    if (frame === undefined) return false;
    const refuse = (reason: EventRefusal): void => {
      refused(view, event, reason, undefined);
      answer(frameRefusals.get(event)?.(payload) ?? {});
    };
    view.deliver(() => view.whenFresh(async () => {
      if (!this.#fits(payload)) return refuse("bad_payload");
      sanitizeJson(payload);
      const refusal = frame.refuses(view, payload);
      if (refusal !== undefined) return refuse(refusal);
      if (!(await view.authorized())) return refuse("view_policy");
      if (!view.mayRun()) return refuse("session_ended");
      const { response, refused: reason, result } = await frame.handle(view, payload);
      if (!view.alive) return;
      if (reason !== undefined) refused(view, event, reason, undefined);
      const redirect = redirectOf(view, result);
      return redirect === undefined ? this.#answerDiff(undefined, answer, response) : this.#answerRedirect(redirect, answer);
    }, () => refuse("view_policy")), () => refuse("session_ended"), bytes);
    return true;
  }

  /** The client patched its URL itself, with a patch link or the back button. */
  patch(location: Location, answer: Answer, bytes: number): void {
    const view = this.#view;
    const startedAt = performance.now();
    view.deliver(() => view.whenFresh(async () => {
      let target: Redirect | undefined;
      try {
        if (!(await view.mayPatch(location.uri))) return this.#patchRefused(location.uri, startedAt, answer);
        target = await view.patch(location);
      } catch (error) {
        // A crash would reveal that there is something to crash.
        if (!(error instanceof StatusError) || !view.context.hidesForbidden(location.uri)) throw error;
        if (!view.alive) return;
        await this.#patchRefused(location.uri, startedAt, answer);
        return view.redirects.leave();
      }
      if (!view.alive) return;
      if (target !== undefined) return this.#answerRedirect(target, answer);
      return this.#answerDiff(undefined, answer);
    }, () => this.#refuse(new Refused("live_patch", "view_policy"), answer)),
    () => this.#refuse(new Refused("live_patch", "session_ended"), answer), bytes);
  }

  /** The client patched to a URL that is not a page of this view. */
  patchElsewhere(uri: URL, answer: Answer, bytes: number): void {
    const startedAt = performance.now();
    this.#view.deliver(() => this.#patchRefused(uri, startedAt, answer), () => this.#refuse(new Refused("live_patch", "session_ended"), answer), bytes);
  }

  /** The client is told to navigate there: that view's own guards answer, and the page's GET shows the result. */
  async #patchRefused(uri: URL, startedAt: number, answer: Answer): Promise<void> {
    if (this.#view.context.hidesForbidden(uri)) await stepEnd(startedAt);
    answer({ link_redirect: true });
  }

  /** The client announces that components will leave its page, and later that they have left. */
  componentsLeaving(cids: readonly unknown[], answer: Answer, bytes: number): void {
    const { page } = this.#view;
    this.#view.deliver(() => {
      page.willDestroy(cids);
      answer({});
    }, () => answer({}), bytes);
  }
  componentsLeft(cids: readonly unknown[], answer: Answer, bytes: number): void {
    const { page } = this.#view;
    this.#view.deliver(() => answer({ cids: page.destroyed(cids) }), () => answer({ cids: [] }), bytes);
  }

  /** Reads the event's extra data for features. */
  #readParts(frame: EventPayload): void {
    for (const [key, read] of eventParts) {
      const value = frame[key];
      if (value === undefined) continue;
      if (this.#fits(value)) read(this.#view, sanitizeJson(value));
      else refused(this.#view, key, "bad_payload", undefined);
    }
  }

  /** A list, such as one of files, may have as many keys as it may have items: more than a form. */
  #fits(value: unknown): boolean {
    const { limits } = this.#view.context;
    return withinJsonLimits(value, { ...limits, jsonKeys: limits.jsonItems });
  }

  #handle({ target, event, params }: Admitted, answer: Answer): MaybePromise<void> {
    const view = this.#view;
    const name = event.declared;
    // Parsing and policies may have waited, and meanwhile the view may have ended. A component cannot have: its removal would
    // be a job in the same mailbox.
    if (!view.mayRun()) return this.#refuse(new Refused(name, "session_ended"), answer);
    began(view.name, name);
    observedEvent(view, name, params);
    const handle = (): MaybePromise<unknown> => hooked<"handleEvent", unknown>(
      target, "handleEvent", [name, params], () => event.handle(target.socket, params), (reply) => reply && new Reply(reply),
    );
    const result = spans.event.heard ? spans.event.run({ view: view.name, event: name }, handle) : handle();
    return andThen(result, (value) => {
      if (!view.alive) return;
      emit("holdfast:event:handled", { view: view.name, event: name });
      const redirect = redirectOf(view, value);
      if (redirect !== undefined) return this.#answerRedirect(redirect, answer);
      return this.#answerDiff(value instanceof Reply ? value : undefined, answer);
    });
  }

  #clearFlash(value: unknown, answer: Answer): MaybePromise<void> {
    const key = typeof value === "object" && value !== null && Object.hasOwn(value, "key")
      ? (value as { key: unknown }).key : undefined;
    this.#view.feature(FlashState).clear(typeof key === "string" ? key : undefined);
    return this.#answerDiff(undefined, answer);
  }

  #answerDiff(value: Reply | undefined, answer: Answer, response?: object): MaybePromise<void> {
    return andThen(this.#view.page.diff(), (diff) => {
      if (!this.#view.alive) return;
      // In an event's diff the top-level `r` is the reply.
      if (value !== undefined) diff = { ...diff, r: value.payload };
      answer({ ...response, ...(diff !== undefined && { diff }) });
    });
  }

  async #answerRedirect(target: Redirect, answer: Answer): Promise<void> {
    if (await this.#view.redirects.follow(target, (event, payload) => answer({ [event]: payload }))) return this.#answerDiff(undefined, answer);
  }

  /** An error reply would leave the event's element locked, so a refusal gets an empty reply. */
  #refuse({ event, reason, issues }: Refused, answer: Answer): void {
    refused(this.#view, event, reason, issues);
    answer({});
  }
}

/** The redirect that a handler returned, or requested by a call. */
function redirectOf(view: FramedView, result: unknown): Redirect | undefined {
  return result instanceof Redirect ? result : view.peek(PendingRedirect)?.take();
}

/** An event's name for spans and audits: without the values that are bound to it, which are the application's. */
function describe(name: unknown): string {
  if (typeof name !== "string") return typeof name;
  const boundAt = name.indexOf(BOUND);
  return name.slice(0, boundAt === -1 ? 64 : Math.min(boundAt, 64));
}

/** Reports an event that did not reach its handler. */
function refused({ name, context }: FramedView, event: string, reason: EventRefusal, issues: Refused["issues"]): void {
  emit("holdfast:event:refused", { view: name, event, reason });
  context.log("event refused", {
    view: name, event, reason, ...(issues !== undefined && { issues: issues.map(({ message, path }) => ({ message, path })) }),
  });
}
