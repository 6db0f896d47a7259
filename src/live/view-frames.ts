import { StatusError } from "../errors/index.js";
import { sanitizeJson, stepEnd } from "../security/index.js";
import type { EventRefusal } from "../telemetry/index.js";
import { answerDiff, answerRedirect, answerRefused, fits, redirectOf, refused, type Answer, type FramedView } from "./answers.js";
import { frameHandlers, frameRefusals } from "./definition/index.js";
import { EventTurn } from "./event-turn.js";
import { Refused, type EventPayload } from "./gate/index.js";
import { loadsInstead, logRefusedPatch } from "./navigation/index.js";
import type { Location } from "./page/index.js";
import type { Redirect } from "./socket/index.js";

/** The frames that the client sends to a view: each waits for its turn, passes the gate, and is answered with what changed. */
export class ViewFrames {
  readonly #view: FramedView;

  constructor(view: FramedView) {
    this.#view = view;
  }

  /** An event: through the gate, to its handler, and back with what changed. */
  event(frame: EventPayload, answer: Answer, bytes: number): void {
    this.#view.deliver(new EventTurn(this.#view, frame, answer, bytes));
  }

  /** A feature's frame: passes the same checks as an event, and is answered with what changed. False if no feature reads it. */
  feature(event: string, payload: Readonly<Record<string, unknown>>, answer: Answer, bytes: number): boolean {
    const view = this.#view;
    const frame = frameHandlers.get(event);
    if (frame === undefined) return false;
    const refuse = (reason: EventRefusal): void => {
      refused(view, event, reason);
      answer(frameRefusals.get(event)?.(payload) ?? {});
    };
    const run = async (): Promise<void> => {
      if (!fits(view, payload)) return refuse("bad_payload");
      sanitizeJson(payload);
      const refusal = frame.refuses(view, payload);
      if (refusal !== undefined) return refuse(refusal);
      if (!(await view.authorized())) return refuse("view_policy");
      await view.ready();
      if (!view.mayRun()) return refuse("session_ended");
      const { response, refused: reason, result } = await frame.handle(view, payload);
      if (!view.alive) return;
      if (reason !== undefined) refused(view, event, reason);
      const redirect = redirectOf(view, result);
      return redirect === undefined ? answerDiff(view, answer, undefined, response) : answerRedirect(view, answer, redirect);
    };
    view.deliver({ run: () => view.whenFresh(run, refuse), refuse: () => refuse("session_ended"), bytes });
    return true;
  }

  /** The client patched its URL itself, with a patch link or the back button. */
  patch(location: Location, answer: Answer, bytes: number): void {
    const view = this.#view;
    const startedAt = performance.now();
    const run = async (): Promise<void> => {
      let target: Redirect | undefined;
      try {
        if (!(await view.mayPatch(location.uri))) return this.#patchRefused(location.uri, startedAt, answer);
        target = await view.patch(location);
      } catch (error) {
        if (!(error instanceof StatusError)) throw error;
        if (!view.alive) return;
        logRefusedPatch(view, location, error);
        // At once, and without another mount over the socket. Where that would tell what exists, as any other URL is answered.
        if (!view.context.hidesForbidden(location.uri)) return answerRedirect(view, answer, loadsInstead(location));
        await this.#patchRefused(location.uri, startedAt, answer);
        return view.redirects.leaveToClient();
      }
      if (!view.alive) return;
      return target === undefined ? answerDiff(view, answer) : answerRedirect(view, answer, target);
    };
    view.deliver({
      run: () => view.whenFresh(run, (reason) => answerRefused(view, answer, new Refused("live_patch", reason))),
      refuse: () => answerRefused(view, answer, new Refused("live_patch", "session_ended")), bytes,
    });
  }

  /** The client patched to a URL that is not a page of this view. */
  patchElsewhere(uri: URL, answer: Answer, bytes: number): void {
    const startedAt = performance.now();
    this.#view.deliver({
      run: () => this.#patchRefused(uri, startedAt, answer),
      refuse: () => answerRefused(this.#view, answer, new Refused("live_patch", "session_ended")), bytes,
    });
  }

  /** The client is told to navigate there: that view's own guards answer, and the page's GET shows the result. */
  async #patchRefused(uri: URL, startedAt: number, answer: Answer): Promise<void> {
    if (this.#view.context.hidesForbidden(uri)) await stepEnd(startedAt);
    answer({ link_redirect: true });
  }

  /** The client announces that components will leave its page, and later that they have left. */
  componentsLeaving(cids: readonly unknown[], answer: Answer, bytes: number): void {
    const { page } = this.#view;
    const run = (): void => {
      page.willDestroy(cids);
      answer({});
    };
    this.#view.deliver({ run, refuse: () => answer({}), bytes });
  }
  componentsLeft(cids: readonly unknown[], answer: Answer, bytes: number): void {
    const { page } = this.#view;
    this.#view.deliver({ run: () => answer({ cids: page.destroyed(cids) }), refuse: () => answer({ cids: [] }), bytes });
  }
}
