import { defineHook, message, push } from "holdfast/hooks";

/** What the hook of the page "Typed on both sides" and its view say to each other. */
export const Quote = defineHook("Quote", {
  pushes: { quote: push<{ start: number; end: number }, { number: number } | { refused: string }>() },
  messages: { show: message<{ start: number; end: number }>() },
});
