// One rule, one place: what a template lets into `href` is what everything else lets through.
export { isSafeUrl as safeUrl } from "../html/url.js";
