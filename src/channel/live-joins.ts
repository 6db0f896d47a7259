import {
  nestedInit, openFlash, type ChildToken, type Client, type ConnectInfo, type Flash, type PageContext,
} from "../live/index.js";
import type { Frame } from "../protocol/index.js";
import type { LiveMatch, LiveRoute, LiveRouter } from "../router/index.js";
import { parsePageUrl, sanitizeJson, withinJsonLimits, type SessionData } from "../security/index.js";
import { JOIN_CRASHED, refusalAt } from "./fragment-refusal.js";
import type { Handshake } from "./handshake.js";
import { hiddenRefusal } from "./hidden-refusal.js";
import { LiveTopic, type ViewSocket } from "./live-topic.js";
import { asObject } from "./payload.js";
import { REFUSED, refuseJoin, type TopicHandle, type TopicHandler, type TopicMatcher } from "./topic.js";
import type { AdmittedView, JoinDoors } from "./view-join.js";

/** The content of a sealed page token: which page of which live session was rendered for which session. */
export interface PageToken {
  readonly route: string;
  readonly liveSession: string;
  readonly sessionId: string;
}

/** A handshake with a session: without one there are no views. */
export interface SessionHandshake extends Handshake {
  readonly session: SessionData;
}

/** Most views begin without a flash: they share one empty object. */
const NO_FLASH: Flash = Object.freeze({});

/** What the client sends with its join, unchecked. */
type JoinPayload = Readonly<Record<string, unknown>>;

/** Why a join is refused, in the client's vocabulary; `left`: the nested view's parent is gone. */
type JoinRefusal = "stale" | "unauthorized" | "reload" | "left" | typeof JOIN_CRASHED;

/** Joins of live views on one socket: topics `lv:<id>`. */
export class LiveJoins implements TopicMatcher, ViewSocket {
  readonly context: PageContext;
  readonly doors: JoinDoors;
  readonly #router: LiveRouter;
  readonly #socket: SessionHandshake;
  /** The view of the page that the socket's client shows, or has left. */
  #shown: LiveTopic | undefined;

  constructor(context: PageContext, router: LiveRouter, socket: SessionHandshake, doors: JoinDoors) {
    this.context = context;
    this.doors = doors;
    this.#router = router;
    this.#socket = socket;
  }

  get origin(): string {
    return this.#socket.origin;
  }

  get sessionId(): string {
    return this.#socket.session.id;
  }

  routeOf(uri: URL): LiveRoute | undefined {
    return this.#router.match(uri)?.route;
  }

  join(topic: TopicHandle, frame: Frame, bytes = 0): TopicHandler | undefined {
    if (!topic.topic.startsWith("lv:")) return undefined;
    const { session } = this.#socket;
    const admitted = !topic.socket.alive || this.#socket.stale
      ? "stale" : this.#admit(topic, session, asObject(frame.payload));
    if (typeof admitted === "string") {
      this.context.log("join refused", { topic: topic.topic, reason: admitted });
      if (admitted === "unauthorized" && this.#hides(frame.payload)) return this.#refuseLater(topic, frame);
      return this.#refuse(topic, frame, admitted === "reload" ? { reason: admitted, status: 500 } : { reason: admitted });
    }
    const { parentId } = admitted.init;
    const parent = parentId === undefined ? undefined : viewOn(topic, parentId);
    const view = new LiveTopic(topic, this, admitted, parent);
    if (admitted.init.routes !== undefined) this.#shown = view;
    view.begin(frame, bytes);
    return view;
  }

  /** Whether the reply must not reveal whether there is a page at the URL. */
  #hides(payload: unknown): boolean {
    const { url, redirect } = asObject(payload);
    const uri = parsePageUrl(url ?? redirect, this.#socket.origin, this.context.limits);
    return uri !== undefined && this.context.hidesForbidden(uri);
  }

  #refuseLater(topic: TopicHandle, frame: Frame): TopicHandler {
    void hiddenRefusal(performance.now()).then((answer) => this.#refuse(topic, frame, answer));
    return REFUSED;
  }

  #refuse(topic: TopicHandle, frame: Frame, response: { readonly reason: string; readonly status?: number }): TopicHandler {
    return refuseJoin(topic, frame, response, this.refusal(frame.payload, response));
  }

  refusal(payload: unknown, response: { readonly reason?: unknown }): object {
    return refusalAt(payload, this.#socket.origin, response, this.#shown?.process.location.uri.href);
  }

  /** The join's checks, before any of the view's code runs. */
  #admit(topic: TopicHandle, session: SessionData, payload: JoinPayload): AdmittedView | JoinRefusal {
    const admitted = this.#byToken(topic, session, payload);
    if (typeof admitted === "string") return admitted;
    // The client reloads a page that crashes too often, and gets an error page: see CrashBudget. The page around a nested view is
    // reloaded too.
    if (!this.context.crashes.spent(session.id, admitted.page)) return admitted;
    const { parentId, sticky } = admitted.init;
    // The client gives up on a sticky view after a few attempts, and leaves the page as it is.
    if (sticky) return JOIN_CRASHED;
    if (parentId !== undefined) viewOn(topic, parentId)?.countReload();
    return "reload";
  }

  #byToken(topic: TopicHandle, session: SessionData, payload: JoinPayload): AdmittedView | JoinRefusal {
    const { keyring } = this.context;
    const page = keyring.open("page", payload["session"], { bind: topic.topic })?.value as PageToken | undefined;
    if (page !== undefined) return page.sessionId === session.id ? this.#page(topic, session, payload, page) : "stale";
    const child = keyring.open("child", payload["session"], { bind: topic.topic })?.value as ChildToken | undefined;
    return child?.sessionId === session.id ? this.#nested(topic, session, payload, child) : "stale";
  }

  /** A page of the router: at the URL where it was rendered, or at one of its live session. */
  #page(topic: TopicHandle, session: SessionData, payload: JoinPayload, token: PageToken): AdmittedView | JoinRefusal {
    const { origin } = this.#socket;
    const fixed = payload["static"];
    const opened = fixed === undefined || fixed === null ? undefined : this.context.keyring.open("static", fixed, { bind: topic.topic });
    if (fixed !== undefined && fixed !== null && opened === undefined) return "stale";

    const { url, redirect } = payload;
    if ((url === undefined) === (redirect === undefined)) return "unauthorized";
    const match = this.#match(url ?? redirect);
    if (match === undefined || match.session.name !== token.liveSession) return "unauthorized";
    if (url !== undefined) {
      // Without a navigation this is the rendered page: the same view, though it may have patched its URL.
      const rendered = this.#router.sessions.get(token.liveSession)?.routes.find((route) => route.path === token.route);
      if (rendered?.view !== match.route.view) return "unauthorized";
    }
    return {
      init: {
        id: viewId(topic), bond: session, client: this.#client(payload),
        view: match.route.view, hooks: match.session.hooks, layout: match.session.layout, location: match.location,
        session: session.values, flash: this.#flash(payload, opened?.value, session.id),
        routes: this.#router.within(match.session, origin), inherited: undefined, parentId: undefined, sticky: false,
      },
      page: match.route.path, navigated: redirect !== undefined, loaded: redirect === undefined && !mountedBefore(payload),
      route: match.route, paced: true,
    };
  }

  /** A nested view: through a parent that shows it now, or, if it is sticky, by its token. */
  #nested(topic: TopicHandle, session: SessionData, payload: JoinPayload, token: ChildToken): AdmittedView | JoinRefusal {
    const { parent: parentId, sticky } = token;
    const id = viewId(topic);
    if (parentId !== undefined) {
      const parent = viewOn(topic, parentId);
      const call = parent?.process.page.nestedCall(id);
      if (parent === undefined || call === undefined) return "left";
      const init = { ...nestedInit(parent.process, call), client: this.#client(payload), parentId };
      return {
        init, page: nestedPage(init.view), navigated: false, loaded: !mountedBefore(payload), route: undefined,
        paced: !parent.joinsFirst(id),
      };
    }
    const view = sticky && this.context.stickyViews.get(sticky.view);
    if (sticky?.page === undefined || view === undefined) return "stale";
    const { path, plainRoute } = sticky.page;
    // Appended, not resolved: a path that begins with // would be parsed as a host.
    const uri = new URL(this.#socket.origin + path);
    const route = plainRoute ?? this.#router.match(uri)?.route;
    if (route === undefined) return "unauthorized";
    return {
      init: {
        id, bond: session, client: this.#client(payload), view, hooks: [], layout: undefined,
        location: { uri, path, params: sticky.session, action: undefined, plainRoute },
        session: { ...session.values, ...sticky.session }, flash: {}, routes: undefined, inherited: undefined, parentId: undefined,
        sticky: true,
      },
      page: nestedPage(view), navigated: false, loaded: !mountedBefore(payload), route, paced: true,
    };
  }

  #client(payload: JoinPayload): Client {
    const { _csrf_token: _token, ...params } = asObject(payload["params"]);
    const sane = withinJsonLimits(params, this.context.limits) ? asObject(sanitizeJson(params)) : {};
    return new JoinedClient(this.#socket.info, sane, this.context);
  }

  /** A navigation brings its own messages. Those of the page's HTML belong to its first mount, and are shown once. */
  #flash(payload: JoinPayload, fixed: unknown, sessionId: string): Flash {
    const { flash, redirect } = payload;
    if (typeof flash === "string") return openFlash(this.context, flash, sessionId);
    return redirect !== undefined || mountedBefore(payload) ? NO_FLASH : ((fixed as { flash?: Flash } | undefined)?.flash ?? NO_FLASH);
  }

  #match(url: unknown): LiveMatch | undefined {
    const uri = parsePageUrl(url, this.#socket.origin, this.context.limits);
    return uri === undefined ? undefined : this.#router.match(uri);
  }
}

/** The client of a joined view. */
class JoinedClient implements Client {
  readonly info: ConnectInfo;
  readonly params: Readonly<Record<string, unknown>>;
  readonly #context: PageContext;

  constructor(info: ConnectInfo, params: Readonly<Record<string, unknown>>, context: PageContext) {
    this.info = info;
    this.params = params;
    this.#context = context;
  }

  staticChanged(): boolean {
    return this.#context.staticChanged(this.params["_track_static"]);
  }
}

/** Whether the client has joined this view before, and joins again. */
function mountedBefore({ params }: JoinPayload): boolean {
  return (asObject(params)["_mounts"] ?? 0) !== 0;
}

/** The page under which the crashes of a view without a route are counted. */
export function nestedPage({ name }: { readonly name: string }): string {
  return `nested ${name}`;
}

/** The id of the view on a topic. */
function viewId({ topic }: TopicHandle): string {
  return topic.slice("lv:".length);
}

/** The view of this id on the same socket. */
export function viewOn({ socket }: TopicHandle, id: string): LiveTopic | undefined {
  const handler = socket.handler(`lv:${id}`);
  return handler instanceof LiveTopic ? handler : undefined;
}
