/** The core of the socket: its owner, what ends with it, and how features extend it. @module */
export type { LiveContext } from "./context.js";
export { coreSocket, viewEnded, type CoreSocket } from "./core-socket.js";
export { frames, type ClientFrame, type ClientFrames, type FrameResult } from "./frames.js";
export {
  becomesAssign, Callbacks, Feature, LiveValue, type BoundCallback, type CallbackSection, type Client, type NamedValue,
  type Owner, type ViewHandle,
} from "./owner.js";
export { ignoredResult, returnsNothing } from "./ignored-result.js";
export { OwnerState } from "./owner-state.js";
export { navigate, patch, Redirect, redirect, makeRedirect, type LocalTarget } from "./redirect.js";
export { returnedAssigns } from "./returned-assigns.js";
export { ownerOf, SocketBase, socketPart } from "./socket-base.js";
export type {
  Assigns, AssignsOf, BaseAssigns, ConnectInfo, Flash, FlashKinds, Frozen, MaybePromise, MountContext, MountResult, NamesOf,
  NavigationType, NoAssigns, Overwrite, ReturnedAssigns, ReturnedRedirect, SessionValues, Simplify,
} from "./types.js";
