import { ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { LONGEST_MS } from "../../errors/options.js";

/** The response that a socket's connection is being answered with. The next one takes its place before this one emits `close`. */
export function answering(socket: Duplex): ServerResponse | undefined {
  // Node's own.
  const response: unknown = Reflect.get(socket, "_httpMessage");
  return response instanceof ServerResponse ? response : undefined;
}

/**
 * Calls back once the socket's earlier requests are answered, in a turn of its own: thousands of offers in a row would otherwise hold the
 * event loop together. Never if the socket is closed before. Its answers have lost Node's own timeouts, so it is cut if they take longer
 * than `withinMs`.
 *
 * @see https://www.rfc-editor.org/rfc/rfc9112#section-9.3.2 answers have the order of their requests
 */
export function whenFree(socket: Duplex, withinMs: number, free: () => void): void {
  // Until then nobody else listens for errors, and a connection that is reset would end the process. Node adds its own listener
  // for each request, so this one goes.
  const cut = (): void => void socket.destroy();
  socket.once("error", cut);
  const timer = setTimeout(cut, Math.min(withinMs, LONGEST_MS));
  socket.once("close", () => clearTimeout(timer));
  const look = (): void => {
    const response = answering(socket);
    if (response !== undefined) return void response.once("close", () => setImmediate(look));
    clearTimeout(timer);
    socket.off("error", cut);
    if (!socket.destroyed) free();
  };
  setImmediate(look);
}
