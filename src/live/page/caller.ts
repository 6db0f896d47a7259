/** A template that calls components and nested views: a view's, or a component's. */
export interface Caller {
  /** How often the template was compared. */
  renders: number;
}

/** A component or nested view that a template calls, with its last caller and the render in which it was called. */
export interface Called {
  caller: Caller | undefined;
  calledAt: number;
  /** It is in a stream's item. */
  streamed: boolean;
  /** The client has announced its removal, and it has not been called since. */
  leaving?: boolean;
}

/**
 * Whether something is on the page, as far as the server can know: its caller's last render called it, and its caller is on
 * the page too. Only the browser knows what a stream contains.
 */
export function standsInPage({ streamed, leaving = false, caller, calledAt }: Called): boolean {
  if (streamed) return !leaving;
  return caller !== undefined && caller.renders === calledAt && (!isCalled(caller) || standsInPage(caller));
}

/**
 * How many streams have a component in items that were sent earlier. The client patches a view or a component by writing it again, and
 * then those items are not part of it: so what changes in them must not be in one frame with what changes around them.
 *
 * @param written what this frame's templates have called: the items it stands in are part of this frame
 */
export function streamDepth(called: Called, written: ReadonlySet<Called>): number {
  const own = called.streamed && !written.has(called) ? 1 : 0;
  return called.caller !== undefined && isCalled(called.caller) ? own + streamDepth(called.caller, written) : own;
}

function isCalled(caller: Caller): caller is Caller & Called {
  return "calledAt" in caller;
}
