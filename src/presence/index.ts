/**
 * Presence: who is on a topic, on all nodes, and what changes.
 *
 * @module
 */
export { PRESENCE_DIFF, PRESENCE_STATE, PresenceTracker, type Presence } from "./tracker.js";
export type { Meta, PresenceDiff, PresenceList, TrackedMeta } from "./types.js";
