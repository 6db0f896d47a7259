/**
 * Ways to write a path: encoded, with dots, slashes, other cases and white space. A URL parser makes the same path of some of
 * them. The others are different paths, and must be different for the middleware, the router and the socket alike.
 */
export function spellings(path: string): string[] {
  const [, first = "", ...rest] = path.split("/");
  if (first === "") return [path];
  const hex = (text: string): string => [...text].map((char) => `%${char.charCodeAt(0).toString(16)}`).join("");
  const tail = rest.map((part) => `/${part}`).join("");
  return [...new Set([
    path, `/${hex(first[0]!)}${first.slice(1)}${tail}`, `/${hex(first)}${tail}`, `/${hex(first).toUpperCase()}${tail}`,
    `/%25${hex(first[0]!).slice(1)}${first.slice(1)}${tail}`, // encoded twice
    `${path}/`, `/${path}`, `//${path.slice(1)}`, `/.${path}`, `/x/..${path}`, `/%2e${path}`, `/x/%2e%2e${path}`, `/x/.%2E${path}`,
    `${path}/.`, `${path}/x/..`,
    `/.//${path.slice(1)}`, path.toUpperCase(), `/${first[0]!.toUpperCase()}${first.slice(1)}${tail}`,
    `${path}%2f`, `/%2f${path.slice(1)}`, path.replaceAll(/(?<=.)\//g, "%2f"), path.replaceAll("/", "\\"), `${path}\\`,
    `${path}?a=1`, `${path}#x`, `${path};a=1`, `${path}%00`, `${path}%20`, `${path}%3f`, `${path}%23`,
    `${path} `, `\t${path}`, `${path}\n`, `/${first}\t${tail}`, // a URL parser drops these
    `/${encodeURIComponent("ａ")}${first.slice(1)}${tail}`,
  ])];
}
