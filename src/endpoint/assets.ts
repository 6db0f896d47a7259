import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Hono, MiddlewareHandler } from "hono";
import { fingerprint } from "../security/index.js";
import { clientModules } from "./client-modules.js";
import { inMemory, respond, type Servable } from "./file-response.js";

const require = createRequire(import.meta.url);
/** Where everything is that every endpoint serves. */
export const HOLDFAST_ASSETS = "/assets/holdfast";
/** The component kit's stylesheet, where the package has it. */
const COMPONENT_STYLES = new URL("../../styles/components.css", import.meta.url);

/** The path of the script that connects a page. */
export function startPath(): string {
  return `${HOLDFAST_ASSETS}/${clientModules().version}/start.js`;
}

/** Where one of our own browser modules is served: `client/index.js`, for instance. */
export function clientModuleUrl(path: string): string {
  return `${HOLDFAST_ASSETS}/${clientModules().version}/${path}`;
}

/**
 * The client without a bundler: the two npm packages as they are, and our modules with their imports pointed at them, under
 * a path that names their version. Each version's path is served by all: a page of the one before finds a client.
 * An application with a bundler imports `holdfast/client` instead.
 */
export function serveClient(app: Hono, headers: MiddlewareHandler): void {
  const { texts, version } = clientModules();
  const script = (read: () => string | Promise<string>): (() => Promise<Servable>) => once(async () => asScript(await read()));
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
  for (const [path, text] of texts) ofVersion.set(path, script(() => text));
  const fileAt = (path: string): (() => Promise<Servable>) | undefined => {
    const slash = path.indexOf("/");
    return slash < 0 ? files.get(path) : ofVersion.get(path.slice(slash + 1));
  };
  // One route for all: a parameter beside names would keep Hono from its fastest router, for every page of the application.
  app.get(`${HOLDFAST_ASSETS}/*`, async (c, next) => {
    const file = fileAt(c.req.path.slice(HOLDFAST_ASSETS.length + 1));
    if (file === undefined) return next();
    return headers(c, async () => void (c.res = await respond(c, await file())));
  });
}

/** Calls it when it is first needed, and never again. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/**
 * What the page makes of text where script may come in. HTML is what the client is made for: it is the server's, and escaped
 * there. A script's URL is one of the application. Text never becomes script: there is no `createScript`.
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

function asScript(text: string): Servable {
  return cached(text, "text/javascript; charset=utf-8");
}

function asStyles(text: string): Servable {
  return cached(text, "text/css; charset=utf-8");
}

function cached(text: string, type: string): Servable {
  return inMemory(text, {
    type, tag: `"${fingerprint(Buffer.from(text))}"`, cacheControl: "public, max-age=3600",
  });
}

/** A file beside the one that the package's `require` entry names. */
function packaged(name: string, file: string): string {
  return require.resolve(name).replace(/[^/\\]+$/, file);
}
