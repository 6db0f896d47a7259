/**
 * The kit to test applications with: browsers, pages and sockets, without a server and without sleeping.
 *
 * @module
 */
export {
  Browser, DeadPage, openBrowser, type BrowserOptions, type HandshakeOptions,
} from "./browser.js";
export { CookieJar } from "./cookies.js";
export { PageDocument } from "./document.js";
export type { FormValues } from "./forms.js";
export { LivePage, type PageRedirect, type RawOptions } from "./live-page.js";
export { ClientTree, type FrameExtras } from "./rendered.js";
export { KitSocket, type KitReply, type SeenFrame, type ServerFrame } from "./wire.js";
