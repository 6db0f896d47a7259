/** Views: their definition, their life, their socket. @module */
export { running, type LiveContext } from "./context.js";
export { CrashBudget } from "./crash-budget.js";
export { navigate, Redirect, redirect, Reply, reply } from "./control.js";
export {
  LiveProcess, openFlash, sealFlash, type Birth, type Location, type ViewHost,
} from "./process.js";
export type {
  Assigns, AssignsOf, BaseAssigns, EventDefinition, EventRefs, Flash, Layout, MaybePromise, MountContext, MountSocket,
  ParamsOf, Policy, SessionValues, Socket, ViewDefinition,
} from "./types.js";
export { LiveView, liveView, LiveViewBase, onMount, type OnMount } from "./view.js";
