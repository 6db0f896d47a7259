/** What an application declares: views, live components, events, hooks, layouts. @module */
export {
  DefinedComponent, liveComponent, LiveComponentBase,
  type ComponentAssigns, type ComponentDefinition, type ComponentUpdate,
} from "./component.js";
export type { ComponentProps, LiveComponent } from "./component-call.js";
export { containerHtml, type Container, type ContainerElement } from "./container.js";
export {
  type DeclaredEvent, type EventData, type EventDefinition, type EventDefinitions, type EventRefs, type FormPhase, type FormRefs,
} from "./events.js";
export { eventParts, frameHandlers, frameRefusals } from "./frames.js";
export type { Layout, RootLayout, RootLayoutProps } from "./layout.js";
export { observeDefinitions, type DefinitionObserver } from "./observed.js";
export { onMount, type HookFreshness, type HookRefs, type OnMount, type OnMountOptions } from "./on-mount.js";
export { Reply, reply } from "./reply.js";
export { LiveSocket, type AnyLiveSocket, type MountSocket, type PageSocket, type Socket } from "./socket.js";
export { templateOf } from "./template-of.js";
export { LiveView, liveView, LiveViewBase, renameView, viewNamed, type ParamsInput, type ParamsOf, type Policy, type TerminateReason, type ViewDefinition } from "./view.js";
