import { isDevelopment } from "../errors/index.js";
import type { Hole } from "./place.js";

/** Refuses a stream where no element keeps it, in development: in production the page would just show the latest items alone. */
export function checkStreamContainer({ streamRefusal }: Hole, stream: object): void {
  if (streamRefusal !== undefined && isDevelopment()) throw streamRefusal(stream);
}
