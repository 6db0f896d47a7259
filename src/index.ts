/**
 * Holdfast: LiveView for TypeScript.
 *
 * @module
 */
export {
  refuse, userSocket, type Channel, type ChannelDefinition, type ChannelSocket, type ConnectContext, type UserSocket,
} from "./channel/index.js";
export {
  createEndpoint, csrfField, logIn, logOut, putFlash, type Endpoint, type EndpointOptions, type ErrorPageProps, type RequestSession,
  type RootLayout, type RootLayoutProps,
} from "./endpoint/index.js";
export { ERROR_CODES, Forbidden, HoldfastError, NotFound, StatusError, type ErrorCode } from "./errors/index.js";
export { html, keyed, trustedHtml, type Content, type Rendered, type SafeHtml } from "./html/index.js";
export { JS, type Commands, type EventRef } from "./js/index.js";
export {
  liveView, navigate, onMount, redirect, reply, type Flash, type Layout, type LiveView, type LiveViewBase,
  type MountContext, type OnMount, type SessionValues, type Socket,
} from "./live/index.js";
export { LocalPubSub, topic, type Broadcast, type PubSub, type Topic } from "./pubsub/index.js";
export { liveSession, type LiveSession } from "./router/index.js";
export { defaultLimits, localPath, MemoryRevocations, type Limits, type RevocationStore } from "./security/index.js";
export { onTelemetry, type TelemetryEvents } from "./telemetry/index.js";
