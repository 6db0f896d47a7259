import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { LiveView, SafeHtml } from "holdfast";
import { highlight } from "./highlight.js";

/** A path of a page, its view, and the action that tells the view which path it is. */
export interface GalleryRoute {
  readonly path: string;
  readonly view: LiveView;
  readonly action?: string;
  /** The live session that it belongs to. Default "gallery". */
  readonly session?: LiveSessionName;
}

/** The gallery's live sessions. Nearly all pages are in one, so that links between them need no page load. */
export type LiveSessionName = "gallery" | "other" | "poster";

/** What a file of `src/pages` exports. */
export interface GalleryPage {
  readonly title: string;
  /** Where the navigation leads. */
  readonly path: string;
  /** Two sentences. */
  readonly about: string;
  readonly routes: readonly GalleryRoute[];
  /** The path of the page's source, as shown to readers. */
  readonly file: string;
  /** The page's own file with its syntax highlighted. */
  readonly source: SafeHtml;
}

/** A page as its file defines it. */
export interface GalleryPageDefinition extends Pick<GalleryPage, "title" | "path" | "about"> {
  /** The view at `path`, if the page has only this one. */
  readonly view?: LiveView;
  readonly routes?: readonly GalleryRoute[];
  /** `import.meta.url` of the page's file. */
  readonly url: string;
}

/** Defines a page: its path, its description, and the file that is shown as its source. */
export function galleryPage({ view, routes, url, ...page }: GalleryPageDefinition): GalleryPage {
  // The build compiles src/pages/x.ts to dist/pages/x.js.
  const file = fileURLToPath(url).replace(/([\\/])dist([\\/]pages[\\/])/, "$1src$2").replace(/\.js$/, ".ts");
  const first = view === undefined ? [] : [{ path: page.path, view }];
  return {
    ...page, routes: [...first, ...(routes ?? [])],
    file: `src/pages/${basename(new URL(".", url).pathname)}/${basename(file)}`,
    source: highlight(readFileSync(file, "utf8")),
  };
}
