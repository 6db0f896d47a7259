// One rule for all: a URL that a template accepts in `href` is accepted everywhere else.
export { isSafeUrl as safeUrl } from "../html/url.js";
