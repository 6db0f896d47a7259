import { Outgoing } from "./features/client/index.js";
import { checkedRedirect, follow, leaveMessage, patchPayload, type NavigatingView } from "./navigation/index.js";
import type { Flash, Owner, Redirect } from "./socket/index.js";
import type { ViewHost } from "./view-host.js";

/** The message that makes the client leave a page. */
type LeaveMessage = ReturnType<typeof leaveMessage>;

/** The view whose redirects are followed. */
export interface RedirectedView extends NavigatingView, Pick<Owner, "peek"> {
  /** Flash messages that nobody has seen yet. */
  readonly unseenFlash: Flash;
  finish(reason: "navigated"): void;
}

/** How a view follows redirects: it patches its own URL, passes a patch on to its page, or leaves for another page. */
export class RedirectFollower {
  readonly #view: RedirectedView;
  readonly #host: ViewHost | undefined;

  /** @param host undefined during the GET, when the request itself is redirected */
  constructor(view: RedirectedView, host: ViewHost | undefined) {
    this.#view = view;
    this.#host = host;
  }

  /**
   * Follows a redirect.
   *
   * @param say tells the client where the view goes
   * @returns true if the view stays
   */
  async follow(target: Redirect, say: (event: string, payload: object) => void): Promise<boolean> {
    const view = this.#view;
    const host = this.#host!;
    // A nested view has no URL of its own: its page is patched.
    const ofPage = target.kind === "patch" && view.init.routes === undefined;
    if (ofPage && host.patchPage(checkedRedirect(target, view.context), view.unseenFlash)) return true;
    const { patched, leaves } = await follow(view, target);
    if (!view.alive) return false;
    if (leaves === undefined) {
      if (patched !== undefined) host.push("live_patch", patchPayload(patched));
      return true;
    }
    // Events for client hooks are sent before the redirect that was requested after them.
    host.push("diff", { e: this.takeEvents() });
    const { event, payload } = this.message(leaves);
    say(event, payload);
    this.leave();
    return false;
  }

  /** Follows a redirect that no event requested: a message's, or a nested view's patch of its page. */
  async goTo(target: Redirect): Promise<void> {
    await this.follow(target, (event, payload) => this.#host!.push(event, payload));
  }

  /** A redirect as the client reads it. It carries the flash messages that nobody has seen yet. */
  message(target: Redirect): LeaveMessage {
    const { context, init, unseenFlash } = this.#view;
    return leaveMessage(target, context, unseenFlash, init.bond.id);
  }

  /** The events for client hooks that were pushed before the redirect. */
  takeEvents(): readonly unknown[] {
    return this.#view.peek(Outgoing)?.take() ?? [];
  }

  /** The client goes to another page. A sticky view stays. */
  leave(): void {
    if (this.#view.init.sticky) return;
    this.#view.finish("navigated");
    this.#host!.viewLeft();
  }

  /** The client was answered to join the page at another URL, and leaves the view by itself: it has left here already. */
  leaveToClient(): void {
    this.#view.finish("navigated");
    this.#host!.leftToClient();
  }
}
