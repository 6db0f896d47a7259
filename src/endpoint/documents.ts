import type { Context } from "hono";
import { StatusError } from "../errors/index.js";
import { renderToString, type Rendered } from "../html/index.js";
import type { LiveContext } from "../live/index.js";
import { plainErrorPage, plainRootLayout, SCRIPTS, type ErrorPageProps, type RootLayout } from "./pages.js";
import type { RequestSession } from "./session.js";

/** What an application may have of its own instead of the plain documents. */
export interface DocumentOptions {
  readonly rootLayout: RootLayout | undefined;
  readonly errorPage: ((props: ErrorPageProps) => Rendered) | undefined;
}

/** Makes whole HTML documents: the root layout around a page, or around what says that there is none. */
export class Documents {
  readonly #rootLayout: RootLayout;
  readonly #errorPage: (props: ErrorPageProps) => Rendered;
  readonly #log: LiveContext["log"];

  constructor({ rootLayout, errorPage }: DocumentOptions, log: LiveContext["log"]) {
    this.#rootLayout = rootLayout ?? plainRootLayout;
    this.#errorPage = errorPage ?? plainErrorPage;
    this.#log = log;
  }

  /** A page in the root layout. */
  page(c: Context, inner: Rendered, { title, status = 200 }: { title?: string; status?: number } = {}): Response {
    const session = c.get("session") as RequestSession | undefined;
    const document = this.#rootLayout({
      inner, title, csrfToken: session?.csrfToken() ?? "", scripts: SCRIPTS, flash: session?.flash ?? {},
      get: (key) => c.get(key as never),
    });
    return c.html(renderToString(document), status as 200);
  }

  /** The error page; what went wrong stays in the log. */
  error(c: Context, error: unknown): Response {
    const status = error instanceof StatusError ? error.status : 500;
    const incident = globalThis.crypto.randomUUID();
    if (status >= 500) this.#log("request crashed", { path: c.req.path, incident, error });
    try {
      return this.page(c, this.#errorPage({ status, incident }), { status });
    } catch (failure) {
      this.#log("error page crashed", { incident, error: failure });
      return c.text(`${status}`, status as 500);
    }
  }
}
