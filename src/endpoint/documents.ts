import type { Context } from "hono";
import { isRefusal, StatusError } from "../errors/index.js";
import { renderToString, Spread, trustedHtml, type Content, type Rendered } from "../html/index.js";
import type { LiveContext, RootLayout } from "../live/index.js";
import type { DraftKeys, SessionData } from "../security/index.js";
import { emit } from "../telemetry/index.js";
import { keptPath, loggedPath } from "./logged-path.js";
import { pageResponse } from "./compressed-page.js";
import type { HookModules } from "./hook-modules.js";
import { htmlResponse } from "./html-response.js";
import { IncompleteLayouts } from "./incomplete-layout.js";
import { clientScripts, plainErrorPage, plainRootLayout, settingAttributes, type ErrorPageProps } from "./pages.js";
import { SessionsUnavailable } from "./session-store.js";
import { findSession } from "./session.js";
import type { StaticFiles } from "./static-files.js";

/** What an application may provide instead of the plain documents. */
interface DocumentOptions {
  readonly rootLayout: RootLayout | undefined;
  readonly errorPage: ((props: ErrorPageProps) => Rendered) | undefined;
  readonly files: StaticFiles;
  readonly trustedTypes: boolean;
  /** The longest text frame of a page's socket, bytes. */
  readonly frameBytes: (session: SessionData) => number;
  readonly draftKeys: DraftKeys;
  readonly hookModules: HookModules;
  readonly compress: boolean;
}

/** What is known of one page. */
interface PageOptions {
  readonly title?: string;
  /** Default 200. */
  readonly status?: number;
  /** Default: the application's. */
  readonly rootLayout?: RootLayout;
  /** Whether it has a live view, which needs the layout's scripts. Default false. */
  readonly live?: boolean;
}

/** Renders whole HTML documents: the root layout around a page or an error page. */
export class Documents {
  readonly #options: DocumentOptions;
  readonly #log: LiveContext["log"];
  readonly #incomplete: IncompleteLayouts;
  /** The views whose pages have thrown, for the log. */
  readonly #crashed = new WeakMap<Context, string>();

  constructor(options: DocumentOptions, log: LiveContext["log"]) {
    this.#options = options;
    this.#log = log;
    this.#incomplete = new IncompleteLayouts(log);
  }

  /** A page in the root layout. */
  page(c: Context, inner: Content, { title, status = 200, rootLayout, live = false }: PageOptions = {}): Response {
    const { files, trustedTypes, frameBytes, draftKeys, hookModules, compress } = this.#options;
    const layout = rootLayout ?? this.#options.rootLayout ?? plainRootLayout;
    const session = findSession(c);
    const nonce = c.get("cspNonce");
    const hookLinks = hookModules.links(nonce);
    const settings = settingAttributes({
      frameBytes: session === undefined ? Infinity : frameBytes(session.data),
      draftKeys: session && draftKeys.of(session.data),
    });
    const scripts = clientScripts({ trustedTypes, settings, hookLinks, nonce });
    const csrfToken = session?.csrfToken() ?? "";
    const document = layout({
      inner, title, csrfToken, scripts, clientHooks: trustedHtml(hookLinks), flash: session?.flash ?? {},
      // Our own names, so they need no check. No getter: V8 allocates the accessors of an object literal among the old objects, where
      // they would keep the whole request until the next full collection.
      clientSettings: new Spread(settings),
      get: (key) => c.get(key as never), asset: (path) => files.versioned(path),
    });
    const html = renderToString(document);
    if (live) this.#incomplete.check({ html, csrfToken });
    return compress ? pageResponse(c, html, status) : htmlResponse(c, html, status);
  }

  /** The page of this request threw while its view was made: `error` names it. */
  crashed(c: Context, view: string): void {
    this.#crashed.set(c, view);
  }

  /** The error page; the cause stays in the log. */
  error(c: Context, error: unknown): Response {
    const status = error instanceof StatusError ? error.status : 500;
    const incident = globalThis.crypto.randomUUID();
    const path = loggedPath(c);
    if (error instanceof SessionsUnavailable) c.header("retry-after", String(error.retryAfterS));
    if (isRefusal(error)) this.#log("page refused", { path, status, why: error.message });
    else {
      const view = this.#crashed.get(c);
      emit("holdfast:request:crashed", { path: keptPath(c), view, incident, error });
      this.#log("request crashed", { path, ...(view !== undefined && { view }), incident, error });
    }
    const { errorPage = plainErrorPage } = this.#options;
    try {
      return this.page(c, errorPage({ status, incident, get: (key) => c.get(key as never) }), { status });
    } catch (failure) {
      this.#log("error page crashed", { incident, error: failure });
      return c.text(`${status}`, status as 500);
    }
  }
}
