import type { Job } from "../../mailbox/index.js";
import type { LiveContext } from "./context.js";
import type { Owner } from "./owner.js";
import type { ConnectInfo, NavigationType } from "./types.js";

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
  /** The next number of a series that is the page's own, from 0: streams, uploads. */
  number(series: string): number;
}
