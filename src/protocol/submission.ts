/** The hidden field with the id of a form's submission. */
export const SUBMISSION_FIELD = "_submission";
