import { existsSync } from "node:fs";
import { basename, dirname, relative, resolve } from "node:path";
import { createServer, type ViteDevServer } from "vite";
import { observeServers } from "../adapters/node/observed.js";
import { compileHooks, hostOf, observeRefusals, type Endpoint } from "../endpoint/index.js";
import { observeEvents } from "../live/index.js";
import { onTelemetry } from "../telemetry/index.js";
import { ChangedFiles } from "./changed-files.js";
import { compiledHook } from "./compiled-hook.js";
import { DevPages } from "./dev-pages.js";
import { DevSocket } from "./dev-socket.js";
import { reportOf, reportText } from "./error-report.js";
import { describeAssigns } from "./describe-assigns.js";
import { loadedTexts } from "./loaded-texts.js";
import { AppModules } from "./modules.js";
import { refusalText } from "./refusal-text.js";
import { trackDefinitions, type Definition } from "./scope.js";
import { Swap } from "./swap.js";

/** Options of `startDevelopment`. */
export interface DevelopmentOptions {
  /** The application's main module: it calls `serve`. Relative to `root`. */
  readonly main: string;
  /** The application's folder, which is watched. Default: the working directory. */
  readonly root?: string;
  /** Writes a line for the developer. Default: to stdout. */
  readonly say?: (line: string) => void;
  /** Called when the new code needs a new process: the caller ends this one and starts another. */
  readonly restart: (why: string) => void;
}

/** An application in development. */
export interface Development {
  /** Stops watching, and closes what the application serves. */
  close(): Promise<void>;
}

/** What `startDevelopment` does once Vite is known to be there. */
export async function runSources({
  main, root: given = process.cwd(), say = console.log, restart,
}: DevelopmentOptions): Promise<Development> {
  const root = resolve(given);
  const texts = new Map<string, string>();
  const vite = await createVite(root, texts);
  const development = new RunningDevelopment({ root, main: resolve(root, main), vite, texts, say, restart, ended: () => vite.close() });
  await development.start();
  return development;
}

function createVite(root: string, texts: Map<string, string>): Promise<ViteDevServer> {
  return createServer({
    root, appType: "custom", publicDir: false, logLevel: "error", clearScreen: false,
    server: { middlewareMode: true, hmr: false, ws: false },
    optimizeDeps: { noDiscovery: true },
    // The application and this server must share one Holdfast, even if it is linked.
    ssr: { external: ["holdfast"] },
    oxc: { target: "es2023" },
    resolve: { tsconfigPaths: true },
    plugins: [{ name: "holdfast:loaded-texts", ...loadedTexts(texts) }],
  });
}

/** The parts of a development. */
interface DevelopmentParts {
  readonly root: string;
  /** The path of the application's main module. */
  readonly main: string;
  readonly vite: ViteDevServer;
  /** What the loaded sources held, from `loadedTexts` among the plugins of `vite`. */
  readonly texts: Map<string, string>;
  readonly say: (line: string) => void;
  readonly restart: (why: string) => void;
  /**
   * Called with the main module's exports once it has run. If it throws, the error is shown as the module's own. Default:
   * nothing.
   */
  readonly loaded?: (exports: unknown) => void;
  /** Called last on close. Default: nothing. */
  readonly ended?: () => Promise<void>;
}

/**
 * How many were started. Only the newest receives servers, definitions and events, because Vite starts its next server before
 * it closes the previous one.
 */
let begun = 0;

/** How long a program may take, after its main module has run, until it is told that it serves nothing, ms. */
const SERVES_WITHIN_MS = 2_000;

/** An application in development, with a Vite server that compiles and watches its sources. */
export class RunningDevelopment implements Development {
  readonly #parts: DevelopmentParts;
  readonly #modules: AppModules;
  readonly #socket = new DevSocket();
  readonly #pages: DevPages;
  readonly #endpoints = new Set<Endpoint>();
  /** The last event that each view handled. */
  readonly #events = new WeakMap<object, { readonly name: string; readonly params: unknown }>();
  readonly #stops: (() => void)[] = [];
  #started = false;
  #failed = false;
  /** Saved modules whose new code does not run yet: what it needs may be saved next. */
  readonly #pending = new Set<string>();
  /** The endpoints whose client hooks do not compile: each save tries again. */
  readonly #withoutHooks = new Set<Endpoint>();
  #turn = 0;

  constructor(parts: DevelopmentParts) {
    this.#parts = parts;
    this.#modules = new AppModules(parts.vite.environments.ssr, parts.texts);
    this.#pages = new DevPages(parts.root, this.#socket, parts.vite.config.server.hmr !== false);
  }

  async start(): Promise<void> {
    const { main, vite, root } = this.#parts;
    this.#turn = ++begun;
    trackDefinitions();
    observeEvents((view, name, params) => void this.#events.set(view, { name, params }));
    observeRefusals((message, details) => this.#socket.tell({ kind: "refused", text: refusalText(message, details) }));
    compileHooks(compiledHook);
    observeServers((endpoint, server) => {
      this.#endpoints.add(endpoint);
      this.#socket.listen(server);
      void this.#renewHooks([endpoint], "The client hooks do not compile");
      return this.#pages.around(endpoint.fetch);
    });
    this.#stops.push(onTelemetry("holdfast:view:crashed", ({ view, id, error }) => void this.#showCrash(view, id, error)));
    const files = new ChangedFiles((changed) => this.#changed(changed), this.#parts.texts);
    for (const event of ["change", "add"] as const) {
      vite.watcher.on(event, (file) => {
        if (!this.#isCode(file)) return;
        // After a failed start any save tries again: what has changed may be a port or a database.
        if (this.#failed) this.#parts.texts.delete(file);
        files.saved(file);
      });
    }
    // If it is ready already, nothing was loaded before.
    vite.watcher.once("ready", () => files.compareAll());
    this.#stops.push(() => files.close());
    try {
      const exports = await this.#modules.load(main);
      this.#started = true;
      if (this.#parts.loaded !== undefined) this.#parts.loaded(exports);
      else this.#expectServer();
    } catch (error) {
      this.#failed = true;
      await this.#showError(`${relative(root, main)} did not start`, error);
    }
  }

  /** A program that forgot to serve looks like one that is still starting. */
  #expectServer(): void {
    const { main, root, say } = this.#parts;
    const timer = setTimeout(() => {
      if (this.#endpoints.size === 0) {
        say(`${relative(root, main)} has run, and serves nothing: it calls serve(endpoint), or attach(endpoint, server)`);
      }
    }, SERVES_WITHIN_MS);
    timer.unref();
    this.#stops.push(() => clearTimeout(timer));
  }

  async #changed(files: readonly string[]): Promise<void> {
    const began = performance.now();
    const ids = files.flatMap((file) => this.#modules.idsOf(file));
    for (const file of files) if (this.#isPublic(file)) this.#socket.tell({ kind: "file", path: this.#shown(file) });
    const setting = files.find((file) => this.#isSetting(file));
    if (setting !== undefined) return this.#parts.restart(`${this.#shown(setting)} has changed`);
    // An application that failed to start has loaded only part of its modules: any source may contain the fix.
    if (!this.#started && files.some((file) => /\.[cm]?[jt]sx?$/.test(file))) return this.#parts.restart("the application had not started");
    if (ids.length > 0 && !await this.#swap(files, ids, began)) return;
    await this.#swapHooks(files, began);
    if (files.every((file) => this.#isPublic(file))) return;
    for (const id of [...this.#pending]) {
      const file = this.#modules.fileOf(id);
      if (existsSync(file)) await this.#swap([file], [id], began);
      else this.#pending.delete(id);
    }
  }

  /** Replaces modules by their new versions. Returns whether these run. */
  async #swap(files: readonly string[], ids: readonly string[], began: number): Promise<boolean> {
    const [main] = this.#modules.idsOf(this.#parts.main);
    const result = await new Swap(this.#modules, main ?? this.#parts.main, (file) => this.#shown(file)).run(ids);
    if (result.kind === "restart") {
      this.#parts.restart(result.why);
      return false;
    }
    const names = this.#namesOf(files);
    if (result.kind === "failed") {
      for (const id of ids) this.#pending.add(id);
      await this.#showError(`${names}: the old code runs on`, result.error);
      return false;
    }
    for (const id of ids) this.#pending.delete(id);
    const { pages, remounted } = this.#reload(result.remount);
    this.#socket.renewed();
    const ms = Math.round(performance.now() - began);
    this.#parts.say(
      `${names}: new code in ${ms} ms, ${count(pages, "page")}${remounted > 0 ? ` (${count(remounted, "view")} mounted again)` : ""}`,
    );
    return true;
  }

  /** Browsers load modules once, so pages that have client hooks load again. */
  async #swapHooks(files: readonly string[], began: number): Promise<void> {
    const concerned = [...this.#endpoints].filter((endpoint) =>
      this.#withoutHooks.has(endpoint) || files.some((file) => hostOf(endpoint).hookModules.has(file)));
    if (concerned.length === 0) return;
    const names = this.#namesOf(files);
    if (!await this.#renewHooks(concerned, `${names}: the old client hooks run on`)) return;
    this.#socket.renewed();
    this.#socket.tell({ kind: "hooks" });
    this.#parts.say(`${names}: new client hooks in ${Math.round(performance.now() - began)} ms`);
  }

  /** Returns whether all client hooks can be served; shows why they cannot. */
  async #renewHooks(endpoints: Iterable<Endpoint>, title: string): Promise<boolean> {
    for (const endpoint of endpoints) {
      try {
        await hostOf(endpoint).hookModules.renew();
        this.#withoutHooks.delete(endpoint);
      } catch (error) {
        this.#withoutHooks.add(endpoint);
        await this.#showError(title, error);
        return false;
      }
    }
    return true;
  }

  /** Renders joined pages with the new code. */
  #reload(remount: ReadonlySet<Definition> | "all"): { pages: number; remounted: number } {
    let pages = 0;
    let remounted = 0;
    for (const endpoint of this.#endpoints) {
      hostOf(endpoint).forgetCrashes();
      for (const process of [...hostOf(endpoint).views()]) {
        const again = remount === "all" || remount.has(process.init.view);
        pages++;
        if (again) remounted++;
        process.reload(again);
      }
    }
    return { pages, remounted };
  }

  /** The code must be fixed first, so pages that open meanwhile are told too. */
  async #showError(title: string, error: unknown): Promise<void> {
    const report = await reportOf(title, error, this.#parts.root);
    this.#parts.say(reportText(report));
    this.#socket.keep({ kind: "error", report });
  }

  /** The endpoint's log has it already; this tells the pages. */
  async #showCrash(name: string, id: string, error: unknown): Promise<void> {
    // Read now: the view is gone after the first await.
    const view = [...this.#endpoints].flatMap((endpoint) => [...hostOf(endpoint).views()]).find((each) => each.id === id);
    const event = view && this.#events.get(view);
    const report = await reportOf(`The view “${name}” crashed`, error, this.#parts.root, [
      ...(event === undefined ? [] : [{ label: "last event", text: `${event.name} ${describeAssigns({ payload: event.params })}` }]),
      ...(view === undefined ? [] : [{ label: "assigns", text: describeAssigns(view.assigns) }]),
    ]);
    this.#socket.tell({ kind: "error", report });
  }

  /** A style sheet or script that pages load directly: neither part of the application's code nor injected by Vite. */
  #isPublic(file: string): boolean {
    const { client } = this.#parts.vite.environments;
    return (
      /\.(?:css|m?js)$/.test(file) && this.#modules.idsOf(file).length === 0 && client.moduleGraph.getModulesByFile(file) === undefined
    );
  }

  /**
   * Whether a file may be what the application or its pages are made of. Databases and logs that it writes beside its sources are not:
   * each request would read them whole, and an error that is shown again whenever a file changes would be the next change of the log.
   */
  #isCode(file: string): boolean {
    return /\.(?:[cm]?[jt]sx?|json|css)$/.test(file) || this.#parts.texts.has(file) || this.#isSetting(file);
  }

  /**
   * What only a new process reads: `.env`, Vite's configuration, and `package.json`, because Node keeps it, and the failure of an import
   * that installing a package has fixed. Where Vite updates pages, it restarts itself for them.
   */
  #isSetting(file: string): boolean {
    const { root, vite: { config } } = this.#parts;
    if (config.server.hmr !== false) return false;
    return file === config.configFile || config.configFileDependencies.includes(file)
      || (dirname(file) === root && /^(?:\.env(?:\..+)?|package\.json)$/.test(basename(file)));
  }

  #namesOf(files: readonly string[]): string {
    return files.map((file) => this.#shown(file)).join(", ");
  }

  #shown(file: string): string {
    return relative(this.#parts.root, file);
  }

  async close(): Promise<void> {
    if (this.#turn === begun) {
      compileHooks(undefined);
      observeServers(undefined);
      observeEvents(undefined);
      observeRefusals(undefined);
    }
    for (const stop of this.#stops) stop();
    this.#pages.close();
    this.#socket.close();
    await Promise.all([...this.#endpoints].map((endpoint) => endpoint.close()));
    await this.#modules.close();
    await this.#parts.ended?.();
  }
}

function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
