import type { Role } from "../db/schema.js";

/** As much of a user as the rules look at. */
export interface Standing {
  role: Role;
  confirmedAt: Date | null;
}

/** May read the blog: whoever has shown that the address is theirs. */
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
