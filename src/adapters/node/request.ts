import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";

/** The answer is the socket's, and goes another way: of this one nobody ever hears. */
const NEVER = { then() {} } as unknown as Promise<never>;
const NOWHERE = { on() {} } as unknown as ServerResponse;

let made: Request | undefined;
// The listener calls back before it returns, or not at all.
const listener = getRequestListener((request) => {
  made = request;
  return NEVER;
}, { errorHandler() {} });

/**
 * A handshake as the app takes requests, made as the server makes those of pages: whole only if somebody asks for more
 * than method, URL and headers.
 *
 * @returns undefined for a request without a host, or with one or a path that make no URL
 */
export function requestOf(incoming: IncomingMessage): Request | undefined {
  made = undefined;
  void listener(incoming, NOWHERE);
  return made;
}

/** The path of a request's target, without its query. An absolute target's is not looked for: no route has one. */
export function pathOf({ url = "/" }: IncomingMessage): string {
  const query = url.indexOf("?");
  return query === -1 ? url : url.slice(0, query);
}
