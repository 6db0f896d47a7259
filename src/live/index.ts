/** The life of views: mounted, rendered, driven by events and messages, ended. @module */
export {
  containerHtml, DefinedComponent, liveComponent, liveView, LiveView, LiveViewBase, observeDefinitions, onMount, renameView,
  reply, Reply, type ComponentDefinition, type Container, type EventDefinition, type EventRefs, type FormRefs, type HookRefs,
  type Layout, type LiveComponent, type MountSocket, type OnMount, type OnMountOptions,
  type OnMountWithEvents, type Policy, type RootLayout,
  type RootLayoutProps, type Socket, type TerminateReason, type ViewDefinition,
} from "./definition/index.js";
export {
  assignAsync, AsyncResult, streamAsync, type AssignAsyncOptions, type AsyncOutcome, type AsyncStream, type AsyncTask,
} from "./features/async/index.js";
export { openFlash, sealFlash } from "./features/flash/index.js";
export { form, type FormErrors, type LiveForm, type LiveFormOptions, type Submission } from "./features/forms/index.js";
export { halt, type Halt, type HookStage, type HookStages } from "./features/hooks/index.js";
export {
  CallFailed, callMessage, callView, type CallFailure, type CallMessage, type CallOptions, type ViewAddress,
} from "./features/calls/index.js";
export { childMessage, every, type ChildMessage, type Clock } from "./features/messages/index.js";
export {
  presence, rosterOf, type FetchPresences, type LivePresence, type PresenceEntry, type PresenceOptions,
} from "./features/presence/index.js";
export {
  stream, temporaryAssign, type Stream, type StreamInsertOptions, type StreamOptions, type TemporaryAssign,
} from "./features/streams/index.js";
export {
  fileInput, imagePreview, removeAbandonedUploads, transferFor, upload, uploadErrors, type ExternalMeta, type ExternalOptions,
  type ExternalRefusal, type FileInputAttributes, type Transfer, type Upload, type UploadedFile, type UploadedOnDisk,
  type UploadEntry, type UploadError, type UploadOptions, type UploadWriter, type WriterEnd, type WriterOptions,
} from "./features/uploads/index.js";
export { parseEventName } from "./gate/index.js";
export { follow, locate, patchPayload } from "./navigation/index.js";
export {
  CrashBudget, LeftPages, liveRender, nestedElement, nestedInit, StickyViews, VIEW, type AnyHook, type AnyLayout, type AnyView,
  type ChildToken, type LiveRenderOptions, type Location, type PageContext, type Routes, type ViewInit,
} from "./page/index.js";
export {
  navigate, patch, Redirect, redirect, type Assigns, type AssignsOf, type Client, type ConnectInfo,
  type Flash, type FlashKinds, type LiveContext, type MountContext, type NavigationType, type Overwrite, type ReturnedAssigns,
  type SessionValues,
} from "./socket/index.js";
export { observeEvents } from "./observed-events.js";
export type { Answer } from "./answers.js";
export { ViewProcess } from "./view-process.js";
export type { ViewHost } from "./view-host.js";
