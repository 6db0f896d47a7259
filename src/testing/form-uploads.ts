import { chosenWith, refsIn } from "./chosen-files.js";
import { expectation, squash } from "./document.js";
import { formControls } from "./forms.js";
import type { LiveClient } from "./live-client.js";
import { describe, type Locator } from "./locator.js";
import type { Found } from "./parser.js";

/**
 * Sends the files of a form that have not been sent, as the client does before it pushes the form's submit (`pushFormSubmit` in its
 * `view.ts`): nothing is sent while an upload of the form has an error, and each input asks for all of its files before it sends one.
 *
 * @returns whether anything was sent
 * @throws HoldfastError `kit_expectation` where the client drops the submit: an upload has an error, or the server refuses a file
 */
export async function sendFormUploads(client: LiveClient, form: Found, locator: Locator): Promise<boolean> {
  const $ = client.document;
  const inputs = formControls($, form).filter("input[data-phx-upload-ref]").get().map((node) => $(node));
  refuseErrors(client, inputs, form, locator);
  let sent = false;
  for (const chosen of inputs.flatMap((input) => chosenWith(client, input))) {
    const names = chosen.unsent;
    if (names.length === 0) continue;
    sent = true;
    const allowed = await chosen.preflight();
    refuseErrors(client, inputs, form, locator);
    const refused = names.filter((name) => !Object.hasOwn(allowed, name));
    if (refused.length > 0) throw notPushed(locator, `the view refuses ${refused.join(", ")}`);
    for (const name of names) await chosen.send(name);
  }
  // A handler of the progress may have refused one.
  refuseErrors(client, inputs, form, locator);
  return sent;
}

function refuseErrors(client: LiveClient, inputs: readonly Found[], form: Found, locator: Locator): void {
  const wrong = inputs.flatMap((input) => errorsOf(client, input));
  if (wrong.length > 0) throw notPushed(locator, `an error in ${wrong.join(", ")}; the form shows: ${squash(form.text()).slice(0, 300)}`);
}

/** The names of an input's files that have an error; the upload's own name if it has one as a whole, such as too many files. */
function errorsOf(client: LiveClient, input: Found): string[] {
  const refs = refsIn(input, "error");
  if (refs.length === 0) return [];
  const names = chosenWith(client, input).flatMap((chosen) => chosen.names.filter((name) => refs.includes(chosen.ref(name))));
  return names.length > 0 ? names : [`the upload "${input.attr("name") ?? ""}"`];
}

function notPushed(locator: Locator, wrong: string): Error {
  return expectation(
    `The submit of ${describe(locator)} is not pushed: the client uploads its files first, and stops at an error.`,
    "files that the view accepts",
    wrong,
  );
}
