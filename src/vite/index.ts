/** Holdfast inside an application's own Vite: its server serves pages and sockets, its build the browser code. @module */
export { holdfast, type HoldfastPluginOptions } from "./plugin.js";
