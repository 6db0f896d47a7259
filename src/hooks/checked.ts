/**
 * The declarations of hooks as Node imports them: it checks what it is given, so that a browser, which imports the same module, need not.
 *
 * @module
 */
import { checkOptions, checkValue, OBJECT, TEXT, type OptionsPlace } from "../errors/options.js";
import * as unchecked from "./index.js";

export { message, push } from "./index.js";

const HOOK: OptionsPlace = { of: "defineHook", fix: 'defineHook("Chart", { pushes: { picked: push<{ index: number }>() } })' };
const PAGE_EVENT: OptionsPlace = { of: "pageEvent", fix: 'pageEvent<{ pieces: number }>("confetti")' };

export const defineHook: typeof unchecked.defineHook = (name, events = {}) => {
  checkValue("view_definition_invalid", HOOK, "the name", name, TEXT);
  checkOptions("view_definition_invalid", HOOK, events, { pushes: OBJECT, messages: OBJECT });
  return unchecked.defineHook(name, events);
};

export const pageEvent: typeof unchecked.pageEvent = (name: string) => {
  checkValue("view_definition_invalid", PAGE_EVENT, "the name", name, TEXT);
  return unchecked.pageEvent(name);
};
