import type { Flash, Redirect, ViewHandle } from "./socket/index.js";

/** The channel of a connected view. */
export interface ViewHost {
  /** A variable that the middleware of the page has set for the join; undefined once the join is answered. */
  variable(key: string): unknown;
  /** Sends a message without a ref. */
  push(event: string, payload: unknown): void;
  /** The view has crashed: the client is told, and joins again. */
  crashed(error: unknown): void;
  /** The view fell too far behind: the client is told, and joins again. */
  overflowed(): void;
  /** The user may no longer see the view: the client joins again, through the guards. */
  revoked(): void;
  /** The view has left for another page. */
  viewLeft(): void;
  /**
   * The view has ended, and its client leaves it by itself. A client that is told of the end loads the page again, and one that a
   * transition holds back at that moment stays without a connection.
   */
  leftToClient(): void;
  /** False once the session has ended: no handler starts any more. */
  alive(): boolean;
  /** True while more than the soft limit is queued for sending: a render now would only add to it. */
  congested(): boolean;
  /** Reports that this many more bytes from the client are queued in the mailbox; negative when they leave it. */
  queued(bytes: number): void;
  /** Ends nested views that the page no longer shows. */
  dropNested(ids: readonly string[]): void;
  /** Whether the middleware of the page at this URL admits its user. */
  mayPatch(uri: URL): Promise<boolean>;
  /** The view around a nested one. */
  readonly parent: ViewHandle | undefined;
  /** Patches the page that contains a nested view, and hands the view's flash to it. False if there is none. */
  patchPage(target: Redirect, flash: Flash): boolean;
}
