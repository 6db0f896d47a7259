import { mimetypeArchive, officeDocument } from "./zip.js";

/**
 * The extensions, media types and first bytes of a common format. Only formats whose every file has a signature define one
 * here: text, CSV and SVG may begin with anything.
 *
 * @see https://mimesniff.spec.whatwg.org/#matching-a-mime-type-pattern
 */
interface Format {
  /** Lower case, with the dot. */
  readonly extensions: readonly string[];
  /** Media types; the first is the usual one. */
  readonly types: readonly string[];
  /** Whether a file may begin with these bytes. Undefined: the format has no signature. */
  readonly begins?: (head: Uint8Array) => boolean;
}

/** Matches bytes at an offset; for text, its Latin-1 bytes. */
function at(offset: number, ...patterns: readonly string[]): (head: Uint8Array) => boolean {
  return (head) => patterns.some((pattern) => [...pattern].every((char, index) => head[offset + index] === char.charCodeAt(0)));
}
function both(one: (head: Uint8Array) => boolean, other: (head: Uint8Array) => boolean): (head: Uint8Array) => boolean {
  return (head) => one(head) && other(head);
}

const zip = at(0, "PK\x03\x04", "PK\x05\x06", "PK\x07\x08");
const compoundFile = at(0, "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1");
const isoMedia = at(4, "ftyp");
const ogg = at(0, "OggS");
const matroska = at(0, "\x1a\x45\xdf\xa3");
/** ID3, or the sync bits of an MPEG audio frame. */
const mpegAudio = (head: Uint8Array): boolean => at(0, "ID3")(head) || (head[0] === 0xff && (head[1]! & 0xe0) === 0xe0);

const office = "application/vnd.openxmlformats-officedocument";
const openDocument = "application/vnd.oasis.opendocument";

/** Formats that browsers name and users send. */
const FORMATS: readonly Format[] = [
  { extensions: [".png"], types: ["image/png"], begins: at(0, "\x89PNG\r\n\x1a\n") },
  { extensions: [".jpg", ".jpeg", ".jfif"], types: ["image/jpeg", "image/jpg"], begins: at(0, "\xff\xd8\xff") },
  { extensions: [".gif"], types: ["image/gif"], begins: at(0, "GIF87a", "GIF89a") },
  { extensions: [".webp"], types: ["image/webp"], begins: both(at(0, "RIFF"), at(8, "WEBP")) },
  { extensions: [".avif"], types: ["image/avif"], begins: isoMedia },
  { extensions: [".heic", ".heif"], types: ["image/heic", "image/heif"], begins: isoMedia },
  { extensions: [".bmp"], types: ["image/bmp", "image/x-ms-bmp"], begins: at(0, "BM") },
  { extensions: [".ico"], types: ["image/vnd.microsoft.icon", "image/x-icon"], begins: at(0, "\0\0\x01\0") },
  { extensions: [".tif", ".tiff"], types: ["image/tiff"], begins: at(0, "II*\0", "MM\0*") },
  { extensions: [".svg"], types: ["image/svg+xml"] },
  { extensions: [".mp3"], types: ["audio/mpeg", "audio/mp3"], begins: mpegAudio },
  { extensions: [".m4a"], types: ["audio/mp4", "audio/x-m4a"], begins: isoMedia },
  { extensions: [".ogg", ".oga", ".opus"], types: ["audio/ogg", "video/ogg", "application/ogg"], begins: ogg },
  { extensions: [".wav"], types: ["audio/wav", "audio/x-wav", "audio/vnd.wave"], begins: both(at(0, "RIFF", "RF64"), at(8, "WAVE")) },
  { extensions: [".flac"], types: ["audio/flac", "audio/x-flac"], begins: at(0, "fLaC") },
  { extensions: [".weba"], types: ["audio/webm"], begins: matroska },
  { extensions: [".mp4", ".m4v"], types: ["video/mp4", "video/x-m4v", "audio/mp4"], begins: isoMedia },
  { extensions: [".webm"], types: ["video/webm", "audio/webm"], begins: matroska },
  { extensions: [".mkv"], types: ["video/x-matroska", "video/matroska"], begins: matroska },
  { extensions: [".ogv"], types: ["video/ogg"], begins: ogg },
  { extensions: [".avi"], types: ["video/x-msvideo", "video/avi"], begins: both(at(0, "RIFF"), at(8, "AVI ")) },
  // The oldest files have no `ftyp`.
  { extensions: [".mov"], types: ["video/quicktime"], begins: at(4, "ftyp", "moov", "mdat", "wide", "free", "skip", "pnot") },
  { extensions: [".pdf"], types: ["application/pdf"], begins: at(0, "%PDF-") },
  { extensions: [".zip"], types: ["application/zip", "application/x-zip-compressed"], begins: zip },
  { extensions: [".gz"], types: ["application/gzip", "application/x-gzip"], begins: at(0, "\x1f\x8b") },
  { extensions: [".7z"], types: ["application/x-7z-compressed"], begins: at(0, "7z\xbc\xaf\x27\x1c") },
  { extensions: [".rar"], types: ["application/vnd.rar", "application/x-rar-compressed"], begins: at(0, "Rar!\x1a\x07") },
  { extensions: [".docx"], types: [`${office}.wordprocessingml.document`], begins: officeDocument("word/") },
  { extensions: [".xlsx"], types: [`${office}.spreadsheetml.sheet`], begins: officeDocument("xl/") },
  { extensions: [".pptx"], types: [`${office}.presentationml.presentation`], begins: officeDocument("ppt/") },
  { extensions: [".odt"], types: [`${openDocument}.text`], begins: mimetypeArchive(`${openDocument}.text`) },
  { extensions: [".ods"], types: [`${openDocument}.spreadsheet`], begins: mimetypeArchive(`${openDocument}.spreadsheet`) },
  { extensions: [".odp"], types: [`${openDocument}.presentation`], begins: mimetypeArchive(`${openDocument}.presentation`) },
  { extensions: [".epub"], types: ["application/epub+zip"], begins: mimetypeArchive("application/epub+zip") },
  { extensions: [".doc"], types: ["application/msword"], begins: compoundFile },
  { extensions: [".ppt"], types: ["application/vnd.ms-powerpoint"], begins: compoundFile },
  { extensions: [".woff"], types: ["font/woff"], begins: at(0, "wOFF") },
  { extensions: [".woff2"], types: ["font/woff2"], begins: at(0, "wOF2") },
  { extensions: [".txt", ".text"], types: ["text/plain"] },
  { extensions: [".csv"], types: ["text/csv"] },
  { extensions: [".md"], types: ["text/markdown"] },
  { extensions: [".html", ".htm"], types: ["text/html"] },
  { extensions: [".css"], types: ["text/css"] },
  { extensions: [".js", ".mjs"], types: ["text/javascript", "application/javascript"] },
  { extensions: [".json"], types: ["application/json"] },
  { extensions: [".xml"], types: ["application/xml", "text/xml"] },
];

const byExtension = new Map(FORMATS.flatMap((format) => format.extensions.map((extension) => [extension, format] as const)));
const byType = new Map(FORMATS.toReversed().flatMap((format) => format.types.map((type) => [type, format] as const)));

/** The extension of a file's name, in lower case and with its dot; empty if there is none. */
export function extensionOf(name: string): string {
  return /\.[^.\s/\\]+$/.exec(name)?.[0].toLowerCase() ?? "";
}

/** The format promised by a file's name, or, for a name without an extension, by the type that the browser declared. */
function promisedFormat(name: string, type: string): Format | undefined {
  const extension = extensionOf(name);
  return extension === "" ? byType.get(type) : byExtension.get(extension);
}

/** The media types of an extension; empty if it is not a common one. */
export function typesOf(extension: string): readonly string[] {
  return byExtension.get(extension)?.types ?? [];
}

/**
 * Whether a file can be what its name promises. This works in both directions: a `.png` must begin like a PNG, and a `.txt`
 * must not begin like a program.
 *
 * @param head its first chunk: all of it, or 1,024 bytes and more
 */
export function keepsItsPromise(name: string, type: string, head: Uint8Array): boolean {
  const format = promisedFormat(name, type);
  if (format?.begins !== undefined) return format.begins(head);
  return format === undefined || !isProgram(head);
}

/** Windows, ELF and Mach-O programs, and scripts with an interpreter of their own. */
const isProgram = at(0, "MZ", "\x7fELF", "\xfe\xed\xfa\xce", "\xfe\xed\xfa\xcf", "\xce\xfa\xed\xfe", "\xcf\xfa\xed\xfe", "#!");
