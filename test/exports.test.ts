import { expect, test } from "vitest";

// The API is what can be imported. A name that appears or disappears here is a decision, and belongs into the changelog.
test.each([
  ["holdfast", [
    "ERROR_CODES", "Forbidden", "HoldfastError", "JS", "LocalPubSub", "MemoryRevocations", "NotFound", "StatusError",
    "asyncResult", "createEndpoint", "csrfField", "defaultLimits", "dynamicTag", "flashGroup", "focusWrap", "form", "formParams", "halt",
    "html", "intersperse", "keyed", "link", "liveComponent", "liveRender", "liveSession", "liveTitle", "liveView", "localPath", "logIn",
    "logOut", "memo", "navigate", "onMount", "onTelemetry", "portal", "putFlash", "redirect", "refuse", "reply", "stream", "temporaryAssign",
    "toForm", "topic", "trustedHtml", "userSocket",
  ]],
  ["holdfast/testing", ["openBrowser"]],
  ["holdfast/client", ["clientHook", "connect", "hooksOf", "viewHook"]],
  ["holdfast/hooks", ["defineHook", "message", "push"]],
])("%s exports these values and no others", async (subpath, names) => {
  expect(Object.keys((await import(/* @vite-ignore */ subpath)) as object).sort()).toEqual(names);
});
