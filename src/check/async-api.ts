import type { Endpoint } from "../endpoint/index.js";
import type { MountSocket, Socket } from "../live/index.js";
import type { PubSub } from "../pubsub/index.js";

/** The methods that return a promise. */
type AsyncMethods<T> = { [Name in keyof T]: T[Name] extends (...args: never[]) => Promise<unknown> ? Name : never }[keyof T];
/** All of them, by name: a new or renamed one does not compile here. */
type All<T> = { readonly [Name in AsyncMethods<T>]: true };

const ENDPOINT: All<Endpoint> = { close: true, disconnect: true, endSessions: true, join: true, renderLive: true };
const SOCKET: All<Socket<object> & MountSocket<object>> = {
  assignNew: true,
  call: true,
  callParent: true,
  consumeUpload: true,
  consumeUploads: true,
  live: true,
};
const PUBSUB: All<PubSub> = { broadcast: true, close: true, connect: true, publish: true, ready: true, request: true, tell: true };

/**
 * Methods that return a promise, by the name of their object. Without a type checker an object is recognized by its name, or
 * by the function that made it.
 */
export const ASYNC_METHODS: ReadonlyMap<string, readonly string[]> = new Map([
  ["endpoint", Object.keys(ENDPOINT)], ["socket", Object.keys(SOCKET)], ["pubsub", Object.keys(PUBSUB)],
]);

/** What makes such an object, and the object's name in the tables. */
export const MAKERS: ReadonlyMap<string, string> = new Map([["createEndpoint", "endpoint"], ["createPubSub", "pubsub"]]);

/** The types of such an object. */
export const TYPES: ReadonlyMap<string, string> = new Map([
  ["Endpoint", "endpoint"], ["PubSub", "pubsub"], ["Socket", "socket"], ["MountSocket", "socket"],
]);

/** Callbacks of views and components whose first parameter is the socket, whatever it is called. */
export const SOCKET_CALLBACKS: ReadonlySet<string> = new Set(["mount", "handleParams", "handle", "update", "terminate"]);

/** Functions that drop what their callback returns. */
export const DROPPING_FUNCTIONS: ReadonlySet<string> = new Set(["queueMicrotask", "setImmediate", "setInterval", "setTimeout"]);

/** Holdfast's functions that return a promise. */
export const ASYNC_FUNCTIONS: ReadonlySet<string> = new Set(["callView", "logIn", "logOut", "readForm", "serve"]);

/** Functions whose result has an effect only if it is returned. */
export const RETURNED_FUNCTIONS: ReadonlySet<string> = new Set(["halt", "navigate", "patch", "redirect", "refuse", "reply"]);

/** The same for methods: the response that a route answers with. */
export const RETURNED_METHODS: ReadonlyMap<string, readonly string[]> = new Map([["c", ["redirect"]], ["endpoint", ["renderPage"]]]);
