// Bundles the browser's modules for the package: three files instead of twenty-six, minified, and compressed as small as brotli makes
// them. An endpoint serves them to pages without a bundler of their own. Without a bundle of exactly these modules it serves the modules
// one by one, so a build before the last is never served.
//   node scripts/bundle-client.mjs [dist]   default: the dist of this checkout
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { brotliCompressSync, constants } from "node:zlib";
import { minify } from "terser";
import { build } from "vite";

const dist = resolve(process.argv[2] ?? fileURLToPath(new URL("../dist/", import.meta.url)));
const { startText, unbundledModules } = await import(pathToFileURL(join(dist, "endpoint/client-modules.js")).href);
const folder = join(dist, "client-bundle");
const CLIENT = join(dist, "client/index.js");
const START = "\0start";
/** The sources in the npm package `phoenix`: in what it has built, its presence is in one module with its socket. */
const PHOENIX = join(dirname(createRequire(CLIENT).resolve("phoenix")), "../../assets/js/phoenix");
const SOCKET = "\0socket";

/** What is loaded when it is needed for the first time: sending files elsewhere, reading dropped folders. */
const LATER = ["sending", "folder-files"];

/** What is in no file with the client. */
const APART = new RegExp(`(phoenix/(index|presence)|uploads/(${LATER.join("|")})|client/checked|errors/[\\w-]+)\\.js$`);

/** What a page may load: its start, and what modules of hooks import. They share one file, and so one client. */
const input = {
  start: START,
  "client/index": CLIENT,
  "client/checked": join(dist, "client/checked.js"),
  "hooks/index": join(dist, "hooks/index.js"),
  phoenix: join(PHOENIX, "index.js"),
  phoenix_live_view: "phoenix_live_view",
  ...Object.fromEntries(LATER.map((name) => [name, join(dist, `client/uploads/${name}.js`)])),
};

const { output } = await build({
  configFile: false, logLevel: "warn", publicDir: false,
  plugins: [{
    name: "start",
    resolveId: (id) => (id === START ? id : undefined),
    load: (id) => (id === START ? startText(CLIENT) : undefined),
  }, {
    // Entries, and not chunks of Vite's, which would come with a helper that preloads them.
    name: "later",
    transform(code, id) {
      if (id.includes("/client/uploads/")) return code.replaceAll(/import\("(\.\/[\w-]+)\.js"\)/g, 'import("$1" + ".js")');
    },
  }, {
    // The client does without presence. What a module of hooks imports has it, and the same socket.
    name: "phoenix", enforce: "pre",
    resolveId: (id) => (id === "phoenix" ? SOCKET : undefined),
    load: (id) => (id !== SOCKET ? undefined : `export { default as Socket } from ${JSON.stringify(join(PHOENIX, "socket.js"))};
export { default as LongPoll } from ${JSON.stringify(join(PHOENIX, "longpoll.js"))};`),
  }],
  build: {
    write: false, target: "es2022", modulePreload: false, minify: true,
    rolldownOptions: {
      input, preserveEntrySignatures: "strict",
      output: {
        entryFileNames: "[name].js", chunkFileNames: "client.js",
        // The start is apart: whoever imports the client does not connect by that.
        codeSplitting: { groups: [{ name: "client", test: (id) => id !== START && !APART.test(id) }] },
      },
    },
  },
});

rmSync(folder, { recursive: true, force: true });
const files = output.map(({ fileName }) => fileName);
for (const { fileName, code: bundled } of output) {
  // A second minifier after Vite's: together they make the first load 500 bytes smaller than either does alone. Nothing in it reads how
  // many parameters a function has, so those that it does not use go.
  const { code } = await minify(bundled, { module: true, ecma: 2022, compress: { passes: 3, keep_fargs: false } });
  const path = join(folder, fileName);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, code);
  // How distances are coded is worth up to a hundred bytes, and which code is best changes with every change of the text.
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT, BROTLI_PARAM_NPOSTFIX } = constants;
  const compressed = [0, 1, 2, 3].map((postfix) => brotliCompressSync(code, {
    params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: Buffer.byteLength(code), [BROTLI_PARAM_NPOSTFIX]: postfix },
  }));
  writeFileSync(`${path}.br`, compressed.reduce((least, each) => (each.length < least.length ? each : least)));
}
const { resolve: find } = createRequire(CLIENT);
const licenses = ["phoenix", "phoenix_live_view"].map(
  (name) => `${name}\n\n${readFileSync(find(name).replace(/priv[/\\].*$/, "LICENSE.md"), "utf8")}`,
);
writeFileSync(join(folder, "LICENSES.md"), licenses.join("\n"));
writeFileSync(join(folder, "bundle.json"), JSON.stringify({ madeOf: unbundledModules().version, files }));
