import { describe, expect, it } from "vitest";
import { defaultLimits } from "./limits.js";
import { cookieName, serializeSessionCookie } from "./session-cookie.js";

describe("serializeSessionCookie", () => {
  const limits = defaultLimits;

  it.each([
    [{ secure: true }, "__Host-holdfast=abc; Path=/; HttpOnly; SameSite=Lax; Secure"],
    [{ secure: false }, "holdfast=abc; Path=/; HttpOnly; SameSite=Lax"],
    [{ secure: true, maxAgeMs: 1999 }, "__Host-holdfast=abc; Path=/; HttpOnly; SameSite=Lax; Secure; Max-Age=1"],
    [{ secure: true, loggedIn: true }, "__Host-holdfast-login=abc; Path=/; HttpOnly; SameSite=Lax; Secure"],
    [{ secure: false, loggedIn: true }, "holdfast-login=abc; Path=/; HttpOnly; SameSite=Lax"],
    [{ secure: false, maxAgeMs: 0 }, "holdfast=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"],
    [{ secure: false, maxAgeMs: -5 }, "holdfast=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"],
    [{ secure: false, maxAgeMs: NaN }, "holdfast=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=0"],
    [{ secure: false, maxAgeMs: Infinity }, "holdfast=abc; Path=/; HttpOnly; SameSite=Lax; Max-Age=34560000"],
  ])("%j", (options, cookie) => {
    expect(serializeSessionCookie("abc", { ...options, limits })).toBe(cookie);
    expect(cookie.startsWith(`${cookieName(options.secure, "loggedIn" in options)}=`)).toBe(true);
  });

  it("counts every byte", () => {
    const options = { secure: true, limits: { cookieBytes: 100 } };
    const room = 100 - serializeSessionCookie("", options).length;
    expect(serializeSessionCookie("a".repeat(room), options)).toHaveLength(100);
    expect(() => serializeSessionCookie("a".repeat(room + 1), options)).toThrow(
      expect.objectContaining({ code: "session_too_large" }),
    );
  });

  it.each(["a;b", "a b", "a\r\nx: y", "a=b", "é", "a,b", "abc\n"])("takes no value like %j", (value) => {
    expect(() => serializeSessionCookie(value, { secure: true, limits })).toThrow(
      expect.objectContaining({ code: "cookie_invalid" }),
    );
  });
});
