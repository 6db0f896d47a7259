import { existsSync, readFileSync } from "node:fs";
import { basename } from "node:path";
import { fileURLToPath } from "node:url";
import type { Hono, MiddlewareHandler } from "hono";
import { HoldfastError, isDevelopment } from "../errors/index.js";
import { fingerprint, integrityOf } from "../security/index.js";
import type { RenewableModules } from "./adapter.js";
import { clientModuleUrl, HOLDFAST_ASSETS } from "./assets.js";
import { withoutSourceMap } from "./client-modules.js";
import { inMemory, respond } from "./file-response.js";

const ROOT = `${HOLDFAST_ASSETS}/hooks`;

/** Our own modules that a module of hooks may import, by the names that applications use. */
const OURS: Readonly<Record<string, string>> = { "holdfast/client": "client/index.js", "holdfast/hooks": "hooks/index.js" };

/** The same in development, where the client checks how it is called. */
const OURS_CHECKED: typeof OURS = { ...OURS, "holdfast/client": "client/checked.js" };

/** A source and the name that it is served under. */
interface HookSource {
  readonly file: URL;
  readonly name: string;
  readonly text: string;
}

/** A module as served. */
interface HookModule {
  readonly path: string;
  readonly name: string;
  /** A promise while a development server compiles it. */
  readonly text: string | Promise<string>;
  /** Undefined for a module that is compiled when a page is already on its way. */
  readonly integrity: string | undefined;
}

/** All modules under one version: what they import of each other is versioned too. */
interface Loaded {
  readonly version: string;
  readonly modules: readonly HookModule[];
}

/** Compiles the text of a module in TypeScript, whose path is `file`, to JavaScript. */
type HookCompiler = (file: string, text: string) => Promise<string>;

let compiler: HookCompiler | undefined;

/** From now on modules in TypeScript are compiled, by a development server; undefined: they are refused. */
export function compileHooks(next: HookCompiler | undefined): void {
  compiler = next;
}

/** `import … from "x"`, `export … from "x"` and `import "x"`, each at the beginning of a line. */
const IMPORT = /^(\s*(?:import|export)\b(?:[^;"'()]*\bfrom)?\s*)(["'])([^"'\n]+)\2/gm;

/** A source in TypeScript, which no browser runs. */
const TYPESCRIPT = /\.([cm]?)tsx?$/;

/**
 * Client hooks in modules beside the views that use them, served without a build step: each under a path with a hash of its
 * content, cached forever, and listed in the page with its hash. In development they are read again for each page.
 */
export class HookModules implements RenewableModules {
  readonly #files: readonly URL[];
  #loaded: Loaded = { version: "", modules: [] };

  /**
   * @throws HoldfastError `endpoint_config_invalid` for a file that cannot be read, or that imports something a browser
   * cannot find
   */
  constructor(files: readonly URL[]) {
    this.#files = files;
    this.#load();
  }

  /**
   * The links of a page, as `start.js` looks for them.
   *
   * @param nonce of the page's policy; undefined if it has none
   * @see https://html.spec.whatwg.org/multipage/links.html#link-type-modulepreload
   */
  links(nonce: string | undefined): string {
    if (this.#files.length === 0) return "";
    if (isDevelopment()) this.#load();
    const { version, modules } = this.#loaded;
    return modules.map(({ name, integrity }) =>
      `<link rel="modulepreload" href="${ROOT}/${version}/${encodeURIComponent(name)}"${attribute("integrity", integrity)}${
        attribute("nonce", nonce)} data-holdfast-hooks>`).join("");
  }

  /** Serves the modules. Those of an earlier version are gone: a page that has not loaded them yet connects without them. */
  serve(app: Hono, headers: MiddlewareHandler): void {
    app.get(`${ROOT}/:version/:name`, headers, async (c) => {
      const found = this.#loaded.modules.find(({ name }) => name === c.req.param("name"));
      if (found === undefined || c.req.param("version") !== this.#loaded.version) return c.notFound();
      // The development server, which compiles it, has said why it does not.
      const text = await (compiler === undefined ? found.text : Promise.resolve(found.text).catch(() => undefined));
      if (text === undefined) return c.notFound();
      const bytes = Buffer.from(text);
      return respond(c, inMemory(bytes, {
        type: "text/javascript; charset=utf-8", tag: `"${fingerprint(bytes)}"`, cacheControl: "public, max-age=31536000, immutable",
      }));
    });
  }

  /**
   * Called before a server listens: an application whose pages no browser loads, such as a test's, runs from its sources.
   *
   * @throws HoldfastError `endpoint_config_invalid` for a module in TypeScript that nothing compiles
   */
  check(): void {
    const source = compiler === undefined ? this.#loaded.modules.find(({ path }) => TYPESCRIPT.test(path)) : undefined;
    if (source !== undefined) throw notCompiled(source.path);
  }

  has(path: string): boolean {
    return this.#loaded.modules.some((module) => module.path === path);
  }

  async renew(): Promise<void> {
    this.#load();
    await Promise.all(this.#loaded.modules.map(({ text }) => text));
  }

  #load(): void {
    const sources = this.#files.map((named, at): HookSource => {
      const file = sourceOf(named);
      return { file, name: `${at}-${asScript(basename(fileURLToPath(file)))}`, text: readModule(file) };
    });
    const parts = [clientModuleUrl(""), ...sources.flatMap(({ file, text }) => [basename(file.pathname), text])];
    const version = fingerprint(Buffer.from(parts.join("\0")));
    if (version === this.#loaded.version) return;
    this.#loaded = { version, modules: sources.map((source) => moduleOf(source, sources)) };
  }
}

function attribute(name: string, value: string | undefined): string {
  return value === undefined ? "" : ` ${name}="${value}"`;
}

function moduleOf({ file, name, text }: HookSource, all: readonly HookSource[]): HookModule {
  const path = fileURLToPath(file);
  if (!TYPESCRIPT.test(path)) {
    const pointed = withUrls(file, text, all);
    return { path, name, text: pointed, integrity: integrityOf(pointed) };
  }
  const compiled = compiler === undefined
    ? Promise.reject<string>(notCompiled(path))
    : compiler(path, text).then((script) => withUrls(file, script, all));
  // Whoever asks for it is told.
  compiled.catch(() => {});
  return { path, name, text: compiled, integrity: undefined };
}

/** A module whose imports are URLs. */
function withUrls(file: URL, text: string, all: readonly HookSource[]): string {
  return text.replaceAll(IMPORT, (_all, before: string, quote: string, specifier: string) => {
    const url = ourModuleUrl(specifier) ?? besideUrl(specifier, file, all);
    if (url === undefined) throw unresolvable(file, specifier);
    return `${before}${quote}${url}${quote}`;
  });
}

/** The URL of one of our own modules. */
function ourModuleUrl(specifier: string): string | undefined {
  const path = Object.hasOwn(OURS, specifier) ? (isDevelopment() ? OURS_CHECKED : OURS)[specifier] : undefined;
  return path && clientModuleUrl(path);
}

/** The URL of another module of hooks, which is served beside the one that imports it. */
function besideUrl(specifier: string, from: URL, all: readonly HookSource[]): string | undefined {
  if (!specifier.startsWith(".") || !URL.canParse(specifier, from.href)) return undefined;
  const { href } = new URL(specifier, from);
  const found = all.find(({ file }) => asScript(file.href) === asScript(href));
  return found && `./${encodeURIComponent(found.name)}`;
}

/** The name of the file that the TypeScript compiler makes of one with this name. */
function asScript(name: string): string {
  return name.replace(TYPESCRIPT, ".$1js");
}

/**
 * The file that a URL means: `chart.js` and `chart.ts` name the same module, as in imports, because an application runs from its
 * sources under `holdfast dev` and from what they are compiled to elsewhere.
 */
function sourceOf(named: URL): URL {
  const script = new URL(asScript(named.href));
  const source = new URL(script.href.replace(/\.([cm]?)js$/, ".$1ts"));
  return [...(compiler === undefined ? [] : [named]), script, named, source].find((file) => existsSync(file)) ?? named;
}

function readModule(file: URL): string {
  try {
    return withoutSourceMap(readFileSync(file, "utf8"));
  } catch (cause) {
    throw new HoldfastError("endpoint_config_invalid", {
      what: "A module of client hooks cannot be read.", expected: "URLs of files that browsers run as they are", got: file.href,
      fix: 'createEndpoint({ clientHooks: [new URL("./chart.hooks.js", import.meta.url)] })',
    }, { cause });
  }
}

function notCompiled(path: string): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", {
    what: "A module of client hooks is written in TypeScript, which browsers do not run.",
    expected: `its compiled file beside it: ${basename(asScript(path))}`, got: path,
    fix: "holdfast dev compiles it; elsewhere compile it, with what it imports from its folder, and run the output: tsc && node dist/main.js",
  });
}

function unresolvable(file: URL, specifier: string): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", {
    what: `The module of client hooks ${basename(fileURLToPath(file))} imports what a browser cannot find.`,
    expected: `${Object.keys(OURS).join(", ")}, or another module of clientHooks by its relative path`, got: JSON.stringify(specifier),
    fix: "list the imported module too, or build your own entry with a bundler and give its hooks to connect",
  });
}
