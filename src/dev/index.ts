/** Development: runs an application from its sources and applies saved changes to the running process. @module */
export { startDevelopment, type Development, type DevelopmentOptions } from "./development.js";
