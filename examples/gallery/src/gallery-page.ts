import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { LiveView, SafeHtml } from "holdfast";
import { highlight } from "./highlight.js";

/** A path of a page, the view that lives there, and the action by which the view knows the path. */
export interface GalleryRoute {
  readonly path: string;
  readonly view: LiveView;
  readonly action?: string;
  /** The live session that it belongs to. Default "gallery". */
  readonly session?: LiveSessionName;
}

/** The gallery's live sessions: nearly all pages are in one, so that one walks through them without a page load. */
export type LiveSessionName = "gallery" | "other" | "poster";

/** What a file of `src/pages` exports. */
export interface GalleryPage {
  readonly title: string;
  /** Where the navigation leads. */
  readonly path: string;
  /** Two sentences. */
  readonly about: string;
  readonly routes: readonly GalleryRoute[];
  /** Where the page's source is, for its reader. */
  readonly file: string;
  /** The page's own file, coloured. */
  readonly source: SafeHtml;
}

/** A page as its file writes it. */
export interface GalleryPageDefinition extends Pick<GalleryPage, "title" | "path" | "about"> {
  /** The view at `path`, if the page has no more. */
  readonly view?: LiveView;
  readonly routes?: readonly GalleryRoute[];
  /** `import.meta.url` of the page's file. */
  readonly url: string;
}

/** Describes a page: where it is, what it says of itself, and the file that is shown as its source. */
export function galleryPage({ view, routes, url, ...page }: GalleryPageDefinition): GalleryPage {
  // The build has put dist/pages/x.js where src/pages/x.ts was.
  const file = fileURLToPath(url).replace(/([\\/])dist([\\/]pages[\\/])/, "$1src$2").replace(/\.js$/, ".ts");
  const first = view === undefined ? [] : [{ path: page.path, view }];
  return {
    ...page, routes: [...first, ...(routes ?? [])],
    file: `src/pages/${basename(new URL(".", url).pathname)}/${basename(file)}`,
    source: highlight(readFileSync(file, "utf8")),
  };
}
