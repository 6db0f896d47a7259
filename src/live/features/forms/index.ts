/** Forms as values. @module */
export { form, LiveForm, type FieldsOf, type LiveFormOptions } from "./live-form.js";
