import { expect, test } from "vitest";

// The API is what can be imported. A name that appears or disappears here is a decision, and belongs into the changelog.
test.each([
  ["holdfast", [
    "AsyncResult", "DISCONNECT", "ERROR_CODES", "Forbidden", "HoldfastError", "JS", "NONCE", "NotFound", "StatusError",
    "allow", "assignAsync", "asyncResult", "childMessage", "createEndpoint", "createPubSub", "cspNonce", "csrfField", "defaultLimits",
    "definePaths", "disconnect", "dynamicTag", "every", "fileRevocations", "flashGroup", "focusWrap", "form", "formParams",
    "formTag", "halt", "html", "intersperse", "keyed", "link", "liveComponent", "liveRender", "liveSession", "liveTitle",
    "liveView", "localPath", "logIn", "logOut", "memo", "memoryRevocations", "memorySubmissions", "navigate", "noReply", "onMount",
    "onTelemetry", "patch", "portal", "presence", "putFlash", "redirect", "refuse", "renderToString", "reply", "sessionOf", "spread",
    "stream", "streamAsync", "temporaryAssign", "toForm", "topic", "trustedHtml", "userSocket",
  ]],
  ["holdfast/node", ["attach", "serve"]],
  ["holdfast/bun", ["serve"]],
  ["holdfast/testing", ["openBrowser", "renderComponent", "renderIsolated", "renderNested"]],
  ["holdfast/client", ["clientHook", "connect", "hooksOf", "viewHook"]],
  ["holdfast/hooks", ["defineHook", "message", "push"]],
  ["holdfast/redis", ["redis"]],
])("%s exports these values and no others", async (subpath, names) => {
  expect(Object.keys((await import(/* @vite-ignore */ subpath)) as object).sort()).toEqual(names);
});
