import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Hono, MiddlewareHandler } from "hono";
import { fingerprint } from "../security/index.js";
import { clientModules } from "./client-modules.js";
import { inMemory, respond, type Servable } from "./file-response.js";

const require = createRequire(import.meta.url);
/** The path prefix of everything that every endpoint serves. */
export const HOLDFAST_ASSETS = "/assets/holdfast";
/** The component kit's stylesheet in the package. */
const COMPONENT_STYLES = new URL("../../styles/components.css", import.meta.url);

/** The path of the script that starts the client on a page. */
export function startPath(): string {
  return `${HOLDFAST_ASSETS}/${clientModules().version}/start.js`;
}

/** The URL of one of our own browser modules, such as `client/index.js`. */
export function clientModuleUrl(path: string): string {
  return `${HOLDFAST_ASSETS}/${clientModules().version}/${path}`;
}

/**
 * Serves the client for pages without a bundler: the two npm packages unchanged, and our modules with their imports rewritten
 * to them, under a path with their version. The paths of all versions serve the present one, so that a page of the previous
 * version finds a client. An application with a bundler imports `holdfast/client` instead.
 */
export function serveClient(app: Hono, headers: MiddlewareHandler): void {
  const { texts, version, brotli } = clientModules();
  const script = (read: () => string | Promise<string>, built?: Uint8Array): (() => Promise<Servable>) =>
    once(async () => asScript(await read(), built));
  const ofVersion = new Map([
    ["phoenix.js", script(() => readFile(packaged("phoenix", "phoenix.mjs"), "utf8"))],
    ["phoenix_live_view.js", script(() => readFile(packaged("phoenix_live_view", "phoenix_live_view.esm.js"), "utf8"))],
    ["trusted-types.js", script(() => DEFAULT_POLICY)],
  ]);
  const files = new Map([
    ...ofVersion,
    ["client.js", script(() => `export * from "./${version}/client/index.js";\n`)],
    ["components.css", once(async () => asStyles(await readFile(COMPONENT_STYLES, "utf8")))],
  ]);
  // A bundle contains the two packages, which keep their own names.
  for (const [path, text] of texts) ofVersion.set(path, script(() => text, brotli.get(path)));
  const fileAt = (path: string): (() => Promise<Servable>) | undefined => {
    const slash = path.indexOf("/");
    return slash < 0 ? files.get(path) : ofVersion.get(path.slice(slash + 1));
  };
  // A single route: a parameter next to fixed names would keep Hono from its fastest router, for every page of the
  // application.
  app.get(`${HOLDFAST_ASSETS}/*`, async (c, next) => {
    const file = fileAt(c.req.path.slice(HOLDFAST_ASSETS.length + 1));
    if (file === undefined) return next();
    return headers(c, async () => void (c.res = await respond(c, await file())));
  });
}

/** Calls it on first use, and never again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/**
 * The page's policy for text at script sinks. The client is made to insert HTML, which comes from the server and is escaped
 * there, so HTML passes. A script's URL must be the application's own. Text never becomes script: there is no `createScript`.
 *
 * @see https://www.w3.org/TR/trusted-types/#default-policy-hdr
 */
const DEFAULT_POLICY = `if (window.trustedTypes && !trustedTypes.defaultPolicy) {
  trustedTypes.createPolicy("default", {
    createHTML: (html) => html,
    createScriptURL(text) {
      const url = new URL(text, document.baseURI);
      if (url.protocol + "//" + url.host === location.origin) return text;
      throw new TypeError("A script of " + url.origin + " is not the application's.");
    },
  });
}
`;

/** @param brotli the same, compressed by the package's build */
function asScript(text: string, brotli: Uint8Array | undefined): Servable {
  return cached(text, "text/javascript; charset=utf-8", brotli);
}

function asStyles(text: string): Servable {
  return cached(text, "text/css; charset=utf-8");
}

function cached(text: string, type: string, brotli?: Uint8Array): Servable {
  const facts = { type, tag: `"${fingerprint(Buffer.from(text))}"`, cacheControl: "public, max-age=3600" };
  return inMemory(Buffer.from(text), facts, brotli);
}

/** A file beside the one named by the package's `require` entry. */
function packaged(name: string, file: string): string {
  return require.resolve(name).replace(/[^/\\]+$/, file);
}
