import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import type { Hono, MiddlewareHandler } from "hono";
import { fingerprint } from "../security/index.js";
import { clientModules } from "./client-modules.js";
import { inMemory, respond, type Servable } from "./file-response.js";

const require = createRequire(import.meta.url);
const ROOT = "/assets/holdfast";
/** The component kit's stylesheet, where the package has it. */
const COMPONENT_STYLES = new URL("../../styles/components.css", import.meta.url);

/** The path of the script that connects a page. */
export function startPath(): string {
  return `${ROOT}/${clientModules().version}/start.js`;
}

/**
 * The client without a bundler: the two npm packages as they are, and our modules with their imports pointed at them, under
 * a path that names their version. Each version's path is served by all: a page of the one before finds a client.
 * An application with a bundler imports `holdfast/client` instead.
 */
export function serveClient(app: Hono, headers: MiddlewareHandler): void {
  const { texts, version, brotli } = clientModules();
  const packages: [string, () => Promise<string>][] = [
    ["phoenix.js", () => readFile(packaged("phoenix", "phoenix.mjs"), "utf8")],
    ["phoenix_live_view.js", () => readFile(packaged("phoenix_live_view", "phoenix_live_view.esm.js"), "utf8")],
    ["trusted-types.js", () => Promise.resolve(DEFAULT_POLICY)],
  ];
  const files = new Map<string, () => Promise<string>>([
    ...packages, ...packages.map(([name, read]): [string, () => Promise<string>] => [`:version/${name}`, read]),
    ["client.js", () => Promise.resolve(`export * from "./${version}/client/index.js";\n`)],
  ]);
  // A bundle has the two packages in it, under their names.
  for (const [path, text] of texts) files.set(`:version/${path}`, () => Promise.resolve(text));
  let styles: Promise<Servable> | undefined;
  app.get(`${ROOT}/components.css`, headers, async (c) => respond(c, await (styles ??= readFile(COMPONENT_STYLES, "utf8").then(asStyles))));
  for (const [name, read] of files) {
    let script: Promise<Servable> | undefined;
    app.get(`${ROOT}/${name}`, headers, async (c) => respond(c, await (script ??= read().then((text) => asScript(text, brotli.get(name.replace(":version/", "")))))));
  }
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

/** @param brotli the same, as the package's build has compressed it */
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

/** A file beside the one that the package's `require` entry names. */
function packaged(name: string, file: string): string {
  return require.resolve(name).replace(/[^/\\]+$/, file);
}
