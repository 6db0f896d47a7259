/** Redirects, live navigation, patches. @module */
export {
  checkedRedirect, follow, leaveMessage, locate, navigationType, patchPayload, type NavigatingView,
} from "./navigation.js";
