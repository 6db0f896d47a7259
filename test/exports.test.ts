import { expect, test } from "vitest";

// The API is what can be imported. A name that appears or disappears here is a decision, and belongs into the changelog.
test.each([
  ["holdfast", [
    "ERROR_CODES", "Forbidden", "HoldfastError", "JS", "LocalPubSub", "NotFound", "StatusError",
    "asyncResult", "createEndpoint", "csrfField", "defaultLimits", "dynamicTag", "fileRevocations", "flashGroup", "focusWrap", "form", "formParams", "halt",
    "html", "intersperse", "keyed", "link", "liveComponent", "liveRender", "liveSession", "liveTitle", "liveView", "localPath", "logIn",
    "logOut", "memo", "memoryRevocations", "navigate", "onMount", "onTelemetry", "portal", "putFlash", "redirect", "refuse", "reply", "sessionOf", "stream", "temporaryAssign",
    "toForm", "topic", "trustedHtml", "userSocket",
  ]],
  ["holdfast/testing", ["openBrowser"]],
  ["holdfast/client", ["connect"]],
])("%s exports these values and no others", async (subpath, names) => {
  expect(Object.keys((await import(/* @vite-ignore */ subpath)) as object).sort()).toEqual(names);
});
