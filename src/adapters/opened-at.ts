/** This machine, or every address of it, as `URL.hostname` writes it. */
const HERE = /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|\[::\])$/;

/**
 * Where a browser on this machine opens the application: the address that a server listens on, or the endpoint's `url` if that is
 * another name of it. An endpoint with the `url` `http://localhost:4000` refuses the forms and sockets of `http://127.0.0.1:4000`.
 *
 * @param url the endpoint's; undefined if it has none
 */
export function openedAt(url: URL | undefined, { scheme, host, port }: { scheme: "http" | "https"; host: string; port: number }): string {
  const address = `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const own = new URL(address);
  const same =
    url !== undefined && url.protocol === own.protocol && url.port === own.port && HERE.test(url.hostname) && HERE.test(own.hostname);
  return same ? url.origin : address;
}
