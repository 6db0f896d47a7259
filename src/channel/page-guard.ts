import type { AnyView } from "../live/index.js";
import type { LiveRoute } from "../router/index.js";

/** The verdict of a page's middleware: it admits the user, redirects them, or neither. */
export type GuardVerdict = { readonly passed: true; readonly get: (key: string) => unknown } | GuardRefusal;

/** A middleware that did not admit the user. */
export interface GuardRefusal {
  readonly passed: false;
  readonly status: number;
  readonly redirect: GuardRedirect | undefined;
}

/** Where a middleware sends its user, with its flash. */
export interface GuardRedirect {
  readonly to: string;
  /** A sealed flash. */
  readonly flash: string | undefined;
}

/** What a page's GET must reach: a live route, or the view that a plain route renders. */
export type GuardedPage = LiveRoute | AnyView;

/** Asks what stands before a page, its middleware or its plain route, whether it may be seen at this URL. */
export type PageGuard = (uri: URL, page: GuardedPage) => Promise<GuardVerdict>;
