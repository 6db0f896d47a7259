import { fileURLToPath } from "node:url";
import { createEndpoint, html, liveSession, onMount, type Endpoint, type Limits } from "holdfast";
import { Home } from "./home.js";
import { errorPage, galleryLayout, rootLayout } from "./layouts.js";
import { elsewhere } from "./pages/navigation/redirect.js";
import { Outside, ROOT as SESSIONS } from "./pages/navigation/sessions.js";
import { pageAt, pages } from "./registry.js";

export interface GalleryOptions {
  /** At least 32 random characters. */
  secret: string;
  /** The address under which browsers reach the gallery. Default: what each request says. */
  url?: string;
  /** Other limits than Holdfast's. */
  limits?: Partial<Limits>;
  /** Told of refusals and crashes. Default: Holdfast's own. */
  log?: (message: string, details: Readonly<Record<string, unknown>>) => void;
}

/** What the layout around each view needs: which page this is. */
const galleryFrame = onMount((socket, { uri }) => {
  const page = pageAt(uri.pathname);
  if (page !== undefined) socket.pageTitle(page.title);
  return { page };
});

/** The gallery, put together. */
export function createGallery({ secret, url, limits, log }: GalleryOptions): Endpoint {
  const frame = { onMount: galleryFrame, layout: galleryLayout };
  const endpoint: Endpoint = createEndpoint({
    secret, rootLayout, errorPage,
    publicDir: fileURLToPath(new URL("../public", import.meta.url)),
    externalOrigins: [new URL(elsewhere).origin],
    ...(url !== undefined && { url }), ...(limits !== undefined && { limits }), ...(log !== undefined && { log }),
    live: [
      liveSession("gallery", frame, (live) => {
        live("/", Home);
        for (const page of pages) {
          for (const { path, view, action } of page.routes) live(path, view, action === undefined ? {} : { action });
        }
      }),
      liveSession("other", frame, (live) => live(`${SESSIONS}/other`, Outside)),
    ],
    routes(app) {
      app.get(`${SESSIONS}/plain`, (c) => endpoint.renderPage(c, html`
        <main class="error-page">
          <h1 id="where">A plain route</h1>
          <p class="about">Made by a handler of Hono’s, without a live view.</p>
          <p><a href=${SESSIONS}>Back</a></p>
        </main>`, { title: "A plain route" }));
    },
  });
  return endpoint;
}
