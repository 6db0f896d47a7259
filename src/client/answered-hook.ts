import { ViewHook } from "phoenix_live_view";
import { isRefused } from "../protocol/refused-push.js";

/** The target of a push: a selector, an element, or the id of a live component. */
export type HookTarget = string | number | HTMLElement;

type Reply = Readonly<{ reply: unknown; ref: number }>;
type OnReply = (reply: unknown, ref: number) => unknown;

/**
 * The npm client's hook, but a push that the server refused rejects, as one that could not be sent does. A callback for the reply
 * is not called for it.
 */
export class AnsweredHook<E extends HTMLElement = HTMLElement> extends ViewHook<E> {
  override pushEvent(event: string, payload: unknown, onReply: OnReply): void;
  override pushEvent(event: string, payload?: unknown): Promise<unknown>;
  override pushEvent(event: string, payload?: unknown, onReply?: OnReply): Promise<unknown> | void {
    if (onReply !== undefined) return super.pushEvent(event, payload, unlessRefused(onReply));
    return super.pushEvent(event, payload).then((reply: unknown) => {
      if (isRefused(reply)) throw refused(event);
      return reply;
    });
  }

  override pushEventTo(target: HookTarget, event: string, payload: unknown, onReply: OnReply): void;
  override pushEventTo(target: HookTarget, event: string, payload?: unknown): Promise<PromiseSettledResult<Reply>[]>;
  override pushEventTo(
    target: HookTarget, event: string, payload?: unknown, onReply?: OnReply,
  ): Promise<PromiseSettledResult<Reply>[]> | void {
    if (onReply !== undefined) return super.pushEventTo(target, event, payload, unlessRefused(onReply));
    return super.pushEventTo(target, event, payload).then((results) => results.map((result): PromiseSettledResult<Reply> =>
      result.status === "fulfilled" && isRefused(result.value.reply) ? { status: "rejected", reason: refused(event) } : result));
  }
}

function unlessRefused(onReply: OnReply): OnReply {
  return (reply, ref) => (isRefused(reply) ? undefined : onReply(reply, ref));
}

function refused(event: string): Error {
  return new Error(`The server refused the event ${JSON.stringify(event)}. Its log says why.`);
}
