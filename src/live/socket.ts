import type { Broadcast, Topic } from "../pubsub/index.js";
import type { AsyncOutcome, AsyncResult, AsyncTask } from "./async.js";
import type { LiveComponent } from "./component.js";
import { Redirect } from "./control.js";
import type { HookStage, HookStages } from "./hooks.js";
import type { LiveProcess } from "./process.js";
import type { Job, Scope } from "./scope.js";
import type { AsyncStream, StreamInsertOptions, StreamOptions } from "./stream.js";
import type { Assigns, BaseAssigns, ConnectInfo, Flash, Layout, MaybePromise, NavigationType, Socket } from "./types.js";

/**
 * The socket as the application sees it: a narrow door to what it owns (a view's scope or a component's) and to the view
 * around it.
 */
export class ScopeSocket implements Socket<Assigns> {
  readonly #view: LiveProcess;
  readonly #own: Scope;

  constructor(view: LiveProcess, own: Scope) {
    this.#view = view;
    this.#own = own;
  }

  get assigns(): Assigns & BaseAssigns {
    return this.#own.assigns as Assigns & BaseAssigns;
  }
  get connected(): boolean {
    return this.#view.connected;
  }
  get id(): string {
    return this.#view.id;
  }
  assign(values: Assigns): void {
    this.#own.assign(values);
  }
  update(key: string, change: (value: never) => unknown): void {
    this.#own.assign({ [key]: change(this.#own.assigns[key] as never) });
  }
  async assignNew<T>(key: string, make: () => MaybePromise<T>): Promise<T> {
    const { assigns } = this.#own;
    if (Object.hasOwn(assigns, key)) return assigns[key] as T;
    const inherited = this.#view.inherited(key) as T | undefined;
    const value = inherited !== undefined ? inherited : await make();
    this.#own.assign({ [key]: value });
    return value;
  }

  putFlash(kind: keyof Flash, message: string): void {
    this.#view.putFlash(kind, message);
  }
  clearFlash(kind?: keyof Flash): void {
    this.#view.clearFlash(kind);
  }
  pageTitle(title: string): void {
    this.#view.setTitle(title);
  }
  putLayout(layout: Layout | false): void {
    this.#view.putLayout(layout);
  }
  pushEvent(event: string, payload: Readonly<Record<string, unknown>>): void {
    this.#view.pushEvent(event, payload);
  }

  redirect(to: string, options: { external?: boolean } = {}): void {
    this.#view.goTo(new Redirect("redirect", to, options.external ?? false, false));
  }
  pushNavigate(to: string, options: { replace?: boolean } = {}): void {
    this.#view.goTo(new Redirect("navigate", to, false, options.replace ?? false));
  }
  pushPatch(to: string, options: { replace?: boolean } = {}): void {
    this.#view.goTo(new Redirect("patch", to, false, options.replace ?? false));
  }
  navigationType(to: string): NavigationType {
    return this.#view.navigationType(to);
  }

  get connectParams(): Readonly<Record<string, unknown>> {
    return this.#view.birth.client.params;
  }
  get connectInfo(): ConnectInfo {
    return this.#view.birth.client.info;
  }
  get staticChanged(): boolean {
    return this.#view.birth.client.staticChanged();
  }

  subscribe(topic: Topic<unknown> | string, handler: (message: never) => MaybePromise<void>): void {
    if (typeof topic === "string") return this.#own.subscribe(topic, handler as (message: Broadcast) => void);
    this.#own.subscribe(topic.name, ({ event, payload }) => (event === topic.event ? handler(payload as never) : undefined));
  }
  unsubscribe(topic: Topic<unknown> | string): void {
    this.#own.unsubscribe(typeof topic === "string" ? topic : topic.name);
  }
  broadcastFrom(topic: Topic<unknown> | string, event: unknown, payload?: unknown): void {
    this.#own.broadcastFrom(
      typeof topic === "string" ? { topic, event: String(event), payload } : { topic: topic.name, event: topic.event, payload: event },
    );
  }
  send(job: Job): void {
    this.#own.send(job);
  }
  sendAfter(ms: number, job: Job): () => void {
    return this.#own.timer(ms, job, false);
  }
  sendEvery(ms: number, job: Job): () => void {
    return this.#own.timer(ms, job, true);
  }

  assignAsync<T>(name: string, task: AsyncTask<T>, { reset = false }: { reset?: boolean } = {}): AsyncResult<T> {
    return this.#own.assignAsync(name, task, reset);
  }
  streamAsync<T>(
    name: string, task: AsyncTask<Iterable<T>>, { reset = false, ...options }: StreamOptions<T> & { reset?: boolean } = {},
  ): AsyncStream<T> {
    return this.#own.streamAsync(name, task, options, reset);
  }
  startAsync<T>(name: string, task: AsyncTask<T>, handleAsync: (outcome: AsyncOutcome<T>) => MaybePromise<void>): void {
    this.#own.startAsync(name, task, handleAsync);
  }
  cancelAsync(name: string, reason?: unknown): void {
    this.#own.cancelAsync(name, reason);
  }

  stream(name: string, items: Iterable<unknown>, { reset, ...options }: StreamInsertOptions & { reset?: boolean } = {}): void {
    const stream = this.#own.stream(name);
    if (reset) stream.reset();
    for (const item of items) stream.insert(item, options);
    this.#own.touch();
  }
  streamInsert(name: string, item: unknown, { updateOnly, ...options }: StreamInsertOptions & { updateOnly?: boolean } = {}): void {
    this.#own.stream(name).insert(item, options, updateOnly);
    this.#own.touch();
  }
  streamDelete(name: string, item: unknown): void {
    const stream = this.#own.stream(name);
    this.streamDeleteByDomId(name, stream.domId(item));
  }
  streamDeleteByDomId(name: string, domId: string): void {
    this.#own.stream(name).delete(domId);
    this.#own.touch();
  }

  sendUpdate(component: LiveComponent<never>, props: { id: string }): void {
    this.#view.sendUpdate(component.kind, props);
  }
  sendUpdateAfter(ms: number, component: LiveComponent<never>, props: { id: string }): () => void {
    return this.#own.timer(ms, () => this.#view.sendUpdate(component.kind, props), false);
  }

  attachHook<S extends HookStage>(name: string, stage: S, hook: HookStages[S]): void {
    this.#own.attachHook(name, stage, hook);
  }
  detachHook(name: string, stage: HookStage): void {
    this.#own.detachHook(name, stage);
  }
  onTerminate(job: () => void): void {
    this.#own.onTerminate(job);
  }
}
