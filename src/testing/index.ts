/**
 * The kit to test applications with: browsers, pages and sockets in process, without a server and without sleeping.
 *
 * For people who know `Phoenix.LiveViewTest`:
 *
 * | LiveViewTest | here |
 * |---|---|
 * | `live(conn, path)` | `browser.visit(path)`; `browser.get(path)` and `page.connect()` for both steps |
 * | `live_isolated`, `render_component` | `renderIsolated`, `renderNested`, `renderComponent` |
 * | `element(view, selector, text)` | `{ selector, text }` instead of a selector; `page.within(…)` |
 * | `render_click`, `render_change`, `render_submit` | `page.click`, `page.change`, `page.submit` |
 * | `render_keydown`, `render_keyup`, `render_focus`, `render_blur` | `page.press`, `keydown`, `keyup`, `windowKey`, `focus`, `blur` |
 * | `file_input`, `render_upload`, `preflight_upload` | `page.chooseFiles`; `files.send(name, percent)`, `files.preflight()` |
 * | `render_hook`, `with_target` | `page.renderHook(event, payload, { to })` |
 * | `render_async` | `page.renderAsync()`; `page.settle()` for messages alone |
 * | `render_patch`, `live_redirect`, `follow_redirect` | `page.follow`, `page.navigate`, `page.followRedirect` |
 * | `submit_form`, `follow_trigger_action` | `page.submitOverHttp`, `page.followTriggerAction` |
 * | `find_live_child`, `live_children` | `page.child`, `page.children()` |
 * | `assert_patch`, `assert_redirect`, `assert_push_event` | `page.expectPatch`, `expectRedirect`, `expectPush` |
 * | `refute_patched`, `refute_redirected`, `refute_push_event` | `page.refutePatched`, `refuteRedirected`, `refutePushEvent` |
 * | `has_element?`, `page_title` | `page.has`, `page.title` |
 * | `open_browser` | `page.saveHtml()` |
 *
 * Beyond it: `page.expectRefused` for events that the server must refuse, `page.disconnect` and `rejoin` for lost
 * connections, `page.pushRaw` and `sendText` for messages that no page sends; `attack` tries an application as its users could,
 * and `accessMatrix` says who may what.
 *
 * @module
 */
export {
  accessMatrix, attack, type AccessMatrixOptions, type AttackKind, type AttackOptions, type AttackReport, type Attempt,
} from "./attack/index.js";
export { openBrowser, type Browser, type BrowserOptions, type HandshakeOptions } from "./browser.js";
export type { ChosenFiles, FileToChoose } from "./chosen-files.js";
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
