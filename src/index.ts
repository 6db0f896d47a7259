/**
 * Holdfast: LiveView for TypeScript.
 *
 * @module
 */
export {
  allow, noReply, refuse, userSocket, type Channel, type ChannelDefinition, type ChannelEnd, type ChannelReply,
  type ChannelSocket, type ConnectContext, type JoinContext, type Payload, type ReplyRef, type UserSocket,
} from "./channel/index.js";
export {
  asyncResult, dynamicTag, flashGroup, focusWrap, formParams, formTag, intersperse, link, liveTitle, portal, toForm,
  type AsyncSlots, type Attributes, type AttributeValue, type DynamicTagProps, type Field, type FieldPath, type FlashGroupProps,
  type FocusWrapProps, type Form, type FormIssue, type FormOptions, type FormProps, type HrefLink, type LiveTitleProps,
  type Binding, type ForbiddenTag, type LinkAttributes, type NavigateLink, type ListPath, type NestedFields,
  type NestedForm, type NestedKey, type PatchLink, type PortalProps, type PostLink, type Submitted, type ValueAt,
} from "./components/index.js";
export {
  createEndpoint, cspNonce, csrfField, logIn, logOut, NONCE, putFlash, rateLimit, readEnv, readForm, sessionOf, viteManifest,
  type CspDirective, type CspOptions, type CspSources, type Endpoint, type EndpointOptions, type ErrorPageProps,
  type HeaderValue, type HealthPaths, type LogFunction, type Logger, type LogLevel, type LongPollOptions,
  type PublicDirOptions, type LogInOptions, type RateLimitOptions, type ReadForm, type RenderLiveOptions, type RequestSession,
  type SessionOptions, type ViteManifest, type ViteManifestOptions,
} from "./endpoint/index.js";
export { ERROR_CODES, Forbidden, HoldfastError, NotFound, StatusError, type ErrorCode } from "./errors/index.js";
export {
  classes, html, keyed, memo, renderToString, spread, styles, trustedHtml, type Classes, type ClassList, type Content,
  type Rendered, type SafeHtml, type Spread, type SpreadAttributes, type StyleMap, type Styles, type TemplateValue,
} from "./html/index.js";
export {
  JS, type Commands, type DispatchOptions, type DisplayOptions, type EventRef, type PushOptions, type Selector, type ToggleOptions,
  type Transition,
} from "./js/index.js";
export {
  assignAsync, AsyncResult, CallFailed, callMessage, callView, childMessage, every, fileInput, form, halt, imagePreview,
  liveComponent, liveRender, liveView, navigate, onMount, patch, presence, redirect, reply, stream, streamAsync,
  temporaryAssign, upload, uploadErrors, type AssignAsyncOptions, type AsyncOutcome, type AsyncStream, type AsyncTask,
  type CallFailure, type CallMessage, type CallOptions, type ChildMessage, type Clock, type ComponentDefinition,
  type ConnectInfo, type Container, type EventDefinition, type EventRefs, type FetchPresences, type Flash, type FlashKinds,
  type FormErrors, type FormRefs, type Halt, type HookRefs, type HookStage, type HookStages, type Layout,
  type LiveComponent, type LiveForm, type LiveFormOptions, type LivePresence, type LiveRenderOptions, type LiveView,
  type LiveViewBase, type MountContext, type MountSocket, type NavigationType, type OnMount, type OnMountOptions,
  type OnMountWithEvents, type Policy, type PresenceEntry, type PresenceOptions, type Redirect, type Reply, type RootLayout,
  type RootLayoutProps,
  type SessionValues, type Socket, type Stream, type StreamInsertOptions, type StreamOptions, type Submission,
  type TemporaryAssign, type TerminateReason, type ViewAddress, type ViewDefinition, type ExternalMeta,
  type ExternalOptions, type ExternalRefusal, type FileInputAttributes, type Upload, type UploadedFile, type UploadedOnDisk,
  type UploadEntry, type UploadError, type UploadOptions, type UploadWriter, type WriterEnd, type WriterOptions,
} from "./live/index.js";
export type { Presence, PresenceDiff, PresenceList, PresenceTracker, TrackedMeta, Meta as PresenceMeta } from "./presence/index.js";
export {
  createPubSub, DISCONNECT, disconnect, topic, type Answer, type Broadcast, type Carrier, type CarrierHost,
  type Handler, type Listener, type Message, type Missing, type PublishOptions, type PubSub, type PubSubOptions, type RateLimitStore,
  type RequestOptions, type RequestResult, type SubscribeOptions, type Subscription, type SubscriptionId, type Topic,
} from "./pubsub/index.js";
export type { Json } from "./protocol/index.js";
export { definePaths, liveSession, type Live, type LiveSession, type LiveSessionOptions, type Path, type Query } from "./router/index.js";
export {
  defaultLimits, fileRevocations, localPath, memoryRevocations, memorySubmissions, type FileRevocations,
  type FileRevocationsOptions, type Limits, type MemoryRevocations, type MemoryRevocationsOptions,
  type MemorySubmissionsOptions, type RevocationStore, type SubmissionState, type SubmissionStore,
} from "./security/index.js";
export {
  onSpan, onTelemetry, TELEMETRY_EVENTS, TELEMETRY_SPANS, type SpanDetails, type SpanEvent, type SpanListener, type SpanName,
  type TelemetryEvents,
} from "./telemetry/index.js";
