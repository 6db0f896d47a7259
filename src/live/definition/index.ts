/** What an application declares: views, live components, events, hooks, layouts. @module */
export { DefinedComponent, liveComponent, type ComponentDefinition } from "./component.js";
export type { LiveComponent } from "./component-call.js";
export { containerHtml, type Container } from "./container.js";
export type { DeclaredEvent, EventDefinition, EventRefs, FormRefs } from "./events.js";
export { eventParts, frameHandlers, frameRefusals } from "./frames.js";
export type { Layout, RootLayout, RootLayoutProps } from "./layout.js";
export { observeDefinitions } from "./observed.js";
export { onMount, type HookFreshness, type HookRefs, type OnMount, type OnMountOptions, type OnMountWithEvents } from "./on-mount.js";
export { Reply, reply } from "./reply.js";
export { LiveSocket, type MountSocket, type Socket } from "./socket.js";
export { templateOf } from "./template-of.js";
export {
  LiveView, liveView, LiveViewBase, renameView, viewNamed, type Policy, type TerminateReason, type ViewDefinition,
} from "./view.js";
