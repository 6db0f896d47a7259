import type { ContextVariableMap } from "hono";
import type { Content, Rendered, SafeHtml, Spread } from "../../html/index.js";
import type { Assigns, BaseAssigns, Flash, Frozen } from "../socket/index.js";

/**
 * A live layout: rendered around a view, with its assigns and, as `inner`, its output. `A` are the assigns from the live
 * session's hooks.
 */
export type Layout<A extends object = Assigns> = (assigns: Frozen<A & BaseAssigns & { inner: Content }>) => Rendered;

/** The props of a root layout, which is rendered once, for the GET. */
export interface RootLayoutProps {
  /** The page. */
  readonly inner: Content;
  /** The page's title, if the view or the page set one. */
  readonly title: string | undefined;
  /** For `<meta name="csrf-token">`, where the client looks for it. */
  readonly csrfToken: string;
  /** The tags that load the client: put them into `<head>`. */
  readonly scripts: SafeHtml;
  /**
   * The links of the modules in `createEndpoint({ clientHooks })`, which `pageHooks` loads. They are in `scripts` too: only a layout
   * that starts the client with its own entry instead needs them alone, before that entry.
   */
  readonly clientHooks: SafeHtml;
  /**
   * What the page tells its client: the longest frame that the server accepts, and the keys of the user's drafts. They are in
   * `scripts` too: only a layout that starts the client with its own entry needs them, on any element.
   *
   * @example
   * html`<script type="module" src=${asset("/app.js")} ${clientSettings}></script>`
   */
  readonly clientSettings: Spread;
  readonly flash: Flash;
  /**
   * The path of a file in `publicDir`, with its fingerprint: `<link phx-track-static rel="stylesheet"
   * href=${asset("/app.css")}>`. When the file changes, open pages learn it from `socket.staticChanged`.
   */
  readonly asset: (path: string) => string;
  /** A variable set by middleware. Its type is the one that you declare for Hono (`ContextVariableMap`). */
  readonly get: <Key extends keyof ContextVariableMap | (string & {})>(
    key: Key,
  ) => Key extends keyof ContextVariableMap ? ContextVariableMap[Key] | undefined : unknown;
}

/** The document around a page. */
export type RootLayout = (props: RootLayoutProps) => Rendered;
