/** What a `phx-*` binding may contain: event references and JS commands. @module */
export { decodeBound, encodeBound, type BoundValues } from "./bound.js";
export { BOUND, CLEAR_FLASH, EventRef } from "./event-ref.js";
export type { DispatchOptions, DisplayOptions, PushOptions, Selector, ToggleOptions, Transition } from "./command-options.js";
export { Commands, JS } from "./commands.js";
export { localDestination, type LocalDestination, type LocalHref } from "./destination.js";
