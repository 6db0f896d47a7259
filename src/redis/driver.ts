import { createRequire } from "node:module";
import { missingPackage } from "../errors/missing-package.js";

/** Loads the client, an optional peer. */
function load(): typeof import("redis") {
  try {
    return createRequire(import.meta.url)("redis") as typeof import("redis");
  } catch (cause) {
    throw missingPackage({
      what: "holdfast/redis talks to Redis with the package redis, which cannot be loaded", expected: "redis 6", fix: "npm install redis",
    }, cause);
  }
}

export const { createClient } = load();
