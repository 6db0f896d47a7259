import { expect, test } from "vitest";
import { openedAt } from "./opened-at.js";

test.each([
  ["the endpoint's name of this machine", "http://localhost:4000", "http", "127.0.0.1", 4000, "http://localhost:4000"],
  ["the endpoint's name where it listens on every address", "http://desk.localhost:4000", "http", "0.0.0.0", 4000, "http://desk.localhost:4000"],
  ["the endpoint's name on a default port", "https://localhost", "https", "::1", 443, "https://localhost"],
  ["the address without a url", undefined, "http", "127.0.0.1", 4000, "http://127.0.0.1:4000"],
  ["the address behind a proxy", "https://desk.example", "http", "127.0.0.1", 4001, "http://127.0.0.1:4001"],
  ["the address behind a proxy on this machine", "https://localhost:8443", "http", "127.0.0.1", 4001, "http://127.0.0.1:4001"],
  ["the address on another interface", "http://localhost:4000", "http", "10.0.0.7", 4000, "http://10.0.0.7:4000"],
] as const)("names %s", (_case, url, scheme, host, port, opened) => {
  expect(openedAt(url === undefined ? undefined : new URL(url), { scheme, host, port })).toBe(opened);
});
