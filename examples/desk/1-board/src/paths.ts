// src/paths.ts
import { definePaths } from "holdfast";

export const paths = definePaths({ board: "/", newTicket: "/new", ticket: "/tickets/:id" });
