import type { Context, MiddlewareHandler, Next } from "hono";
import { CLOSE, restartReason } from "../protocol/index.js";
import { spans, type SpanDetails } from "../telemetry/index.js";
import { FAILED, GONE, type LongPollSockets, type SocketName } from "../transport/long-poll/index.js";
import type { Exchange, PendingHandshake, PollExchange } from "./adapter.js";
import { bindingsOf, longPollOf, originOf, upgradeOf, type Environment } from "./environment.js";
import type { Readiness } from "./health.js";
import { pageOrigin } from "./page-origin.js";
import type { Refusals } from "./refusals.js";
import { findSession } from "./session.js";
import { UnreadAnswers } from "./unread-answers.js";

/** The parts of the routes of long poll. */
interface LongPollRoutesParts {
  readonly environment: Environment;
  readonly readiness: Readiness;
  readonly refusals: Refusals;
  readonly sockets: LongPollSockets;
}

/** The query parameter with the token; a poll without an open socket opens one. */
const TOKEN = "token";
const NDJSON = /^\s*application\/x-ndjson\s*(?:;|$)/i;

/**
 * Long poll over HTTP. Each request is an ordinary one through the application's middleware, with a session and an origin:
 * the first opens a socket as a handshake does, the others bring the token from the last response.
 */
export class LongPollRoutes {
  readonly #parts: LongPollRoutesParts;
  /** Sockets whose POST is being read here: the client sends one at a time. */
  readonly #reading = new Set<string>();
  readonly #unread = new UnreadAnswers();

  constructor(parts: LongPollRoutesParts) {
    this.#parts = parts;
  }

  /**
   * Runs before the session's middleware, because a handshake begins before its session is read. Whatever answered the
   * request, the response becomes JSON that the client understands.
   */
  readonly middleware: MiddlewareHandler = async (c, next) => {
    const { peer, span } = bindingsOf(c).holdfast ?? { peer: undefined };
    const opens = c.req.method === "GET" && c.req.query(TOKEN) === undefined;
    const exchange: Exchange = { peer, ...(span !== undefined && { span }) };
    c.env = { ...(c.env as object | undefined), holdfast: { ...exchange, longPoll: {} } };
    if (!opens) {
      await next();
      const poll = longPollOf(c)!;
      const { answer, polled } = poll;
      // The request lives until its client has read the response.
      delete poll.answer;
      respond(c, answer, polled === undefined ? undefined : (text) => this.#unread.body(polled, text));
    } else if (!spans.handshake.heard) await this.#handshake(c, next);
    else {
      const detail: SpanDetails["handshake"] = { path: c.req.path, transport: "longpoll" };
      await spans.handshake.run(detail, async () => {
        await this.#handshake(c, next);
        detail.status = c.res.status;
      });
    }
  };

  async #handshake(c: Context, next: Next): Promise<void> {
    const { environment: { clients, registry }, readiness } = this.#parts;
    if (!readiness.accepting) {
      c.header("retry-after", "1");
      c.res = c.body(null, 503);
      return respond(c, undefined);
    }
    const { holdfast } = bindingsOf(c);
    const handshake: PendingHandshake = {
      address: clients.of(holdfast?.peer, (name) => c.req.header(name)), ticket: registry.handshakes.begin(), connection: undefined,
    };
    c.env = { ...(c.env as object), holdfast: { ...holdfast, handshake } };
    try {
      await next();
      respond(c, this.#opened(c, handshake));
    } finally {
      registry.handshakes.end();
    }
  }

  /** The response to a handshake that the route has accepted and that nothing else has refused. */
  #opened(c: Context, { connection }: PendingHandshake): object | undefined {
    if (connection === undefined || c.res.status !== 200) return void connection?.closed();
    if (!this.#parts.readiness.accepting) connection.close(CLOSE.restart, restartReason(0));
    // A 410 without an earlier socket tells the client that it now has one.
    return { status: 410, token: this.#parts.sockets.open(connection, ownerOf(c)), messages: [] };
  }

  /** A poll. `open`: takes a request without a token through the handshake's checks. */
  async get(c: Context, open: () => Promise<Response>): Promise<Response> {
    if (upgradeOf(c) !== undefined) return open();
    if (c.req.method !== "GET") return c.body(null, 405, { allow: "GET, POST" });
    const { sockets } = this.#parts;
    return this.#ask(c, async (name, owner) => {
      this.#unread.end(name.id);
      longPollOf(c)!.polled = name.id;
      const answer = await sockets.poll(name, owner, c.req.raw.signal);
      return answer.status === 200 || answer.status === 204 ? { ...answer, token: sockets.token(name, owner) } : { ...answer, token: null };
    });
  }

  /** Messages of the client. */
  post(c: Context): Promise<Response> {
    return this.#ask(c, async (name, owner) => {
      if (this.#reading.has(name.id)) return FAILED;
      this.#reading.add(name.id);
      let body: string;
      try {
        body = await c.req.text();
      } finally {
        this.#reading.delete(name.id);
      }
      return this.#parts.sockets.post(name, owner, body, NDJSON.test(c.req.header("content-type") ?? ""));
    });
  }

  async #ask(c: Context, ask: (name: SocketName, owner: string) => Promise<NonNullable<PollExchange["answer"]>>): Promise<Response> {
    const { environment, refusals, sockets } = this.#parts;
    const own = originOf(c, environment);
    if (!environment.origins.allows(pageOrigin(c, environment), own)) {
      refusals.foreignOrigin(c, "request refused", own);
      return c.body(null, 403);
    }
    const owner = ownerOf(c);
    const name = sockets.named(c.req.query(TOKEN), owner);
    longPollOf(c)!.answer = name === undefined ? { ...GONE, token: null } : await ask(name, owner);
    return c.body(null, 200);
  }
}

/** Who a request's socket belongs to: nobody else's request opens its token. Requests without a session share one owner. */
function ownerOf(c: Context): string {
  const session = findSession(c);
  return `${c.req.path} ${session?.held === true ? session.data.id : ""}`;
}

type Body = (text: string) => string | ReadableStream<Uint8Array>;

/** Sets the route's answer on a request; middleware around the route may have decided otherwise. */
function respond(c: Context, answer: object | undefined, body?: Body): void {
  const { status } = c.res;
  if (answer !== undefined && status === 200) return replace(c, answer, 200, body);
  const refused = status === 401 || status === 403 || (status >= 300 && status < 400);
  // For any other status the client opens another socket after a while, because it knows no others.
  replace(c, { status: refused ? 403 : 500 }, refused ? 403 : status === 200 ? 404 : status);
}

/** Replaces the body of the response. Its headers stay, except those that describe the old body. */
function replace(c: Context, answer: object, status: number, body: Body = (text) => text): void {
  c.res = new Response(body(JSON.stringify(answer)), { status, headers: { "content-type": "application/json" } });
  // Set afterwards, because Hono gives a new response the headers of the old one, except its content type.
  c.res.headers.set("cache-control", "no-store");
  for (const name of ["content-length", "content-encoding", "etag", "last-modified", "location"]) c.res.headers.delete(name);
}
