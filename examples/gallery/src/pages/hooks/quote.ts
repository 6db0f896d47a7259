import { defineHook, message, push } from "holdfast/hooks";

/** The events between the hook of the page "Typed on both sides" and its view. */
export const Quote = defineHook("Quote", {
  pushes: { quote: push<{ start: number; end: number }, { number: number } | { refused: string }>() },
  messages: { show: message<{ start: number; end: number }>() },
});
