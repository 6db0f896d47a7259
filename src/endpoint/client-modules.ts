import { readdirSync, readFileSync } from "node:fs";
import { fingerprint } from "../security/index.js";

/** What a bundler's development server imports instead of `client/index.js`. */
const CHECKED = "checked.js";

const BUILT = new URL("../", import.meta.url);

/** The browser modules as served, by path. */
interface ClientModules {
  /** A hash of the content: modules of two versions never meet on one page. */
  readonly version: string;
  readonly texts: ReadonlyMap<string, string>;
  /** The modules that the package's build has compressed with brotli. */
  readonly brotli: ReadonlyMap<string, Uint8Array>;
}

/** What the package's build writes beside a bundle. */
interface BundleRecord {
  /** The version of the modules it was built from. */
  readonly madeOf: string;
  readonly files: readonly string[];
}

let modules: ClientModules | undefined;

/** The bundle, if one was built from exactly these modules; otherwise the modules. Read once per process. */
export function clientModules(): ClientModules {
  return (modules ??= bundleOf(unbundledModules()));
}

/** Reads the compiler's output: `client/`, and what it imports from `protocol/`. */
export function unbundledModules(): ClientModules {
  const client = readdirSync(new URL("client/", BUILT), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".js") && path !== CHECKED).map((path) => `client/${path.replaceAll("\\", "/")}`).sort();
  const texts = new Map<string, string>();
  const shared = ["keep-session", "refused-push", "restart", "submission", "submit-again"].map((name) => `protocol/${name}.js`);
  for (const path of [...client, ...shared]) texts.set(path, readModule(path));
  // The entry imports all modules, so that the browser need not discover them one after another.
  const imports = [...texts.keys()].filter((path) => path !== "client/index.js").map((path) => `import "./${path}";\n`);
  texts.set("start.js", startText("./client/index.js", imports.join("")));
  // For modules of an application's hooks, which share a declaration with its server.
  texts.set("hooks/index.js", readModule("hooks/index.js"));
  return { version: fingerprint(Buffer.from([...texts].join("\0"))), texts, brotli: new Map() };
}

/** The script that starts the client. A page lists the modules of hooks beside its views. */
export function startText(client: string, imports = ""): string {
  return `import { connect, pageHooks } from "${client}";
${imports}connect({ hooks: await pageHooks((url) => import(url)) });
`;
}

/** One request instead of twenty-six, and half the bytes. A bundle of other modules comes from an earlier build. */
function bundleOf(unbundled: ClientModules): ClientModules {
  const folder = new URL("client-bundle/", BUILT);
  try {
    const { madeOf, files } = JSON.parse(readFileSync(new URL("bundle.json", folder), "utf8")) as BundleRecord;
    if (madeOf !== unbundled.version) return unbundled;
    const texts = new Map(files.map((path) => [path, readFileSync(new URL(path, folder), "utf8")] as const));
    const brotli = new Map(files.map((path) => [path, readFileSync(new URL(`${path}.br`, folder))] as const));
    return { version: fingerprint(Buffer.from([...texts].join("\0"))), texts, brotli };
  } catch {
    return unbundled; // there is none: it is made for the package only
  }
}

/**
 * A module with its imports of the npm packages rewritten to the files beside it, and without its source map, which is not
 * served.
 */
function readModule(path: string): string {
  return withoutSourceMap(readFileSync(new URL(path, BUILT), "utf8")).replaceAll(/from "(phoenix|phoenix_live_view)"/g, 'from "../$1.js"');
}

/** A compiled module without the comment that names its source map: only the module itself is served. */
export function withoutSourceMap(text: string): string {
  return text.replace(/\n\/\/# sourceMappingURL=\S*\s*$/, "\n");
}
