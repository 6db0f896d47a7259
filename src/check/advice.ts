// This file alone: the room's front door would load a server.
import { adviceOn } from "../endpoint/advice.js";

/** What the running server says to do about the same mistake. */
export function adviceFor(message: string, reason?: string): string {
  const advice = adviceOn(message, { reason });
  if (advice === undefined) throw new TypeError(`There is no advice on "${message}"`);
  return advice.fix;
}
