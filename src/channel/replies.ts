import type { ReturnedAssigns } from "../live/index.js";
import type { Payload, Sent } from "./pushes.js";

/** Why a join, a push or a connection is refused; the client receives the reason and the details. */
export class Refusal {
  readonly reason: string;
  readonly details: object;

  constructor(reason: string, details: object) {
    this.reason = reason;
    this.details = details;
  }
}

/**
 * Refuses a join of a channel, a client's push, or a connection of a user socket.
 *
 * @param reason the client's `receive("error", ({ reason }) => …)`; of a connection only the log has it
 * @param details what the client receives beside the reason. Default: nothing
 * @example
 * join: (socket) => (socket.assigns.user ? {} : refuse("unauthorized"))
 * @example
 * handle: (socket, { text }) => (text.length > 500 ? refuse("too long", { limit: 500 }) : post(text))
 */
export function refuse<P extends object = {}>(reason: string, details?: Sent<P>): Refusal {
  return new Refusal(reason, details ?? {});
}

/** An allowed join, with assigns and a reply for the client. */
export class Allowed<A extends object = object> {
  readonly assigns: A;
  readonly reply: Payload;

  constructor(assigns: A, reply: Payload) {
    this.assigns = assigns;
    this.reply = reply;
  }
}

/**
 * Allows a join and replies with a payload. A join without a reply may return its assigns alone.
 *
 * @example
 * join: async (socket, { topic }) => allow({ room: topic.slice(5) }, { history: await chat.latest(topic) })
 */
export function allow<A extends ReturnedAssigns<A>, P extends object = {}>(assigns: A, reply?: Sent<P>): Allowed<A> {
  return new Allowed(assigns, reply ?? {});
}

/** The request that a handler answers later. */
export interface ReplyRef {
  readonly ref: string | null;
}

/**
 * Returned by a handler that answers later, with `socket.reply`, or never.
 *
 * @example
 * handleIn: {
 *   import: {
 *     params: z.object({ url: z.url() }),
 *     handle(socket, { url }, request) {
 *       void download(url).then((rows) => socket.reply(request, "ok", { rows }));
 *       return noReply;
 *     },
 *   },
 * }
 */
export const noReply: unique symbol = Symbol("noReply");

/** What a handler of a channel may return: its reply, a refusal, or that it answers later. */
export type ChannelReply = void | Payload | Refusal | typeof noReply;
