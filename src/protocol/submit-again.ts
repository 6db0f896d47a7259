/**
 * The event by which the server asks for a form again that it was sent before its files. The npm client then knows which files
 * the form has, and sends them first.
 */
export const SUBMIT_AGAIN = "holdfast:submit-again";
