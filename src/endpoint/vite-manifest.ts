import { readFileSync } from "node:fs";
import { HoldfastError, isDevelopment } from "../errors/index.js";
import { checkOptions, checkValue, either, TEXT } from "../errors/options.js";
import { html, type Rendered } from "../html/index.js";

/** Vite's output, by the names of the sources. */
export interface ViteManifest {
  /**
   * The tags for a document's head: style sheets, preloads of what the entry imports, and its script.
   *
   * @param entry an entry's path as Vite's configuration has it, from the project's root
   * @throws HoldfastError `endpoint_config_invalid` if it is not an entry
   */
  tags(entry: string): Rendered;
  /**
   * The URL that a source was built into.
   *
   * @throws HoldfastError `endpoint_config_invalid` if Vite has not built it
   */
  url(source: string): string;
  /** Whether Vite has built the file at this path, whose name then has a hash of its bytes. For `publicDir: { dir, immutable }`. */
  readonly immutable: (path: string) => boolean;
}

/** Options of `viteManifest`. */
export interface ViteManifestOptions {
  /** Vite's option of the same name: the path under which the built files are served. Default `/`. */
  readonly base?: string;
}

const FILE = either(TEXT, { called: "a URL", fits: (value) => value instanceof URL });

/** The part of a manifest's entry that is used. @see https://vite.dev/guide/backend-integration */
interface Chunk {
  readonly file: string;
  readonly isEntry?: boolean;
  readonly css?: readonly string[];
  readonly imports?: readonly string[];
}

/**
 * Reads the manifest of `vite build` (`build: { manifest: true }`), for an application whose client code Vite builds. In
 * development nothing is read: the tags point to the sources, which Vite's server compiles (`holdfast/vite`).
 *
 * @param file the manifest; it is read once
 * @throws HoldfastError `endpoint_config_invalid` if there is no manifest there
 * @example
 * const client = viteManifest(new URL("../dist/client/.vite/manifest.json", import.meta.url));
 * const rootLayout: RootLayout = ({ inner }) => html`<html><head>${client.tags("src/client.ts")}</head><body>${inner}</body></html>`;
 * createEndpoint({ rootLayout, publicDir: { dir: "dist/client", immutable: client.immutable }, … });
 */
export function viteManifest(file: string | URL, options: ViteManifestOptions = {}): ViteManifest {
  const place = { of: "viteManifest", fix: 'viteManifest(new URL("../dist/client/.vite/manifest.json", import.meta.url))' };
  checkValue("endpoint_config_invalid", place, "the file", file, FILE);
  checkOptions("endpoint_config_invalid", place, options, { base: TEXT });
  const { base = "/" } = options;
  if (isDevelopment()) return developmentManifest(base);
  const chunks = read(file);
  const chunk = (source: string): Chunk => {
    const found = chunks.get(source);
    if (found === undefined) {
      const known = [...chunks.keys()].slice(0, 10).join(", ");
      throw invalid(`Vite has not built ${source}.`, known, source, "name it as build.rolldownOptions.input does");
    }
    return found;
  };
  const built = new Set([...chunks.values()].flatMap(({ file, css = [] }) => [file, ...css]).map((path) => base + path));
  return {
    tags(entry) {
      const { file, isEntry } = chunk(entry);
      if (isEntry !== true) {
        throw invalid(
          `${entry} is no entry: nothing would load it.`,
          "an entry of Vite's build",
          entry,
          "add it to build.rolldownOptions.input",
        );
      }
      const { css, modules } = reached(entry, chunk);
      if (file.endsWith(".css")) css.add(file);
      return html`${[...css].map((path) => styles(base + path))}${[...modules].map((path) => preload(base + path))}${
        !file.endsWith(".css") && script(base + file)}`;
    },
    url: (source) => base + chunk(source).file,
    immutable: (path) => built.has(path),
  };
}

/** What an entry needs beside its own file, each once, imports before their importers. */
function reached(entry: string, chunk: (source: string) => Chunk): { css: Set<string>; modules: Set<string> } {
  const css = new Set<string>();
  const modules = new Set<string>();
  const seen = new Set<string>();
  const visit = (source: string): void => {
    if (seen.has(source)) return;
    seen.add(source);
    const { file, imports = [], css: own = [] } = chunk(source);
    imports.forEach(visit);
    for (const path of own) css.add(path);
    if (source !== entry) modules.add(file);
  };
  visit(entry);
  return { css, modules };
}

const styles = (url: string): Rendered => html`<link rel="stylesheet" href=${url} phx-track-static>`;
const preload = (url: string): Rendered => html`<link rel="modulepreload" href=${url}>`;
const script = (url: string): Rendered => html`<script type="module" src=${url} phx-track-static></script>`;

function developmentManifest(base: string): ViteManifest {
  return {
    tags: (entry) => html`${script(`${base}@vite/client`)}${(entry.endsWith(".css") ? styles : script)(base + entry)}`,
    url: (source) => base + source,
    immutable: () => false,
  };
}

function read(file: string | URL): ReadonlyMap<string, Chunk> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw invalid(
      "There is no manifest of Vite.",
      "a file that `vite build` has written",
      String(file),
      "run `vite build` first, with build: { manifest: true }",
    );
  }
  try {
    return new Map(Object.entries(JSON.parse(text) as Record<string, Chunk>));
  } catch {
    throw invalid("Vite's manifest is no JSON.", "what `vite build` has written", String(file), "run `vite build` again");
  }
}

function invalid(what: string, expected: string, got: string, fix: string): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", { what, expected, got, fix });
}
