import type { NodeServer } from "./node-server.js";

/**
 * Stops a server, and resolves once everything of it is closed.
 *
 * @param graceMs how long requests in progress may take, ms
 */
export function closeServer(server: NodeServer, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close(() => {
      clearTimeout(cut);
      resolve();
    });
    server.closeIdleConnections();
  });
}
