import type { Hono } from "hono";
import { removeAbandonedUploads } from "../live/index.js";
import { CLOSE } from "../protocol/index.js";
import type { Limits } from "../security/index.js";
import type { Bindings, Exchange, Host, ServedOn, Upgrade, PendingHandshake } from "./adapter.js";
import type { Addresses } from "./addresses.js";
import type { Environment } from "./environment.js";
import type { Log } from "./log.js";
import { hasRoute } from "./routes.js";
import { checkConcurrency, checkHost, warnsAtBoot, type BootWarning } from "./production.js";
import type { Outside } from "./outside.js";
import type { StaticFiles } from "./static-files.js";

/** What a host is made of. */
export interface HostOptions {
  readonly environment: Environment;
  readonly app: Hono;
  /** The paths at which sockets are opened, as in `/live/websocket`. */
  readonly socketPaths: ReadonlySet<string>;
  readonly files: StaticFiles;
  readonly addresses: Addresses;
  readonly warnings: readonly BootWarning[];
  /** The other nodes; undefined if this one is alone. */
  readonly outside?: Outside;
}

/** An endpoint's life on its servers: what they ask it, and how it ends with them. */
export class EndpointHost implements Host {
  readonly #environment: Environment;
  readonly #app: Hono;
  readonly #socketPaths: ReadonlySet<string>;
  readonly #files: StaticFiles;
  readonly #addresses: Addresses;
  readonly #servers = new Set<ServedOn>();
  /** What is said at the first boot. */
  #warnings: readonly BootWarning[];
  #accepting = true;
  readonly #outside: Outside | undefined;

  constructor({ environment, app, socketPaths, files, addresses, warnings, outside }: HostOptions) {
    this.#environment = environment;
    this.#app = app;
    this.#socketPaths = socketPaths;
    this.#files = files;
    this.#addresses = addresses;
    this.#warnings = warnings;
    this.#outside = outside;
  }

  get limits(): Limits {
    return this.#environment.live.limits;
  }
  get log(): Log {
    return this.#environment.live.log;
  }

  get ready(): Promise<void> {
    return this.#outside === undefined ? this.#files.ready : Promise.all([this.#files.ready, this.#outside.join()]).then(() => undefined);
  }

  opens(path: string): boolean {
    return this.#socketPaths.has(path);
  }

  owns(method: string, path: string): boolean {
    return this.#socketPaths.has(path) || this.#files.has(path) || hasRoute(this.#app, method, decoded(path));
  }

  /** The handshake is an ordinary request: it goes through the same middleware as a page. */
  async upgrade(upgrade: Upgrade): Promise<void> {
    const { request, peer, env } = upgrade;
    const { clients, registry } = this.#environment;
    if (!this.#accepting) return upgrade.refuse(new Response(null, { status: 503, headers: { "retry-after": "1" } }));
    const handshake: PendingHandshake = {
      address: clients.of(peer, (name) => request.headers.get(name)), ticket: registry.beginHandshake(), connection: undefined,
    };
    try {
      const response = await this.#app.fetch(request, { ...env, holdfast: { peer, handshake } satisfies Exchange & Bindings["holdfast"] });
      const { connection } = handshake;
      if (connection === undefined || response.status !== 200) {
        connection?.closed();
        return upgrade.refuse(response.status === 200 ? new Response(null, { status: 404 }) : response);
      }
      // The endpoint began to close while the middleware waited: its sockets are being closed, and this is one of them.
      if (!this.#accepting) connection.close(CLOSE.restart, "restart");
      upgrade.accept(connection);
    } catch (error) {
      this.log("handshake crashed", { error });
      handshake.connection?.closed();
      upgrade.refuse(new Response(null, { status: 500 }));
    } finally {
      registry.endHandshake();
    }
  }

  check(hostname: string | undefined): void {
    checkHost(hostname, this.#environment.base);
    checkConcurrency(this.#outside !== undefined);
    if (!warnsAtBoot(hostname)) return;
    for (const { what, fix } of this.#warnings) this.log(what, { fix });
    this.#warnings = [];
  }

  serving(server: ServedOn): void {
    this.#accepting = true;
    // What a process left that was killed.
    if (this.#servers.size === 0) void removeAbandonedUploads();
    if (server.url !== undefined) this.#addresses.servedAt(server.url);
    this.#servers.add(server);
  }

  /** Refuses handshakes from now on, closes the sockets, at once or a share at a time, and then the servers. */
  async close(drain: boolean): Promise<void> {
    this.#accepting = false;
    const { registry } = this.#environment;
    if (drain) await registry.drain(CLOSE.restart, "restart");
    registry.closeAll(CLOSE.restart, "restart");
    registry.stop();
    this.#environment.admissions.close();
    const servers = [...this.#servers];
    this.#servers.clear();
    await Promise.all(servers.map((server) => server.close()));
    await this.#outside?.leave();
  }
}

/** A path as Hono has it in `c.req.path`. */
function decoded(path: string): string {
  if (!path.includes("%")) return path;
  try {
    return decodeURI(path);
  } catch {
    return path;
  }
}
