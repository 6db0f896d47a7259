/** Views and live components: their definition, their life, their socket. @module */
export type { AsyncOk, AsyncOutcome, AsyncPending, AsyncResult, AsyncTask } from "./async.js";
export { childBirth, liveRender, type ChildToken, type LiveRenderOptions } from "./children.js";
export {
  liveComponent, type ComponentAssigns, type ComponentDefinition, type ComponentProps, type ComponentUpdate, type LiveComponent,
  type LiveComponentBase,
} from "./component.js";
export { containerHtml } from "./container.js";
export type { LiveContext } from "./context.js";
export { CrashBudget } from "./crash-budget.js";
export { navigate, Redirect, redirect, Reply, reply } from "./control.js";
export { openFlash, sealFlash } from "./flash.js";
export { halt, type Halt, type HookStage, type HookStages } from "./hooks.js";
export type { Birth, Client, Location, Routes, ViewHost } from "./birth.js";
export { andThen, isPromise } from "./maybe-promise.js";
export { LiveProcess } from "./process.js";
export { running } from "./running.js";
export { stream, type AsyncStream, type Stream, type StreamInsertOptions, type StreamOptions } from "./stream.js";
export { temporaryAssign, type TemporaryAssign } from "./temporary.js";
export type {
  Assigns, AssignsOf, BaseAssigns, ConnectInfo, Container, EventDefinition, EventRefs, Flash, Layout, MaybePromise, MountContext,
  MountSocket, NavigationType, ParamsOf, Policy, RootLayout, RootLayoutProps, SessionValues, Socket, ViewDefinition,
} from "./types.js";
export { LiveView, liveView, LiveViewBase, onMount, type OnMount } from "./view.js";
