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
  /** Whether something can be opened: not over HTTP, and not after the end. */
  readonly mayOpen: boolean;
  /** The next render has something to look at. */
  touch(): void;
  /** Sets assigns. Does nothing once the session was disconnected. */
  assign(values: Readonly<Record<string, unknown>>): void;
  /** A feature's state; made now if it was not used before. */
  feature<F extends Feature>(kind: FeatureKind<F>): F;
  /** A feature's state, if the feature was used. */
  peek<F extends Feature>(kind: FeatureKind<F>): F | undefined;
  /** Runs a clean-up of the application's as the view's code; what it throws is logged and stops nothing. */
  guarded(what: string, job: () => void): void;
  /** A handler of the definition that a feature calls: the one of this name in a section, with its socket given. */
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

  /** The handler with its socket given; undefined if there is none. */
  bind(socket: object, section: CallbackSection, name: string): BoundCallback | undefined {
    const handler = this.#sections[section].get(name);
    return handler && ((...args) => handler(socket, ...args));
  }
}

/** What is known of the client beside its session. */
export interface Client {
  readonly info: ConnectInfo;
  /** What it sent with its join; nothing over HTTP. */
  readonly params: Readonly<Record<string, unknown>>;
  /** Whether a file that its page tracks has changed since the page was loaded. */
  staticChanged(): boolean;
}

/** A view as its features see it: the mailbox in which everything of it runs. */
export interface ViewHandle {
  readonly id: string;
  /** The view's name, for logs. */
  readonly name: string;
  readonly context: LiveContext;
  /** False over HTTP. */
  readonly connected: boolean;
  /** False once the view has ended. */
  readonly alive: boolean;
  /** True while the view's clean-ups run: what they say to others is still heard. */
  readonly ending: boolean;
  /** True while the page is rendered: nobody may leave it now. */
  readonly rendering: boolean;
  /** True while hooks run again to load what has grown old: what they open is open already. */
  readonly refreshing: boolean;
  readonly client: Client;
  /** The session's id: a secret that never leaves the server. */
  readonly sessionId: string;
  /** The view's own assigns and features, also where a component asks. */
  readonly root: Owner;
  /** Whether code of the view may still have an effect: it is alive, and so is its session. */
  mayRun(): boolean;
  /** Runs a job in the view's mailbox. */
  post(job: Job): void;
  /** Runs `job` as code of this view, so that its stray errors are blamed on it. */
  own<T>(job: () => T): T;
  crash(error: unknown): void;
  /** What the HTTP request, or the parent of a nested view, has under a name. */
  inherited(key: string): unknown;
  /** How the client gets to a path of this application from here. */
  navigationType(to: string): NavigationType;
  /** Puts another live layout around the page; `undefined` for none. What a layout is, the definitions know. */
  putLayout(layout: object | undefined): void;
  /** Gives a live component of the page other props; nothing happens if it is not there. */
  sendUpdate(component: object, props: Readonly<Record<string, unknown>>): void;
  /** The view around this one, if it is nested and connected. */
  readonly parent: ViewHandle | undefined;
  /** The next number of a series that is the page's own, from 0: streams, uploads. */
  number(series: string): number;
}

/**
 * What one feature (streams, tasks, timers …) keeps for a view or a live component. It is made when the feature is first
 * used, and ends with its owner.
 *
 * A feature lives in a folder of its own with its state, its methods of the socket and its frames; nothing else names it
 * but the list of features.
 */
export abstract class Feature {
  /** Frees what the feature has opened. */
  end(): void {}
  /** Everything that was opened is free now: the time of the application's own clean-ups. */
  freed(): void {}
  /** What was rendered is in a frame now. */
  flushed(): void {}
  /** Runs after each render. */
  afterRender(): void {}
  /** Adds to the frame that goes out now, and says so by returning true. */
  addTo(_frame: { [key: string]: unknown }): boolean {
    return false;
  }
  /** True while something waits that a later render could not make up for: it must go out, however slow the reader. */
  get mustSend(): boolean {
    return false;
  }
  /** How many subscriptions, timers and tasks are open. */
  get open(): number {
    return 0;
  }
}

/** How a feature is made. */
export type FeatureKind<F extends Feature> = new (owner: Owner) => F;

/** What a value does when it becomes an assign, and what takes its place: for classes that cannot extend `LiveValue`. */
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
  /** What takes its place as the assign. Default: the value itself. */
  assigned(): unknown {
    return this;
  }
}
