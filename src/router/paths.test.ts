import { describe, expect, it, test } from "vitest";
import { defaultLimits } from "../security/index.js";
import { definePaths } from "./paths.js";
import { liveSession } from "./live-session.js";
import { LiveRouter } from "./live-router.js";

const paths = definePaths({ home: "/", posts: "/posts", edit: "/posts/:postId/edit", file: "/files/:name", any: "/any/:rest{.+/x}", search: "/search/:term?", home2: "/:locale?" });

describe("definePaths", () => {
  it("builds URLs from parameters, with a query after them", () => {
    expect(paths.home()).toBe("/");
    expect(paths.posts({ page: 2, draft: true, author: undefined })).toBe("/posts?page=2&draft=true");
    expect(paths.edit({ postId: 7 })).toBe("/posts/7/edit");
    expect(paths.edit({ postId: 7 }, { tab: "text" })).toBe("/posts/7/edit?tab=text");
    expect(paths.any({ rest: "a" })).toBe("/any/a");
  });

  it("leaves out a parameter that is optional, and refuses to make a path without another", () => {
    expect([paths.search({}), paths.search({ term: undefined }), paths.search({ term: "a b" }), paths.search({}, { page: 2 })])
      .toEqual(["/search", "/search", "/search/a%20b", "/search?page=2"]);
    expect(paths.home2({})).toBe("/");
    for (const postId of [undefined, null]) {
      expect(() => paths.edit({ postId: postId as never })).toThrow(/\/posts\/:postId\/edit is made without its parameter postId.*\[route_invalid\]/s);
    }
  });

  it("makes no URL of another site from an empty parameter", () => {
    const { post, tree, page } = definePaths({ post: "/:locale/:slug", tree: "/:path{.*}", page: "/pages/:slug/edit" });
    expect(post({ locale: "de", slug: "evil.example" })).toBe("/de/evil.example");
    expect(() => post({ locale: "", slug: "evil.example" })).toThrow(/lead to another site.*\[route_invalid\]/s);
    // These stay here, whatever they mean to the application.
    expect([tree({ path: "" }), post({ locale: "de", slug: "" }), page({ slug: "" })]).toEqual(["/", "/de/", "/pages//edit"]);
  });

  it("refuses a path that does not begin with a slash", () => {
    expect(() => definePaths({ posts: "posts" as string })).toThrow(/\[route_invalid\]/);
  });
});

// A parameter reads what its URL was made of, whatever that was.
test.each(["c#", "a/b", "a&b", "x+y", "100%", "%2F", "%2525", "ä", "..", " ", "?", "日本"])("%j comes back as the parameter that it was", (name) => {
  const view = { name: "view", render() {} } as never;
  const router = new LiveRouter([liveSession("files", {}, (live) => live(paths.file, view))]);
  const uri = new URL(paths.file({ name }), "https://app.example");
  // Dots alone are a browser's own: it removes them before it asks.
  if (name === "..") return void expect(uri.pathname).toBe("/");
  expect(router.match(uri)?.location.params["name"]).toBe(name);
  expect(defaultLimits.urlLength).toBeGreaterThan(uri.href.length);
});

test.each([
  "/", "/?", "/posts/1", "/posts/1?", "/posts/1?#", "/posts/1?a=b?", "/posts/1??", "/posts/1?a=1&b=%3F#c?d", "/posts/1#/x?y", "/a:b//c?d=//e",
])("a location's path is the path and query of its URL: %s", (path) => {
  const uri = new URL(`http://127.0.0.1:4000${path}`);
  const router = new LiveRouter([liveSession("default", {}, (live) => live("/*", { name: "view", render() {} } as never))]);
  expect(router.match(uri)?.location.path).toBe(uri.pathname + uri.search);
});
