/** One queue for views and channels: client frames and server messages, processed one at a time. @module */
export { Mailbox, type Delivery, type Job, type MailboxHost } from "./mailbox.js";
export { andThen, isPromise, type MaybePromise } from "./maybe-promise.js";
export { MailboxTimers } from "./timers.js";
