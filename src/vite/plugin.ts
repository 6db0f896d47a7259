import { Server as HttpServer } from "node:http";
import { Server as HttpsServer } from "node:https";
import { resolve } from "node:path";
import type { Plugin, ViteDevServer } from "vite";
import { attach } from "../adapters/node/attach.js";
import { OVERLAY, OVERLAY_HEADERS, overlayCode } from "../dev/dev-pages.js";
import type { RunningDevelopment } from "../dev/development.js";
import { loadedTexts } from "../dev/loaded-texts.js";
import { Endpoint } from "../endpoint/index.js";
import { HoldfastError } from "../errors/index.js";
import { checkOptions, TEXT } from "../errors/options.js";

/** Options of the plugin. */
export interface HoldfastPluginOptions {
  /** The module that exports the endpoint, as `endpoint` or as its default, without serving it. Default `src/endpoint.ts`. */
  readonly endpoint?: string;
}

/**
 * Runs an application inside Vite's own server: `vite` serves its pages, sockets and files, and browser code as usual. A
 * saved module replaces the old one in the running process, as with `holdfast dev`; Vite updates browser code itself. `vite
 * build` writes the manifest that `viteManifest` reads.
 *
 * @example
 * // vite.config.ts
 * import { holdfast } from "holdfast/vite";
 * export default defineConfig({
 *   plugins: [holdfast({ endpoint: "src/endpoint.ts" })],
 *   build: { rolldownOptions: { input: "src/client.ts" } },
 * });
 */
export function holdfast(options: HoldfastPluginOptions = {}): Plugin {
  checkOptions("endpoint_config_invalid", { of: "holdfast of holdfast/vite", fix: 'holdfast({ endpoint: "src/endpoint.ts" })' }, options, {
    endpoint: TEXT,
  });
  const { endpoint: file = "src/endpoint.ts" } = options;
  const texts = new Map<string, string>();
  return {
    name: "holdfast",
    ...loadedTexts(texts),
    config: (_config, { command }) => (command === "build" ? { build: { manifest: true } } : {
      // The endpoint serves the pages, so Vite must not look for an index.html.
      appType: "custom",
      // The application and the plugin must share one Holdfast, even if it is linked.
      ssr: { external: ["holdfast"] },
      optimizeDeps: { include: ["holdfast/client", "holdfast/hooks"] },
      oxc: { target: "es2023" },
    }),
    async configureServer(vite) {
      const { httpServer } = vite;
      if (!(httpServer instanceof HttpServer || httpServer instanceof HttpsServer)) {
        throw new HoldfastError("endpoint_config_invalid", {
          what: "Vite's server cannot open sockets.", expected: "a server of Vite's own, over HTTP/1.1",
          got: httpServer === null ? "middlewareMode" : "HTTP/2",
          fix: "in middleware mode attach(endpoint, server) of holdfast/node to the server that you have",
        });
      }
      // Requests that match no route of the endpoint arrive here.
      vite.middlewares.use(OVERLAY, (_request, response) => void response.writeHead(200, OVERLAY_HEADERS).end(overlayCode()));
      const development = await within(vite, httpServer, file, texts);
      httpServer.once("close", () => void development.close());
      await development.start();
    },
    // An editor empties a file before it fills it, and the watcher may report both as one change: a page that is told at once
    // would then keep an empty style. Vite's `read` waits for the text. A file that is gone is reported as such next.
    async hotUpdate({ type, modules, read }) {
      if (this.environment.name === "client" && type === "update" && modules.length > 0) await Promise.resolve(read()).catch(() => "");
    },
  };
}

async function within(
  vite: ViteDevServer, server: HttpServer | HttpsServer, file: string, texts: Map<string, string>,
): Promise<RunningDevelopment> {
  // It loads Vite: whoever only imports this module may not have it.
  const { RunningDevelopment } = await import("../dev/development.js");
  const { root, logger } = vite.config;
  const say = (line: string): void => logger.info(line, { timestamp: true });
  return new RunningDevelopment({
    root, main: resolve(root, file), vite, texts, say,
    restart(why) {
      say(`Starting again: ${why}`);
      void vite.restart();
    },
    loaded: (exports) => void attach(endpointIn(exports, file), server),
  });
}

function endpointIn(exports: unknown, file: string): Endpoint {
  const { endpoint, default: main } = exports as { readonly endpoint?: unknown; readonly default?: unknown };
  const found = [endpoint, main].find((each): each is Endpoint => each instanceof Endpoint);
  if (found !== undefined) return found;
  throw new HoldfastError("endpoint_config_invalid", {
    what: `${file} exports no endpoint.`,
    expected: "export const endpoint = createEndpoint({ … })",
    got: Object.keys(exports as object).join(", ") || "no exports",
    fix: "export it there, and call serve in another module, for production: holdfast({ endpoint }) names the file",
  });
}
