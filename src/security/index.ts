/**
 * Keys and sealed tokens, sessions and their revocation, CSRF, origins, client addresses, safe URLs, forms, limits.
 *
 * @module
 */
export { ClientAddresses, networkOf } from "./client-address.js";
export { csrfToken, verifyCsrf } from "./csrf.js";
export { DraftKeys } from "./draft-keys.js";
export { fingerprint } from "./fingerprint.js";
export { parseForm } from "./form.js";
export {
  defaultLimits, MAX_TIMER_MS, resolveLimits, TokenBucket, withinJsonLimits, type Limits,
} from "./limits.js";
export { externalUrl, localPath } from "./local-url.js";
export { OriginPolicy, parseOrigin } from "./origin.js";
export { liveSocketIdKey, MemoryRevocations, sessionKey, type RevocationStore } from "./revocation.js";
export { Keyring, MAX_TOKEN_LENGTH, type Opened, type Purpose } from "./seal.js";
export { random } from "./random.js";
export {
  cookieName, newSession, openSession, renewSession, sealSession, serializeSessionCookie, sessionRevoked,
  type SessionData,
} from "./session.js";
export { safeUrl } from "./url.js";
