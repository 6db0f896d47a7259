/** A template that calls components and nested views: a view's, or a component's. */
export interface Caller {
  /** How often the template was compared. */
  renders: number;
}

/** A component or a nested view that a template calls: by which caller it was called last, and in which of its renders. */
export interface Called {
  caller: Caller | undefined;
  calledAt: number;
  /** It stands in a stream's item. */
  streamed: boolean;
  /** The client has said that it will be gone, and it has not been called since. */
  leaving?: boolean;
}

/**
 * Whether something stands in the page, as far as the server can know: its caller's last render called it, and its caller
 * stands there too. What a stream holds only the browser knows.
 */
export function standsInPage({ streamed, leaving = false, caller, calledAt }: Called): boolean {
  if (streamed) return !leaving;
  return caller !== undefined && caller.renders === calledAt && (!isCalled(caller) || standsInPage(caller));
}

function isCalled(caller: Caller): caller is Caller & Called {
  return "calledAt" in caller;
}
