import { BlockList, isIP, isIPv4 } from "node:net";
import { RecentCache } from "../collections/index.js";
import { HoldfastError } from "../errors/index.js";

/** Reads a request header. */
type Header = (name: string) => string | null | undefined;

const FORWARDED_FOR = "x-forwarded-for";

/** Networks by the names that Express and Fastify give them. */
const NAMED: ReadonlyMap<string, readonly string[]> = new Map([
  ["loopback", ["127.0.0.0/8", "::1/128"]],
  ["linklocal", ["169.254.0.0/16", "fe80::/10"]],
  ["uniquelocal", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]],
]);

/**
 * Finds the address of the client that sent a request. Without proxies that is the peer. A trusted proxy names its client in
 * `X-Forwarded-For`, but anybody can send that header too: so it is read from its end, where the nearest proxy has written,
 * and no further than the first address that is not a trusted proxy.
 *
 * @param proxies the trusted proxies: addresses (`10.0.0.5`), networks (`10.0.0.0/8`) or names (`loopback`, `linklocal`,
 * `uniquelocal`), as a list or separated by commas; `undefined`: none
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

  /** Whether the request seems to come through a proxy, although no proxy is trusted. */
  unnamedProxy(header: Header): boolean {
    return this.#proxies === undefined && typeof header(FORWARDED_FOR) === "string";
  }

  /**
   * @param peer the address of the connection's other end; `undefined` if there is no connection
   * @param header reads the request's headers; called only if the peer is a trusted proxy
   * @returns the client's address, IPv4 always in dotted form; `unknown` without a peer
   */
  of(peer: string | undefined, header: Header): string {
    let address = peer === undefined ? undefined : addressIn(peer);
    if (address === undefined) return "unknown";
    if (!this.#trusts(address)) return address;
    for (const entry of (header(FORWARDED_FOR) ?? "").split(",").reverse()) {
      const named = addressIn(entry);
      // A trusted proxy writes addresses. If this is none, only the proxy's own address is known.
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
 * The network that counts as one client: an IPv4 address itself, or the /64 network of an IPv6 address, since a provider gives
 * every customer at least that many addresses. An IPv6 address that stands for an IPv4 one counts as that: `::ffff:0:0/96`, and
 * `64:ff9b::/96` behind a translator. Otherwise all IPv4 clients together would be one network.
 *
 * @see https://www.rfc-editor.org/rfc/rfc6177
 * @see https://www.rfc-editor.org/rfc/rfc4291#section-2.5.5.2
 * @see https://www.rfc-editor.org/rfc/rfc6052#section-2.1
 * @example
 * networkOf("2001:db8:0:7:1:2:3:4") // "2001:db8:0:7::/64"
 */
export function networkOf(address: string): string {
  // Recognises IPv4, or a missing address, without a parser: this runs for each page and each join.
  if (!address.includes(":") || isIP(address) !== 6) return address;
  const known = networks6.get(address);
  if (known !== undefined) return known;
  const groups = groupsOf(address);
  const prefix = groups.slice(0, 6).join(":");
  const network = prefix === MAPPED || prefix === TRANSLATED ? ipv4Of(groups) : `${groups.slice(0, 4).join(":")}::/64`;
  networks6.set(address, network);
  return network;
}

/** The first six groups of the addresses that stand for IPv4 ones. */
const MAPPED = "0:0:0:0:0:ffff";
const TRANSLATED = "64:ff9b:0:0:0:0";

/** The eight groups of an IPv6 address, as URLs write them: lower case, no leading zeros, no dots. */
function groupsOf(address: string): readonly string[] {
  const zone = address.indexOf("%");
  const bare = zone === -1 ? address : address.slice(0, zone);
  // https://url.spec.whatwg.org/#concept-ipv6-serializer
  const [head = "", tail] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split("::");
  const before = head === "" ? [] : head.split(":");
  const after = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: 8 - before.length - after.length }, () => "0");
  return [...before, ...zeros, ...after];
}

/** The IPv4 address in the last two of eight groups. */
function ipv4Of(groups: readonly string[]): string {
  return groups.slice(6).flatMap((group) => {
    const bits = parseInt(group, 16);
    return [bits >> 8, bits & 0xff];
  }).join(".");
}

const networks6 = new RecentCache<string>(64);

/** The address in one entry of the header, without port, brackets and zone; IPv4 always in dotted form. */
function addressIn(entry: string): string | undefined {
  // Nearly every peer: taking it apart would cost each page and each join five expressions.
  if (isIPv4(entry)) return entry;
  const text = entry.trim();
  const bare = /^\[([^\]]*)\](?::\d+)?$/.exec(text)?.[1] ?? /^([\d.]+):\d+$/.exec(text)?.[1] ?? text;
  const address = bare.replace(/%.*$/, "");
  return isIP(address) === 0 ? undefined : dotted(address);
}

/** An IPv4 address without the `::ffff:` that a dual-stack socket puts before it, however it is spelled. */
function dotted(address: string): string {
  // Only a mapped address has a group of nothing but ones or a dot: the others, most of all, are not taken apart.
  if (!/ffff|\./i.test(address) || isIP(address) !== 6) return address;
  const groups = groupsOf(address);
  return groups.slice(0, 6).join(":") === MAPPED ? ipv4Of(groups) : address;
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
  // A network of all addresses would let every client choose its own.
  if (isIP(address) === 0 || length < 1 || length > bits) throw invalid(network);
  list.addSubnet(address, length, family(address));
}

function invalid(got: unknown): HoldfastError {
  return new HoldfastError("endpoint_config_invalid", {
    what: "The endpoint's trustProxy does not name a proxy.",
    expected: "addresses (10.0.0.5), networks (10.0.0.0/8) or the names loopback, linklocal and uniquelocal",
    got: JSON.stringify(got) ?? String(got),
    fix: "Name the proxies in front of this server, and nothing else: a trusted proxy can claim to be any client.",
  });
}
