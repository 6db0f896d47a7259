/** Redirects, live navigation, patches. @module */
export {
  checkedRedirect, follow, leaveMessage, loadsInstead, locate, logRefusedPatch, navigationType, patchPayload, type NavigatingView,
} from "./navigation.js";
