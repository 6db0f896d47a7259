import { checkValue, FUNCTION, OBJECT } from "../../errors/options.js";
import { HoldfastError, type Mistake } from "../../errors/index.js";
import type { MaybePromise } from "../../mailbox/index.js";
import { csrfToken } from "../../security/index.js";
import { Feature, type Owner } from "./owner.js";
import { readOnlyAssigns } from "./read-only-assigns.js";
import { reservedAssign, reservedIn } from "./returned-assigns.js";
import { ownerOf, socketPart } from "./socket-base.js";
import type { Assigns, BaseAssigns, ConnectInfo, Frozen } from "./types.js";

/** Some of the assigns. A view without assigns can assign nothing: `{}` alone would accept anything. */
type Assignable<A extends object> = [keyof A] extends [never]
  ? Readonly<Record<string, Mistake<
      "mount returns the assigns, and its own socket does not know them: begin its timers and tasks in handleParams, a component's in update, a hook's in onMount(hook, …)"
    >>>
  : Partial<A>;

/** What every socket has, whichever features are used. */
export interface CoreSocket<A extends object, Action extends string = string> {
  /** The view's state. Read it again after each `await`: messages may have changed it. */
  readonly assigns: Frozen<A & BaseAssigns<Action>>;
  /** False during the GET, true once the socket has joined. */
  readonly connected: boolean;
  /** The view's id, which is its element's id. */
  readonly id: string;
  /** Sets assigns; the view renders after the handler. */
  assign(values: Assignable<A>): void;
  /** Computes an assign from its current value. */
  update<K extends keyof A>(key: K, change: (value: A[K]) => A[K]): void;
  /**
   * Returns the assign if there is one; otherwise the value of this name from the HTTP request (`c.var`) or the parent view;
   * otherwise what `make` returns. A connected mount has no request and computes the value again.
   */
  assignNew<T>(key: string, make: () => MaybePromise<T>): Promise<T>;
  /** What the client sends with each join (`connect({ params })`); empty during the GET. */
  readonly connectParams: Readonly<Record<string, unknown>>;
  /** The client's address, user agent and allow-listed headers. */
  readonly connectInfo: ConnectInfo;
  /**
   * A CSRF token of the session, for a form of this view that the browser posts (`phx-trigger-action`, a plain form). Each
   * call masks it differently: call it once, in mount, and keep it as an assign.
   *
   * @example
   * mount: (socket) => ({ csrf: socket.csrfToken(), login: form(Login) })
   */
  csrfToken(): string;
  /** True if a file that the page tracks (`phx-track-static`) has changed since the page was loaded: offer a reload. */
  readonly staticChanged: boolean;
  /**
   * Aborts when the view ends: it leaves, it crashes, or its user is disconnected. Pass it to whatever a handler awaits.
   *
   * @example
   * const answer = await fetch(url, { signal: socket.signal });
   */
  readonly signal: AbortSignal;
  /**
   * Resolves if the view may still act, and throws if it or its session has ended. Call it before a write that must not
   * happen after a log-out: a handler that was already running can no longer change the page, but Holdfast cannot stop it
   * from changing your database.
   *
   * @throws HoldfastError `view_ended`
   * @example
   * const draft = await slowReview(post);
   * await socket.live();
   * await blog.publish(draft);
   */
  live(): Promise<void>;
  /** Registers a clean-up for when the view ends; runs it immediately if it has already ended. */
  onTerminate(job: () => void): void;
}

/** What ends with its owner: the signal and the registered clean-ups. */
class Lifetime extends Feature {
  readonly #owner: Owner;
  readonly #jobs: (() => void)[] = [];
  #controller: AbortController | undefined;

  constructor(owner: Owner) {
    super();
    this.#owner = owner;
  }

  get signal(): AbortSignal {
    const controller = (this.#controller ??= new AbortController());
    if (this.#owner.ended || !this.#owner.view.alive) controller.abort(viewEnded(this.#owner.view.name));
    return controller.signal;
  }

  onTerminate(job: () => void): void {
    // The owner ended while its code opened what the job frees.
    if (this.#owner.ended) return this.#owner.guarded("onTerminate threw", job);
    this.#jobs.push(job);
  }

  override end(): void {
    const owner = this.#owner;
    owner.guarded("an abort listener threw", () => this.#controller?.abort(viewEnded(owner.view.name)));
  }

  override freed(): void {
    const owner = this.#owner;
    for (const job of this.#jobs.splice(0)) owner.guarded("onTerminate threw", job);
  }
}

/** @throws HoldfastError `socket_misuse` for an assign that the framework sets itself */
function assignOwn(owner: Owner, values: Assigns): void {
  const reserved = reservedIn(values);
  if (reserved !== undefined) throw reservedAssign(`The view "${owner.view.name}"`, reserved);
  owner.assign(values);
}

/** Ends a handler whose view has ended. */
export function viewEnded(view: string): HoldfastError {
  return new HoldfastError("view_ended", {
    what: `The view "${view}" has ended while its code was running.`,
    expected: "nothing to do: the user left, or was disconnected", fix: "let the error end the handler; it is not logged as a crash",
  });
}

export const coreSocket = socketPart({
  get assigns(): Assigns & BaseAssigns {
    const { assigns, view } = ownerOf(this);
    return (view.context.development ? readOnlyAssigns(assigns) : assigns) as Assigns & BaseAssigns;
  },
  get connected(): boolean {
    return ownerOf(this).view.connected;
  },
  get id(): string {
    return ownerOf(this).view.id;
  },
  assign(values: Assigns): void {
    if (typeof values !== "object") {
      checkValue("socket_misuse", { of: "socket.assign", fix: "socket.assign({ count: 1 })" }, "the assigns", values, OBJECT);
    }
    assignOwn(ownerOf(this), values);
  },
  update(key: string, change: (value: never) => unknown): void {
    if (typeof change !== "function") {
      checkValue(
        "socket_misuse",
        { of: "socket.update", fix: 'socket.update("count", (count) => count + 1), or socket.assign({ count: 1 })' },
        "the change",
        change,
        FUNCTION,
      );
    }
    const owner = ownerOf(this);
    assignOwn(owner, { [key]: change(owner.assigns[key] as never) });
  },
  async assignNew<T>(key: string, make: () => MaybePromise<T>): Promise<T> {
    const owner = ownerOf(this);
    const { refreshing } = owner.view;
    if (!refreshing && Object.hasOwn(owner.assigns, key)) return owner.assigns[key] as T;
    const inherited = refreshing ? undefined : (owner.view.inherited(key) as T | undefined);
    const value = inherited !== undefined ? inherited : await make();
    assignOwn(owner, { [key]: value });
    return value;
  },
  get connectParams(): Readonly<Record<string, unknown>> {
    return ownerOf(this).view.client.params;
  },
  get connectInfo(): ConnectInfo {
    return ownerOf(this).view.client.info;
  },
  csrfToken(): string {
    return csrfToken(ownerOf(this).view.sessionId);
  },
  get staticChanged(): boolean {
    return ownerOf(this).view.client.staticChanged();
  },
  get signal(): AbortSignal {
    return ownerOf(this).feature(Lifetime).signal;
  },
  async live(): Promise<void> {
    const { view, ended } = ownerOf(this);
    if (ended || !view.mayRun()) throw viewEnded(view.name);
  },
  onTerminate(job: () => void): void {
    checkValue("socket_misuse", { of: "socket.onTerminate", fix: "socket.onTerminate(() => file.close())" }, "the clean-up", job, FUNCTION);
    ownerOf(this).feature(Lifetime).onTerminate(job);
  },
});
