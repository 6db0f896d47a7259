import { expect, test } from "vitest";
import { mayOverlap } from "./path-overlap.js";

test.each([
  ["/login", "/login/"],
  ["/Login", "/login"],
  ["/admin/*", "/admin/users/:id"],
  ["*", "/"],
  ["/*", "/posts/:id"],
  ["/posts/:id", "/posts/new"],
  ["/posts/:id?", "/posts"],
  ["/:rest{.+}", "/a/b/c"],
  ["/%C3%BC", "/ü"],
])("%s and %s may match the same URL", (one, other) => {
  expect(mayOverlap(one, other)).toBe(true);
  expect(mayOverlap(other, one)).toBe(true);
});

test.each([
  ["/login", "/posts/:id"],
  ["/login", "/"],
  ["/posts/:id", "/posts"],
  ["/posts/:id", "/posts/:id/edit"],
  ["/admin/*", "/posts/:id"],
])("%s and %s never match the same URL", (one, other) => {
  expect(mayOverlap(one, other)).toBe(false);
  expect(mayOverlap(other, one)).toBe(false);
});
