import { fileURLToPath } from "node:url";
import {
  createEndpoint, html, link, liveSession, onMount, putFlash, sessionOf, type Endpoint, type Limits, type Live, type PubSub,
} from "holdfast";
import { galleryTrail } from "./gallery-trail.js";
import { Home } from "./home.js";
import { errorPage, galleryLayout, rootLayout } from "./layouts.js";
import { elsewhere } from "./pages/navigation/redirect.js";
import { posterLayout } from "./pages/page/layouts.js";
import { elsewhereRoutes } from "./pages/uploads/elsewhere.js";
import type { LiveSessionName } from "./gallery-page.js";
import { pageAt, pages } from "./registry.js";

export interface GalleryOptions {
  /** At least 32 random characters. */
  secret: string;
  /** The URL under which browsers reach the gallery. Default: that of each request. */
  url?: string | undefined;
  /** The folder of files that are served unchanged. Default: `public`. */
  publicDir?: string;
  /** Limits that differ from Holdfast's. */
  limits?: Partial<Limits>;
  /** Carries broadcasts. Default: within this process. */
  pubsub?: PubSub;
  /** Receives refusals and crashes. Default: Holdfast's own log. */
  log?: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** Tells the layout around each view which page this is. A hook of the live session, so it runs before the views' own. */
const galleryFrame = onMount((socket, { uri }) => {
  const page = pageAt(uri.pathname);
  socket.pageTitle(page?.title ?? "Welcome");
  return { page };
}, { refresh: false });

const SESSIONS = "/navigation/sessions";

/** Adds the registry's routes that belong to one live session. */
function addRoutes(live: Live<object>, name: LiveSessionName): void {
  for (const { path, view, action, session = "gallery" } of pages.flatMap((page) => page.routes)) {
    if (session === name) live(path, view, action === undefined ? {} : { action: action as never });
  }
}

/** Assembles the gallery. */
export function createGallery({ secret, url, publicDir, limits, pubsub, log }: GalleryOptions): Endpoint {
  const frame = { onMount: [galleryTrail, galleryFrame] as const, layout: galleryLayout };
  const endpoint: Endpoint = createEndpoint({
    secret, rootLayout, errorPage, trustedTypes: true,
    publicDir: publicDir ?? fileURLToPath(new URL("../public", import.meta.url)),
    externalOrigins: [new URL(elsewhere).origin],
    clientHooks: ["./pages/hooks/quote.js", "./browser/quote.hooks.js"].map((path) => new URL(path, import.meta.url)),
    url, limits, pubsub, log,
    connectHeaders: ["accept-language"],
    live: [
      liveSession("gallery", frame, (live) => {
        live("/", Home);
        addRoutes(live, "gallery");
      }),
      liveSession("other", frame, (live) => addRoutes(live, "other")),
      liveSession("poster", { rootLayout: posterLayout }, (live) => addRoutes(live, "poster")),
    ],
    routes(app) {
      elsewhereRoutes(app);
      app.get(`${SESSIONS}/plain`, (c) => endpoint.renderPage(c, html`
        <main class="error-page">
          <h1 id="where">A plain route</h1>
          <p class="about">Made by a handler of Hono’s, without a live view.</p>
          <p class="row">${link({ href: SESSIONS, inner: "Back" })}</p>
          ${link({ href: `${SESSIONS}/plain`, method: "post", csrfToken: sessionOf(c).csrfToken(), id: "post", inner: "Post something" })}
        </main>`, { title: "A plain route" }));
      app.post("/forms/posted", async (c) => {
        const { word } = await c.req.parseBody();
        putFlash(c, "info", `Posted by the browser: ${String(word)}`);
        return c.redirect("/forms/posted");
      });
      app.post(`${SESSIONS}/plain`, (c) => {
        putFlash(c, "info", "Posted, with the session’s token.");
        return c.redirect(SESSIONS);
      });
    },
  });
  return endpoint;
}
