import { readEnv } from "holdfast";
import * as v from "valibot";
import { expect, test } from "vitest";
import { z } from "zod";

const schema = z.object({
  SECRET: z.string().min(32), URL: z.url().optional(), PORT: z.coerce.number().int().default(4000), DATABASE_URL: z.url(), MODE: z.enum(["a", "b"]).default("a"),
});
const SECRET = "x8d7f6g5h4j3k2l1q0w9e8r7t6y5u4i3";

const refusal = (run: () => unknown): { code: string; message: string } => {
  try {
    run();
  } catch (error) {
    return error as { code: string; message: string };
  }
  throw new Error("nothing was refused");
};

test("variables become what the schema says, with its types and defaults; one that is set to nothing is not set", () => {
  const env = readEnv(schema, { SECRET, DATABASE_URL: "file:data.db", PORT: "8080", URL: "", OTHER: "x" });
  const port: number = env.PORT;
  expect({ ...env, port }).toEqual({ SECRET, DATABASE_URL: "file:data.db", PORT: 8080, MODE: "a", port: 8080 });
});

test("all problems are reported together, with names and without values", () => {
  const { code, message } = refusal(() => readEnv(schema, { SECRET: "too short: hunter2", PORT: "eighty", MODE: "hunter3" }));
  expect(code).toBe("env_invalid");
  for (const part of ["4 variables are wrong", "SECRET: ", "PORT: ", "DATABASE_URL: ", "MODE: ", "SECRET (set), PORT (set), DATABASE_URL (not set), MODE (set)"]) {
    expect(message).toContain(part);
  }
  expect(message).not.toMatch(/hunter|eighty/);
});

test("any validator will do, and none may repeat a value", () => {
  const own = v.object({ PORT: v.pipe(v.string(), v.digits()), TOKEN: v.string() });
  expect(readEnv(own, { PORT: "80", TOKEN: "t" })).toEqual({ PORT: "80", TOKEN: "t" });
  // valibot's own message has what was received in it
  const { message } = refusal(() => readEnv(own, { PORT: "hunter2" }));
  expect(message).toContain("TOKEN (not set)");
  expect(message).not.toContain("hunter2");
});

test("a schema that takes time is refused", () => {
  expect(refusal(() => readEnv(z.object({ A: z.string().refine(async () => Promise.resolve(true)) }), { A: "x" })).message).toContain("asynchronous");
});
