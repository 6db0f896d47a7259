import type { Redirect, ViewHandle } from "./socket/index.js";

/** The channel that a connected view lives on. */
export interface ViewHost {
  /** A message without a ref. */
  push(event: string, payload: unknown): void;
  /** The view has crashed: the client is told and joins again. */
  crashed(error: unknown): void;
  /** The view fell too far behind: the client is told and joins again. */
  overflowed(): void;
  /** The view may no longer be seen by its user: the client joins again, through the guards. */
  revoked(): void;
  /** The view has left for another page. */
  left(): void;
  /** False once the session has ended: no handler starts any more. */
  alive(): boolean;
  /** True while more waits to be sent than the soft limit: a render now would only add to it. */
  congested(): boolean;
  /** So many more bytes of the client wait in the mailbox; negative when they no longer do. */
  queued(bytes: number): void;
  /** The page does not show these nested views any more. */
  dropped(ids: readonly string[]): void;
  /** Whether the middleware of the page at this URL lets its user see it. */
  mayPatch(uri: URL): Promise<boolean>;
  /** The view around a nested one. */
  readonly parent: ViewHandle | undefined;
  /** Patches the page in which a nested view stands. False if there is none. */
  patchPage(target: Redirect): boolean;
}
