import { CLOSE } from "../../protocol/index.js";

/**
 * The reply to a poll or a POST: `status` and `messages`, as the npm client reads them from the body
 * (`assets/js/phoenix/longpoll.js` of phoenix 1.8.16).
 *
 * - 200: messages of a poll, or a POST that was taken.
 * - 204: no message, poll again.
 * - 410: the socket is gone, open another: the client closes with its own code 3410 and connects again.
 * - 403: forbidden: the client closes with 1008 and connects again.
 * - 500: something went wrong: the client closes with 1011 and connects again.
 */
export type Answer =
  | { readonly status: 200; readonly messages: readonly string[] }
  | { readonly status: 204 }
  | Ended;

/** The socket has ended. Clients that ignore `code` and `reason` read only the status. */
export interface Ended {
  readonly status: 410 | 403 | 500;
  /** The close code and reason that a websocket would have had. */
  readonly code?: number;
  readonly reason?: string;
}

/** There is no such socket here: it has ended, or its node has. */
export const GONE: Ended = { status: 410 };

/** The outcome of the request is unknown. The client opens another socket, so no message can silently be missing from this one. */
export const FAILED: Ended = { status: 500 };

/** The reply that tells the client that its socket was closed. */
export function endedBy(code: number, reason: string): Ended {
  const status = code === CLOSE.policy ? 403 : code === CLOSE.tooBig || code === CLOSE.malformed ? 500 : 410;
  return { status, code, reason };
}

/** Reads another node's answer; undefined if it is malformed. */
export function readAnswer(value: unknown): Answer | undefined {
  if (typeof value !== "object" || value === null || !("status" in value)) return undefined;
  const { status, messages, code, reason } = value as Partial<Record<"status" | "messages" | "code" | "reason", unknown>>;
  if (status === 204) return { status };
  if (status === 200) {
    return Array.isArray(messages) && messages.every((each) => typeof each === "string") ? { status, messages } : undefined;
  }
  if (status !== 410 && status !== 403 && status !== 500) return undefined;
  return { status, ...(typeof code === "number" && { code }), ...(typeof reason === "string" && { reason }) };
}
