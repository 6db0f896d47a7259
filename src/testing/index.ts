/**
 * The kit to test applications with: browsers, pages and sockets, without a server and without sleeping.
 *
 * @module
 */
export { openBrowser, type Browser, type BrowserOptions, type HandshakeOptions } from "./browser.js";
export type { CookieJar } from "./cookies.js";
export type { PageDocument } from "./document.js";
export type { FormValues } from "./forms.js";
export type { ChildPage } from "./child-page.js";
export {
  renderComponent, renderIsolated, renderNested, type IsolatedComponent, type IsolatedViewOptions, type IsolationOptions,
} from "./isolated.js";
export type { DeadPage, LivePage } from "./live-page.js";
export type { PartPage } from "./part-page.js";
export type { ExpectedRefusal, RefusedEvent } from "./refusals.js";
export type { FrameExtras } from "./rendered.js";
export type { PageRedirect } from "./view.js";
export type { Locator } from "./locator.js";
export type { HookOptions, ViewPage } from "./view-page.js";
export type { RawOptions, WaitOptions } from "./view-state.js";
export type { KitReply, KitSocket, SeenFrame, ServerFrame } from "./wire.js";
