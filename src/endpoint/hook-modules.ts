import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Hono, MiddlewareHandler } from "hono";
import { HoldfastError, isDevelopment } from "../errors/index.js";
import { fingerprint, integrityOf } from "../security/index.js";
import { clientModuleUrl, HOLDFAST_ASSETS } from "./assets.js";
import { withoutSourceMap } from "./client-modules.js";
import { inMemory, respond } from "./file-response.js";

const ROOT = `${HOLDFAST_ASSETS}/hooks`;

/** Our own modules that a module of hooks may import, by the names that applications use. */
const OURS: Readonly<Record<string, string>> = { "holdfast/client": "client/index.js", "holdfast/hooks": "hooks/index.js" };

/** A module as served. */
interface HookModule {
  readonly name: string;
  readonly text: string;
  readonly integrity: string;
}

/** All modules under one version: what they import of each other is versioned too. */
interface Loaded {
  readonly version: string;
  readonly modules: readonly HookModule[];
}

/** `import … from "x"`, `export … from "x"` and `import "x"`, each at the beginning of a line. */
const IMPORT = /^(\s*(?:import|export)\b(?:[^;"'()]*\bfrom)?\s*)(["'])([^"'\n]+)\2/gm;

/** A source in TypeScript, which no browser runs. */
const TYPESCRIPT = /\.[cm]?tsx?$/;

/**
 * Client hooks in modules beside the views that use them, served without a build step: each under a path with a hash of its
 * content, cached forever, and listed in the page with its hash. In development they are read again for each page.
 */
export class HookModules {
  readonly #files: readonly URL[];
  #loaded: Loaded;

  /**
   * @throws HoldfastError `endpoint_config_invalid` for a file that cannot be read, or that imports something a browser
   * cannot find
   */
  constructor(files: readonly URL[]) {
    this.#files = files;
    this.#loaded = this.#load();
  }

  /**
   * The links of a page, as `start.js` looks for them.
   *
   * @param nonce of the page's policy; undefined if it has none
   * @see https://html.spec.whatwg.org/multipage/links.html#link-type-modulepreload
   */
  links(nonce: string | undefined): string {
    if (this.#files.length === 0) return "";
    if (isDevelopment()) this.#loaded = this.#load();
    const { version, modules } = this.#loaded;
    return modules.map(({ name, integrity }) =>
      `<link rel="modulepreload" href="${ROOT}/${version}/${encodeURIComponent(name)}" integrity="${integrity}"${
        nonce === undefined ? "" : ` nonce="${nonce}"`} data-holdfast-hooks>`).join("");
  }

  /** Serves the modules. Those of an earlier version are gone: a page that has not loaded them yet connects without them. */
  serve(app: Hono, headers: MiddlewareHandler): void {
    app.get(`${ROOT}/:version/:name`, headers, (c) => {
      const found = this.#loaded.modules.find(({ name }) => name === c.req.param("name"));
      if (found === undefined || c.req.param("version") !== this.#loaded.version) return c.notFound();
      const bytes = Buffer.from(found.text);
      return respond(c, inMemory(bytes, {
        type: "text/javascript; charset=utf-8", tag: `"${fingerprint(bytes)}"`, cacheControl: "public, max-age=31536000, immutable",
      }));
    });
  }

  #load(): Loaded {
    const sources = this.#files.map((file, at) => ({ file, name: `${at}-${basename(fileURLToPath(file))}`, text: readModule(file) }));
    const version = fingerprint(Buffer.from([clientModuleUrl(""), ...sources.map(({ text }) => text)].join("\0")));
    const modules = sources.map(({ file, name, text }): HookModule => {
      const pointed = text.replaceAll(IMPORT, (_all, before: string, quote: string, specifier: string) => {
        const url = ourModuleUrl(specifier) ?? besideUrl(specifier, file, sources);
        if (url === undefined) throw unresolvable(file, specifier);
        return `${before}${quote}${url}${quote}`;
      });
      return { name, text: pointed, integrity: integrityOf(pointed) };
    });
    return { version, modules };
  }
}

/** The URL of one of our own modules. */
function ourModuleUrl(specifier: string): string | undefined {
  return Object.hasOwn(OURS, specifier) ? clientModuleUrl(OURS[specifier]!) : undefined;
}

/** The URL of another module of hooks, which is served beside the one that imports it. */
function besideUrl(specifier: string, from: URL, all: readonly { readonly file: URL; readonly name: string }[]): string | undefined {
  if (!specifier.startsWith(".") || !URL.canParse(specifier, from.href)) return undefined;
  const { href } = new URL(specifier, from);
  const found = all.find(({ file }) => file.href === href);
  return found && `./${encodeURIComponent(found.name)}`;
}

function readModule(file: URL): string {
  if (TYPESCRIPT.test(file.pathname)) throw notJavaScript(file);
  try {
    return withoutSourceMap(readFileSync(file, "utf8"));
  } catch (cause) {
    // Its compiled file would be there in production: under holdfast dev the application runs from its sources.
    const source = new URL(file.href.replace(/\.([cm]?)js$/, ".$1ts"));
    if (source.href !== file.href && existsSync(source)) throw notJavaScript(source);
    throw new HoldfastError("endpoint_config_invalid", {
      what: "A module of client hooks cannot be read.", expected: "URLs of files that browsers run as they are", got: file.href,
      fix: 'createEndpoint({ clientHooks: [new URL("./chart.hooks.js", import.meta.url)] })',
    }, { cause });
  }
}

function notJavaScript(file: URL): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", {
    what: "A module of client hooks is written in TypeScript.", expected: "JavaScript, which browsers run as it is", got: file.href,
    fix: "write it in JavaScript, with what it imports from its folder, and list those files; or let Vite compile it: holdfast/vite",
  });
}

function unresolvable(file: URL, specifier: string): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", {
    what: `The module of client hooks ${basename(fileURLToPath(file))} imports what a browser cannot find.`,
    expected: `${Object.keys(OURS).join(", ")}, or another module of clientHooks by its relative path`, got: JSON.stringify(specifier),
    fix: "list the imported module too, or build your own entry with a bundler and give its hooks to connect",
  });
}
