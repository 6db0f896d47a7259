import { BlockList, isIP } from "node:net";
import { HoldfastError } from "../errors/index.js";

/** Reads a header of the request. */
type Header = (name: string) => string | null | undefined;

const FORWARDED_FOR = "x-forwarded-for";

/** Networks by the names that Express and Fastify have for them. */
const NAMED: ReadonlyMap<string, readonly string[]> = new Map([
  ["loopback", ["127.0.0.0/8", "::1/128"]],
  ["linklocal", ["169.254.0.0/16", "fe80::/10"]],
  ["uniquelocal", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]],
]);

/**
 * Tells whose request it is: its peer's, or behind proxies that are trusted that of whom they name in `X-Forwarded-For`.
 * Anybody can write that header, so it is read from its end, where the nearest proxy has written, and no further than to the
 * first address that is no trusted proxy's.
 *
 * @param proxies addresses (`10.0.0.5`), networks (`10.0.0.0/8`) and names (`loopback`, `linklocal`, `uniquelocal`) of the
 * proxies, in a list or with commas between them; `undefined`: none
 * @throws {HoldfastError} `endpoint_config_invalid`
 * @see https://developer.mozilla.org/en-US/docs/Web/HTTP/Reference/Headers/X-Forwarded-For#security_and_privacy_concerns
 * @example
 * const clients = new ClientAddresses("loopback");
 * clients.of("127.0.0.1", (name) => request.headers.get(name)) // "203.0.113.7" of "X-Forwarded-For: 6.6.6.6, 203.0.113.7"
 */
export class ClientAddresses {
  readonly #proxies: BlockList | undefined;

  constructor(proxies: string | readonly string[] | undefined) {
    if (proxies !== undefined) this.#proxies = networks(proxies);
  }

  /** Whether a proxy seems to have sent the request though none is trusted. */
  unnamedProxy(header: Header): boolean {
    return this.#proxies === undefined && typeof header(FORWARDED_FOR) === "string";
  }

  /**
   * @param peer the other end of the connection; `undefined` if there is none
   * @param header asked only if the peer is a trusted proxy
   * @returns an address, an IPv4 one always in dotted form; `unknown` without a peer
   */
  of(peer: string | undefined, header: Header): string {
    let address = peer === undefined ? undefined : addressIn(peer);
    if (address === undefined) return "unknown";
    if (!this.#trusts(address)) return address;
    for (const entry of (header(FORWARDED_FOR) ?? "").split(",").reverse()) {
      const named = addressIn(entry);
      // What a trusted proxy wrote is an address. If it is none, the proxy is all that is known.
      if (named === undefined) break;
      address = named;
      if (!this.#trusts(address)) break;
    }
    return address;
  }

  #trusts(address: string): boolean {
    return this.#proxies?.check(address, family(address)) === true;
  }
}

/**
 * What counts as one client: an IPv4 address, and of IPv6 the /64 network around an address, since every customer of a
 * provider has at least that many addresses.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6177
 * @example
 * networkOf("2001:db8:0:7:1:2:3:4") // "2001:db8:0:7::/64"
 */
export function networkOf(address: string): string {
  if (isIP(address) !== 6) return address;
  // As URLs write it: lower case, no leading zeros, no dots (https://url.spec.whatwg.org/#concept-ipv6-serializer).
  const [head = "", tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return `${[...before, ...zeros, ...after].slice(0, 4).join(":")}::/64`;
}

/** The address in one entry, which may have a port and brackets: plain, IPv4 always in dotted form, without a zone. */
function addressIn(entry: string): string | undefined {
  const text = entry.trim();
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = dotted(bare).replace(/%.*$/, "");
  return isIP(address) === 0 ? undefined : address;
}

/** An IPv4 address as a socket for both families shows it, without what it has there before it. */
function dotted(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.\d+\.\d+\.\d+$)/i, "");
}

function family(address: string): "ipv4" | "ipv6" {
  return isIP(address) === 6 ? "ipv6" : "ipv4";
}

function networks(proxies: unknown): BlockList {
  const list = new BlockList();
  const entries: unknown = typeof proxies === "string" ? proxies.split(",") : proxies;
  if (!Array.isArray(entries)) throw invalid(proxies);
  for (const entry of entries as readonly unknown[]) {
    if (typeof entry !== "string") throw invalid(entry);
    const name = entry.trim();
    for (const network of NAMED.get(name) ?? [name]) add(list, network);
  }
  return list;
}

function add(list: BlockList, network: string): void {
  const [, named = "", prefix] = /^([^/]+)(?:\/(\d+))?$/.exec(network) ?? [];
  const address = dotted(named);
  const bits = family(address) === "ipv6" ? 128 : 32;
  const length = prefix === undefined ? bits : Number(prefix);
  // A network of everybody would let anybody say who they are.
  if (isIP(address) === 0 || length < 1 || length > bits) throw invalid(network);
  list.addSubnet(address, length, family(address));
}

function invalid(got: unknown): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", {
    what: "The endpoint's trustProxy names no proxy.",
    expected: "addresses (10.0.0.5), networks (10.0.0.0/8) or the names loopback, linklocal and uniquelocal",
    got: JSON.stringify(got) ?? String(got),
    fix: "Name the proxies in front of this server. Everybody can not be trusted: who reaches the server may write any X-Forwarded-For.",
  });
}
