export { html } from "holdfast";
