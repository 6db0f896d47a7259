import { HoldfastError } from "../../../errors/index.js";

/** Why a call has no reply. `no_view`: the view has ended or never existed. `crashed`: its handler threw. */
export type CallFailure = "no_view" | "not_handled" | "crashed" | "timeout" | "itself";

const FAILURES: Readonly<Record<CallFailure, { readonly got: string; readonly fix: string }>> = {
  no_view: { got: "no view there: it has ended, or its node has", fix: "catch this error: a view may leave at any time" },
  not_handled: {
    got: "a view that does not answer this call",
    fix: "name the call in that view's `topics`, and handle it in its `messages`",
  },
  crashed: {
    got: "a handler that threw, or a reply that is not plain data; its node's log has more",
    fix: "catch this error, or let it end the handler",
  },
  timeout: {
    got: "no reply in time: the view was busy, or the two call each other",
    fix: "make the handler faster, give `timeoutMs`, or answer later with a message",
  },
  itself: {
    got: "the caller itself: its handler would wait for the mailbox that it holds",
    fix: "call the function that the handler calls",
  },
};

/**
 * A call that has no reply.
 *
 * @example
 * try { await socket.callParent(roomLeft, { seats: 2 }) } catch (error) {
 *   if (!(error instanceof CallFailed) || error.reason !== "timeout") throw error;
 * }
 */
export class CallFailed extends HoldfastError {
  override readonly name = "CallFailed";
  readonly reason: CallFailure;

  constructor(call: string, reason: CallFailure) {
    super("call_failed", { what: `The call "${call}" has no reply.`, expected: "a view that answers it", ...FAILURES[reason] });
    this.reason = reason;
  }
}

/** Whether another node's reason is one of ours. */
export function isCallFailure(reason: unknown): reason is CallFailure {
  return typeof reason === "string" && Object.hasOwn(FAILURES, reason);
}
