import type { Hono } from "hono";
import { joinedViews, Pause, type UserSocket } from "../channel/index.js";
import { removeAbandonedUploads, type ViewProcess } from "../live/index.js";
import { CLOSE, restartReason } from "../protocol/index.js";
import { decodedPath, type LiveSession } from "../router/index.js";
import type { Limits } from "../security/index.js";
import { logActivity } from "./activity-log.js";
import type { Bindings, Exchange, Host, ServedOn, Upgrade, PendingHandshake } from "./adapter.js";
import type { Addresses } from "./addresses.js";
import { DefaultRevocations } from "./default-revocations.js";
import type { Environment } from "./environment.js";
import type { Readiness } from "./health.js";
import type { HookModules } from "./hook-modules.js";
import type { Log } from "./log.js";
import { hasRoute } from "./routes.js";
import { checkConcurrency, checkHost, warnsAtBoot, type BootWarning } from "./production.js";
import { spans, type SpanDetails } from "../telemetry/index.js";
import type { LongPollSockets } from "../transport/long-poll/index.js";
import type { Cluster } from "./cluster.js";
import type { StaticFiles } from "./static-files.js";

/** The parts of a host. */
interface HostParts {
  readonly environment: Environment;
  readonly app: Hono;
  readonly userSockets: ReadonlyMap<string, UserSocket>;
  /** The paths at which sockets are opened, such as `/live/websocket`. */
  readonly socketPaths: ReadonlySet<string>;
  readonly files: StaticFiles;
  readonly hookModules: HookModules;
  readonly addresses: Addresses;
  readonly readiness: Readiness;
  /** Whether requests, joins and events are logged while it is served. */
  readonly logsActivity: boolean;
  readonly warnings: readonly BootWarning[];
  /** The sockets of long poll; undefined if there are none. */
  readonly longPoll: LongPollSockets | undefined;
  /** The other nodes; undefined if this one is alone. */
  readonly cluster: Cluster | undefined;
}

/** What an endpoint's servers ask of it, and how it shuts down with them. */
export class EndpointHost implements Host {
  readonly #parts: HostParts;
  readonly #servers = new Set<ServedOn>();
  #warned = false;
  #endActivityLog: (() => void) | undefined;
  /** The time for load balancers to notice that this node is not ready. */
  readonly #grace = new Pause();

  constructor(parts: HostParts) {
    this.#parts = parts;
  }

  get userSockets(): ReadonlyMap<string, UserSocket> {
    return this.#parts.userSockets;
  }
  get sessions(): ReadonlyMap<string, LiveSession> {
    return this.#parts.environment.router.sessions;
  }
  get limits(): Limits {
    return this.#parts.environment.live.limits;
  }
  get url(): URL | undefined {
    return this.#parts.environment.base;
  }
  get socketPaths(): Iterable<string> {
    return this.#parts.socketPaths;
  }
  get log(): Log {
    return this.#parts.environment.live.log;
  }
  get hookModules(): HookModules {
    return this.#parts.hookModules;
  }

  get ready(): Promise<void> {
    const { cluster, files } = this.#parts;
    return cluster === undefined ? files.ready : Promise.all([files.ready, cluster.join()]).then(() => undefined);
  }

  /** A process without pages may not have joined the others when it is told to end somebody's sockets there. Undefined if it has. */
  get joining(): Promise<void> | undefined {
    return this.#parts.cluster?.joins === false ? this.ready : undefined;
  }

  opens(path: string): boolean {
    return this.#parts.socketPaths.has(path);
  }

  owns(method: string, path: string): boolean {
    return this.#parts.socketPaths.has(path) || this.#parts.files.has(path) || hasRoute(this.#parts.app, method, decodedPath(path));
  }

  views(): Iterable<ViewProcess> {
    return joinedViews(this.#parts.environment.registry);
  }

  forgetCrashes(): void {
    this.#parts.environment.live.crashes.clear();
  }

  /** The handshake is an ordinary request: it passes the same middleware as a page. */
  upgrade(upgrade: Upgrade): Promise<void> {
    if (!spans.handshake.heard) return this.#upgrade(upgrade);
    const detail: SpanDetails["handshake"] = { path: decodedPath(new URL(upgrade.request.url).pathname), transport: "websocket" };
    const { request, peer, env } = upgrade;
    return spans.handshake.run(detail, () => this.#upgrade({
      request, peer, ...(env !== undefined && { env }),
      accept(connection) {
        detail.status = 101;
        upgrade.accept(connection);
      },
      refuse(response) {
        detail.status = response.status;
        upgrade.refuse(response);
      },
    }));
  }

  async #upgrade(upgrade: Upgrade): Promise<void> {
    const { request, peer, env } = upgrade;
    const { clients, registry } = this.#parts.environment;
    if (!this.#parts.readiness.accepting) {
      this.log("socket refused", { reason: "draining" });
      return upgrade.refuse(new Response(null, { status: 503, headers: { "retry-after": "1" } }));
    }
    const handshake: PendingHandshake = {
      address: clients.of(peer, (name) => request.headers.get(name)), ticket: registry.handshakes.begin(), connection: undefined,
    };
    try {
      const response = await this.#parts.app.fetch(request, {
        ...env,
        holdfast: { peer, handshake } satisfies Exchange & Bindings["holdfast"],
      });
      const { connection } = handshake;
      if (connection === undefined || response.status !== 200) {
        connection?.closed();
        return upgrade.refuse(response.status === 200 ? new Response(null, { status: 404 }) : response);
      }
      // The endpoint began to close while the middleware was running; its sockets are being closed, so close this one too.
      if (!this.#parts.readiness.accepting) connection.close(CLOSE.restart, restartReason(0));
      upgrade.accept(connection);
    } catch (error) {
      this.log("handshake crashed", { error });
      handshake.connection?.closed();
      upgrade.refuse(new Response(null, { status: 500 }));
    } finally {
      registry.handshakes.end();
    }
  }

  check(hostname: string | undefined): void {
    checkHost(hostname, this.#parts.environment.base);
    checkConcurrency(this.#parts.cluster !== undefined);
    this.#parts.hookModules.check();
    if (this.#warned || !warnsAtBoot(hostname)) return;
    this.#warned = true;
    for (const { what, fix } of this.#parts.warnings) this.log(what, { fix });
  }

  serving(server: ServedOn): void {
    const { revocations } = this.#parts.environment;
    if (revocations instanceof DefaultRevocations) revocations.open();
    this.#parts.readiness.begin();
    if (this.#parts.logsActivity) this.#endActivityLog ??= logActivity(this.log);
    // Removes what a killed process has left.
    if (this.#servers.size === 0) void removeAbandonedUploads();
    if (server.url !== undefined) this.#parts.addresses.servedAt(server.url);
    this.#servers.add(server);
  }

  /**
   * Is not ready from now on; refuses handshakes (in a drain only once the load balancer has had its time); closes the
   * sockets, immediately or a share at a time, and then the servers.
   */
  async close(drain: boolean): Promise<void> {
    this.#parts.readiness.leave();
    this.#grace.end();
    const { registry } = this.#parts.environment;
    if (drain) this.log("draining", { sockets: registry.size });
    if (drain && this.limits.drainGraceMs > 0) await this.#grace.wait(this.limits.drainGraceMs);
    if (drain) await Promise.all([registry.drain(), this.#refuseNewcomers()]);
    this.#parts.readiness.end();
    registry.restartAll();
    this.#parts.longPoll?.close();
    registry.stop();
    this.#parts.environment.admissions.close();
    this.#parts.environment.live.leftPages.clear();
    const servers = [...this.#servers];
    this.#servers.clear();
    await Promise.all(servers.map((server) => server.close()));
    this.#endActivityLog?.();
    this.#endActivityLog = undefined;
    await this.#parts.cluster?.leave();
  }

  /**
   * Refuses new handshakes. Connections already in the accept queue are let in: they were sent while this node was ready,
   * perhaps because the other one was not, and a load balancer that has tried every node would pass the refusal on to the user.
   */
  async #refuseNewcomers(): Promise<void> {
    await Promise.all(Array.from(this.#servers, (server) => server.acceptQueuePassed?.(this.limits.drainMaxMs)));
    this.#parts.readiness.end();
  }
}
