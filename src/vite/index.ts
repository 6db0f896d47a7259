/** Holdfast within a team's Vite: its server serves pages and sockets, its build the browser's side. @module */
export { holdfast, type HoldfastPluginOptions } from "./plugin.js";
