import { defineHook, message, push } from "holdfast/hooks";

/** The hook of public/gallery.js: asks the server and shows its reply, and what the server pushes by itself. */
export const Asker = defineHook("Asker", {
  pushes: { ask: push<{ text: string }, { length: number }>() },
  messages: { highlight: message<{ text: string }>() },
});
