import { StatusError } from "../errors/index.js";
import {
  childBirth, isPromise, LiveProcess, openFlash, type Birth, type ChildToken, type Client, type ConnectInfo,
  type Flash, type LiveContext, type Redirect, type ViewHost,
} from "../live/index.js";
import { CLOSE, LIVEVIEW_VERSION, type Frame } from "../protocol/index.js";
import type { LiveMatch, LiveRouter } from "../router/index.js";
import { withinJsonLimits } from "../security/index.js";
import { emit } from "../telemetry/index.js";
import type { Joins, Member, TopicPort } from "./connection.js";

/** What the sealed page token says: which page of which live session was rendered for which session. */
export interface PageToken {
  readonly route: string;
  readonly liveSession: string;
  readonly sessionId: string;
}

/** What a live socket's joins need. */
export interface LiveJoinsOptions {
  readonly context: LiveContext;
  readonly router: LiveRouter;
}

/** Why a join was refused, in the words that the client knows; `left`: the nested view's parent is gone. */
type Refusal = "stale" | "unauthorized" | "reload" | "left";

/** A view that may begin. */
interface Admitted {
  readonly birth: Birth;
  /** What its crashes are counted under. */
  readonly page: string;
  /** Whether the client is told of the view's element: after a live navigation. */
  readonly navigated: boolean;
}

/** Joins of live views: topics `lv:<id>`. */
export class LiveJoins implements Joins {
  readonly #context: LiveContext;
  readonly #router: LiveRouter;

  constructor({ context, router }: LiveJoinsOptions) {
    this.#context = context;
    this.#router = router;
  }

  join(port: TopicPort, frame: Frame): Member | undefined {
    if (!port.topic.startsWith("lv:")) return undefined;
    const admitted = this.#admit(port, asObject(frame.payload));
    if (typeof admitted === "string") {
      emit("holdfast:join:refused", { topic: port.topic, reason: admitted });
      port.reply(frame.ref, "error", admitted === "reload" ? { reason: admitted, status: 500 } : { reason: admitted });
      port.drop();
      return REFUSED;
    }
    const { parent: around } = admitted.birth;
    const parent = around === undefined ? undefined : viewOn(port, around.id);
    const member = new LiveMember(port, admitted, this.#context, parent);
    member.begin(frame);
    return member;
  }

  /** The join's guards, before anything of the view runs. */
  #admit(port: TopicPort, payload: Readonly<Record<string, unknown>>): Admitted | Refusal {
    const { connection, topic } = port;
    if (connection.stale || connection.session === undefined || !connection.alive) return "stale";
    const { keyring } = this.#context;
    const page = keyring.open("page", payload["session"], { bind: topic })?.value as PageToken | undefined;
    const child = page === undefined
      ? (keyring.open("child", payload["session"], { bind: topic })?.value as ChildToken | undefined) : undefined;
    if ((page ?? child)?.sessionId !== connection.session.id) return "stale";
    const admitted = page !== undefined ? this.#page(port, payload, page) : this.#child(port, payload, child!);
    if (typeof admitted === "string") return admitted;
    // The page that it loads anew is an error page: see CrashBudget.
    return this.#context.crashes.spent(connection.session.id, admitted.page) ? "reload" : admitted;
  }

  /** A page of the router: at the URL that it was rendered at, or at one of its live session. */
  #page(port: TopicPort, payload: Readonly<Record<string, unknown>>, token: PageToken): Admitted | Refusal {
    const { connection, topic } = port;
    const fixed = payload["static"];
    const opened = fixed === undefined || fixed === null ? undefined : this.#context.keyring.open("static", fixed, { bind: topic });
    if (fixed !== undefined && fixed !== null && opened === undefined) return "stale";

    const { url, redirect } = payload;
    if ((url === undefined) === (redirect === undefined)) return "unauthorized";
    const match = this.#match(url ?? redirect, connection.origin);
    if (match === undefined || match.session.name !== token.liveSession) return "unauthorized";
    if (url !== undefined) {
      // Without a navigation the page is the one that was rendered: the same view, though it may have patched its URL.
      const rendered = this.#router.sessions.get(token.liveSession)?.routes.find((route) => route.path === token.route);
      if (rendered?.view !== match.route.view) return "unauthorized";
    }
    return {
      birth: {
        id: viewId(topic), bond: connection.session!, client: this.#client(port, payload),
        view: match.route.view, hooks: match.session.hooks, layout: match.session.layout, location: match.location,
        session: connection.session!.values, flash: this.#flash(payload, opened?.value, connection.session!.id),
        routes: this.#router.within(match.session, connection.origin), inherited: undefined, parent: undefined,
      },
      page: match.route.path, navigated: redirect !== undefined,
    };
  }

  /** A nested view: through a parent that shows it now, or, if it is sticky, by what its token says. */
  #child(port: TopicPort, payload: Readonly<Record<string, unknown>>, { parent: parentId, sticky }: ChildToken): Admitted | Refusal {
    const id = viewId(port.topic);
    if (parentId !== undefined) {
      const parent = viewOn(port, parentId)?.process;
      const call = parent?.child(id);
      if (parent === undefined || call === undefined) return "left";
      const birth = { ...childBirth(parent, call), client: this.#client(port, payload), parent };
      return { birth, page: `nested ${birth.view.name}`, navigated: false };
    }
    const view = sticky && this.#context.stickyViews.get(sticky.view);
    if (view === undefined) return "stale";
    const { origin, session } = port.connection;
    return {
      birth: {
        id, bond: session!, client: this.#client(port, payload), view, hooks: [], layout: undefined,
        location: { uri: new URL(origin), params: sticky!.session, action: undefined },
        session: { ...session!.values, ...sticky!.session }, flash: {}, routes: undefined, inherited: undefined, parent: undefined,
      },
      page: `nested ${view.name}`, navigated: false,
    };
  }

  #client({ connection }: TopicPort, payload: Readonly<Record<string, unknown>>): Client {
    const { _csrf_token: _token, ...params } = asObject(payload["params"]);
    const sane = withinJsonLimits(params, this.#context.limits) ? params : {};
    return new JoinedClient(connection.info, sane, this.#context);
  }

  /** A navigation brings its own messages. Those of the page's HTML were for its first mount, and are shown once. */
  #flash({ flash, redirect, params }: Readonly<Record<string, unknown>>, fixed: unknown, sessionId: string): Flash {
    if (typeof flash === "string") return openFlash(this.#context, flash, sessionId);
    const mountedBefore = (asObject(params)["_mounts"] ?? 0) !== 0;
    return redirect !== undefined || mountedBefore ? {} : ((fixed as { flash?: Flash } | undefined)?.flash ?? {});
  }

  #match(url: unknown, origin: string): LiveMatch | undefined {
    const uri = typeof url === "string" ? parseUrl(url) : undefined;
    return uri?.origin === origin ? this.#router.match(uri) : undefined;
  }
}

/** The client of a joined view. */
class JoinedClient implements Client {
  readonly info: ConnectInfo;
  readonly params: Readonly<Record<string, unknown>>;
  readonly #context: LiveContext;

  constructor(info: ConnectInfo, params: Readonly<Record<string, unknown>>, context: LiveContext) {
    this.info = info;
    this.params = params;
    this.#context = context;
  }

  staticChanged(): boolean {
    return this.#context.staticChanged(this.params["_track_static"]);
  }
}

/** The id of the view that lives on a topic. */
function viewId(topic: string): string {
  return topic.slice("lv:".length);
}

/** The view of this id that lives on the same socket. */
function viewOn({ connection }: TopicPort, id: string): LiveMember | undefined {
  const member = connection.member(`lv:${id}`);
  return member instanceof LiveMember ? member : undefined;
}

/** A join that was refused has no member; whatever still comes for it goes nowhere. */
const REFUSED: Member = { receive() {}, end() {} };

/** A live view on its topic, and what the view knows of its socket. */
class LiveMember implements Member, ViewHost {
  readonly process: LiveProcess;
  readonly #port: TopicPort;
  readonly #context: LiveContext;
  readonly #page: string;
  readonly #navigated: boolean;
  readonly #parent: LiveMember | undefined;
  /** The nested views that end with this one. */
  #children: Set<LiveMember> | undefined;

  constructor(port: TopicPort, { birth, page, navigated }: Admitted, context: LiveContext, parent: LiveMember | undefined) {
    this.#port = port;
    this.#context = context;
    this.#page = page;
    this.#navigated = navigated;
    this.#parent = parent;
    if (parent !== undefined) (parent.#children ??= new Set()).add(this);
    this.process = new LiveProcess(birth, context, this);
  }

  /** The join is the mailbox's first job: events that come before it has ended wait behind it. */
  begin(frame: Frame): void {
    this.process.enqueue(() => this.#join(frame));
  }

  push(event: string, payload: unknown): void {
    this.#port.push(event, payload);
  }
  crashed(error: unknown): void {
    // A refusal that was thrown is an answer, and spends no budget.
    if (!(error instanceof StatusError)) this.#countCrash();
    this.#leave("phx_error");
  }
  left(): void {
    this.#leave("phx_close");
  }
  alive(): boolean {
    return this.#port.connection.alive;
  }
  congested(): boolean {
    return this.#port.connection.congested;
  }
  overrun(): void {
    this.#port.connection.close(CLOSE.policy, "mailbox full");
  }
  dropped(ids: readonly string[]): void {
    for (const child of [...(this.#children ?? [])]) if (ids.includes(child.process.id)) child.#leave("phx_close");
  }

  #countCrash(): void {
    this.#context.crashes.record(this.#port.connection.session!.id, this.#page);
  }

  async #join(frame: Frame): Promise<void> {
    const port = this.#port;
    const { process } = this;
    try {
      let target = await process.mount();
      let patched: Redirect | undefined;
      for (let patches = 0; target?.kind === "patch"; patches++) {
        const location = process.locate(new URL(target.to, process.location.uri));
        if (location === undefined || patches >= this.#context.limits.patchesInARow) throw new Error("patch loop in mount");
        patched = target;
        target = await process.patch(location);
      }
      if (!process.alive) return port.reply(frame.ref, "error", { reason: "left" });
      if (!process.mayRun) return this.#refuse(frame, { reason: "stale" }, "stale");
      if (target !== undefined) {
        const key = target.kind === "navigate" ? "live_redirect" : "redirect";
        return this.#refuse(frame, { events: [], [key]: process.redirectPayload(target) }, key);
      }
      const full = process.renderFull();
      const rendered = isPromise(full) ? await full : full;
      if (!process.alive) return port.reply(frame.ref, "error", { reason: "left" });
      // The session may have ended while hooks and mount waited.
      if (!port.connection.alive) return this.#refuse(frame, { reason: "stale" }, "stale");
      const { tag = "div", attrs = {} } = process.view.container ?? {};
      port.reply(frame.ref, "ok", {
        // The element is still the one of the view before.
        ...(this.#navigated && { container: [tag, attrs] }),
        rendered,
        liveview_version: LIVEVIEW_VERSION,
        ...(patched && { live_patch: { kind: patched.replace ? "replace" : "push", to: patched.to } }),
      });
    } catch (error) {
      if (error instanceof StatusError) return this.#refuse(frame, { reason: "reload", status: error.status }, "reload");
      this.#countCrash();
      this.#context.log("join crashed", { view: process.view.name, error });
      this.#refuse(frame, { reason: "join crashed" }, "crashed");
    }
  }

  #refuse(frame: Frame, response: object, reason: string): void {
    emit("holdfast:join:refused", { topic: this.#port.topic, reason });
    this.end();
    this.#port.reply(frame.ref, "error", response);
    this.#port.drop();
  }

  receive({ ref, event, payload }: Frame): void {
    const { process } = this;
    const answer = (response: object): void => this.#port.reply(ref, "ok", response);
    const values = asObject(payload);
    switch (event) {
      case "event":
        return process.event(values, answer);
      case "live_patch": {
        const { url } = values;
        const uri = typeof url === "string" ? parseUrl(url) : undefined;
        const location = uri && process.locate(uri);
        // Another view's URL: the client is told to navigate there, through that view's own guards.
        if (location === undefined) return answer({ link_redirect: true });
        return process.patchEvent(location, answer);
      }
      case "cids_will_destroy":
        return process.componentsLeaving(this.#cids(values), answer);
      case "cids_destroyed":
        return process.componentsLeft(this.#cids(values), answer);
      default:
        return this.#port.reply(ref, "error", { reason: "unknown message" });
    }
  }

  #cids({ cids }: Readonly<Record<string, unknown>>): readonly unknown[] {
    return Array.isArray(cids) && cids.length <= this.#context.limits.jsonItems ? cids : [];
  }

  settled(): Promise<void> {
    return this.process.settled();
  }

  /** The view has ended by itself. */
  #leave(event: "phx_close" | "phx_error"): void {
    this.end();
    this.#port.leave(event);
  }

  /** Its nested views end with it: the client has dropped them, or will do so when it hears of this one. */
  end(): void {
    this.process.end();
    if (this.#parent !== undefined) this.#parent.#children?.delete(this);
    for (const child of [...(this.#children ?? [])]) child.#leave("phx_close");
  }
}

/** A URL's parts; parsed once, and not once more to see whether it can be. */
function parseUrl(url: string): URL | undefined {
  try {
    return new URL(url);
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
