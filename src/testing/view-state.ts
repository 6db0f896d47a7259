import { isDeepStrictEqual } from "node:util";
import { ANYTHING, TEXT, type Shape } from "../errors/options.js";
import type { HookMessage } from "../hooks/index.js";
import { expectation, leftFor, PageDocument, shows, squash } from "./document.js";
import { nameOf } from "./event-name.js";
import type { LiveClient } from "./live-client.js";
import { checkArgument, CONDITION, optionsOf, WAIT } from "./options.js";
import { expectRefusal, type ExpectedRefusal, type RefusedEvent } from "./refusals.js";
import { mendFirst, thrownBy } from "./thrown.js";
import type { KitView, PageRedirect } from "./view.js";
import { DEADLINE_MS, type KitReply, type KitSocket } from "./wire.js";

/** What a raw message claims. */
export interface RawOptions {
  /** The topic. Default: the view's. */
  topic?: string;
  /** The join ref. Default: that of the view's last join. */
  joinRef?: string | null;
  /** The message's ref. Default: the next one. */
  ref?: string;
}

// An expert's message may have any ref, of another kind too: what the server makes of it is what is tested.
const RAW: Shape<RawOptions> = { topic: TEXT, joinRef: ANYTHING, ref: ANYTHING };

/** How long to wait. */
export interface WaitOptions {
  /** When to give up, in milliseconds in which the process could go on. Default 2000. */
  timeoutMs?: number;
}

/** The state of a live view, and how to wait for it. */
export abstract class ViewState extends PageDocument {
  protected abstract get client(): LiveClient | undefined;
  protected abstract get view(): KitView | undefined;
  /** Throws, and says why there is no live view. */
  protected abstract notLive(): never;

  /** The client of a page that is live. */
  protected get liveClient(): LiveClient {
    return this.client ?? this.notLive();
  }

  // ---- what the view is ----

  /** Whether it is joined. */
  get live(): boolean {
    return this.view?.joined ?? false;
  }

  /** Set once its socket has closed. */
  get closed(): { readonly code: number; readonly reason: string } | undefined {
    return this.client?.socket?.closed;
  }

  get topic(): string {
    return this.view?.topic ?? "";
  }

  /** Its socket, for tests of the protocol. */
  get socket(): KitSocket {
    return this.client?.socket ?? this.notLive();
  }

  /** Whether it has crashed since it last joined. */
  get crashed(): boolean {
    return this.view?.crashed ?? false;
  }

  /** The answer that refused the join. */
  get joinError(): Readonly<Record<string, unknown>> | undefined {
    return this.view?.joinError;
  }

  /** The last redirect. */
  get redirected(): PageRedirect | undefined {
    return this.view?.redirected;
  }

  protected override get hint(): string | undefined {
    const { redirected, view } = this;
    if (redirected !== undefined) return leftFor(redirected.to);
    const error = view?.crashed === true ? thrownBy(view.id) : undefined;
    return error === undefined ? undefined : mendFirst(error);
  }

  /** The events that the server pushed, oldest first. */
  get pushed(): readonly (readonly [event: string, payload: unknown])[] {
    return this.view?.pushed ?? [];
  }

  // ---- waiting ----

  /**
   * Waits until the server has nothing more to send to any view of the page: until all messages in their mailboxes are
   * handled, and those that these cause. It waits neither for timers nor for tasks; `renderAsync` waits for tasks.
   *
   * @throws HoldfastError `kit_expectation` after 2 seconds
   * @example
   * endpoint.broadcast(postUpdated, post);
   * await page.settle();
   */
  async settle(): Promise<void> {
    await this.client?.settle();
  }

  /**
   * Waits as `settle` does, and for the tasks of all views and live components (`assignAsync`, `streamAsync`, `startAsync`).
   *
   * @returns the view's HTML
   * @throws HoldfastError `kit_expectation` if a task has no end
   * @example
   * page.expectText("#report", "loading");
   * await page.renderAsync();
   * page.expectText("#report", "42 visitors");
   */
  async renderAsync(options: WaitOptions = {}): Promise<string> {
    const { timeoutMs = DEADLINE_MS } = optionsOf("page.renderAsync({ timeoutMs: 5_000 })", options, WAIT);
    await this.client?.settle({ tasks: true, timeoutMs });
    return this.html();
  }

  /**
   * Waits until a selector finds something or a condition is true. Both are checked after every message of the server.
   *
   * @throws HoldfastError `kit_expectation`
   * @example
   * await page.waitFor("#result");
   * await page.waitFor(() => page.count("li") === 3);
   */
  async waitFor(condition: string | (() => boolean), options: WaitOptions = {}): Promise<void> {
    const call = 'page.waitFor("#result", { timeoutMs: 5_000 })';
    checkArgument(call, "what it waits for", condition, CONDITION);
    const { timeoutMs = DEADLINE_MS } = optionsOf(call, options, WAIT);
    const holds = typeof condition === "string" ? () => this.has(condition) : condition;
    await this.#until(holds, typeof condition === "string" ? condition : condition.toString(), timeoutMs);
  }

  /**
   * Waits until what the selector finds shows a text or matches a pattern.
   *
   * @throws HoldfastError `kit_expectation`
   * @example
   * await page.waitForText("#report", "42 visitors");
   */
  async waitForText(selector: string, text: string | RegExp, options: WaitOptions = {}): Promise<void> {
    const { timeoutMs = DEADLINE_MS } = optionsOf('page.waitForText("#report", "42 visitors", { timeoutMs: 5_000 })', options, WAIT);
    const holds = (): boolean => this.has(selector) && shows(squash(this.text(selector)), text);
    await this.#until(holds, `${String(text)} in ${selector}`, timeoutMs);
  }

  async #until(holds: () => boolean, expected: string, timeoutMs: number): Promise<void> {
    const failed = (): Error => expectation(
      `The page did not reach the expected state within ${timeoutMs} ms.`, expected, this.html().slice(0, 1500), this.hint,
    );
    if (this.client !== undefined) return this.client.until(holds, timeoutMs, failed);
    if (!holds()) throw failed();
  }

  // ---- connection ----

  /**
   * Loses the connection, as in a deploy or a tunnel. Nothing is sent until `rejoin`.
   *
   * @example
   * await page.change("#post", { title: "Draft" });
   * page.disconnect();
   * await page.rejoin();   // the form's change event is sent again
   */
  disconnect(): void {
    this.client?.close();
  }

  /**
   * Joins again after a crash or a lost socket, at the page's current URL. Forms are recovered as by the client: each form
   * that has an id, and the same `phx-change` as before, sends its change event with what the user had entered.
   *
   * @example
   * await page.click("#crash");
   * expect(page.crashed).toBe(true);
   * await page.rejoin();
   */
  async rejoin(): Promise<void> {
    if (this.view === undefined) this.notLive();
    await this.liveClient.rejoin(this.view);
  }

  /**
   * Sends any message on the view's topic and returns the reply: for messages that the server's pages never send.
   *
   * @throws HoldfastError `kit_expectation` if there is no answer within 2 seconds
   * @example
   * const { response } = await page.pushRaw("event", { type: "click", event: "deleteAll", value: {} });
   * expect(response).toEqual({});
   */
  async pushRaw(event: string, payload: unknown, options: RawOptions = {}): Promise<KitReply> {
    const { socket } = this;
    optionsOf('page.pushRaw("event", payload, { topic })', options, RAW);
    const { topic = this.topic, joinRef = this.view?.joinRef ?? null, ref = socket.nextRef() } = options;
    const answer = await socket.push(joinRef, ref, topic, event, payload);
    await this.client?.quiet();
    return answer;
  }

  // ---- expectations ----

  /**
   * Expects that the server has pushed an event; with a payload, one that is deeply equal.
   *
   * @throws HoldfastError `kit_expectation`
   * @example
   * page.expectPush(Chart.messages.points, { values: [1, 2] });
   * page.expectPush("confetti");
   */
  expectPush(event: string, payload?: unknown): void;
  // The usual overload comes last, because the compiler reports the errors of the last one.
  expectPush<P>(event: HookMessage<P>, payload?: NoInfer<P>): void;
  expectPush(event: string | HookMessage, payload?: unknown): void {
    if (this.#hasPushed(event, payload)) return;
    throw expectation("The server did not push this event.", JSON.stringify([nameOf(event), payload]), JSON.stringify(this.pushed));
  }

  /**
   * Expects that the server has not pushed an event so far; with a payload, none that is deeply equal.
   *
   * @throws HoldfastError `kit_expectation`
   * @example
   * await page.settle();
   * page.refutePushEvent("confetti");
   */
  refutePushEvent(event: string, payload?: unknown): void;
  refutePushEvent<P>(event: HookMessage<P>, payload?: NoInfer<P>): void;
  refutePushEvent(event: string | HookMessage, payload?: unknown): void {
    if (!this.#hasPushed(event, payload)) return;
    throw expectation("The server pushed this event.", `no ${JSON.stringify([nameOf(event), payload])}`, JSON.stringify(this.pushed));
  }

  #hasPushed(event: string | HookMessage, payload: unknown): boolean {
    return this.pushed.some(([name, value]) => name === nameOf(event) && (payload === undefined || isDeepStrictEqual(value, payload)));
  }

  /**
   * Runs an action and expects that the server refuses the event that it sends, without calling the handler. Outside of it, a
   * refused event of the page throws. Use `pushRaw` for events that the page does not offer to this user: it returns the reply
   * to a refusal as to any other event.
   *
   * @returns the refusal: view, event and reason
   * @throws HoldfastError `kit_expectation` if nothing is refused, or a handler of the event runs; what the action throws
   * @example
   * const { reason } = await page.expectRefused(() => page.click("#delete"), { event: "deletePost" });
   * expect(reason).toBe("event_policy");
   * @example
   * await page.expectRefused(
   *   () => page.pushRaw("event", { type: "click", event: "deletePost", value: { id: 1 } }), { reason: "event_policy" },
   * );
   */
  async expectRefused(action: () => Promise<unknown>, expected: ExpectedRefusal = {}): Promise<RefusedEvent> {
    return expectRefusal(async () => {
      await action();
      await this.settle();
    }, expected);
  }

  /**
   * Expects that the view is joined.
   *
   * @throws HoldfastError `kit_expectation`, with the reason why it is not
   */
  expectLive(): void {
    if (!this.live) this.notLive();
  }
}
