import { expect, test } from "vitest";
import { allowBlobWorkers } from "./blob-workers.js";

test.each([
  ["default-src 'self'; script-src 'self' https://cdn.example", "default-src 'self'; script-src 'self' https://cdn.example; worker-src 'self' https://cdn.example blob:"],
  ["default-src 'none'", "default-src 'none'; worker-src blob:"],
  ["worker-src 'none'; script-src 'self'", "script-src 'self'; worker-src blob:"],
  ["Worker-Src 'self'; worker-src 'none'", "worker-src 'self' blob:"],
  ["script-src 'self'; child-src blob.example", "script-src 'self'; child-src blob.example; worker-src blob.example blob:"],
  ["img-src 'self'", "img-src 'self'"],
  ["default-src 'self',img-src 'self'", "default-src 'self'; worker-src 'self' blob:,img-src 'self'"],
  ["", ""],
])("a policy of %j lets workers be made of blobs, and keeps its own sources", (policy, allowed) => {
  expect(allowBlobWorkers(policy)).toBe(allowed);
});
