/**
 * The browser's side as a bundler's development server imports it, by the condition `development`: it checks what it is given, so
 * that the client which users load need not.
 *
 * @module
 */
import {
  ANYTHING, checkOptions, checkValue, either, FUNCTION, LIST, NUMBER, OBJECT, TEXT, YES_OR_NO, type Kind, type OptionsPlace, type Shape,
} from "../errors/options.js";
import * as unchecked from "./index.js";
import { defaultTexts } from "./texts.js";

export { createHook, getFileURLForUpload, isUsedInput, presigned, resumable } from "./index.js";

/** Options of the npm client `phoenix` that `connect` passes on without naming them. */
interface PassedOn {
  debug: unknown;
  encode: unknown;
  decode: unknown;
  longpollerTimeout: unknown;
  longPollFallbackMs: unknown;
  binaryType: unknown;
  vsn: unknown;
}

const OPTIONS: Shape<unchecked.ConnectOptions & PassedOn> = {
  path: TEXT, hooks: OBJECT, params: either(OBJECT, FUNCTION), expose: YES_OR_NO, connectionState: either(YES_OR_NO, FUNCTION),
  drafts: either(YES_OR_NO, OBJECT), keepFiles: YES_OR_NO, viewTransitions: either(YES_OR_NO, FUNCTION),
  longPoll: either(YES_OR_NO, OBJECT), frameBytes: NUMBER, texts: OBJECT,
  timeout: NUMBER,
  heartbeatIntervalMs: NUMBER, reconnectAfterMs: FUNCTION, rejoinAfterMs: FUNCTION, logger: FUNCTION, transport: FUNCTION,
  authToken: either(TEXT, FUNCTION), debug: ANYTHING, encode: ANYTHING, decode: ANYTHING, longpollerTimeout: ANYTHING,
  longPollFallbackMs: ANYTHING, binaryType: ANYTHING, vsn: ANYTHING,
  defaults: OBJECT, bindingPrefix: TEXT, uploaders: OBJECT, loaderTimeout: NUMBER, disconnectedTimeout: NUMBER, maxReloads: NUMBER,
  reloadJitterMin: NUMBER, reloadJitterMax: NUMBER, failsafeJitter: NUMBER, viewLogger: FUNCTION, metadata: OBJECT, sessionStorage: OBJECT,
  localStorage: OBJECT,
  blockPhxChangeWhileComposing: YES_OR_NO, cascadePhxRemoveOnNavigation: YES_OR_NO, dom: OBJECT,
};
const DOM: Shape<NonNullable<unchecked.ConnectOptions["dom"]>> = {
  jsQuerySelectorAll: FUNCTION, onDocumentPatch: FUNCTION, onPatchStart: FUNCTION, onPatchEnd: FUNCTION, onNodeAdded: FUNCTION,
  onBeforeElUpdated: FUNCTION,
};
const DRAFTS: Shape<unchecked.DraftOptions> = { maxBytes: NUMBER, maxAgeMs: NUMBER };
const LONG_POLL: Shape<unchecked.LongPollOptions> = { afterMs: NUMBER, silentMs: NUMBER };
const TEXTS = Object.fromEntries(Object.keys(defaultTexts).map((name) => [name, TEXT])) as Shape<unchecked.Texts>;

const NAMED: Kind = {
  called: "what defineHook or pageEvent of holdfast/hooks returns",
  fits: (value) => OBJECT.fits(value) && "name" in (value as object),
};
const HOOK = either({ ...OBJECT, called: "an object with mounted() { … }" }, { ...FUNCTION, called: "a class that extends viewHook(…)" });

const CONNECT: OptionsPlace = { of: "connect", fix: "connect({ hooks: { Chart: { mounted() { … } } } })" };

/** Options that a function takes of its own. */
const within = (name: string): OptionsPlace => ({ of: `connect({ ${name} })`, fix: `see ${name} in the type ConnectOptions` });

export const connect: typeof unchecked.connect = (options = {}) => {
  checkOptions("client_misuse", CONNECT, options as unchecked.ConnectOptions & PassedOn, OPTIONS);
  const { dom, drafts, longPoll, texts, hooks = {} } = options;
  if (dom !== undefined) checkOptions("client_misuse", within("dom"), dom, DOM);
  if (typeof drafts === "object") checkOptions("client_misuse", within("drafts"), drafts, DRAFTS);
  if (typeof longPoll === "object") checkOptions("client_misuse", within("longPoll"), longPoll, LONG_POLL);
  if (texts !== undefined) checkOptions("client_misuse", within("texts"), texts as unchecked.Texts, TEXTS);
  for (const [name, hook] of Object.entries(hooks)) checkValue("client_misuse", CONNECT, `the hook ${name}`, hook, HOOK);
  return unchecked.connect(options);
};

const CLIENT_HOOK: OptionsPlace = { of: "clientHook", fix: "clientHook(Chart, { mounted() { … } })" };

export const clientHook: typeof unchecked.clientHook = (declaration, hook) => {
  checkValue("client_misuse", CLIENT_HOOK, "the declaration", declaration, NAMED);
  checkValue("client_misuse", CLIENT_HOOK, "the hook", hook, OBJECT);
  return unchecked.clientHook(declaration, hook);
};

export const viewHook: typeof unchecked.viewHook = (declaration) => {
  checkValue("client_misuse", { of: "viewHook", fix: "class ChartHook extends viewHook(Chart)" }, "the declaration", declaration, NAMED);
  return unchecked.viewHook(declaration);
};

const ON_PAGE_EVENT: OptionsPlace = { of: "onPageEvent", fix: "onPageEvent(confetti, ({ pieces }) => { … })" };

export const onPageEvent: typeof unchecked.onPageEvent = (event, handler) => {
  checkValue("client_misuse", ON_PAGE_EVENT, "the event", event, NAMED);
  checkValue("client_misuse", ON_PAGE_EVENT, "the handler", handler, FUNCTION);
  return unchecked.onPageEvent(event, handler);
};

export const pageHooks: typeof unchecked.pageHooks = async (load) => {
  checkValue("client_misuse", { of: "pageHooks", fix: "await pageHooks((url) => import(url))" }, "what imports a module", load, FUNCTION);
  return unchecked.pageHooks(load);
};

export const hooksOf: typeof unchecked.hooksOf = (modules) => {
  checkValue("client_misuse", { of: "hooksOf", fix: 'hooksOf([await import("./chart.js")])' }, "the list of modules", modules, LIST);
  return unchecked.hooksOf(modules);
};
