// The declaration that the server and the browser share.
import { defineHook, message, push } from "holdfast/hooks";

export const Probe = defineHook("Probe", { pushes: { picked: push() }, messages: { points: message() } });
