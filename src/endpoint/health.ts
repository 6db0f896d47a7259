import type { Hono } from "hono";
import { HoldfastError } from "../errors/index.js";
import type { Lease } from "../pubsub/index.js";

/** The paths at which a process reports its health. */
export interface HealthPaths {
  /** The process runs, and its event loop turns. Default `/healthz`. */
  readonly live?: string;
  /**
   * It accepts new clients: false from the start of a drain, and while it has lost contact with the other nodes. Default
   * `/readyz`.
   */
  readonly ready?: string;
}

/** Whether this node accepts new clients. */
export class Readiness {
  readonly #lease: Lease | undefined;
  #state: "open" | "leaving" | "closed" = "open";

  /** @param lease this node's lease; undefined if it is alone */
  constructor(lease: Lease | undefined) {
    this.#lease = lease;
  }

  /** Whether handshakes are accepted. A node that is leaving still accepts those that its load balancer sends. */
  get accepting(): boolean {
    return this.#state !== "closed";
  }

  /** Why no new client should come; undefined if clients may come. */
  get refusal(): "draining" | "no lease" | undefined {
    if (this.#state !== "open") return "draining";
    return this.#lease === undefined || this.#lease.held() ? undefined : "no lease";
  }

  begin(): void {
    this.#state = "open";
  }
  /** Tells load balancers to send no new clients. */
  leave(): void {
    this.#state = "leaving";
  }
  end(): void {
    this.#state = "closed";
  }
}

/**
 * Answers load balancers and orchestrators, before session and CSRF check: a probe has no cookie and must not get one. The
 * answers say nothing that a stranger could use.
 *
 * @throws HoldfastError `endpoint_config_invalid` for anything but a path
 */
export function healthRoutes(app: Hono, readiness: Readiness, paths: HealthPaths | true): void {
  const { live = "/healthz", ready = "/readyz" } = paths === true ? {} : paths;
  for (const path of [live, ready]) if (!path.startsWith("/")) throw noPath(path);
  const headers = { "cache-control": "no-store" };
  app.get(live, (c) => c.text("ok", 200, headers));
  app.get(ready, (c) => {
    const { refusal } = readiness;
    return refusal === undefined ? c.text("ok", 200, headers) : c.text(refusal, 503, headers);
  });
}

function noPath(path: string): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", {
    what: "A health check has no path.", expected: "a path, such as \"/healthz\"", got: JSON.stringify(path),
    fix: "health: { live: \"/healthz\", ready: \"/readyz\" }",
  });
}
