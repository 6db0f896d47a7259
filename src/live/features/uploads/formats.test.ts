import { describe, expect, test } from "vitest";
import { keepsItsPromise } from "./formats.js";
import { leastCpuTime } from "../../../../test/support/cpu.js";

/** A zip archive as far as its entries go, each stored as it is. */
function zip(...entries: readonly (readonly [name: string, content: string])[]): Uint8Array {
  return Buffer.concat(entries.map(([name, content]) => {
    const header = Buffer.alloc(30);
    header.write("PK\x03\x04", "latin1");
    header.writeUInt32LE(content.length, 18);
    header.writeUInt32LE(content.length, 22);
    header.writeUInt16LE(name.length, 26);
    return Buffer.concat([header, Buffer.from(name + content, "latin1")]);
  }));
}
/** As a program writes it that does not know sizes beforehand: they come behind the entry. */
function streamed(archive: Uint8Array): Uint8Array {
  const bytes = Buffer.from(archive);
  for (let at = bytes.indexOf("PK\x03\x04"); at >= 0; at = bytes.indexOf("PK\x03\x04", at + 4)) bytes.fill(0, at + 18, at + 26);
  return bytes;
}

const TYPES = ["[Content_Types].xml", "<Types/>"] as const;
const office = {
  docx: zip(TYPES, ["_rels/.rels", "<r/>"], ["word/document.xml", "<w/>"]),
  xlsx: zip(["_rels/.rels", "<r/>"], ["xl/workbook.xml", "<x/>"], TYPES),
  pptx: zip(["ppt/presentation.xml", "<p/>"], TYPES),
};
const odf = (kind: string): Uint8Array => zip(["mimetype", `application/vnd.oasis.opendocument.${kind}`], ["content.xml", "<o/>"]);

describe("documents in zip archives", () => {
  test.each([["docx", office.docx], ["xlsx", office.xlsx], ["pptx", office.pptx]] as const)("a .%s is one, however it was written", (extension, bytes) => {
    expect(keepsItsPromise(`a.${extension}`, "", bytes)).toBe(true);
    expect(keepsItsPromise(`a.${extension}`, "", streamed(bytes))).toBe(true);
    expect(keepsItsPromise("a.zip", "", bytes)).toBe(true);
  });

  test.each([
    ["an archive of anything", zip(["readme.txt", "hello"], TYPES)], ["a spreadsheet", office.xlsx], ["slides", office.pptx],
    ["an OpenDocument", odf("text")], ["an empty archive", Buffer.from("PK\x05\x06", "latin1")], ["half a header", office.docx.subarray(0, 20)],
    ["no archive", Buffer.from("hello")],
  ])("a .docx is not %s", (_what, bytes) => {
    expect(keepsItsPromise("a.docx", "", bytes)).toBe(false);
  });

  test("OpenDocuments and EPUBs say what they are", () => {
    for (const [extension, kind] of [["odt", "text"], ["ods", "spreadsheet"], ["odp", "presentation"]] as const) {
      expect(keepsItsPromise(`a.${extension}`, "", odf(kind))).toBe(true);
      expect(keepsItsPromise(`a.${extension}`, "", odf("chart"))).toBe(false);
      expect(keepsItsPromise(`a.${extension}`, "", office.docx)).toBe(false);
    }
    expect(keepsItsPromise("a.epub", "", zip(["mimetype", "application/epub+zip"]))).toBe(true);
    expect(keepsItsPromise("a.epub", "", odf("text"))).toBe(false);
  });

  test("a chunk full of signatures costs no more than its length", () => {
    const hostile = Buffer.from("PK\x03\x04".repeat(16_000), "latin1");
    const twenty = leastCpuTime(3, () => {
      for (let i = 0; i < 20; i++) keepsItsPromise("a.docx", "", hostile);
    });
    expect(twenty).toBeLessThan(2_000_000);
  });
});
