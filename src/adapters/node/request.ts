import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";

/** The reply goes out over the socket, so this promise never settles. */
const NEVER = { then() {} } as unknown as Promise<never>;
const NOWHERE = { on() {} } as unknown as ServerResponse;

let made: Request | undefined;
// The listener calls back before it returns, or not at all.
const listener = getRequestListener((request) => {
  made = request;
  return NEVER;
}, { errorHandler() {} });

/**
 * A handshake as the app takes requests, created like those of pages: a full Request only if somebody asks for more than
 * method, URL and headers.
 *
 * @returns undefined for a request without a host, or if its host or path do not form a URL
 */
export function requestOf(incoming: IncomingMessage): Request | undefined {
  made = undefined;
  void listener(incoming, NOWHERE);
  return made;
}

/** The path of a request's target, without its query. Absolute targets are not parsed, because no route matches them. */
export function pathOf({ url = "/" }: Pick<IncomingMessage, "url">): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}
