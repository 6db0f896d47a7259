/** Files that users send: chosen, checked, counted, written, consumed. @module */
export { removeAbandonedUploads, type UploadedOnDisk } from "./disk-writer.js";
export { earlySubmit } from "./early-submits.js";
export type { UploadEntry, UploadError } from "./entry.js";
export { fileInput, imagePreview, uploadErrors, type FileInputAttributes } from "./file-input.js";
export type { ExternalMeta, ExternalOptions, ExternalRefusal, UploadOptions, WriterOptions } from "./options.js";
export { SentFiles } from "./sent-files.js";
export type { Transfer } from "./transfer.js";
export { upload, Upload } from "./upload.js";
export { transferFor, uploadFrames } from "./upload-frames.js";
export { uploadSocket, type UploadedFile, type UploadNames, type UploadSocket } from "./upload-socket.js";
export type { UploadWriter, WriterEnd } from "./writer.js";
