import type { NodeServer } from "./node-server.js";

/** How often connections whose last request was just answered are closed, ms: Node does it at the beginning only. */
const CLOSE_IDLE_EVERY_MS = 100;

/**
 * Stops a server, and resolves once everything of it is closed.
 *
 * @param graceMs how long requests in progress may take, ms
 */
export function closeServer(server: NodeServer, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    const idle = setInterval(() => server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
    server.close(() => {
      clearTimeout(cut);
      clearInterval(idle);
      resolve();
    });
    server.closeIdleConnections();
  });
}
