/** The hidden field by which a form says which submission it is. */
export const SUBMISSION_FIELD = "_submission";
