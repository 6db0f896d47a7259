/** A file of an external upload, as the npm client passes it to an uploader. */
export interface ExternalEntry<Meta = unknown> {
  readonly file: File;
  /** What the server's `external` returned for it. */
  readonly meta: Meta;
  /** Percentage of the file that has arrived; 100 ends the upload. */
  progress(percent: number): void;
  /** The upload has failed, and its view is gone. */
  error(reason?: string): void;
  /** Registers a callback for when the user removes the file. */
  onCancel(cancel: () => void): void;
  readonly ref: string;
  readonly fileEl: HTMLInputElement;
  readonly view: { pushFileProgress(input: HTMLInputElement, ref: string, progress: { readonly error: string }): void };
}

/** What `external` returns for the uploader `presigned`. */
export interface PresignedMeta {
  readonly url: string;
  /** Default `PUT`, or `POST` if there are `fields`. */
  readonly method?: "PUT" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  /** Form fields before the file, as S3 signs a POST. */
  readonly fields?: Readonly<Record<string, string>>;
}

/** What `external` returns for the uploader `resumable`. */
export interface ResumableMeta {
  /** The upload's URL: answers `HEAD` and accepts `PATCH`, as in tus 1.0. */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes of one request. Default: everything that is left. */
  readonly chunkSize?: number;
  /** Returns as `entry.clientMeta.resume` when the file is chosen again. Sign it, because then it comes from the client. */
  readonly resume?: unknown;
}

/**
 * Tells the view that a file has failed, and leaves the rest to its user: once the file is removed, the form continues
 * without it. The npm client does the same when a writer fails. Its `entry.error` would forget the files and leave the form
 * locked.
 */
export function fail({ view, fileEl, ref }: ExternalEntry, error: string): void {
  view.pushFileProgress(fileEl, ref, { error });
}
