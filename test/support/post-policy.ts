// Checks the policy of a browser's POST to S3 as S3 documents it. s3rver and the other S3 servers on npm accept such a form
// without checking its policy. Debian's Ceph checks policies, but needs a cluster.
import { createHmac, timingSafeEqual } from "node:crypto";

/** The account whose signatures are valid. */
export interface Account {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** Why a form is refused, with the status and code of S3. */
export interface Refusal {
  readonly status: 400 | 403;
  readonly code: "AccessDenied" | "SignatureDoesNotMatch" | "EntityTooLarge" | "EntityTooSmall" | "InvalidArgument";
}

type Condition = Readonly<Record<string, string>> | readonly ["eq" | "starts-with", string, string] | readonly ["content-length-range", number, number];
interface Policy {
  readonly expiration: string;
  readonly conditions: readonly Condition[];
}

/** Fields that need no condition. */
const FREE = new Set(["policy", "x-amz-signature"]);

/**
 * Checks a form against the policy that it carries.
 *
 * @param bucket the one that the form was sent to
 * @param now milliseconds since 1970
 * @returns undefined if S3 would store the file
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
 */
export function postRefusal(form: FormData, bucket: string, account: Account, now: number): Refusal | undefined {
  const { fields, file } = readForm(form);
  if (file === undefined) return { status: 400, code: "InvalidArgument" };
  const policy = fields.get("policy");
  if (policy === undefined) return { status: 403, code: "AccessDenied" };
  if (!isSigned(fields, policy, account)) return { status: 403, code: "SignatureDoesNotMatch" };
  const { expiration, conditions } = JSON.parse(Buffer.from(policy, "base64").toString()) as Policy;
  if (!(Date.parse(expiration) > now)) return { status: 403, code: "AccessDenied" };

  const values = new Map([...fields, ["bucket", bucket]]);
  const named = new Set<string>();
  for (const condition of conditions) {
    if (isRange(condition)) {
      const [, min, max] = condition;
      if (file.size > max) return { status: 400, code: "EntityTooLarge" };
      if (file.size < min) return { status: 400, code: "EntityTooSmall" };
      continue;
    }
    const [operator, name, expected] = Array.isArray(condition)
      ? [condition[0], condition[1].replace(/^\$/, ""), condition[2]] as const
      : ["eq", ...Object.entries(condition)[0]!] as const;
    const value = values.get(name.toLowerCase());
    const holds = operator === "eq" ? value === expected : value?.startsWith(expected) === true;
    if (!holds) return { status: 403, code: "AccessDenied" };
    named.add(name.toLowerCase());
  }
  const unnamed = [...fields.keys()].filter((name) => !FREE.has(name) && !name.startsWith("x-ignore-") && !named.has(name));
  return unnamed.length === 0 ? undefined : { status: 403, code: "AccessDenied" };
}

/** The fields before the file, by their names in lower case: S3 ignores those after it. */
function readForm(form: FormData): { readonly fields: ReadonlyMap<string, string>; readonly file: File | undefined } {
  const fields = new Map<string, string>();
  for (const [name, value] of form) {
    if (name === "file") return { fields, file: value instanceof File ? value : undefined };
    if (typeof value === "string") fields.set(name.toLowerCase(), value);
  }
  return { fields, file: undefined };
}

/** The signature covers the policy in Base64. */
function isSigned(fields: ReadonlyMap<string, string>, policy: string, account: Account): boolean {
  const [accessKeyId, ...scope] = (fields.get("x-amz-credential") ?? "").split("/");
  const [date, , service, end] = scope;
  if (fields.get("x-amz-algorithm") !== "AWS4-HMAC-SHA256" || accessKeyId !== account.accessKeyId || scope.length !== 4) return false;
  if (service !== "s3" || end !== "aws4_request" || fields.get("x-amz-date")?.startsWith(date!) !== true) return false;
  const key = scope.reduce<string | Buffer>((secret, part) => hmac(secret, part), `AWS4${account.secretAccessKey}`);
  const expected = hmac(key, policy);
  const given = Buffer.from(fields.get("x-amz-signature") ?? "", "hex");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function isRange(condition: Condition): condition is readonly ["content-length-range", number, number] {
  return Array.isArray(condition) && condition[0] === "content-length-range";
}

function hmac(key: string | Buffer, text: string): Buffer {
  return createHmac("sha256", key).update(text).digest();
}
