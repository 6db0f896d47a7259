/** The core of the socket: what it stands for, what ends with it, and how features add to it. @module */
export type { LiveContext } from "./context.js";
export { coreSocket, type CoreSocket } from "./core-socket.js";
export { currentOwner, HookedOwner, OwnerRef, StoredOwner, type CurrentOwner, type Owning } from "./current-owner.js";
export { Feature, LiveValue, type FeatureKind } from "./feature.js";
export { Owner } from "./owner.js";
export { navigate, patch, Redirect, redirect, type LocalTarget } from "./redirect.js";
export { ownerOf, SocketBase, socketPart } from "./socket-base.js";
export type {
  AsJson, Assigns, AssignsOf, BaseAssigns, ConnectInfo, Flash, Json, MaybePromise, Mistake, MountContext, MountResult, NamesOf, NavigationType,
  Overwrite, SessionValues, Simplify,
} from "./types.js";
export type { Client, ViewHandle } from "./view-handle.js";
