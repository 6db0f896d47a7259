/**
 * Holdfast: LiveView for TypeScript.
 *
 * @module
 */
export {
  refuse, userSocket, type Channel, type ChannelDefinition, type ChannelSocket, type ConnectContext, type UserSocket,
} from "./channel/index.js";
export {
  asyncResult, dynamicTag, flashGroup, focusWrap, form, formParams, intersperse, link, liveTitle, portal, toForm,
  type AsyncSlots, type Attributes, type AttributeValue, type DynamicTagProps, type Field, type FieldPath, type FlashGroupProps,
  type FocusWrapProps, type Form, type FormIssue, type FormOptions, type FormProps, type HrefLink, type LiveTitleProps,
  type Binding, type ForbiddenTag, type LinkAttributes, type NavigateLink, type NestedFields, type NestedForm, type NestedKey,
  type PatchLink, type PortalProps, type PostLink, type Submitted, type ValueAt,
} from "./components/index.js";
export {
  createEndpoint, cspNonce, csrfField, logIn, logOut, NONCE, putFlash, type CspDirective, type CspOptions, type CspSources,
  type Endpoint, type EndpointOptions, type ErrorPageProps, type HeaderValue, type PublicDirOptions, type RenderLiveOptions,
  type RequestSession,
} from "./endpoint/index.js";
export { ERROR_CODES, Forbidden, HoldfastError, NotFound, StatusError, type ErrorCode } from "./errors/index.js";
export { html, keyed, memo, renderToString, trustedHtml, type Content, type Rendered, type SafeHtml } from "./html/index.js";
export {
  JS, type Commands, type DispatchOptions, type DisplayOptions, type EventRef, type PushOptions, type Selector, type ToggleOptions,
  type Transition,
} from "./js/index.js";
export {
  halt, liveComponent, liveRender, liveView, navigate, onMount, redirect, reply, stream, temporaryAssign,
  type AsyncOutcome, type AsyncResult, type AsyncStream, type AsyncTask, type ConnectInfo, type Flash, type HookStage,
  type HookStages, type Layout, type LiveComponent, type LiveView, type LiveViewBase, type MountContext, type NavigationType,
  type OnMount, type RootLayout, type RootLayoutProps, type SessionValues, type Socket, type Stream, type TemporaryAssign,
} from "./live/index.js";
export {
  createPubSub, DISCONNECT, disconnect, topic, type Answer, type Broadcast, type Carrier, type CarrierHost,
  type Handler, type Listener, type Message, type Missing, type PublishOptions, type PubSub, type PubSubOptions,
  type RequestOptions, type RequestResult, type Subscription, type SubscriptionId, type Topic,
} from "./pubsub/index.js";
export { liveSession, type LiveSession } from "./router/index.js";
export { defaultLimits, localPath, MemoryRevocations, type Limits, type RevocationStore } from "./security/index.js";
export { onTelemetry, type TelemetryEvents } from "./telemetry/index.js";
