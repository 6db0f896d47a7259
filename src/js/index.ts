/** What a `phx-*` binding may hold: event references and JS commands. @module */
export { decodeBound, encodeBound, type BoundValues } from "./bound.js";
export { BOUND, EventRef } from "./event-ref.js";
export {
  Commands, JS, type DispatchOptions, type DisplayOptions, type JsonValue, type PushOptions, type Selector, type TargetOptions,
  type ToggleOptions, type Transition,
} from "./commands.js";
export type { BindingName } from "./attributes.js";
export { localDestination } from "./destination.js";
