import { readdirSync, readFileSync } from "node:fs";
import { fingerprint } from "../security/index.js";

const BUILT = new URL("../", import.meta.url);

/** Our own browser modules as they are served, by their path. */
export interface ClientModules {
  /** Another content has another name: modules of two versions never meet in one page. */
  readonly version: string;
  readonly texts: ReadonlyMap<string, string>;
}

let modules: ClientModules | undefined;

/** Reads what the build wrote, once per process: `client/` and what it imports of `protocol/`. */
export function clientModules(): ClientModules {
  if (modules !== undefined) return modules;
  const client = readdirSync(new URL("client/", BUILT), { recursive: true, encoding: "utf8" })
    .filter((path) => path.endsWith(".js")).map((path) => `client/${path.replaceAll("\\", "/")}`).sort();
  const texts = new Map<string, string>();
  for (const path of [...client, "protocol/restart.js", "protocol/submission.js"]) texts.set(path, readModule(path));
  // One request leads to all others, instead of each module to the next. A module beside a view's hooks is listed by the page.
  const imports = [...texts.keys()].filter((path) => path !== "client/index.js").map((path) => `import "./${path}";\n`);
  texts.set("start.js", `import { connect, pageHooks } from "./client/index.js";
${imports.join("")}connect({ hooks: await pageHooks((url) => import(url)) });
`);
  // For modules of an application's hooks, which share a declaration with its server.
  texts.set("hooks/index.js", readModule("hooks/index.js"));
  const version = fingerprint(Buffer.from([...texts].join("\0")));
  return (modules = { version, texts });
}

/** A module with its imports of the npm packages pointed at the files beside it. */
function readModule(path: string): string {
  return readFileSync(new URL(path, BUILT), "utf8").replaceAll(/from "(phoenix|phoenix_live_view)"/g, 'from "../$1.js"');
}
