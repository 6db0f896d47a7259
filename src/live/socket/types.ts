import type { Mistake } from "../../errors/index.js";
import type { MaybePromise } from "../../mailbox/index.js";
import type { Redirect } from "./redirect.js";

export type { MaybePromise };

/** The sentence of the `Mistake` in the results of callbacks whose redirect nobody follows. */
export type ReturnedRedirect =
  "a redirect returned here leads nowhere: call socket.pushNavigate(url), socket.pushPatch(url) or socket.redirect(url)";

/** The state that a view renders. */
export type Assigns = Record<string, unknown>;

/** Shows one object instead of `A & B & C` in the editor. */
export type Simplify<T> = { [K in keyof T]: T[K] } & {};

/** `Simplify` with read-only properties. */
export type Frozen<T> = { readonly [K in keyof T]: T[K] } & {};

/** `A` overwritten by `B`: if both have an assign, `B`'s type wins. */
export type Overwrite<A, B> = [keyof A & keyof B] extends [never] ? Simplify<A & B> : Simplify<Omit<A, keyof B> & B>;

/**
 * The session's own values. Declare yours once, and every hook, mount and middleware knows them. They travel in a sealed
 * cookie: JSON only.
 *
 * @example
 * declare module "holdfast" { interface SessionValues { userId?: number } }
 */
// Empty here: the application fills it through declaration merging.
export interface SessionValues {}

/**
 * The kinds of one-time messages. `flashGroup` and the component kit show these four; declare a kind of your own, and show it in your
 * layout. A kind that nobody shows is a message that nobody reads, so an undeclared one does not compile.
 *
 * @example
 * declare module "holdfast" { interface FlashKinds { undo: string } }
 */
export interface FlashKinds {
  info: string;
  success: string;
  warning: string;
  error: string;
}

/** One-time messages by kind. */
export type Flash = { readonly [Kind in keyof FlashKinds]?: FlashKinds[Kind] };

/** What is known about the client's connection. */
export interface ConnectInfo {
  /** The client's address. Behind a proxy it is the proxy's, unless the endpoint trusts it (`trustProxy`). */
  readonly peer: string;
  readonly userAgent: string | undefined;
  /** The headers that the endpoint's option `connectHeaders` names, in lower case. */
  readonly headers: Readonly<Record<string, string>>;
}

/** How to get to a URL from here: within the view, within the live session, or by a page load. */
export type NavigationType = "patch" | "navigate" | "href";

/** Assigns that every view has. `Action` are the actions that it declares. */
export interface BaseAssigns<Action extends string = string> {
  /** One-time messages: set by `socket.putFlash`, shown once, carried over a redirect. */
  flash: Flash;
  /** The action that the live route names. */
  liveAction: Action | undefined;
}

/** What a hook and a mount receive beside their socket. */
export interface MountContext<Params = Readonly<Record<string, unknown>>> {
  /** The path's and the query's parameters, parsed. */
  readonly params: Params;
  /** The session's values; for a nested view also those from its parent. */
  readonly session: Readonly<SessionValues>;
  /** The page's whole URL. */
  readonly uri: URL;
}

/** An empty object: any other has no property in common with it. */
export interface NoAssigns {
  readonly holdfast?: never;
}

/** The assigns that a hook or a mount returns, without the redirect that it may return instead. */
export type AssignsOf<R> = [Exclude<R, Redirect | NoAssigns | void | undefined>] extends [never]
  ? // no further assigns
    {}
  : Extract<Exclude<R, Redirect | NoAssigns | void | undefined>, object>;

/** The names of the assigns whose values are `T`. */
export type NamesOf<A, T> = { [K in keyof A]: A[K] extends T ? K : never }[keyof A] & string;

/** Assigns, with a `Mistake` for each that is a promise or may be one. */
type Settled<R> = {
  [K in keyof R]: [Extract<R[K], PromiseLike<unknown>>] extends [never]
    ? R[K]
    : Mistake<"a promise is no assign: await it, or return assignAsync(…)">;
};

/** Properties of what is returned by mistake in place of assigns, and the assigns that every view has anyway. */
interface NotAssigns {
  then?: never;
  [Symbol.iterator]?: Mistake<"assigns have names: { list: [] }">;
  bodyUsed?: Mistake<"a Response is no assigns: return redirect(path), or throw Forbidden">;
  connectInfo?: Mistake<"the socket is no assigns: return { count: 0 }">;
  flash?: Mistake<"every view has its own flash: give yours another name">;
  liveAction?: Mistake<"every view has its own liveAction: give yours another name">;
}

/** Returned assigns. A promise in their place, or in the place of one of them, is a forgotten `await`. */
export type ReturnedAssigns<R> = object & NotAssigns & Settled<R>;

/** What `mount` may return: assigns, a redirect, or nothing. */
export type MountResult<R> = ReturnedAssigns<R> | void;
