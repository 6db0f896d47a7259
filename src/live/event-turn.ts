import { BOUND, CLEAR_FLASH } from "../js/index.js";
import { andThen, isPromise, type Delivery, type MaybePromise } from "../mailbox/index.js";
import { REFUSED_PUSH, SUBMIT_AGAIN } from "../protocol/index.js";
import { sanitizeJson } from "../security/index.js";
import { began, emit, spans } from "../telemetry/index.js";
import { answerDiff, answerRedirect, answerRefused, fits, redirectOf, refused, type Answer, type FramedView } from "./answers.js";
import { eventParts, Reply } from "./definition/index.js";
import { Outgoing } from "./features/client/index.js";
import { FlashState } from "./features/flash/index.js";
import { hasHooks, hooked } from "./features/hooks/index.js";
import { Admitted, Early, pass, Refused, type EventPayload, type Verdict } from "./gate/index.js";
import { observedEvent } from "./observed-events.js";
import { ignoredResult } from "./socket/index.js";

/** An event's turn in its view's mailbox: through the gate, to its handler, and back with what changed. */
export class EventTurn implements Delivery {
  readonly bytes: number;
  readonly #view: FramedView;
  readonly #frame: EventPayload;
  readonly #answer: Answer;

  constructor(view: FramedView, frame: EventPayload, answer: Answer, bytes: number) {
    this.#view = view;
    this.#frame = frame;
    this.#answer = answer;
    this.bytes = bytes;
  }

  run(): MaybePromise<void> {
    if (!spans.turn.heard) return this.#begin();
    return spans.turn.run({ view: this.#view.name, event: describe(this.#frame.event) }, () => this.#begin());
  }

  /** The view or its session ended while it waited. */
  refuse(): void {
    this.#refuse(new Refused(describe(this.#frame.event), "session_ended"));
  }

  #begin(): MaybePromise<void> {
    const view = this.#view;
    const frame = this.#frame;
    if (frame.event === CLEAR_FLASH) return this.#clearFlash(frame.value);
    began(view.name, "(gate)");
    if (!view.stale) return this.#pass();
    return view.whenFresh(() => this.#pass(), (reason) => this.#refuse(new Refused(describe(frame.event), reason)));
  }

  // Most events wait for nothing. For those no callback is made, and the mailbox has just asked whether they may run.

  #pass(): MaybePromise<void> {
    const verdict = pass(this.#view, this.#frame);
    return isPromise(verdict) ? verdict.then((known) => this.#waited(known)) : this.#judged(verdict);
  }

  /** Behind a schema or a policy the view may have ended. A component cannot have: its removal would be a job in the same mailbox. */
  #waited(verdict: Verdict): MaybePromise<void> {
    const view = this.#view;
    return andThen(view.ready(), () => (view.mayRun() ? this.#judged(verdict) : this.refuse()));
  }

  #judged(verdict: Verdict): MaybePromise<void> {
    if (verdict instanceof Refused) return this.#refuse(verdict);
    if (verdict instanceof Early) return this.#askAgain(verdict);
    this.#readParts();
    if (verdict instanceof Admitted) return this.#handle(verdict);
    const { redirect } = verdict;
    return redirect === undefined ? answerDiff(this.#view, this.#answer) : answerRedirect(this.#view, this.#answer, redirect);
  }

  /** Reads the event's extra data for features. */
  #readParts(): void {
    const view = this.#view;
    for (const [key, read] of eventParts) {
      const value = this.#frame[key];
      if (value === undefined) continue;
      if (fits(view, value)) read(view, sanitizeJson(value));
      else refused(view, key, "bad_payload");
    }
  }

  #handle(admitted: Admitted): MaybePromise<void> {
    const view = this.#view;
    const { event, params } = admitted;
    const name = event.declared;
    began(view.name, name);
    observedEvent(view, name, params);
    const result = spans.event.heard ? spans.event.run({ view: view.name, event: name }, () => run(admitted)) : run(admitted);
    return isPromise(result) ? result.then((value) => this.#handled(name, value)) : this.#handled(name, result);
  }

  #handled(event: string, value: unknown): MaybePromise<void> {
    const view = this.#view;
    if (!view.alive) return;
    emit("holdfast:event:handled", { view: view.name, event });
    const redirect = redirectOf(view, value);
    if (redirect !== undefined) return answerRedirect(view, this.#answer, redirect);
    if (value instanceof Reply) return answerDiff(view, this.#answer, value);
    if (value !== undefined) ignoredResult(view, { event }, value);
    return answerDiff(view, this.#answer);
  }

  #clearFlash(value: unknown): MaybePromise<void> {
    const key = typeof value === "object" && value !== null && Object.hasOwn(value, "key")
      ? (value as { key: unknown }).key : undefined;
    this.#view.feature(FlashState).clear(typeof key === "string" ? key : undefined);
    return answerDiff(this.#view, this.#answer);
  }

  /** The form is asked for again, behind its files, or shows what is wrong with them. */
  #askAgain({ event, again }: Early): MaybePromise<void> {
    const view = this.#view;
    refused(view, event, "files_missing");
    if (again) view.feature(Outgoing).push(SUBMIT_AGAIN, {});
    return answerDiff(view, this.#answer);
  }

  /** A hook awaits the reply: no reply must not look like a handler's own. */
  #refuse(why: Refused): void {
    answerRefused(this.#view, this.#answer, why, this.#frame.type === "hook" ? { diff: { r: REFUSED_PUSH } } : {});
  }
}

/** Runs attached hooks and then the event's handler. */
function run({ target, event, params }: Admitted): MaybePromise<unknown> {
  if (!hasHooks(target, "handleEvent")) return event.handle(target.socket, params);
  return hooked<"handleEvent", unknown>(
    target, "handleEvent", [event.declared, params], () => event.handle(target.socket, params), (reply) => reply && new Reply(reply),
  );
}

/** An event's name for spans and audits: without the values that are bound to it, which are the application's. */
function describe(name: unknown): string {
  if (typeof name !== "string") return typeof name;
  const boundAt = name.indexOf(BOUND);
  return name.slice(0, boundAt === -1 ? 64 : Math.min(boundAt, 64));
}
