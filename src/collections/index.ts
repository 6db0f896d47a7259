/**
 * Collections for what comes and goes, in a process that lives for days.
 *
 * A `Map` or a `Set` is wrong for that, whatever is deleted from it. When one has used up its table, as it does every few dozen additions,
 * V8 makes a new table and lets the outgrown one refer to it, for iterators. As soon as one table is old, all later ones stay
 * until the next full collection, because each is referred to by the one before; and with them everything that was in them. In a Map of
 * 64 objects that come and go, one in six survived every collection of the young objects.
 *
 * @module
 */
export { RecentCache } from "./recent-cache.js";
export { Register } from "./register.js";
export { OUTSIDE, Roster, type Member } from "./roster.js";
