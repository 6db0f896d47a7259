/** One queue for views and channels: what the client sent and what the server sent itself, one at a time. @module */
export { Mailbox, type Delivery, type Job, type MailboxHost } from "./mailbox.js";
export { andThen, isPromise, type MaybePromise } from "./maybe-promise.js";
export { Slice, SLICE_MS } from "./slice.js";
