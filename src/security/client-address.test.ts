import { describe, expect, it } from "vitest";
import { ClientAddresses, networkOf } from "./client-address.js";

const never = (): never => {
  throw new Error("the header was read");
};

describe("without a proxy", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"], ["2001:db8::7", "2001:db8::7"], ["::ffff:203.0.113.7", "203.0.113.7"], ["fe80::1%eth0", "fe80::1"],
    ["::ffff:cb00:7107", "203.0.113.7"], ["::FFFF:CB00:7107", "203.0.113.7"], ["0:0:0:0:0:ffff:203.0.113.7", "203.0.113.7"],
    ["0000::ffff:cb00:7107%eth0", "203.0.113.7"], ["2001:db8:ffff::7", "2001:db8:ffff::7"], ["::203.0.113.7", "::203.0.113.7"],
    [undefined, "unknown"], ["", "unknown"],
  ])("the peer %j is the client %s, whatever the header says", (peer, client) => {
    expect(new ClientAddresses(undefined).of(peer, never)).toBe(client);
  });
});

describe("behind proxies", () => {
  const clients = new ClientAddresses("loopback, 192.0.2.0/24, 2001:db8:1::/48");

  it.each<[string, string, string]>([
    ["127.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["::1", "203.0.113.7", "203.0.113.7"],
    ["::ffff:127.0.0.1", "203.0.113.7", "203.0.113.7"],
    ["2001:db8:1::5", "2001:DB8:2::9", "2001:DB8:2::9"],
    // A chain: the last proxy names the one before it.
    ["127.0.0.1", "203.0.113.7, 192.0.2.9", "203.0.113.7"],
    // What the client wrote itself stands further to the left.
    ["127.0.0.1", "6.6.6.6, 203.0.113.7", "203.0.113.7"],
    ["127.0.0.1", "127.0.0.1, 203.0.113.7", "203.0.113.7"],
    ["127.0.0.1", "6.6.6.6, 203.0.113.7, 192.0.2.9", "203.0.113.7"],
    // Ports, brackets, spaces.
    ["127.0.0.1", "203.0.113.7:51234", "203.0.113.7"],
    ["127.0.0.1", "  [2001:db8:2::9]:443 ", "2001:db8:2::9"],
    ["127.0.0.1", "::ffff:203.0.113.7", "203.0.113.7"],
    ["127.0.0.1", "[::ffff:cb00:7107]:443", "203.0.113.7"],
    ["::ffff:7f00:1", "203.0.113.7, ::ffff:c000:209", "203.0.113.7"],
    // An address behind a translator is no trusted IPv4 one: anybody may have such a network.
    ["64:ff9b::7f00:1", "203.0.113.7", "64:ff9b::7f00:1"],
    ["127.0.0.1", "203.0.113.7, 64:ff9b::127.0.0.1", "64:ff9b::127.0.0.1"],
    // What no proxy writes.
    ["127.0.0.1", '"203.0.113.7"', "127.0.0.1"],
    ["127.0.0.1", '"[2001:db8:2::9]:443"', "127.0.0.1"],
    ["127.0.0.1", "for=203.0.113.7", "127.0.0.1"],
    ["127.0.0.1", "203.0.113.7,, ", "127.0.0.1"],
    ["127.0.0.1", "6.6.6.6,,192.0.2.9", "192.0.2.9"],
    ["127.0.0.1", "[203.0.113.7", "127.0.0.1"],
    ["127.0.0.1", "_hidden:443", "127.0.0.1"],
    // A proxy that speaks for itself, and what is no address.
    ["127.0.0.1", "", "127.0.0.1"],
    ["127.0.0.1", "unknown", "127.0.0.1"],
    ["127.0.0.1", "203.0.113.7, <script>", "127.0.0.1"],
    ["127.0.0.1", "203.0.113.7, 192.0.2.9, ", "127.0.0.1"],
    ["127.0.0.1", "6.6.6.6, unknown, 192.0.2.9", "192.0.2.9"],
    ["127.0.0.1", "203.0.113.300", "127.0.0.1"],
  ])("of peer %s, with %j, the client is %s", (peer, header, client) => {
    expect(clients.of(peer, () => header)).toBe(client);
  });

  it("a request that none of them has sent is its peer's", () => {
    expect(clients.of("203.0.113.7", never)).toBe("203.0.113.7");
    expect(clients.of("128.0.0.1", never)).toBe("128.0.0.1");
    expect(clients.of(undefined, never)).toBe("unknown");
  });

  it("a proxy may be named as a socket for both families shows it", () => {
    expect(new ClientAddresses("::ffff:192.0.2.5").of("::ffff:192.0.2.5", () => "203.0.113.7")).toBe("203.0.113.7");
    expect(new ClientAddresses("::ffff:192.0.2.5").of("192.0.2.5", () => "203.0.113.7")).toBe("203.0.113.7");
  });

  it("is the proxy's own without the header", () => {
    expect(clients.of("127.0.0.1", () => null)).toBe("127.0.0.1");
    expect(clients.of("127.0.0.1", () => undefined)).toBe("127.0.0.1");
  });

  it.each(["10.1.2.3", "172.31.255.255", "192.168.0.1", "fd00::1"])("uniquelocal is the networks without a public address: %s", (proxy) => {
    expect(new ClientAddresses(["uniquelocal"]).of(proxy, () => "203.0.113.7")).toBe("203.0.113.7");
    expect(new ClientAddresses(["loopback", "linklocal"]).of(proxy, never)).toBe(proxy);
  });

  it.each(["169.254.1.1", "fe80::1%eth0"])("linklocal is what does not leave its link: %s", (proxy) => {
    expect(new ClientAddresses("linklocal").of(proxy, () => "203.0.113.7")).toBe("203.0.113.7");
  });
});

describe("a trustProxy that names no proxy", () => {
  const wrong: unknown[] = [
    true, 1, null, {}, "", "all", "localhost", "10.0.0.0/33", "10.0.0.0/0", "::/0", "10.0.0.0/", "10.0.0.0/-1", "/8", "10.0.0/8", "*",
    "loopback,", [""], [7], ["loopback", "proxy.internal"],
  ];
  it.each(wrong.map((trustProxy) => ({ trustProxy })))("is refused: $trustProxy", ({ trustProxy }) => {
    expect(() => new ClientAddresses(trustProxy as string)).toThrow(expect.objectContaining({ code: "endpoint_config_invalid" }));
  });
});

describe("networkOf", () => {
  it.each([
    ["203.0.113.7", "203.0.113.7"],
    ["unknown", "unknown"],
    ["2001:db8:0:7:1:2:3:4", "2001:db8:0:7::/64"],
    ["2001:0DB8:0000:0007::4", "2001:db8:0:7::/64"],
    ["2001:db8::", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
    ["fe80::1%eth0", "fe80:0:0:0::/64"],
    ["1::2:3:4:5:6", "1:0:0:2::/64"],
    // What stands for an IPv4 address is that address: of one network they would share one limit.
    ["::ffff:203.0.113.7", "203.0.113.7"],
    ["::ffff:7f00:1", "127.0.0.1"],
    ["0:0:0:0:0:FFFF:0:0", "0.0.0.0"],
    ["64:ff9b::cb00:7107", "203.0.113.7"],
    ["64:ff9b::203.0.113.7", "203.0.113.7"],
    ["64:ff9b:0:0:0:1:cb00:7107", "64:ff9b:0:0::/64"],
    ["64:ff9b:1::cb00:7107", "64:ff9b:1:0::/64"],
    ["::203.0.113.7", "0:0:0:0::/64"],
  ])("of %s is %s", (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  it("is one for all addresses of a customer, and another for the next", () => {
    const customers = ["2001:db8:0:7::", "2001:db8:0:7::1", "2001:db8:0:7:ffff:ffff:ffff:ffff", "2001:db8:0:8::1"].map(networkOf);
    expect(customers).toEqual([customers[0], customers[0], customers[0], "2001:db8:0:8::/64"]);
  });
});
