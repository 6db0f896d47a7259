// The gate that browser tests put before their bucket: what the official SDK signs passes, and nothing that was changed.
import { S3Client } from "@aws-sdk/client-s3";
import { createPresignedPost, type PresignedPostOptions } from "@aws-sdk/s3-presigned-post";
import { expect, test } from "vitest";
import type { UploadEntry } from "holdfast";
import { signPost, signPut } from "./docs/programs/bucket.js";
import { postRefusal } from "./support/post-policy.js";

const account = { accessKeyId: "the key's id", secretAccessKey: "the key" };
const s3 = new S3Client({ region: "eu-central-1", credentials: account });

/** A form as the SDK signs it, with a file of five bytes, or of others. */
async function signed(options: Partial<PresignedPostOptions> = {}, content = "bytes"): Promise<FormData> {
  const { fields } = await createPresignedPost(s3, {
    Bucket: "desk", Key: "a/1", Fields: { "Content-Type": "image/png" }, Conditions: [["content-length-range", 2, 5]], ...options,
  });
  const form = new FormData();
  for (const [name, value] of Object.entries(fields)) form.append(name, value);
  form.append("file", new File([content], "1.png"));
  return form;
}

const refusal = (form: FormData, { bucket = "desk", by = account, later = 0 } = {}): string | undefined =>
  postRefusal(form, bucket, by, Date.now() + later)?.code;

const without = (form: FormData, name: string): FormData => {
  form.delete(name);
  return form;
};
const having = (form: FormData, name: string, value: string): FormData => {
  const file = form.get("file")!;
  form.delete("file");
  form.set(name, value);
  form.append("file", file);
  return form;
};

test("what the SDK has signed is stored, as long as it is valid", async () => {
  expect(refusal(await signed())).toBeUndefined();
  expect(refusal(await signed({ Expires: 60 }), { later: 58_000 })).toBeUndefined();
  expect(refusal(await signed({ Expires: 60 }), { later: 61_000 })).toBe("AccessDenied");
});

test("a signature by another key, or of another policy, is none", async () => {
  expect(refusal(await signed(), { by: { ...account, secretAccessKey: "another" } })).toBe("SignatureDoesNotMatch");
  expect(refusal(await signed(), { by: { ...account, accessKeyId: "another" } })).toBe("SignatureDoesNotMatch");
  const { fields } = await createPresignedPost(s3, { Bucket: "desk", Key: "a/1", Conditions: [["content-length-range", 0, 1e9]] });
  expect(refusal(having(await signed(), "Policy", fields["Policy"]!))).toBe("SignatureDoesNotMatch");
  expect(refusal(without(await signed(), "X-Amz-Signature"))).toBe("SignatureDoesNotMatch");
  expect(refusal(without(await signed(), "Policy"))).toBe("AccessDenied");
});

test("every condition holds, and every field has one", async () => {
  expect(refusal(having(await signed(), "key", "a/2"))).toBe("AccessDenied");
  expect(refusal(having(await signed(), "Content-Type", "text/html"))).toBe("AccessDenied");
  expect(refusal(without(await signed(), "Content-Type"))).toBe("AccessDenied");
  expect(refusal(having(await signed(), "acl", "public-read"))).toBe("AccessDenied");
  expect(refusal(having(await signed(), "x-ignore-note", "any"))).toBeUndefined();
  expect(refusal(await signed(), { bucket: "another" })).toBe("AccessDenied");
  const prefix = { Fields: { acl: "private" }, Conditions: [["starts-with", "$acl", "pri"] as ["starts-with", string, string]] };
  expect(refusal(await signed(prefix))).toBeUndefined();
});

test("a file is neither larger nor smaller than it may be", async () => {
  expect(refusal(await signed({}, "bytes!"))).toBe("EntityTooLarge");
  expect(refusal(await signed({}, "b"))).toBe("EntityTooSmall");
});

test("the file comes last: what is behind it does not count", async () => {
  const form = await signed();
  const policy = form.get("Policy")!;
  form.delete("Policy");
  form.append("Policy", policy);
  expect(refusal(form)).toBe("AccessDenied");
  expect(refusal(without(await signed(), "file"))).toBe("InvalidArgument");
});

// The guide's own signers, given what a client may claim.
const claimed = {
  ref: "0", id: "6f7c", uploadRef: "phx-1", name: "../../index.html", relativePath: "../index.html", size: 5, type: "text/html", lastModified: 0, clientMeta: { key: "index.html" },
  progress: 0, done: false, valid: true, preflighted: false, errors: [],
} satisfies UploadEntry;

test("the guide signs a form for one key of its own choice, its own type and range, for ten minutes, whatever the client claims", async () => {
  const { fields, key } = await signPost(s3, claimed);
  const form = (changes: Record<string, string> = {}, content = "bytes"): FormData => {
    const made = new FormData();
    for (const [name, value] of Object.entries({ ...fields, ...changes })) made.append(name, value);
    made.append("file", new File([content], "x"));
    return made;
  };
  expect([key, fields["key"], fields["Content-Type"]]).toEqual(["pictures/6f7c", "pictures/6f7c", "image/png"]);
  expect(refusal(form(), { later: 590_000 })).toBeUndefined();
  expect(refusal(form(), { later: 601_000 })).toBe("AccessDenied");
  const changed: Record<string, string>[] = [{ key: "pictures/other" }, { key: "index.html" }, { "Content-Type": "text/html" }, { acl: "public-read" }, { "x-amz-meta-x": "1" }, { success_action_redirect: "https://evil.example" }];
  for (const changes of changed) expect(refusal(form(changes))).toBe("AccessDenied");
  expect(refusal(form({}, ""))).toBe("EntityTooSmall");
  expect(refusal(form({}, "x".repeat(2_000_001)))).toBe("EntityTooLarge");
});

test("the guide signs a URL for one key, size and type, for ten minutes, whatever the client claims", async () => {
  const { url, headers, key } = await signPut(s3, claimed);
  const { pathname, host, searchParams } = new URL(url);
  expect([key, `${host}${pathname}`, headers]).toEqual(["pictures/6f7c", "desk.s3.eu-central-1.amazonaws.com/pictures/6f7c", { "Content-Type": "image/png" }]);
  expect(searchParams.get("X-Amz-Expires")).toBe("600");
  expect(searchParams.get("X-Amz-SignedHeaders")!.split(";")).toEqual(expect.arrayContaining(["content-length", "content-type", "host"]));
  expect(url).not.toMatch(/index|html/);
});
