/** Hooks attached to the stages of a view's life. @module */
export { halt, Halt, type HookStage, type HookStages } from "./attached-hooks.js";
export { hasHooks, hooked, hookSocket, type HookSocket } from "./hooks-socket.js";
