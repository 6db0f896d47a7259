/**
 * Templates: the tag, the scanner that gives every hole its context, and what a template renders to.
 *
 * @module
 */
export { escapeHtml } from "./escape.js";
export { ClientCommand, type CommandPlace, type Hole, type PushedEvent } from "./holes.js";
export { assertUnique } from "./keys.js";
export { localPath } from "./local-path.js";
export {
  ComponentCall, Comprehension, html, keyed, memo, Rendered, renderToString, SafeHtml, SentOnce, StreamContent, Template, trustedHtml, ViewCall,
  type Content, type Embedder, type StreamInsert,
} from "./rendered.js";
export { BLOCKED_URL, isSafeUrl } from "./url.js";
