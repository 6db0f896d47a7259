/** Development: runs an application from its sources and applies saved changes to the running process. @module */
export type { Development, DevelopmentOptions } from "./development.js";
export { startDevelopment } from "./start.js";
