import { StatusError } from "../errors/index.js";
import { locate, ViewProcess, type Answer, type Flash, type PageContext, type Redirect, type ViewHost } from "../live/index.js";
import type { Frame } from "../protocol/index.js";
import type { LiveRoute } from "../router/index.js";
import { parsePageUrl } from "../security/index.js";
import { withoutFragment } from "./fragment-refusal.js";
import { NestedTopics } from "./nested-topics.js";
import { asObject } from "./payload.js";
import type { TopicHandle, TopicHandler } from "./topic.js";
import { ViewJoin, type AdmittedView, type JoinDoors, type JoiningView } from "./view-join.js";

/** A view's socket: its session, its origin, its guards, and what it shares with all others of its endpoint. */
export interface ViewSocket {
  readonly context: PageContext;
  readonly doors: JoinDoors;
  readonly sessionId: string;
  readonly origin: string;
  /** The route of a URL of the page's live session. */
  routeOf(uri: URL): LiveRoute | undefined;
  /** What a client is told of its refused join: see `refusalAt`. */
  refusal(payload: unknown, response: { readonly reason?: unknown }): object;
}

/** A live view on its topic: reads the client's frames, and represents the socket to the view. */
export class LiveTopic implements TopicHandler, ViewHost, JoiningView {
  readonly process: ViewProcess;
  readonly #topic: TopicHandle;
  readonly #socket: ViewSocket;
  readonly #page: string;
  readonly #parent: LiveTopic | undefined;
  /** The join, until it is answered. */
  #join: ViewJoin | undefined;
  #nested: NestedTopics<LiveTopic> | undefined;
  /** The client's last patch, until it is answered, if its URL has a fragment. */
  #patching: { readonly ref: string | null; readonly uri: URL } | undefined;

  constructor(topic: TopicHandle, socket: ViewSocket, admitted: AdmittedView, parent: LiveTopic | undefined) {
    this.#topic = topic;
    this.#socket = socket;
    this.#page = admitted.page;
    this.#parent = parent;
    this.#join = new ViewJoin(this, topic, admitted, socket.doors);
    if (parent !== undefined) (parent.#nested ??= new NestedTopics()).add(this);
    this.process = new ViewProcess(admitted.init, socket.context, this);
  }

  // ---- the client's frames ----

  /** The join is the mailbox's first job: events that arrive before it ends wait behind it. */
  begin(frame: Frame, bytes: number): void {
    const join = this.#join!;
    this.process.deliver({ run: () => join.run(frame), refuse: () => join.refuseStale(frame), bytes });
  }

  joinAnswered(): void {
    this.#join = undefined;
  }

  receive({ ref, event, payload }: Frame, bytes: number): void {
    const { process } = this;
    const answer: Answer = (response) => this.#topic.reply(ref, "ok", response);
    const values = asObject(payload);
    switch (event) {
      case "event":
        return process.frames.event(values, answer, bytes);
      case "live_patch":
        return this.#patch(ref, values["url"], answer, bytes);
      case "cids_will_destroy":
        return process.frames.componentsLeaving(this.#cids(values), answer, bytes);
      case "cids_destroyed":
        return process.frames.componentsLeft(this.#cids(values), answer, bytes);
      default:
        if (!process.frames.feature(event, values, answer, bytes)) this.#topic.reply(ref, "error", { reason: "unknown message" });
    }
  }

  #patch(ref: string | null, url: unknown, reply: Answer, bytes: number): void {
    const { frames, init } = this.process;
    const uri = parsePageUrl(url, this.#socket.origin, this.#socket.context.limits);
    if (uri === undefined) return reply({ link_redirect: true });
    if (uri.hash !== "") this.#patching = { ref, uri };
    const answer: Answer = (response) => {
      if (this.#patching?.ref === ref) this.#patching = undefined;
      reply(response);
    };
    const location = locate(init, uri);
    if (location === undefined) frames.patchElsewhere(uri, answer, bytes);
    else frames.patch(location, answer, bytes);
  }

  #cids({ cids }: Readonly<Record<string, unknown>>): readonly unknown[] {
    return Array.isArray(cids) && cids.length <= this.#socket.context.limits.jsonItems ? cids : [];
  }

  get busy(): boolean {
    return this.process.busy;
  }

  settled(tasks: boolean): Promise<void> {
    return this.process.settled(tasks);
  }

  // ---- the view's socket ----

  variable(key: string): unknown {
    return this.#join?.variable(key);
  }
  push(event: string, payload: unknown): void {
    this.#topic.push(event, payload);
  }
  alive(): boolean {
    return this.#topic.socket.alive;
  }
  congested(): boolean {
    return this.#topic.socket.congested;
  }
  queued(bytes: number): void {
    this.#topic.socket.queued(bytes);
  }
  async mayPatch(uri: URL): Promise<boolean> {
    const route = this.#socket.routeOf(uri);
    if (route === undefined) return false;
    const verdict = await this.#socket.doors.guard(uri, route);
    return verdict !== "reconnect" && verdict.passed;
  }

  // ---- nested views ----

  get parent(): ViewProcess | undefined {
    return this.#parent?.process;
  }
  joinsFirst(id: string): boolean {
    return (this.#nested ??= new NestedTopics()).joinsFirst(id);
  }
  dropNested(ids: readonly string[]): void {
    this.#nested?.drop(ids);
  }
  patchPage(target: Redirect, flash: Flash): boolean {
    const parent = this.#parent;
    if (parent === undefined) return false;
    if (parent.#parent !== undefined) return parent.patchPage(target, flash);
    parent.process.post(() => {
      parent.process.takeFlash(flash);
      return parent.process.redirects.goTo(target);
    });
    return true;
  }

  // ---- the end ----

  crashed(error: unknown): void {
    // A thrown refusal is an answer, and does not count as a crash.
    if (!(error instanceof StatusError)) this.countCrash();
    this.#leave("phx_error");
  }
  refusal(payload: unknown, response: object): object {
    return this.#socket.refusal(payload, response);
  }
  countCrash(): void {
    this.#socket.context.crashes.record(this.#socket.sessionId, this.#page);
  }
  countReload(): void {
    if (this.#parent !== undefined) return this.#parent.countReload();
    this.countCrash();
  }
  overflowed(): void {
    this.#leave("phx_error");
  }
  revoked(): void {
    this.#leave("phx_error");
  }
  viewLeft(): void {
    this.#leave("phx_close");
  }
  leftToClient(): void {
    this.end();
    this.#topic.drop();
  }
  /** The parent's page no longer shows this view. */
  dropped(): void {
    this.#leave("phx_close");
  }

  /** The view has ended by itself. */
  #leave(event: "phx_close" | "phx_error"): void {
    // The client would load the patch's URL, where the browser is already behind the back button: it would scroll, for ever without a view.
    const patching = this.#patching;
    if (event === "phx_error" && patching !== undefined) {
      this.#topic.reply(patching.ref, "ok", { redirect: { status: 302, to: withoutFragment(patching.uri.href) } });
    }
    this.#patching = undefined;
    this.#endNested();
    this.process.end();
    this.#topic.leave(event);
  }

  /** Its nested views end with it: the client has dropped them, or will when it learns about this one. */
  end(reason: "left" | "closed" = "closed"): void {
    this.#join?.leaveQueue();
    this.process.finish(reason);
    this.#endNested();
  }

  #endNested(): void {
    const parent = this.#parent;
    if (parent !== undefined) parent.#nested?.delete(this);
    this.#nested?.dropAll();
  }
}
