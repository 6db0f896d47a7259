import { StatusError } from "../errors/index.js";
import { CLOSE, LIVEVIEW_VERSION, type Frame } from "../protocol/index.js";
import { LiveProcess, openFlash, type Flash, type LiveContext, type Location, type Redirect } from "../live/index.js";
import type { LiveMatch, LiveRouter } from "../router/index.js";
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
    const payload = asObject(frame.payload);
    const admitted = this.#admit(port, payload);
    if (typeof admitted === "string") {
      emit("holdfast:join:refused", { topic: port.topic, reason: admitted });
      port.reply(frame.ref, "error", admitted === "reload" ? { reason: admitted, status: 500 } : { reason: admitted });
      port.drop();
      return REFUSED;
    }
    return new LiveMember(port, frame, admitted.match, admitted.flash, this.#context, this.#router, admitted.liveSession);
  }

  /** The join's guards, before anything of the view runs; what the client understands as a reason, if it must not. */
  #admit(
    port: TopicPort, payload: Readonly<Record<string, unknown>>,
  ): { match: LiveMatch; flash: Flash; liveSession: string } | "stale" | "unauthorized" | "reload" {
    const { connection, topic } = port;
    if (connection.stale || connection.session === undefined || !connection.alive) return "stale";
    const token = this.#context.keyring.open("page", payload["session"], { bind: topic })?.value as PageToken | undefined;
    if (token === undefined || token.sessionId !== connection.session.id) return "stale";
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
    // The page that it loads anew is an error page: see CrashBudget.
    if (this.#context.crashes.spent(connection.session.id, match.route.path)) return "reload";
    return { match, flash: this.#flash(payload, opened?.value), liveSession: token.liveSession };
  }

  /** A navigation brings its own messages. Those of the page's HTML were for its first mount, and are shown once. */
  #flash({ flash, redirect, params }: Readonly<Record<string, unknown>>, fixed: unknown): Flash {
    if (typeof flash === "string") return openFlash(this.#context, flash);
    const mountedBefore = (asObject(params)["_mounts"] ?? 0) !== 0;
    return redirect !== undefined || mountedBefore ? {} : ((fixed as { flash?: Flash } | undefined)?.flash ?? {});
  }

  #match(url: unknown, origin: string): LiveMatch | undefined {
    if (typeof url !== "string" || !URL.canParse(url)) return undefined;
    const uri = new URL(url);
    return uri.origin === origin ? this.#router.match(uri) : undefined;
  }
}

/** A join that was refused has no member; whatever still comes for it goes nowhere. */
const REFUSED: Member = { receive() {}, end() {} };

/** A live view on its topic. */
class LiveMember implements Member {
  readonly #port: TopicPort;
  readonly #process: LiveProcess;
  readonly #router: LiveRouter;
  readonly #context: LiveContext;
  readonly #match: LiveMatch;

  constructor(
    port: TopicPort, frame: Frame, match: LiveMatch, flash: Flash, context: LiveContext, router: LiveRouter,
    liveSession: string,
  ) {
    this.#port = port;
    this.#router = router;
    this.#context = context;
    this.#match = match;
    const { connection } = port;
    this.#process = new LiveProcess({
      id: port.topic.slice(3),
      view: match.route.view,
      hooks: match.session.hooks,
      layout: match.session.layout,
      location: match.location,
      session: connection.session!.values,
      flash,
      inherited: undefined,
      host: {
        push: (event, payload) => port.push(event, payload),
        crashed: (error) => {
          // A refusal that was thrown is an answer, and spends no budget.
          if (!(error instanceof StatusError)) this.#countCrash();
          port.leave("phx_error");
        },
        left: () => {
          this.#process.end();
          port.leave("phx_close");
        },
        alive: () => connection.alive,
        congested: () => connection.congested,
        overrun: () => connection.close(CLOSE.policy, "mailbox full"),
      },
    }, context);
    this.#process.locate = (uri) => this.#locate(uri, liveSession);
    // The join is the mailbox's first job: events that come before it has ended wait behind it.
    this.#process.enqueue(() => this.#join(frame));
  }

  #countCrash(): void {
    this.#context.crashes.record(this.#port.connection.session!.id, this.#match.route.path);
  }

  #locate(uri: URL, liveSession: string): Location | undefined {
    if (uri.origin !== this.#port.connection.origin) return undefined;
    const match = this.#router.match(uri);
    return match?.session.name === liveSession && match.route.view === this.#process.view ? match.location : undefined;
  }

  async #join(frame: Frame): Promise<void> {
    const port = this.#port;
    const process = this.#process;
    try {
      let target = await process.mount();
      let patched: Redirect | undefined;
      for (let patches = 0; target?.kind === "patch"; patches++) {
        const location = process.locate(new URL(target.to, this.#match.location.uri));
        if (location === undefined || patches >= this.#context.limits.patchesInARow) throw new Error("patch loop in mount");
        patched = target;
        target = await process.patch(location);
      }
      if (!process.alive) return port.reply(frame.ref, "error", { reason: "left" });
      if (target !== undefined) {
        const key = target.kind === "navigate" ? "live_redirect" : "redirect";
        return this.#refuse(frame, { events: [], [key]: process.redirectPayload(target) }, key);
      }
      // The session may have ended while hooks and mount waited.
      if (!port.connection.alive) return this.#refuse(frame, { reason: "stale" }, "stale");
      port.reply(frame.ref, "ok", {
        rendered: process.renderFull(),
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
    this.#process.end();
    this.#port.reply(frame.ref, "error", response);
    this.#port.drop();
  }

  receive({ ref, event, payload }: Frame): void {
    const process = this.#process;
    const answer = (response: object): void => this.#port.reply(ref, "ok", response);
    const values = asObject(payload);
    switch (event) {
      case "event":
        // A component that is not there answers nothing: there is none yet that could be addressed.
        if (values["cid"] !== undefined && values["cid"] !== null) return answer({});
        return process.event(values, answer);
      case "live_patch": {
        const { url } = values;
        const location = typeof url === "string" && URL.canParse(url) ? process.locate(new URL(url)) : undefined;
        // Another view's URL: the client is told to navigate there, through that view's own guards.
        if (location === undefined) return answer({ link_redirect: true });
        return process.patchEvent(location, answer);
      }
      case "cids_will_destroy":
        return answer({});
      case "cids_destroyed":
        return answer({ cids: [] });
      default:
        return this.#port.reply(ref, "error", { reason: "unknown message" });
    }
  }

  settled(): Promise<void> {
    return this.#process.settled();
  }

  end(): void {
    this.#process.end();
  }
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
