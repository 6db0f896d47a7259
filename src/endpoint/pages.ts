import { html, trustedHtml, type Rendered, type SafeHtml } from "../html/index.js";
import type { RootLayout, RootLayoutProps } from "../live/index.js";
import { startPath } from "./assets.js";

/** The props of an error page. The cause stays on the server; `incident` identifies it in the log. */
export interface ErrorPageProps {
  readonly status: number;
  readonly incident: string;
  /** A variable set by middleware, such as the user's language; undefined if the request failed before it was set. */
  readonly get: RootLayoutProps["get"];
}

/** Not a module, because it must run before anything that inserts HTML. */
const POLICY = "/assets/holdfast/trusted-types.js";

/** What a page tells its client. */
interface ClientSettings {
  /** The longest text frame that its socket accepts, bytes. */
  readonly frameBytes: number;
  /** From `DraftKeys`; undefined for a page without a session. */
  readonly draftKeys: string | undefined;
}

/** What starts a page's client. */
interface ClientStart {
  /** True: the page enforces Trusted Types, and needs their policy first. */
  readonly trustedTypes: boolean;
  readonly settings: readonly SettingAttribute[];
  /** Links to the modules of client hooks, as HTML. */
  readonly hookLinks: string;
  /** The nonce of the page's policy; undefined if it has none. */
  readonly nonce: string | undefined;
}

/** An attribute in which the client looks for a setting. */
type SettingAttribute = readonly [name: `data-holdfast-${string}`, value: string | number];

/** A page's settings, as attributes of any element. */
export function settingAttributes({ frameBytes, draftKeys }: ClientSettings): SettingAttribute[] {
  const settings: SettingAttribute[] = [];
  if (Number.isFinite(frameBytes)) settings.push(["data-holdfast-frame-bytes", frameBytes]);
  if (draftKeys !== undefined) settings.push(["data-holdfast-draft-keys", draftKeys]);
  return settings;
}

/** The scripts that start the client. They are files, so that a strict Content-Security-Policy admits them. */
export function clientScripts({ trustedTypes, settings, hookLinks, nonce }: ClientStart): SafeHtml {
  const mark = nonce === undefined ? "" : ` nonce="${nonce}"`;
  let attributes = "";
  for (const [name, value] of settings) attributes += ` ${name}="${value}"`;
  const policy = trustedTypes ? `<script src="${POLICY}"${mark}></script>` : "";
  return trustedHtml(`${policy}${hookLinks}<script type="module" src="${startPath()}"${attributes}${mark}></script>`);
}

/** The document around a page when the application has no root layout of its own. */
export const plainRootLayout: RootLayout = ({ inner, title, csrfToken, scripts }) => html`
  <!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="csrf-token" content=${csrfToken}>
      <title>${title ?? "Holdfast"}</title>
      ${scripts}
    </head>
    <body>${inner}</body>
  </html>
`;

const TITLES: Readonly<Record<number, string>> = {
  400: "Bad request", 403: "You may not do that", 404: "Not found", 413: "Too much", 429: "Too many requests",
};

/** The error page when the application has none of its own. */
export const plainErrorPage = ({ status, incident }: ErrorPageProps): Rendered => html`
  <main style="max-width: 36rem; margin: 15vh auto; padding: 0 1.5rem">
    <p>${status}</p>
    <h1>${TITLES[status] ?? (status < 500 ? "This did not work" : "Something went wrong")}</h1>
    <p>${status >= 500 && `We have been told. If you write to us, name ${incident}.`}</p>
    <p><a href="/">Back to the start</a></p>
  </main>
`;
