import type { Context, Env, Hono } from "hono";
import { isPromise } from "../mailbox/index.js";
import { spans, type SpanDetails } from "../telemetry/index.js";
import type { Bindings, Exchange } from "./adapter.js";
import { bindingsOf } from "./environment.js";
import { cutPath, routeOf } from "./logged-path.js";

/**
 * The paths of requests that no route has answered. They are not part of the span: a path may have an id or a token in it, and
 * tracers store spans.
 */
const paths = new WeakMap<object, string>();

/** The path of a request whose span has stopped, without its query, its long segments cut; undefined if a route answered it. */
export function unroutedPath(span: SpanDetails["request"]): string | undefined {
  return paths.get(span);
}

/** Answers a request, inside a span if anybody listens. */
export function tracedFetch(app: Hono, request: Request, env: Env["Bindings"] | undefined): Response | Promise<Response> {
  if (!spans.request.heard) return app.fetch(request, env);
  const span: SpanDetails["request"] = { method: request.method };
  const exchange: Exchange = (env as Bindings | undefined)?.holdfast ?? { peer: undefined };
  exchange.span = span;
  return spans.request.run(span, () => {
    const answered = (response: Response): Response => {
      span.status = response.status;
      if (span.route === undefined) paths.set(span, cutPath(new URL(request.url).pathname));
      return response;
    };
    const response = app.fetch(request, { ...(env as object | undefined), holdfast: exchange } satisfies Bindings);
    return isPromise(response) ? response.then(answered) : answered(response);
  });
}

/** Records on the request's span which route has answered, if there is a span. */
export function nameRoute(c: Context): void {
  const span = bindingsOf(c).holdfast?.span;
  if (span === undefined) return;
  const route = routeOf(c);
  if (route !== undefined) span.route = route;
}
