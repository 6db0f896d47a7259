import {
  flashGroup, html, JS, link, liveTitle, type Content, type ErrorPageProps, type Layout, type Rendered,
  type RootLayout,
} from "holdfast";
import type { GalleryPage } from "./gallery-page.js";
import { chapters, pages } from "./registry.js";

/** The document around every page. It is rendered once per page load, and live navigation leaves it alone. */
export const rootLayout: RootLayout = ({ inner, title, csrfToken, asset, clientHooks, clientSettings }) => html`
  <!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="csrf-token" content=${csrfToken}>
      <meta name="color-scheme" content="light dark">
      ${liveTitle({ title, default: "Welcome", suffix: " · Holdfast gallery" })}
      <link rel="icon" href="data:,">
      <link rel="stylesheet" href="/assets/holdfast/components.css">
      <link rel="stylesheet" href=${asset("/gallery.css")} phx-track-static>
      ${clientHooks}
      <script src="/assets/holdfast/trusted-types.js"></script>
      <script type="module" src="/gallery.js" ${clientSettings}></script>
    </head>
    <body>
      <a class="skip-link" href="#content">Skip to the content</a>
      <div id="progress"></div>
      ${inner}
    </body>
  </html>
`;

/** Opens and closes the navigation of narrow screens, without the server. */
const toggleContents = JS.toggleClass("open", { to: "#contents" }).toggleAttribute("aria-expanded", ["true", "false"]);

/** The layout of every live view: the navigation, the page's description, and its source. */
export const galleryLayout: Layout = (assigns) => {
  const { inner, flash } = assigns;
  const page = assigns["page"] as GalleryPage | undefined;
  return html`
    <header class="top">
      ${link({ navigate: "/", class: "brand", inner: html`Holdfast <span>gallery</span>` })}
      <button class="menu" type="button" aria-controls="contents" aria-expanded="false" phx-click=${toggleContents}>Contents</button>
    </header>
    <div class="frame">
      <nav id="contents" aria-label="Contents">${chapters.map((chapter) => html`
        <h2>${chapter.title}</h2>
        <ul>${chapter.pages.map((entry) => html`
          <li>${link({ navigate: entry.path, "aria-current": entry === page && "page", inner: entry.title })}</li>`)}
        </ul>`)}
      </nav>
      <main id="content" tabindex="-1">
        ${flashGroup({
          flash, closeLabel: "Close the message", disconnected: "No connection to the server. Trying again …",
          crashed: "That view has crashed. A new one is on its way …",
        })}
        ${page === undefined ? inner : framed(page, inner)}
      </main>
    </div>`;
};

function framed(page: GalleryPage, inner: Content): Rendered {
  const at = pages.indexOf(page);
  const [before, after] = [pages[at - 1], pages[at + 1]];
  return html`
    <p class="chapter">${chapters.find((chapter) => chapter.pages.includes(page))?.title}</p>
    <h1>${page.title}</h1>
    <p class="about">${page.about}</p>
    <section class="demo" aria-label="The page at work">${inner}</section>
    <h2 class="file">The page’s source <code>${page.file}</code></h2>
    <pre class="source" tabindex="0"><code>${page.source}</code></pre>
    <footer class="turn">
      ${before !== undefined && link({ navigate: before.path, inner: `← ${before.title}` })}
      ${after !== undefined && link({ navigate: after.path, inner: `${after.title} →` })}
    </footer>`;
}

const ERRORS: Readonly<Record<number, string>> = {
  403: "You may not see this", 404: "There is nothing here", 500: "Something went wrong",
};

/** The error page. The reason stays on the server. */
export function errorPage({ status, incident }: ErrorPageProps): Rendered {
  return html`
    <main id="content" class="error-page">
      <p class="chapter">${status}</p>
      <h1>${ERRORS[status] ?? "That did not work"}</h1>
      <p class="about">${status >= 500
        ? `The server has logged it as incident ${incident.slice(0, 8)}.`
        : "This is the same page over HTTP and after the socket sent you here."}</p>
      <p><a href="/">Back to the gallery</a></p>
    </main>`;
}
