import { HoldfastError } from "../../../errors/index.js";
import { checkOptions, checkValue, TEXT, type Shape } from "../../../errors/options.js";
import type { HookMessage, NoPayload } from "../../../hooks/index.js";
import type { Sendable } from "../../../protocol/index.js";
import { ownerOf, socketPart } from "../../socket/index.js";
import { Outgoing } from "./outgoing.js";

/** Options of `pushEvent`. */
interface PushEventOptions {
  /** When the page's listeners hear it: after what this handler changed is shown, or before. Default `"after"`. */
  readonly dispatch?: "before" | "after";
}

/** The payload of an event, which may be left out if it carries nothing, and options. */
type Carried<P> = NoPayload extends P
  ? [payload?: Sendable<P>, options?: PushEventOptions]
  : [payload: Sendable<P>, options?: PushEventOptions];

const OPTIONS: Shape<PushEventOptions> = {
  dispatch: { called: '"before" or "after"', fits: (value) => value === "before" || value === "after" },
};

/** The socket's methods to reach the browser outside the page. */
export interface ClientSocket {
  /**
   * Pushes an event to the page: to the client hooks that listen to it, and to `window` as `phx:<name>`.
   *
   * @param event a message of `defineHook`, or a `pageEvent`: declared once, for the server and the browser
   * @param payload sent as JSON: a value that JSON would lose does not compile
   * @example
   * socket.pushEvent(Chart.messages.points, { values: [1, 2] });
   * @example
   * socket.pushEvent(keepScroll, {}, { dispatch: "before" });
   */
  pushEvent<P>(event: HookMessage<P>, ...payload: Carried<NoInfer<P>>): void;
  /** Sets the page's title. */
  pageTitle(title: string): void;
}

export const clientSocket = socketPart({
  pushEvent({ name }: HookMessage, payload: unknown = {}, options: PushEventOptions = {}): void {
    const { view, ended } = ownerOf(this);
    if (typeof name !== "string") {
      throw new HoldfastError("socket_misuse", {
        what: `The view "${view.name}" pushes an event that is not declared.`,
        expected: "a message of defineHook, or pageEvent(name)", fix: 'socket.pushEvent(pageEvent("confetti"), { pieces: 3 })',
      });
    }
    const place = { of: "socket.pushEvent", fix: 'socket.pushEvent(scored, { points: 3 }, { dispatch: "before" })' };
    checkOptions("socket_misuse", place, options, OPTIONS);
    if (ended || !view.mayRun() || view.refreshing) return;
    view.root.feature(Outgoing).push(name, payload, options.dispatch === "before");
    view.changed();
  },
  pageTitle(title: string): void {
    checkValue("socket_misuse", { of: "socket.pageTitle", fix: 'socket.pageTitle("Posts")' }, "the title", title, TEXT);
    const { view } = ownerOf(this);
    view.root.feature(Outgoing).title = title;
    view.changed();
  },
});
