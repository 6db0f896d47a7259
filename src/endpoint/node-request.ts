import { type IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";

/**
 * A handshake as the app takes requests, made as the server makes those of pages: whole only if somebody asks for more
 * than method, URL and headers.
 *
 * @returns undefined for a request without a host, or with one or a path that make no URL
 */
export function requestOf(incoming: IncomingMessage): Request | undefined {
  let request: Request | undefined;
  const listener = getRequestListener((made) => {
    request = made;
    // The answer is the socket's, and goes another way.
    return new Promise<never>(() => {});
  });
  void listener(incoming, new ServerResponse(incoming));
  return request;
}
