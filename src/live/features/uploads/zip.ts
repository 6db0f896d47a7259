/** Begins each entry: the signature of a local file header. */
const HEADER = Buffer.from("PK\x03\x04", "latin1");
/** Length of the header before the name, bytes, and the offsets of its fields. */
const HEADER_BYTES = 30;
const COMPRESSED_SIZE = 18;
const NAME_LENGTH = 26;
const EXTRA_LENGTH = 28;

/** An entry of a zip archive, as far as its beginning is known. */
interface Entry {
  readonly name: string;
  /** The offset behind the header, where the entry's bytes begin if they are stored uncompressed. */
  readonly at: number;
}

/**
 * The entries whose headers lie in the first bytes of a zip archive. Linear: it searches for signatures from header to
 * header, because an archive written as a stream has its sizes only after its entries.
 *
 * @see https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT section 4.3.7
 */
function* entriesOf(head: Buffer): Iterable<Entry> {
  for (let at = head.indexOf(HEADER); at >= 0; ) {
    const name = at + HEADER_BYTES;
    if (name > head.length) return;
    const end = name + head.readUInt16LE(at + NAME_LENGTH);
    const data = end + head.readUInt16LE(at + EXTRA_LENGTH);
    yield { name: head.toString("latin1", name, end), at: data };
    at = head.indexOf(HEADER, data + head.readUInt32LE(at + COMPRESSED_SIZE));
  }
}

/** The folder that holds the parts of an Office document, by kind. */
const OFFICE_FOLDERS = ["word/", "xl/", "ppt/"] as const;
/** Parts that every package may have: ECMA-376, part 2. */
const PACKAGE = /^(?:\[Content_Types\]\.xml|_rels\/|docProps\/|customXml\/)/;

/**
 * Whether a file begins like an Office document of one kind: a zip archive whose first entry belongs to a package, and which
 * has no part of another kind so far.
 *
 * @param folder where this kind keeps its parts
 */
export function officeDocument(folder: (typeof OFFICE_FOLDERS)[number]): (head: Uint8Array) => boolean {
  return (head) => {
    const [first, ...others] = entriesOf(asBuffer(head));
    if (first === undefined || !(PACKAGE.test(first.name) || first.name.startsWith(folder))) return false;
    return ![first, ...others].some(({ name }) => OFFICE_FOLDERS.some((other) => other !== folder && name.startsWith(other)));
  };
}

/**
 * Whether a file begins like an OpenDocument or an EPUB: a zip archive whose first entry, `mimetype`, is the uncompressed
 * media type.
 *
 * @see https://docs.oasis-open.org/office/OpenDocument/v1.3/os/part2-packages/OpenDocument-v1.3-os-part2-packages.html section 3.3
 * @see https://www.w3.org/TR/epub-33/#sec-zip-container-mime
 */
export function mimetypeArchive(type: string): (head: Uint8Array) => boolean {
  return (head) => {
    const buffer = asBuffer(head);
    const [first] = entriesOf(buffer);
    return first?.name === "mimetype" && buffer.toString("latin1", first.at, first.at + type.length) === type;
  };
}

function asBuffer({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}
