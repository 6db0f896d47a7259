import { AsyncLocalStorage } from "node:async_hooks";
import { readFileSync } from "node:fs";
import type { Endpoint, Exchange } from "../endpoint/index.js";
import { html, renderToString, trustedHtml, type SafeHtml } from "../html/index.js";
import { isUnnamedHost } from "../security/index.js";
import { onTelemetry } from "../telemetry/index.js";
import { allowBlobWorkers } from "./blob-workers.js";
import type { DevSocket } from "./dev-socket.js";
import { reportOf } from "./error-report.js";
import type { ErrorReport, SourceFrame } from "./messages.js";

/** The path of the script that every page loads in development. */
export const OVERLAY = "/__holdfast/overlay.js";

const STYLE = trustedHtml(`<style>
body { font: 16px/1.5 system-ui, sans-serif; margin: 0 auto; max-width: 60rem; padding: 2rem; color: #1a1a1a; background: #fff }
pre { background: #f2f2f2; padding: 1rem; overflow: auto }
dt { font-weight: 600 }
dd { margin: 0 0 .5rem; white-space: pre-wrap }
mark { background: #ffd9d9; color: inherit; display: inline-block; min-width: 100% }
a { color: #0645ad }
</style>`);

type Fetch = Endpoint["fetch"];

/** Serves the application's requests in development: each page has the overlay, and a crashed request shows its error. */
export class DevPages {
  readonly #root: string;
  readonly #socket: DevSocket;
  readonly #viteClient: boolean;
  readonly #crash = new AsyncLocalStorage<{ error?: unknown }>();
  readonly #stop: () => void;

  /** @param viteClient whether the pages have Vite's own client too */
  constructor(root: string, socket: DevSocket, viteClient: boolean) {
    this.#root = root;
    this.#socket = socket;
    this.#viteClient = viteClient;
    this.#stop = onTelemetry("holdfast:request:crashed", ({ error }) => {
      const request = this.#crash.getStore();
      if (request !== undefined) request.error = error;
    });
  }

  /** Answers as the endpoint does, and adds the overlay to its pages. */
  around(fetch: Fetch): Fetch {
    return async (request, env) => {
      const { pathname, host } = new URL(request.url);
      if (!isUnnamedHost(host)) return fetch(request, env);
      if (pathname === OVERLAY) return new Response(overlayCode(), { headers: OVERLAY_HEADERS });
      const crash: { error?: unknown } = {};
      const { version } = this.#socket;
      const response = await this.#crash.run(crash, async () => fetch(request, this.#viteClient ? withoutPreset(env) : env));
      if (!/^text\/html\b/.test(response.headers.get("content-type") ?? "") || response.headers.has("content-encoding")) return response;
      const text = "error" in crash && response.status >= 500
        ? await this.#errorPage(pathname, crash.error, version) : await response.text();
      const headers = new Headers(response.headers);
      for (const name of ["content-length", "etag"]) headers.delete(name);
      const policy = headers.get("content-security-policy");
      if (this.#viteClient && policy !== null) headers.set("content-security-policy", allowBlobWorkers(policy));
      return new Response(this.#withOverlay(text), { status: response.status, headers });
    };
  }

  #withOverlay(text: string): string {
    const script = `<script type="module" src="${OVERLAY}" data-token="${this.#socket.token}"></script>`;
    const at = text.search(/<\/head>/i);
    return at === -1 ? text + script : text.slice(0, at) + script + text.slice(at);
  }

  async #errorPage(path: string, error: unknown, version: number): Promise<string> {
    return errorPage(await reportOf(`GET ${path} failed`, error, this.#root), version);
  }

  close(): void {
    this.#stop();
  }
}

/** The policy then is a header of the response, and not one that the server sets beside it. */
function withoutPreset(env: Parameters<Fetch>[1]): Parameters<Fetch>[1] {
  const { holdfast } = (env ?? {}) as { readonly holdfast?: Exchange };
  return holdfast === undefined ? env : { ...env, holdfast: { peer: holdfast.peer } };
}

export const OVERLAY_HEADERS = { "content-type": "text/javascript; charset=utf-8", "cache-control": "no-store" } as const;

/** The overlay's built code. */
export function overlayCode(): string {
  return readFileSync(new URL("browser/overlay.js", import.meta.url), "utf8");
}

/** The page shown instead of one that crashed. It reloads as soon as there is other code than this version. */
function errorPage({ title, message, details, frame, stack }: ErrorReport, version: number): string {
  return renderToString(html`<!doctype html>
    <html lang="en" data-holdfast-error=${version}>
      <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>${title}</title>
        ${STYLE}
      </head>
      <body>
        <main>
          <p>${title}</p>
          <h1>${message}</h1>
          <dl>${details.map(({ label, text }) => html`<dt>${label}</dt><dd>${text}</dd>`)}</dl>
          ${frame !== undefined && html`
            <p>${editorLink(frame)}</p>
            <pre tabindex="0">${frame.lines.map(({ number, text }) => {
              const line = `${String(number).padStart(4)} ${text}\n`;
              return number === frame.line ? html`<mark>${line}</mark>` : line;
            })}</pre>`}
          <pre tabindex="0">${stack.join("\n")}</pre>
        </main>
      </body>
    </html>`);
}

/** Templates refuse links with an editor's scheme; this one is built from a source path and the developer's own setting. */
function editorLink({ editor, file, line, column }: SourceFrame): SafeHtml {
  const href = editor.replaceAll("&", "&amp;").replaceAll('"', "%22");
  return trustedHtml(`<a href="${href}">${renderToString(html`${file}:${line}:${column}`)}</a>`);
}
