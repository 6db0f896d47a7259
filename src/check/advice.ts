// Imports this file alone: the room's index would load a server.
import { adviceOn } from "../endpoint/advice.js";

/** The running server's advice on the same mistake. */
export function adviceFor(message: string, reason?: string): string {
  const advice = adviceOn(message, { reason });
  if (advice === undefined) throw new TypeError(`There is no advice on "${message}"`);
  return advice.fix;
}
