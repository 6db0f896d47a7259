/**
 * Keys and sealed tokens, sessions and their revocation, CSRF, origins, client addresses, URLs, forms, limits, admission.
 *
 * @module
 */
export { Admission, type AdmissionLimits } from "./admission.js";
export type { Lane } from "./admission-queue.js";
export { ClientAddresses, networkOf } from "./client-address.js";
export { cookieValue } from "./cookies.js";
export { csrfToken, verifyCsrf } from "./csrf.js";
export { DraftKeys } from "./draft-keys.js";
export { fingerprint, integrityOf } from "./fingerprint.js";
export { nestFields, parseForm, pathOf, targetPath } from "./form.js";
export { sanitizeJson, withinJsonLimits } from "./json-limits.js";
export { defaultLimits, resolveLimits, type Limits } from "./limits.js";
export { externalUrl, localPath } from "./local-url.js";
export { OriginPolicy, parseOrigin } from "./origin.js";
export { fileRevocations, type FileRevocations, type FileRevocationsOptions } from "./file-revocations.js";
export { MAX_REVOCATIONS, memoryRevocations, type MemoryRevocations, type MemoryRevocationsOptions } from "./memory-revocations.js";
export { RevocationTable } from "./revocation-table.js";
export { sessionKey, type RevocationStore } from "./revocation.js";
export { parsePageUrl } from "./page-url.js";
export { percentDecode } from "./percent.js";
export { Keyring } from "./seal.js";
export { RateLimits, type Rate } from "./rate-limits.js";
export { isEmptySession, SessionValidity, type OwnSessions } from "./session-validity.js";
export { randomText } from "./random.js";
export { SessionEnds } from "./session-ends.js";
export {
  newSession, openSession, renewSession, sealSession, sessionRevoked, textFrameLimit, type SessionContent, type SessionData,
} from "./session.js";
export { cookieName, serializeSessionCookie } from "./session-cookie.js";
export { memorySubmissions, type MemorySubmissionsOptions, type SubmissionState, type SubmissionStore } from "./submissions.js";
export { stepEnd } from "./step-end.js";
export { Tokens } from "./tokens.js";
export { TokenBucket } from "./token-bucket.js";
export { isUnnamedHost } from "./unnamed-host.js";
export { parseUrl } from "./parse-url.js";
