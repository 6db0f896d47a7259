import { checkValue, TEXT } from "../../../errors/options.js";
import { ownerOf, socketPart, type FlashKinds } from "../../socket/index.js";
import { FlashState } from "./flash-state.js";

/** The socket's methods for one-time messages. A component shares its view's. */
export interface FlashSocket {
  /** Sets a message of the flash. Kinds of your own are declared in `FlashKinds`. */
  putFlash(kind: keyof FlashKinds, message: string): void;
  /** Removes one message of the flash, or all. */
  clearFlash(kind?: keyof FlashKinds): void;
}

export const flashSocket = socketPart({
  putFlash(kind: string, message: string): void {
    const place = { of: "socket.putFlash", fix: 'socket.putFlash("info", "Saved.")' };
    checkValue("socket_misuse", place, "the message", message, TEXT);
    checkValue("socket_misuse", place, "the kind", kind, TEXT);
    const { view } = ownerOf(this);
    if (!view.refreshing) view.root.feature(FlashState).put(kind, message);
  },
  clearFlash(kind?: string): void {
    ownerOf(this).view.root.feature(FlashState).clear(kind);
  },
});
