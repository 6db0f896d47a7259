// src/accounts.ts
export interface User {
  readonly name: string;
  readonly role: "customer" | "agent";
}

export const users: ReadonlyMap<string, User> = new Map([
  ["ada", { name: "ada", role: "agent" }],
  ["ben", { name: "ben", role: "agent" }],
  ["cleo", { name: "cleo", role: "customer" }],
]);
