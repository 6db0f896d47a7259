/** The checks that an event passes before its handler runs. @module */
export { parseEventName } from "./event-name.js";
export { Admitted, Early, pass, Refused, type GatedView, type Verdict } from "./gate.js";
export type { EventPayload } from "./payload.js";
export { RenderProofs } from "./render-proofs.js";
