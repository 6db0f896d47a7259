/** Live routes: paths, live sessions, and which view a URL belongs to. @module */
export { liveSession, type Live, type LiveRoute, type LiveSession, type LiveSessionOptions } from "./live-session.js";
export { LiveRouter, type LiveMatch } from "./live-router.js";
export { definePaths, type Path, type Query } from "./paths.js";
export { mayOverlap } from "./path-overlap.js";
export { decodedPath } from "./decoded-path.js";
