import type { ContextVariableMap } from "hono";
import type { Content, Rendered, SafeHtml } from "../../html/index.js";
import type { Assigns, BaseAssigns, Flash, Frozen } from "../socket/index.js";

/**
 * A live layout: rendered around a view, with its assigns and, as `inner`, what it rendered. `A` are the assigns that the
 * live session's hooks give.
 */
export type Layout<A extends object = Assigns> = (assigns: Frozen<A & BaseAssigns & { inner: Content }>) => Rendered;

/** What a root layout is given: it is rendered once, over HTTP, and never again. */
export interface RootLayoutProps {
  /** The page. */
  readonly inner: Content;
  /** The page's title, if the view or the page set one. */
  readonly title: string | undefined;
  /** For `<meta name="csrf-token">`, where the client looks for it. */
  readonly csrfToken: string;
  /** The tags that load the client: put them into `<head>`. */
  readonly scripts: SafeHtml;
  readonly flash: Flash;
  /**
   * The path of a file in `publicDir`, with its fingerprint: `<link phx-track-static rel="stylesheet" href=${asset("/app.css")}>`.
   * When the file changes, `socket.staticChanged` says so to the pages that are open.
   */
  readonly asset: (path: string) => string;
  /** A variable that the middleware has set. Its type is the one that you declare for Hono (`ContextVariableMap`). */
  readonly get: <Key extends keyof ContextVariableMap | (string & {})>(
    key: Key,
  ) => Key extends keyof ContextVariableMap ? ContextVariableMap[Key] | undefined : unknown;
}

/** The document around a page. */
export type RootLayout = (props: RootLayoutProps) => Rendered;
