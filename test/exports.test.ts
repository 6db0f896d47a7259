import { expect, test } from "vitest";

// The API is what can be imported. A name that appears or disappears here is a decision, and belongs into the changelog.
test.each([
  ["holdfast", [
    "AsyncResult", "CallFailed", "DISCONNECT", "ERROR_CODES", "Forbidden", "HoldfastError", "JS", "NONCE", "NotFound", "StatusError",
    "TELEMETRY_EVENTS", "TELEMETRY_SPANS",
    "allow", "assignAsync", "asyncResult", "callMessage", "callView", "childMessage", "classes", "createEndpoint", "createPubSub", "cspNonce", "csrfField", "defaultLimits",
    "definePaths", "disconnect", "dynamicTag", "every", "fileInput", "fileRevocations", "flashGroup", "focusWrap", "form", "formParams",
    "formTag", "halt", "html", "imagePreview", "intersperse", "keyed", "link", "liveComponent", "liveRender", "liveSession", "liveTitle",
    "liveView", "localPath", "logIn", "logOut", "memo", "memoryRevocations", "memorySubmissions", "navigate", "noReply", "onMount", "onSpan",
    "onTelemetry", "patch", "portal", "presence", "putFlash", "rateLimit", "readEnv", "readForm", "redirect", "refuse", "renderToString", "reply", "sessionOf",
    "spread", "stream", "streamAsync", "styles", "temporaryAssign", "toForm", "topic", "trustedHtml", "upload", "uploadErrors", "userSocket", "viteManifest",
  ]],
  ["holdfast/node", ["attach", "serve"]],
  ["holdfast/bun", ["serve"]],
  ["holdfast/testing", ["accessMatrix", "attack", "openBrowser", "renderComponent", "renderIsolated", "renderNested"]],
  ["holdfast/components", [
    "button", "buttonClass", "checkbox", "checkboxGroup", "closeModal", "dropdown", "editable", "emptyState", "flash", "input", "list", "modal", "openModal",
    "optionTags", "optionsOf", "pagination", "radioGroup", "select", "skeleton", "table", "tabs", "textarea", "toasts",
  ]],
  ["holdfast/jsx-runtime", ["Fragment", "jsx", "jsxs", "literal"]],
  ["holdfast/jsx-dev-runtime", ["Fragment", "jsxDEV"]],
  ["holdfast/client", ["clientHook", "connect", "createHook", "getFileURLForUpload", "hooksOf", "isUsedInput", "onPageEvent", "pageHooks", "presigned", "resumable", "viewHook"]],
  ["holdfast/hooks", ["defineHook", "message", "pageEvent", "push"]],
  ["holdfast/redis", ["redis"]],
  ["holdfast/otel", ["HoldfastContextManager", "openTelemetry"]],
  ["holdfast/dev", ["startDevelopment"]],
  ["holdfast/vite", ["holdfast"]],
])("%s exports these values and no others", async (subpath, names) => {
  expect(Object.keys((await import(/* @vite-ignore */ subpath)) as object).sort()).toEqual(names);
});
