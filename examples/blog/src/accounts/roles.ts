import type { Role } from "../db/schema.js";

/** The part of a user that the rules read. */
export interface Standing {
  role: Role;
  confirmedAt: Date | null;
}

/** May read the blog: anybody with a confirmed address. */
export function isReader(user: Standing): boolean {
  return user.confirmedAt !== null;
}

/** May write, change and delete posts. */
export function isEditor(user: Standing): boolean {
  return isReader(user) && (user.role === "editor" || user.role === "admin");
}

/** May see and ban users. */
export function isAdmin(user: Standing): boolean {
  return isReader(user) && user.role === "admin";
}
