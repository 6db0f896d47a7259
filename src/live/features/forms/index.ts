/** Forms as values. @module */
export { form, LiveForm, withoutMarks, type FormErrors, type LiveFormOptions } from "./live-form.js";
export { CurrentSubmission, formSocket, type FormSocket, type Submission } from "./submission.js";
