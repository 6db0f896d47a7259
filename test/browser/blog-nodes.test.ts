// Every test of the blog once more: as two processes with REDIS_URL set and nothing else changed, and each browser on the
// other node than the one before.
process.env["BLOG_NODES"] = "2";
await import("./blog.test.js");
