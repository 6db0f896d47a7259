const PRIVATE = /(?:^|,)\s*(?:private|no-store)\s*(?:,|$)/i;

/**
 * The `cache-control` of a response with a cookie: a shared cache that kept it would hand the cookie to everybody (RFC 9111, 7.3).
 *
 * @param value what it was to be without the cookie
 */
export function cachedPrivately(value: string): string {
  return PRIVATE.test(value) ? value : "private, no-cache";
}
