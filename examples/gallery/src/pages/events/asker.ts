import { defineHook, message, push } from "holdfast/hooks";

/** The hook of public/gallery.js: it asks the server, and shows what the server says unasked. */
export const Asker = defineHook("Asker", {
  pushes: { ask: push<{ text: string }, { length: number }>() },
  messages: { highlight: message<{ text: string }>() },
});
