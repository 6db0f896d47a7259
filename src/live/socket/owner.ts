import type { Job, MaybePromise } from "../../mailbox/index.js";
import type { LiveContext } from "./context.js";
import type { Assigns, ConnectInfo, NavigationType } from "./types.js";

/** What a view or a live component keeps and has opened: its assigns and its features. */
export interface Owner {
  readonly view: ViewHandle;
  readonly assigns: Assigns;
  /** The assigns have changed since the last render. */
  dirty: boolean;
  /** True once it has ended. */
  readonly ended: boolean;
  /** Whether something may be opened: not during the GET, and not after the end. */
  readonly mayOpen: boolean;
  /** Marks that the next render has changes to look for. */
  touch(): void;
  /** Sets assigns. Does nothing once the session was disconnected. */
  assign(values: Readonly<Record<string, unknown>>): void;
  /** An assign as the application's code has left it: what it assigned after the end is shown to nobody, but says how the code ended. */
  leftAs(name: string): unknown;
  /** A feature's state, created on first use. */
  feature<F extends Feature>(kind: FeatureKind<F>): F;
  /** A feature's state, if the feature has been used. */
  peek<F extends Feature>(kind: FeatureKind<F>): F | undefined;
  /** Runs an application's clean-up as the view's code; if it throws, that is logged and stops nothing. */
  guarded(what: string, job: () => void): void;
  /**
   * Handles a message with the definition's handler of this name. Returns what the handler does: for a call the reply, otherwise
   * nothing that means anything.
   */
  message(name: string, payload: unknown): MaybePromise<unknown>;
  /** A handler of the definition that a feature calls: the one of this name in a section, bound to its socket. */
  callback(section: CallbackSection, name: string): BoundCallback | undefined;
}

/** The sections of a definition whose handlers features call. */
export type CallbackSection = "progress";
type Callback = (socket: object, ...args: readonly unknown[]) => MaybePromise<unknown>;
export type BoundCallback = (...args: readonly unknown[]) => MaybePromise<unknown>;

/** The handlers of a definition that features call, by section and name. */
export class Callbacks {
  readonly #sections: Readonly<Record<CallbackSection, ReadonlyMap<string, Callback>>>;

  constructor(definition: { readonly [Section in CallbackSection]?: object }) {
    this.#sections = { progress: new Map(Object.entries(definition.progress ?? {}) as [string, Callback][]) };
  }

  /** The handler, bound to its socket; undefined if there is none. */
  bind(socket: object, section: CallbackSection, name: string): BoundCallback | undefined {
    const handler = this.#sections[section].get(name);
    return handler && ((...args) => handler(socket, ...args));
  }
}

/** What is known about the client beside its session. */
export interface Client {
  readonly info: ConnectInfo;
  /** What it sent with its join; empty during the GET. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Whether a file that its page tracks has changed since the page was loaded. */
  staticChanged(): boolean;
}

/** A view as its features see it, with the mailbox in which all its code runs. */
export interface ViewHandle {
  readonly id: string;
  /** The view's name, for logs. */
  readonly name: string;
  readonly context: LiveContext;
  /** False during the GET. */
  readonly connected: boolean;
  /** False once the view has ended. */
  readonly alive: boolean;
  /** True while the view's clean-ups run: their messages to others are still delivered. */
  readonly ending: boolean;
  /** True while the page is rendered: no redirect is allowed now. */
  readonly rendering: boolean;
  /** True while hooks run again to reload expired results: what they open is already open. */
  readonly refreshing: boolean;
  readonly client: Client;
  /** The session's id: a secret that never leaves the server. */
  readonly sessionId: string;
  /** The view's own assigns and features, even if a component asks. */
  readonly root: Owner;
  /** Whether the view's code may still have an effect: the view and its session are alive. */
  mayRun(): boolean;
  /**
   * Resolves when this node may act; undefined if it may now. A handler behind anything that waited waits for this too, before
   * `mayRun`: the process may have been stopped meanwhile, and other nodes rely on its lease having run out (see `Lease`).
   */
  ready(): Promise<void> | undefined;
  /**
   * Whether the policy admits the view's user now, for code that runs outside of the mailbox. Never settles if the view ends before it is
   * known.
   */
  admits(): Promise<boolean>;
  /** Runs a job in the view's mailbox. */
  post(job: Job): void;
  /**
   * Something changed that the client is to see. A job's end shows what the job changed; what changes outside of one, by a timer of
   * Node's own or a promise that no handler awaits, gets a job.
   */
  changed(): void;
  /** Runs `job` as code of this view, so that its stray errors are attributed to it. */
  own<T>(job: () => T): T;
  crash(error: unknown): void;
  /** A value of this name from the HTTP request, or from a nested view's parent. */
  inherited(key: string): unknown;
  /** How the client gets to a path of this application from here. */
  navigationType(to: string): NavigationType;
  /**
   * Puts another live layout around the page; `undefined` for none. Typed as an object, because only the definitions know
   * layouts.
   */
  putLayout(layout: object | undefined): void;
  /** Gives a live component of the page new props; does nothing if it is absent. */
  sendUpdate(component: object, props: Readonly<Record<string, unknown>>): void;
  /** The enclosing view, if this one is nested and connected. */
  readonly parent: ViewHandle | undefined;
  /** The next number of one of the page's series, from 0: streams, uploads. */
  number(series: string): number;
}

/**
 * The state of one feature (streams, tasks, timers …) for a view or a live component. It is created on first use, and ends
 * with its owner.
 *
 * A feature lives in its own folder, with its state, its socket methods and its frames; only the list of features names it.
 */
export abstract class Feature {
  /** Frees what the feature has opened. */
  end(): void {}
  /** Called once everything opened is freed, when the application's own clean-ups run. */
  freed(): void {}
  /** Called when what was rendered is in a frame. */
  flushed(): void {}
  /** Runs after each render. */
  afterRender(): void {}
  /** Adds to the frame that is about to be sent; returns true if it did. */
  addTo(_frame: { [key: string]: unknown }): boolean {
    return false;
  }
  /** True while there are changes that a later render could not replace: they must be sent, however slow the reader. */
  get mustSend(): boolean {
    return false;
  }
  /** True while the client may hold back a submit, to send it later under the name that it had when the user submitted. */
  get submitsLater(): boolean {
    return false;
  }
  /** How many subscriptions, timers and tasks are open. */
  get open(): number {
    return 0;
  }
}

/** Constructor of a feature. */
export interface FeatureKind<F extends Feature> {
  new (owner: Owner): F;
  readonly prototype: F;
}

/** What a value does when it becomes an assign, and what replaces it: for classes that cannot extend `LiveValue`. */
export const becomesAssign = Symbol("becomesAssign");

/** A value that wants to know the assign that it has become. */
export interface NamedValue {
  [becomesAssign](owner: Owner, name: string): unknown;
}

/** Whether a value wants to know its assign's name. */
export function isNamedValue(value: unknown): value is NamedValue {
  return typeof value === "object" && value !== null && becomesAssign in value;
}

/**
 * An assign that is more than data: a stream, a task's result. It is told when it becomes an assign, and under which name.
 */
export abstract class LiveValue {
  /** The value has become the assign `name` of `owner`. Called again if it is assigned again. */
  abstract attach(owner: Owner, name: string): void;
  /** What replaces it as the assign. Default: the value itself. */
  assigned(): unknown {
    return this;
  }
}
