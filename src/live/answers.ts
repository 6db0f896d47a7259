import { describeIssues } from "../errors/index.js";
import type { WireNode } from "../diff/index.js";
import { isPromise, type Delivery, type MaybePromise } from "../mailbox/index.js";
import { JsonText } from "../protocol/index.js";
import { withinJsonLimits } from "../security/index.js";
import { emit, type EventRefusal } from "../telemetry/index.js";
import type { Reply } from "./definition/index.js";
import { PendingRedirect } from "./features/redirects/index.js";
import type { GatedView, Refused } from "./gate/index.js";
import type { Location, PageContext } from "./page/index.js";
import type { RedirectFollower } from "./redirect-follower.js";
import { Redirect } from "./socket/index.js";

/** Answers an event. Called exactly once, unless the view crashes. */
export type Answer = (response: object) => void;

/** The view that receives frames. */
export interface FramedView extends GatedView {
  readonly name: string;
  readonly context: PageContext;
  readonly alive: boolean;
  mayRun(): boolean;
  ready(): Promise<void> | undefined;
  /** Puts a client frame into the mailbox. */
  deliver(frame: Delivery): void;
  /** Whether the results of its hooks are out of date. */
  readonly stale: boolean;
  /** Runs a job once hooks and policy admit the user with fresh results; calls `refuse` if they do not. */
  whenFresh(job: () => MaybePromise<void>, refuse: (reason: EventRefusal) => void): MaybePromise<void>;
  /** Whether the middleware of the page at this URL admits its user. */
  mayPatch(uri: URL): Promise<boolean>;
  /** How it follows redirects. */
  readonly redirects: RedirectFollower;
  /** Moves the view to another of its URLs. */
  patch(location: Location): Promise<Redirect | undefined>;
}

/**
 * Answers with what changed.
 *
 * @param value what the handler replied to its hook
 * @param response what a feature answers beside the diff
 */
export function answerDiff(view: FramedView, answer: Answer, value?: Reply, response?: object): MaybePromise<void> {
  // What a handler changed before its session ended is rendered to nobody.
  if (!view.mayRun()) return answerEnded(view, answer, response);
  const diff = view.page.diff();
  if (!isPromise(diff)) return answerWith(view, answer, diff, value, response);
  return diff.then((known) => (view.mayRun() ? answerWith(view, answer, known, value, response) : answerEnded(view, answer, response)));
}

function answerWith(view: FramedView, answer: Answer, changed: WireNode | undefined, value?: Reply, response?: object): void {
  if (!view.alive) return;
  if (value === undefined && response === undefined && changed !== undefined) {
    const diff = view.page.answered(changed);
    return answer(diff instanceof JsonText ? new JsonText(`{"diff":${diff.text}}`) : { diff });
  }
  // In an event's diff the top-level `r` is the reply.
  const diff = value === undefined ? changed : { ...changed, r: value.payload };
  answer({ ...response, ...(diff !== undefined && { diff }) });
}

function answerEnded({ alive }: FramedView, answer: Answer, response: object = {}): void {
  if (alive) answer(response);
}

/** Answers with a redirect; if that is not one for the client, with what changed. */
export async function answerRedirect(view: FramedView, answer: Answer, target: Redirect): Promise<void> {
  if (await view.redirects.follow(target, (event, payload) => answer({ [event]: payload }))) return answerDiff(view, answer);
}

/** An error reply would leave the event's element locked, so a refusal gets an empty reply. */
export function answerRefused(view: FramedView, answer: Answer, { event, reason, issues }: Refused, response: object = {}): void {
  refused(view, event, reason, issues);
  answer(response);
}

/** The redirect that a handler returned, or requested by a call. */
export function redirectOf(view: FramedView, result: unknown): Redirect | undefined {
  return result instanceof Redirect ? result : view.peek(PendingRedirect)?.take();
}

/** Reports an event that did not reach its handler. */
export function refused({ name, context }: FramedView, event: string, reason: EventRefusal, issues?: Refused["issues"]): void {
  emit("holdfast:event:refused", { view: name, event, reason });
  context.log("event refused", {
    view: name, event, reason, ...(issues !== undefined && { issues: describeIssues(issues) }),
  });
}

/**
 * Whether a part of a frame is within the limits. A list, such as one of files, may have as many keys as it may have items: more
 * than a form.
 */
export function fits({ context: { limits } }: FramedView, value: unknown): boolean {
  return withinJsonLimits(value, { ...limits, jsonKeys: limits.jsonItems });
}
