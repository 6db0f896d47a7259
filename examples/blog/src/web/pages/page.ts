import type { Content, Endpoint } from "holdfast";
import type { Context } from "hono";
import type { Accounts } from "../../accounts/index.js";
import type { Mailbox } from "../../mail/index.js";
import type { Auth } from "../auth.js";
import { plainLayout } from "../layouts.js";

/** What the plain pages need. The endpoint is a function because it does not exist yet when its routes are defined. */
export interface PageDeps {
  accounts: Accounts;
  auth: Auth;
  mailbox: Mailbox;
  development: boolean;
  endpoint: () => Endpoint;
}

interface PageOptions {
  title: string;
  status?: number;
}

/** Answers with a plain page in the blog's layout. */
export function page({ endpoint }: PageDeps, c: Context, content: Content, options: PageOptions): Response {
  return endpoint().renderPage(c, plainLayout(c, content), options);
}

/** A form's field as text; empty if it is missing or a file. */
export function text(body: Readonly<Record<string, unknown>>, name: string): string {
  const value = body[name];
  return typeof value === "string" ? value : "";
}
