/** Development: an application that runs from its sources, and takes what is saved into the running process. @module */
export { startDevelopment, type Development, type DevelopmentOptions } from "./development.js";
