import type { NodeServer } from "./node-server.js";

/**
 * Stops a server, and resolves when nothing of it is open any more.
 *
 * @param graceMs how long requests that are under way may take, ms
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
